import { specDecider } from '../../eventsourcing/src/testing.js';
import { RankSources } from './source-ranks.commands.js';
import { mayOverrule, sourceRanksDecider } from './source-ranks.decider.js';

const given = specDecider(sourceRanksDecider, '2026-03-01T09:00:00.000Z');
const rank = (...sources: string[]) => Object.assign(new RankSources(), { sources });
const ranked = (...sources: string[]) => ({ type: 'SourcesRanked', data: { sources } });

describe('Sources', () => {
  it('are ranked, and ranked anew', () => {
    given().when(rank('erp', 'shop')).then(ranked('erp', 'shop'));
    given(ranked('erp', 'shop')).when(rank('shop')).then(ranked('shop'));
  });
  it('are ranked once', () => given(ranked('erp')).when(rank('erp')).thenNothing());

  it.each([
    [[], 'list', 'import:erp', true],
    [['erp', 'shop'], 'erp', 'import:shop', true],
    [['erp', 'shop'], 'shop', 'import:erp', false],
    [['erp', 'shop'], 'shop', 'import:shop', true],
    [['erp', 'shop'], 'list', 'import:shop', false],
    [['erp', 'shop'], 'list', 'import:other-list', true],
    [['erp', 'shop'], 'erp', 'key-17', false],
    [['erp', 'people', 'shop'], 'erp', 'key-17', true],
    [['erp', 'shop'], 'shop', 'erp:key-17', false],
    [['shop', 'erp'], 'shop', 'erp:key-17', true],
    [['shop', 'erp'], 'shop', 'folder:erp', true],
    [['shop'], 'list', 'erp:key-17', true],
    [['erp', 'people', 'shop'], 'shop', 'key-17', false],
  ])('ranked as %j: whether %s may overrule %s is %s', (ranks, source, actor, may) => expect(mayOverrule(ranks, source, actor)).toBe(may));
});
