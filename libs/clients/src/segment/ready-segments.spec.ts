import { projectEvent } from '@boucle/eventsourcing';
import { checkRule, compileRule, parseRule, printRule } from '@boucle/segments';
import { FIRST_CATALOGUES } from '../catalogue/catalogues.js';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { ClientHistory, noHistory } from '../history/client-history.js';
import { lifeCyclePolicyDecider } from '../life-cycle/life-cycle-policy.decider.js';
import { day, logged } from '../testing.js';
import { READY_SEGMENTS } from './ready-segments.js';
import { NO_GEOGRAPHY } from './geography.js';
import { articleFacts } from './segment-facts.js';
import { SegmentSubject } from './segment-subject.js';
import { segmentVocabulary } from './segment-vocabulary.js';

const vocabulary = segmentVocabulary({
  policy: lifeCyclePolicyDecider.initial,
  catalogues: FIRST_CATALOGUES,
  ...articleFacts([], {}, '2026-03-01'),
  geography: NO_GEOGRAPHY,
});
const at = day(0);

/** Somebody who bought, was written to and reacted so many days ago. */
const person = ({ bought = [], mailed = [], reacted = [], birthDate }: Partial<Past> = {}, more: Partial<Profile> = {}): SegmentSubject => {
  const registered = { type: 'ClientRegistered', data: { clientId: 'ann', attributes: {}, personal: birthDate ? { birthDate } : null } };
  const profile = projectEvent(profileProjection, null, logged(registered, day(-2000)), 'ann') as Profile;
  const history: ClientHistory = {
    ...noHistory('ann'),
    purchases: bought.map((days, n) => ({ purchaseId: `p-${n}`, at: day(-days), amount: 1000, currency: 'EUR' })),
    solicitations: mailed.map((days, n) => ({ at: day(-days), kind: 'mailing', channel: 'post', campaignId: `c-${n}`, wave: 1 })),
    reactions: reacted.map(([days, kind]) => ({ at: day(-days), kind })),
  };
  return { clientId: 'ann', profile: { ...profile, ...more }, history, identity: null, score: null };
};

interface Past {
  readonly bought: readonly number[];
  readonly mailed: readonly number[];
  readonly reacted: readonly (readonly [days: number, kind: 'quote-request' | 'referral'])[];
  readonly birthDate: string;
}

const reachable = { person: { ...person({ birthDate: '1980-05-01' }).profile.person!, emails: ['work'] } };

const cases: readonly [segmentId: string, within: SegmentSubject, without: SegmentSubject][] = [
  ['new-clients', person({ bought: [40, 10] }), person({ bought: [400, 10] })],
  ['bought-once', person({ bought: [100] }), person({ bought: [100, 90] })],
  ['best-clients', person({ bought: [300, 200, 10] }), person({ bought: [700, 600, 10] })],
  ['best-going-quiet', person({ bought: [500, 400, 300] }), person({ bought: [500, 400, 20] })],
  ['regular-buyers', person({ bought: [120, 80, 40] }), person({ bought: [40] })],
  ['recommenders', person({ bought: [120, 80, 40], reacted: [[10, 'referral']] }), person({ bought: [120, 80, 40] })],
  ['lapsed', person({ bought: [500], mailed: [10] }), person({ bought: [100] })],
  ['former', person({ bought: [1500] }), person({ bought: [1500], mailed: [10] })],
  ['warm-prospects', person({ reacted: [[5, 'quote-request']] }), person({ reacted: [[200, 'quote-request']] })],
  ['birthday-soon', person({ birthDate: '1980-03-20' }), person({ birthDate: '1980-06-20' })],
  ['do-not-answer', person({ bought: [100], mailed: [60, 40, 20] }), person({ bought: [30], mailed: [60, 40, 20] })],
  ['buyers-by-email', person({ bought: [100] }, reachable), person({ bought: [100] })],
];

describe('Ready segments', () => {
  it('are twelve, each of another name', () => {
    expect(new Set(READY_SEGMENTS.map(({ segmentId }) => segmentId)).size).toBe(12);
    expect(cases.map(([segmentId]) => segmentId)).toEqual(READY_SEGMENTS.map(({ segmentId }) => segmentId));
  });

  it.each(READY_SEGMENTS)('$segmentId is a rule that can be edited as it stands', ({ text }) => {
    const { rule } = parseRule(text, vocabulary);
    checkRule(rule, { vocabulary, segments: new Map() });
    expect(printRule(rule, vocabulary)).toBe(text);
  });

  it.each(cases)('%s finds whom it says, and nobody else', (segmentId, within, without) => {
    const { text } = READY_SEGMENTS.find((one) => one.segmentId === segmentId)!;
    const member = compileRule(parseRule(text, vocabulary).rule, vocabulary, { at, segments: new Map(), name: segmentId });
    expect([member(within), member(without)]).toEqual([true, false]);
  });
});
