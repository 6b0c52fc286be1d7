import { specProjection } from '../../../eventsourcing/src/testing.js';
import { day } from '../testing.js';
import { clientSegmentsProjection, segmentMembersProjection, segmentsProjection } from './segments.projection.js';

const now = day(0);
const rule = { is: 'filled', value: { field: 'language' } };
const defined = { type: 'SegmentDefined', data: { segmentId: 'loyal', name: 'Loyal', rule, version: 1 } };
const activated = { type: 'SegmentActivated', data: { ...defined.data, asOf: 7, count: 2, hash: 'ab' } };
const changed = (entered: string[], left: string[], segmentId = 'loyal') => ({
  type: 'SegmentMembersChanged',
  data: { segmentId, entered, left },
});
const draft = { ...defined.data, status: 'draft', activated: null, members: 0, changedAt: null };

describe('segments', () => {
  const given = specProjection(segmentsProjection, now);
  it('tell their rule', () => given(defined).then('loyal', draft));
  it('tell how many belong to them', () =>
    given(defined, activated, changed(['ann', 'bob'], []), changed(['cat'], ['ann'])).then('loyal', {
      ...draft,
      ...{ status: 'active', activated: { asOf: 7, count: 2, hash: 'ab', at: now }, members: 2, changedAt: now },
    }));
  it('are retired', () =>
    given(defined, { type: 'SegmentRetired', data: { segmentId: 'loyal' } }).then('loyal', { ...draft, status: 'retired' }));
});

describe('who is in a segment', () => {
  const given = specProjection(segmentMembersProjection, now);
  it('is there from when he came in until he left', () => {
    given(changed(['ann'], [])).then('loyal/ann', { segmentId: 'loyal', clientId: 'ann', since: now });
    given(changed(['ann'], []), changed([], ['ann'])).then('loyal/ann', null);
  });
});

describe('the segments of a client', () => {
  const given = specProjection(clientSegmentsProjection, now);
  it('are those that he is in', () => {
    given(changed(['ann'], []), changed(['ann'], [], 'best')).then('ann', { clientId: 'ann', segments: { loyal: now, best: now } });
    given(changed(['ann'], []), changed([], ['ann'])).then('ann', null);
  });
});
