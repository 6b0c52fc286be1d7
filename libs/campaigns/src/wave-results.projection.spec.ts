import fc from 'fast-check';
import {
  ClientEvent,
  Credit,
  DispatchMailing,
  MarkAnswerUnknown,
  Placement,
  Profile,
  profileProjection,
  RecordPurchase,
  RecordResponse,
  RegisterClient,
  WithheldReason,
  WithholdContact,
} from '@boucle/clients';
import { AnyProjection, Message, RecordedEvent } from '@boucle/eventsourcing';
import { specProjection } from '../../eventsourcing/src/testing.js';
import { day, live, logged, order, Step, unasked } from '../../clients/src/testing.js';
import { ClientDecisions, decisionsKey, decisionsProjection } from './decisions.projection.js';
import { analysis, campaignId, happened, plan } from './testing.js';
import { Tally, waveKey, WaveResults, waveResultsProjection } from './wave-results.projection.js';
import { Decision, WaveEvent } from './wave.events.js';

const given = specProjection(waveResultsProjection, day(0));
const { waveLaunched, waveClosed, analysed } = happened;
const counts = { eligible: 5, drawn: 4, heldOut: 1, excluded: { opposed: 1 } };
const targeted: WaveEvent = { type: 'WaveTargeted', data: { campaignId, wave: 1, asOf: 7, chunks: 1, counts, merkleRoot: 'f00d' } };
const dispatched: WaveEvent = { type: 'WaveDispatched', data: { campaignId, wave: 1, mailed: 1, withheld: 1 } };

const placement = (arm: string | null = 'letter', cell = 'all'): Placement => ({ campaignId, wave: 1, cell, arm });
const sent = { clientId: 'a', priorContacts: 0, windowEndsAt: day(14) };
const mailed = (arm = 'letter', cell = 'all', cost = 55): ClientEvent => ({
  type: 'MailingDispatched',
  data: { ...sent, ...placement(arm, cell), mailingId: 'm', channel: 'post', cost },
});
const withheld = (reason: WithheldReason, arm: string | null = 'letter'): ClientEvent => ({
  type: 'ContactWithheld',
  data: { ...sent, ...placement(reason === 'hold-out' ? null : arm), reason, shadow: reason === 'hold-out' },
});
const credit = (arm: string | null = 'letter', changed: Partial<Credit> = {}): Credit => ({
  ...placement(arm),
  first: true,
  asDrawn: true,
  ...changed,
});
const responded = (of: Credit | null): ClientEvent => ({
  type: 'ResponseRecorded',
  data: { clientId: 'a', responseId: 'r', kind: 'click', credit: of },
});
const bought = (of: Credit | null, amount = 100, currency = 'EUR'): ClientEvent => ({
  type: 'PurchaseRecorded',
  data: { clientId: 'a', purchaseId: 'o', amount, currency, credit: of },
});
const unknown = (arm: string | null, asDrawn = true, cost = 0): ClientEvent => ({
  type: 'AnswerUnknown',
  data: { clientId: 'a', ...placement(arm), asDrawn, cost },
});

const tally = (clients: number, responded = 0, purchased = 0): Tally => ({ clients, responded, purchased });
const results = (changed: Partial<WaveResults> = {}): WaveResults => ({
  campaignId,
  wave: 1,
  status: 'targeting',
  plan: plan(),
  launchedAt: day(0),
  targeting: null,
  merkleRoot: null,
  mailed: 0,
  withheld: {},
  skipped: 0,
  arms: {},
  heldOut: tally(0),
  unsent: tally(0),
  amounts: {},
  cost: 0,
  late: { responses: 0, purchases: 0 },
  analysis: null,
  ...changed,
});
const out = [waveLaunched(), targeted];
const going = (changed: Partial<WaveResults> = {}) => results({ status: 'dispatching', targeting: counts, merkleRoot: 'f00d', ...changed });
const then = (past: readonly Message[], expected: object) => given(...past).then('spring/1', expected);

describe('wave results', () => {
  it('go through the states of the wave', () => {
    then([waveLaunched()], results());
    then(out, going());
    then([...out, dispatched], going({ status: 'open' }));
    then([...out, dispatched, waveClosed()], going({ status: 'closed' }));
    then([...out, dispatched, waveClosed(), analysed()], going({ status: 'analysed', analysis: analysis() }));
    then([waveLaunched(), { type: 'WaveAbandoned', data: { campaignId, wave: 1, reason: 'no disk' } }], results({ status: 'abandoned' }));
  });

  it('count each mailing in its cell and arm, with its cost', () =>
    then(
      [...out, mailed(), mailed(), mailed('mail', 'all', 1), mailed('mail', 'region=north', 1)],
      going({ mailed: 4, cost: 112, arms: { all: { letter: tally(2), mail: tally(1) }, 'region=north': { mail: tally(1) } } }),
    ));
  it('count who was left alone on purpose as one of the arm, the hold-out and the unsent apart', () => {
    then([...out, withheld('arm', 'nothing')], going({ withheld: { arm: 1 }, arms: { all: { nothing: tally(1) } } }));
    then([...out, withheld('hold-out')], going({ withheld: { 'hold-out': 1 }, heldOut: tally(1) }));
    then(
      [...out, withheld('opposed'), withheld('contact-cap'), withheld('campaign-ended'), withheld('opposed')],
      going({ withheld: { opposed: 2, 'contact-cap': 1, 'campaign-ended': 1 }, unsent: tally(4) }),
    );
  });

  it('count a reaction where its client is counted', () => {
    then([...out, mailed(), responded(credit())], going({ mailed: 1, cost: 55, arms: { all: { letter: tally(1, 1) } } }));
    then(
      [...out, mailed(), bought(credit())],
      going({ mailed: 1, cost: 55, arms: { all: { letter: tally(1, 0, 1) } }, amounts: { EUR: 100 } }),
    );
    then([...out, withheld('hold-out'), responded(credit(null))], going({ withheld: { 'hold-out': 1 }, heldOut: tally(1, 1) }));
    then(
      [...out, withheld('opposed'), bought(credit('letter', { asDrawn: false }))],
      going({ withheld: { opposed: 1 }, unsent: tally(1, 0, 1), amounts: { EUR: 100 } }),
    );
  });
  it('count a client once, however often he reacts, but every amount, by currency', () =>
    then(
      [
        ...out,
        mailed(),
        responded(credit()),
        responded(credit('letter', { first: false })),
        bought(credit()),
        bought(credit('letter', { first: false }), 7, 'CHF'),
      ],
      going({ mailed: 1, cost: 55, arms: { all: { letter: tally(1, 1, 1) } }, amounts: { EUR: 100, CHF: 7 } }),
    ));
  it('do not count a reaction to nothing or to another campaign', () =>
    then(
      [...out, responded(null), bought(null), bought(credit('letter', { campaignId: 'summer' })), responded(credit('letter', { wave: 2 }))],
      going(),
    ));

  it('take a client out whose answer is unknown, with what he cost', () => {
    const skipped = (changed: Partial<WaveResults>) => going({ skipped: 1, ...changed });
    then([...out, mailed(), mailed(), unknown('letter', true, 55)], skipped({ mailed: 2, cost: 55, arms: { all: { letter: tally(1) } } }));
    then([...out, withheld('arm', 'nothing'), unknown('nothing')], skipped({ withheld: { arm: 1 }, arms: { all: { nothing: tally(0) } } }));
    then([...out, withheld('hold-out'), unknown(null)], skipped({ withheld: { 'hold-out': 1 }, heldOut: tally(0) }));
    then([...out, withheld('opposed'), unknown('letter', false)], skipped({ withheld: { opposed: 1 }, unsent: tally(0) }));
  });

  it.each([
    ['closed', [], null],
    ['analysed', [analysed()], analysis()],
  ] as const)('stand still once the wave is %s: what comes later is late', (status, more, learnt) => {
    const past = [...out, mailed(), withheld('hold-out'), dispatched, responded(credit()), waveClosed(), ...more];
    const still = {
      status,
      analysis: learnt,
      mailed: 1,
      cost: 55,
      withheld: { 'hold-out': 1 },
      heldOut: tally(1),
      arms: { all: { letter: tally(1, 1) } },
    };
    then(past, going(still));
    then(
      [
        ...past,
        responded(credit()),
        responded(credit(null)),
        responded(credit('letter', { first: false })),
        bought(credit(null)),
        bought(credit()),
      ],
      going({ ...still, late: { responses: 3, purchases: 2 } }),
    );
    then([...past, unknown(null), unknown('letter', true, 55)], going(still));
  });

  it('make nothing up for a wave that was not launched', () => {
    for (const event of [
      targeted,
      dispatched,
      waveClosed(),
      analysed(),
      mailed(),
      withheld('arm'),
      responded(credit()),
      bought(credit()),
      unknown('letter'),
    ])
      then([event], null as unknown as object);
  });
});

describe('all read models of random histories', () => {
  const clientIds = ['a', 'b', 'c', 'd', 'e'];
  const fate = fc.constantFrom('mail', 'hold-out', 'no-shadow', 'arm', 'ended', 'undecided');
  const act = fc.record({
    who: fc.constantFrom(...clientIds),
    kind: fc.constantFrom('respond', 'buy', 'complain', 'unknown', 'dispatch'),
    at: fc.integer({ min: 0, max: 40 }),
    wave: fc.integer({ min: 1, max: 2 }),
    id: fc.integer({ min: 1, max: 6 }),
  });
  const histories = fc.record({
    fates: fc.array(fc.tuple(fate, fate), { minLength: clientIds.length, maxLength: clientIds.length }),
    acts: fc.array(act, { maxLength: 60, size: '+1' }),
    closeAfter: fc.integer({ min: 0, max: 60 }),
  });
  type Act = (typeof act extends fc.Arbitrary<infer A> ? A : never) & { fate: string };

  const cap = { contacts: 1, days: 3 };
  const isHoldOut = (fate: string) => fate === 'hold-out' || fate === 'no-shadow';
  const armOf = (fate: string) => (isHoldOut(fate) ? null : fate === 'arm' ? 'nothing' : 'letter');
  const reasonOf = (fate: string): WithholdContact['reason'] => (isHoldOut(fate) ? 'hold-out' : fate === 'arm' ? 'arm' : 'campaign-ended');
  const step = (clientId: string, { kind, at, wave, id, fate }: Act): Step => {
    const decision = { campaignId, wave, cell: 'all', arm: armOf(fate) };
    const windowEndsAt = day(at + 7);
    switch (kind) {
      case 'respond':
      case 'complain':
        return [day(at), order(RecordResponse, { clientId, responseId: `r-${id}`, kind: kind === 'respond' ? 'click' : 'complaint' })];
      case 'buy':
        return [day(at), order(RecordPurchase, { clientId, purchaseId: `o-${id}`, amount: 100 * id, currency: id % 2 ? 'EUR' : 'CHF' })];
      case 'unknown':
        return [day(at), order(MarkAnswerUnknown, { clientId, placement: decision, cost: 55 })];
      default:
        return fate === 'mail'
          ? [
              day(at),
              order(DispatchMailing, {
                clientId,
                placement: decision,
                channel: 'post',
                cost: 55,
                windowEndsAt,
                contactCap: cap,
                ...unasked,
              }),
            ]
          : [
              day(at),
              order(WithholdContact, {
                clientId,
                placement: decision,
                reason: reasonOf(fate),
                shadow: fate === 'hold-out',
                windowEndsAt,
                contactCap: cap,
                channels: ['post'],
                ...unasked,
              }),
            ];
    }
  };

  /** Folds a log into the documents of a projection; the events of a stream keep their order. */
  const folded = <D extends object>(projection: AnyProjection, log: readonly RecordedEvent[]): Map<string, D> => {
    const documents = new Map<string, D>();
    const on = projection.on as Record<string, ((document: D | null, event: RecordedEvent, key: string) => D | null) | undefined>;
    for (const event of log) {
      const rule = on[event.type];
      if (!rule) continue;
      for (const key of [projection.key(event)].flat()) {
        const document = rule(documents.get(key) ?? null, event, key);
        if (document) documents.set(key, document);
        else documents.delete(key);
      }
    }
    return documents;
  };
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

  it('agree with each other', () => {
    fc.assert(
      fc.property(histories, ({ fates, acts, closeAfter }) => {
        const waves = [1, 2].map((wave) =>
          clientIds.flatMap((clientId, i): Decision[] => {
            const fate = fates[i][wave - 1];
            if (fate === 'undecided') return [];
            const arm = armOf(fate);
            return [
              arm === null
                ? { clientId, cell: 'all', reason: 'hold-out', shadow: fate === 'hold-out' }
                : { clientId, cell: 'all', arm, propensities: { [arm]: 1_000_000 } },
            ];
          }),
        );
        // every client lives by himself, then all acts are put into one log in their order
        const answers = clientIds.map((clientId, i) => {
          const own = acts.filter(({ who }) => who === clientId).map((one) => ({ ...one, fate: fates[i][one.wave - 1] }));
          const known = own.filter(({ kind, fate }) => kind !== 'dispatch' || fate !== 'undecided');
          return {
            known,
            ...live([day(0), order(RegisterClient, { clientId, attributes: {} })], ...known.map((one) => step(clientId, one))),
          };
        });
        const next = clientIds.map(() => 0);
        const clientEvents = [
          ...answers.flatMap(({ answers }) => answers[0].events.map((event) => ({ event, at: day(0) }))),
          ...acts.flatMap((one) => {
            const i = clientIds.indexOf(one.who);
            const { known, answers: own } = answers[i];
            if (one.kind === 'dispatch' && fates[i][one.wave - 1] === 'undecided') return [];
            const n = next[i]++;
            return own[n + 1].events.map((event) => ({ event, at: day(known[n].at) }));
          }),
        ];
        const before: Message[] = [1, 2].flatMap((wave) => [
          waveLaunched(wave),
          { type: 'DecisionsTaken', data: { campaignId, wave, chunk: 0, decisions: waves[wave - 1] } },
          { ...targeted, data: { ...targeted.data, wave, counts: { ...counts, drawn: waves[wave - 1].length } } },
        ]);
        const messages = [
          ...before.map((event) => ({ event, at: day(0) })),
          ...clientEvents.slice(0, closeAfter),
          { event: waveClosed(1), at: day(50) },
          ...clientEvents.slice(closeAfter),
        ];
        const log = messages.map(({ event, at }, i) => logged(event, at, i + 1));

        const profiles = folded<Profile>(profileProjection as AnyProjection, log);
        const decisions = folded<ClientDecisions>(decisionsProjection as AnyProjection, log);
        const results = folded<WaveResults>(waveResultsProjection as AnyProjection, log);
        const all = [...decisions.values()].flatMap((client) => client.decisions);

        for (const wave of [1, 2]) {
          const found = results.get(waveKey(campaignId, wave))!;
          const ofWave = all.filter((decision) => decision.wave === wave && decision.outcome !== null);
          const tallies = [...Object.values(found.arms).flatMap((ofCell) => Object.values(ofCell)), found.heldOut, found.unsent];
          for (const { clients, responded, purchased } of tallies) {
            expect(clients).toBeGreaterThanOrEqual(0);
            expect(responded).toBeLessThanOrEqual(clients);
            expect(purchased).toBeLessThanOrEqual(clients);
          }
          // the first wave closes in the middle: what is recorded later is not part of the numbers
          const carriedOut = found.mailed + sumOf(Object.values(found.withheld));
          expect(sumOf(tallies.map(({ clients }) => clients)) + found.skipped).toBe(carriedOut);
          expect(ofWave).toHaveLength(carriedOut);
          if (wave === 1) continue;
          const knownAnswers = ofWave.filter(({ answerUnknown }) => !answerUnknown);
          expect(sumOf(tallies.map(({ clients }) => clients))).toBe(knownAnswers.length);
          expect(sumOf(tallies.map(({ responded }) => responded))).toBe(knownAnswers.filter(({ responded }) => responded).length);
          expect(sumOf(tallies.map(({ purchased }) => purchased))).toBe(knownAnswers.filter(({ purchased }) => purchased).length);
          expect(found.heldOut.clients).toBe(knownAnswers.filter(({ outcome }) => outcome === 'hold-out').length);
          expect(found.mailed).toBe(ofWave.filter(({ outcome }) => outcome === 'mailed').length);
          expect(found.cost).toBe(55 * knownAnswers.filter(({ outcome }) => outcome === 'mailed').length);
          expect(found.late).toEqual({ responses: 0, purchases: 0 });
        }

        for (const clientId of clientIds) {
          const profile = profiles.get(clientId)!;
          const own = decisions.get(decisionsKey(campaignId, clientId))?.decisions.filter(({ outcome }) => outcome !== null) ?? [];
          expect(profile.solicitations.mailings).toBe(own.filter(({ outcome }) => outcome === 'mailed').length);
          expect(profile.solicitations.mailings + profile.solicitations.withheld).toBe(own.length);
          // a shadow counts as a contact to both the rules and the read model
          const { client } = answers[clientIds.indexOf(clientId)];
          expect(profile.solicitations.recent).toEqual(client.contacts);
        }
        const credits = log.filter(
          ({ type, data }) => (type === 'ResponseRecorded' || type === 'PurchaseRecorded') && (data as { credit: object | null }).credit,
        );
        const reactions = log.filter(({ type }) => type === 'ResponseRecorded' || type === 'PurchaseRecorded');
        expect(credits.length).toBeLessThanOrEqual(reactions.length);
        expect(sumOf([...profiles.values()].map(({ responses, purchases }) => responses.count + purchases.count))).toBe(reactions.length);
      }),
      { numRuns: 100 },
    );
  });
});
