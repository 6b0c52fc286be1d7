import { specProjection } from '../../../eventsourcing/src/testing.js';
import { day } from '../testing.js';
import { scoresProjection } from './scores.projection.js';
import { ClientScore } from './scoring.events.js';

const given = specProjection(scoresProjection, day(0));

const score = (clientId: string, rfm: number): ClientScore => ({
  ...{ clientId, rfm, aliveProbability: 0.9 },
  ...{ expectedPurchases: 2, lifetimeValue: 12_345, nextArticle: null },
});
const scored = (run: number, ...scores: ClientScore[]) => ({
  type: 'ClientsScored',
  data: { scoringId: '2026-03-01', run, chunk: 0, scores },
});
const of = (type: string, clientId = 'ann') => ({ type, data: { clientId } });

describe('scores', () => {
  it('are those of the latest run', () => {
    const runs = [scored(1, score('ann', 111), score('bob', 555)), scored(2, score('ann', 222))];
    given(...runs).then('ann', { ...score('ann', 222), scoringId: '2026-03-01', run: 2 });
    given(...runs).then('bob', { ...score('bob', 555), scoringId: '2026-03-01', run: 1 });
  });

  it.each(['ProfilingObjected', 'ProcessingRestricted', 'AliasBegun'])('end with %s, also for a run that goes on', (type) => {
    given(scored(1, score('ann', 111)), of(type), scored(2, score('ann', 111))).then('ann', { clientId: 'ann', barred: true });
  });

  it.each([
    ['ProfilingObjected', 'ProfilingObjectionEnded'],
    ['ProcessingRestricted', 'RestrictionEnded'],
    ['AliasBegun', 'AliasEnded'],
  ])('begin again with the next run after %s and %s', (began, ended) => {
    given(scored(1, score('ann', 111)), of(began), of(ended)).then('ann', null);
    given(of(began), of(ended), scored(2, score('ann', 222))).then('ann', { ...score('ann', 222), scoringId: '2026-03-01', run: 2 });
  });

  it('go with who is erased', () => given(scored(1, score('ann', 111)), of('ClientErased')).then('ann', null));
});
