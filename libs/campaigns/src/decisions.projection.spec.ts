import { ClientEvent, Credit, Placement } from '@boucle/clients';
import { specProjection } from '../../eventsourcing/src/testing.js';
import { day } from '../../clients/src/testing.js';
import { analysisBarrier, ClientDecisions, DecisionReading, decisionsProjection, targetingBarrier } from './decisions.projection.js';
import { happened } from './testing.js';
import { Decision, WaveEvent } from './wave.events.js';

const campaignId = 'spring';
const given = specProjection(decisionsProjection, day(0));
const propensities = { letter: 400_000, mail: 600_000 };
const letterFor = (clientId: string): Decision => ({ clientId, cell: 'all', arm: 'letter', propensities });
const heldOut = (clientId: string): Decision => ({ clientId, cell: 'all', reason: 'hold-out', shadow: true });

const taken = (wave: number, ...decisions: readonly Decision[]): WaveEvent => ({
  type: 'DecisionsTaken',
  data: { campaignId, wave, chunk: 0, decisions },
});
const placement = (wave = 1, arm: string | null = 'letter'): Placement => ({ campaignId, wave, cell: 'all', arm });
const sent = { clientId: 'a', priorContacts: 0, windowEndsAt: day(14) };
const mailed = (wave = 1): ClientEvent => ({
  type: 'MailingDispatched',
  data: { ...sent, ...placement(wave), mailingId: `spring.${wave}.a`, channel: 'post', cost: 55 },
});
const credit = (wave = 1): Credit => ({ ...placement(wave), first: true, asDrawn: true });
const responded = (of: Credit | null): ClientEvent => ({
  type: 'ResponseRecorded',
  data: { clientId: 'a', responseId: 'r', kind: 'click', credit: of },
});
const bought = (of: Credit | null): ClientEvent => ({
  type: 'PurchaseRecorded',
  data: { clientId: 'a', purchaseId: 'o', amount: 100, currency: 'EUR', credit: of },
});

const reading = (changed: Partial<DecisionReading> = {}): DecisionReading => ({
  wave: 1,
  cell: 'all',
  arm: 'letter',
  propensities,
  outcome: null,
  responded: false,
  purchased: false,
  answerUnknown: false,
  ...changed,
});
const of = (clientId: string, ...decisions: readonly DecisionReading[]): ClientDecisions => ({ campaignId, clientId, decisions });

describe('decisions', () => {
  it('has a document for each client decided', () => {
    const wave = taken(1, letterFor('a'), heldOut('b'));
    given(wave).then('spring/a', of('a', reading()));
    given(wave).then('spring/b', of('b', reading({ arm: null, propensities: null })));
    given(wave).then('spring/c', null);
  });
  it('keeps the waves apart', () =>
    given(taken(1, letterFor('a')), taken(2, letterFor('a')), mailed(2)).then(
      'spring/a',
      of('a', reading(), reading({ wave: 2, outcome: 'mailed' })),
    ));
  it('says what became of it', () => {
    given(taken(1, letterFor('a')), mailed()).then('spring/a', of('a', reading({ outcome: 'mailed' })));
    for (const reason of ['hold-out', 'arm', 'opposed', 'contact-cap', 'campaign-ended'] as const)
      given(taken(1, letterFor('a')), {
        type: 'ContactWithheld',
        data: { ...sent, ...placement(), reason, shadow: reason === 'hold-out' },
      }).then('spring/a', of('a', reading({ outcome: reason })));
  });
  it('says what was credited to it, once or more often', () => {
    given(taken(1, letterFor('a')), mailed(), responded(credit()), responded({ ...credit(), first: false })).then(
      'spring/a',
      of('a', reading({ outcome: 'mailed', responded: true })),
    );
    given(taken(1, letterFor('a')), mailed(), bought(credit())).then('spring/a', of('a', reading({ outcome: 'mailed', purchased: true })));
  });
  it('credits the wave that the reaction names', () =>
    given(taken(1, letterFor('a')), taken(2, letterFor('a')), bought(credit(1))).then(
      'spring/a',
      of('a', reading({ purchased: true }), reading({ wave: 2 })),
    ));
  it('does not care for reactions to nothing', () => {
    given(taken(1, letterFor('a')), responded(null), bought(null)).then('spring/a', of('a', reading()));
    given(taken(1, letterFor('a')), bought({ ...credit(), campaignId: 'summer' })).then('spring/a', of('a', reading()));
  });
  it('knows of an answer that it is unknown', () =>
    given(taken(1, letterFor('a')), mailed(), {
      type: 'AnswerUnknown',
      data: { clientId: 'a', ...placement(), asDrawn: true, cost: 55 },
    }).then('spring/a', of('a', reading({ outcome: 'mailed', answerUnknown: true }))));
  it('makes nothing up for a client never decided', () => given(mailed(), responded(credit())).then('spring/a', null));
});

describe('barriers', () => {
  const { waveLaunched, waveClosed, analysed } = happened;
  const told = (by: Record<string, (data: object) => string>, { type, data }: { type: string; data: object }) => by[type](data);
  it('hold the profiles while a wave is targeted', () => {
    const raised = told(targetingBarrier.raisedBy, waveLaunched(2));
    const counts = { eligible: 0, drawn: 0, heldOut: 0, excluded: {} };
    const targeted: WaveEvent = { type: 'WaveTargeted', data: { campaignId, wave: 2, asOf: 1, chunks: 0, counts, merkleRoot: '' } };
    expect(told(targetingBarrier.loweredBy, targeted)).toBe(raised);
    expect(told(targetingBarrier.loweredBy, { type: 'WaveAbandoned', data: { campaignId, wave: 2, reason: '' } })).toBe(raised);
    expect(told(targetingBarrier.loweredBy, { ...targeted, data: { ...targeted.data, wave: 1 } })).not.toBe(raised);
  });
  it('hold the outcomes while a wave is analysed', () => {
    expect(told(analysisBarrier.loweredBy, analysed(2))).toBe(told(analysisBarrier.raisedBy, waveClosed(2)));
    expect(told(analysisBarrier.loweredBy, analysed(1))).not.toBe(told(analysisBarrier.raisedBy, waveClosed(2)));
  });
});
