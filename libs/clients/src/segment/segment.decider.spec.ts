import { Rule } from '@boucle/segments';
import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, order } from '../testing.js';
import { ActivateSegment, ChangeSegmentMembers, DefineSegment, RetireSegment, SettleSegment } from './segment.commands.js';
import { segmentMembersDecider, segmentsDecider } from './segment.decider.js';

const now = day(0);
const given = specDecider(segmentsDecider, now);
const [filled, asksForLoyal]: Rule[] = [
  { is: 'filled', value: { field: 'language' } },
  { is: 'segment', segment: 'loyal' },
];
const define = (segmentId: string, rule: Rule, name = segmentId) => order(DefineSegment, { segmentId, name, rule });
const defined = (segmentId: string, rule: Rule, version = 1) => ({
  type: 'SegmentDefined',
  data: { segmentId, name: segmentId, rule, version },
});
const figures = { asOf: 7, count: 2, hash: 'ab' };
const activate = (segmentId: string, rule: Rule, version = 1) =>
  order(ActivateSegment, { segmentId, name: segmentId, rule, version, ...figures });
const activated = (segmentId: string, rule: Rule, version = 1) => ({
  type: 'SegmentActivated',
  data: { segmentId, name: segmentId, rule, version, ...figures },
});
const retire = order(RetireSegment, { segmentId: 'loyal' });
const retired = { type: 'SegmentRetired', data: { segmentId: 'loyal' } };

describe('DefineSegment', () => {
  it('names a rule', () => given().when(define('loyal', filled)).then(defined('loyal', filled)));
  it('gives it another rule', () =>
    given(defined('loyal', filled))
      .when(define('loyal', { is: 'not', rule: filled }))
      .then(defined('loyal', { is: 'not', rule: filled }, 2)));
  it('is repeatable', () => given(defined('loyal', filled)).when(define('loyal', filled)).thenNothing());
  it('leaves active segments to who counts them', () =>
    given(defined('loyal', filled), activated('loyal', filled))
      .when(define('loyal', { is: 'not', rule: filled }))
      .thenRejected('segment-active'));
  it('needs the segments that it asks for', () => given().when(define('best', asksForLoyal)).thenRejected('unknown-segment'));
  it('refuses a circle, also a roundabout one', () => {
    given().when(define('loyal', asksForLoyal)).thenRejected('segment-circle');
    given(defined('loyal', filled), defined('best', asksForLoyal))
      .when(define('loyal', { is: 'segment', segment: 'best' }))
      .thenRejected('segment-circle');
  });
  it('refuses the id and the use of a retired one', () => {
    given(defined('loyal', filled), retired).when(define('loyal', filled)).thenRejected('segment-retired');
    given(defined('loyal', filled), retired).when(define('best', asksForLoyal)).thenRejected('segment-retired');
  });
});

describe('ActivateSegment', () => {
  it('tells who belongs to it', () => given(defined('loyal', filled)).when(activate('loyal', filled)).then(activated('loyal', filled)));
  it('changes the rule of an active one', () =>
    given(defined('loyal', filled), activated('loyal', filled))
      .when(activate('loyal', { is: 'not', rule: filled }))
      .then(activated('loyal', { is: 'not', rule: filled }, 2)));
  it('is repeatable', () => given(defined('loyal', filled), activated('loyal', filled)).when(activate('loyal', filled)).thenNothing());
  it('needs a rule', () => given().when(activate('loyal', filled)).thenRejected('unknown-segment'));
  it('refuses figures of another version', () =>
    given(defined('loyal', filled, 2))
      .when(activate('loyal', filled, 1))
      .thenRejected('segment-changed'));
  it('refuses a retired one', () =>
    given(defined('loyal', filled), retired).when(activate('loyal', filled)).thenRejected('segment-retired'));
});

describe('RetireSegment', () => {
  it('ends it', () => given(defined('loyal', filled)).when(retire).then(retired));
  it('is repeatable', () => given(defined('loyal', filled), retired).when(retire).thenNothing());
  it('needs one', () => given().when(retire).thenRejected('unknown-segment'));
  it('waits for those that ask for it', () =>
    given(defined('loyal', filled), defined('best', asksForLoyal)).when(retire).thenRejected('segment-asked-for'));
});

describe('ChangeSegmentMembers', () => {
  const members = specDecider(segmentMembersDecider, now);
  const change = (entered: string[], left: string[]) => order(ChangeSegmentMembers, { segmentId: 'loyal', entered, left });
  it('tells who came and who left', () =>
    members()
      .when(change(['ann'], ['bob']))
      .then({ type: 'SegmentMembersChanged', data: { segmentId: 'loyal', entered: ['ann'], left: ['bob'] } }));
  it('tells nothing if nobody did', () => members().when(change([], [])).thenNothing());
});

describe('SettleSegment', () => {
  const members = specDecider(segmentMembersDecider, now);
  const settle = (version: number) => order(SettleSegment, { segmentId: 'loyal', version });
  const settled = (version: number) => ({ type: 'SegmentSettled', data: { segmentId: 'loyal', version } });
  it('says by which rule everybody was asked', () => members(settled(1)).when(settle(2)).then(settled(2)));
  it('is repeatable', () => members(settled(2)).when(settle(2)).thenNothing());
  it('says nothing of a rule before', () => members(settled(2)).when(settle(1)).thenNothing());
});
