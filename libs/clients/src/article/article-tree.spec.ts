import { DomainError, fold } from '@boucle/eventsourcing';
import fc from 'fast-check';
import { recorded } from '../../../eventsourcing/src/testing.js';
import { MoveArticleGroup } from './article.commands.js';
import { articleGroupsDecider } from './article.decider.js';
import { ArticleGroups, pathTo, Standing, standsUnder, withMove } from './article-tree.js';
import { day, order } from '../testing.js';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const DAYS = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'];

const since = fc.constantFrom(...DAYS);
const move = fc.record({ under: fc.option(fc.constantFrom(...IDS)), since });

describe('where something stands', () => {
  it('is what was said of the latest day before, whenever it was said', () =>
    fc.assert(
      fc.property(fc.array(move), since, (moves, asked) => {
        const standings = moves.reduce<readonly Standing[]>(withMove, []);
        // said later, a move of the same day counts
        const said = [...moves].reverse().filter((one) => one.since <= asked);
        const latest = said.reduce<Standing | null>((best, one) => (best && best.since! >= one.since ? best : one), null);
        expect(standsUnder(standings, asked)).toBe(latest?.under ?? null);
      }),
    ));

  it('is from ever on what no day was said of', () => {
    const standings = withMove(withMove([], { under: 'b', since: '2026-02-01' }), { under: 'a', since: null });
    expect(['1900-01-01', '2026-01-31', '2026-02-01'].map((asked) => standsUnder(standings, asked))).toEqual(['a', 'a', 'b']);
  });
});

it('a tree has no circle on any day, whatever is moved where and when', () =>
  fc.assert(
    fc.property(fc.array(fc.record({ groupId: fc.constantFrom(...IDS), parentId: fc.constantFrom(...IDS, undefined), since })), (moves) => {
      let groups: ArticleGroups = Object.fromEntries(IDS.map((id) => [id, { labels: { en: id }, standings: [] }]));
      for (const one of moves) {
        try {
          const events = articleGroupsDecider.decide.MoveArticleGroup(groups, order(MoveArticleGroup, one), day(0));
          groups = fold(articleGroupsDecider, groups, recorded(events, day(0)));
        } catch (error) {
          expect((error as DomainError).code).toBe('article-circle');
        }
      }
      for (const asked of DAYS)
        for (const id of IDS) {
          const above = [id];
          for (let at = standsUnder(groups[id].standings, asked); at !== null; at = standsUnder(groups[at].standings, asked)) {
            expect(above).not.toContain(at);
            above.unshift(at);
          }
          expect(pathTo(groups, id, asked)).toEqual(above);
        }
    }),
  ));

it('a path leads from the top down, as it was on the day', () => {
  const under = (parent: string, at: string | null): Standing[] => [{ under: parent, since: at }];
  const groups: ArticleGroups = {
    a: { labels: {}, standings: [] },
    b: { labels: {}, standings: under('a', '2026-02-01') },
    c: { labels: {}, standings: under('b', null) },
  };
  expect(pathTo(groups, 'c', '2026-01-31')).toEqual(['b', 'c']);
  expect(pathTo(groups, 'c', '2026-02-01')).toEqual(['a', 'b', 'c']);
  expect(pathTo(groups, 'constructor', '2026-02-01')).toEqual(['constructor']);
  expect(pathTo(groups, null, '2026-02-01')).toEqual([]);
});
