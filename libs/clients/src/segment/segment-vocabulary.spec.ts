import fc from 'fast-check';
import { DomainError, fold, Message, projectEvent, Projection, RecordedEvent } from '@boucle/eventsourcing';
import { compileRule, explainRule, mongoFilter, nextChange, parseRule, printRule, checkRule, randomOrder } from '@boucle/segments';
import { uniformHash } from '@boucle/targeting';
import { Query } from 'mingo';
import { anyRule, Pool } from '../../../segments/src/testing.js';
import { FIRST_CATALOGUES } from '../catalogue/catalogues.js';
import { clientIdOf } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { ClientHistory, noHistory } from '../history/client-history.js';
import { historyProjection } from '../history/history.projection.js';
import { classOf } from '../life-cycle/life-cycle.js';
import { lifeCyclePolicyDecider } from '../life-cycle/life-cycle-policy.decider.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { DrawnCommand, randomCommands } from '../random-commands.js';
import { day, logged } from '../testing.js';
import { articleFacts } from './segment-facts.js';
import { SegmentSubject } from './segment-subject.js';
import { segmentVocabulary } from './segment-vocabulary.js';

const at = day(100);
const groups = {
  wine: { labels: { en: 'Wine' }, standings: [] },
  red: { labels: { en: 'Red wine' }, standings: [{ under: 'wine', since: null }] },
};
const article = (articleId: string, under: string, brand: string) => ({
  ...{ articleId, retired: false, standings: [{ under, since: null }] },
  article: { labels: { en: articleId }, brand },
});
const facts = {
  policy: lifeCyclePolicyDecider.initial,
  catalogues: FIRST_CATALOGUES,
  ...articleFacts(
    [article('merlot', 'red', 'ours'), article('chablis', 'wine', 'theirs'), article('article-1', 'red', 'ours')],
    groups,
    '2026-03-01',
  ),
  geography: {
    statistics: {
      installed: [
        {
          ...{ edition: 'e', source: 'bfs', year: 2024, installedAt: day(0) },
          figures: [
            { country: 'CH', kind: 'commune' as const, code: '351', measure: 'income', value: 5 },
            { country: 'FR', kind: 'postal-area' as const, code: '75001', measure: 'income', value: 10 },
          ],
        },
      ],
    },
    lists: {
      installed: {
        CH: {
          ...{ edition: 'l', source: 'swisstopo', installedAt: day(0), countries: ['CH'] },
          localities: [
            { country: 'CH', postalCode: '3005', locality: 'Bern', communeCode: '351', centre: { latitude: 46.9419, longitude: 7.4508 } },
            {
              country: 'CH',
              postalCode: 'Kanarienvogel code',
              locality: 'Bern',
              communeCode: '351',
              centre: { latitude: 46.9, longitude: 7.4 },
            },
            { country: 'CH', postalCode: '8001', locality: 'Zürich', communeCode: '261', centre: { latitude: 47.3707, longitude: 8.5412 } },
          ],
        },
      },
    },
    pointsOfSale: new Map([['bern', { latitude: 46.948, longitude: 7.4474 }]]),
  },
};
const vocabulary = segmentVocabulary(facts);
const asking = (instant: string) => ({ at: instant, segments: new Map(), name: 'tried' });

const pool: Pool = {
  texts: [
    'CH',
    'CH-KANARIENVOGELCODE',
    'company-1',
    'company-3',
    'FR',
    'north',
    'south',
    'article-1',
    'shop-1',
    'spring',
    'Kanarienvogel code',
  ],
  numbers: [0, 1, 2, 3, 5, 10, 0.5, 42],
  days: [-100, -1, 0, 1, 7, 30, 100].map((days) => day(days).slice(0, 10)),
  segments: [],
  random: true,
};

/** What came of commands to clients, one an hour. */
const lived = (commands: readonly DrawnCommand[]): readonly RecordedEvent[] => {
  const states = new Map<string, unknown>();
  let position = 0;
  return commands.flatMap(({ decider, command }, n) => {
    const stream = decider.stream(command);
    const state = states.get(stream) ?? (decider.initial as unknown);
    const { occurredAt = day(0, n) } = command as { occurredAt?: string };
    const rule = decider.decide[command.constructor.name] as (state: unknown, command: object, now: string) => Message[];
    try {
      const events = rule(state, command, occurredAt).map((event): RecordedEvent => ({ ...logged(event, occurredAt, ++position), stream }));
      states.set(stream, fold(decider, state, events));
      return events;
    } catch (error) {
      if (error instanceof DomainError) return [];
      throw error;
    }
  });
};

/** What would have been told of the same clients, had they been held out of every wave. */
const heldOut = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  (events as readonly RecordedEvent<ClientEvent>[]).map((event) => {
    if (event.type !== 'MailingDispatched') return event;
    const { mailingId: _, cost: __, pointId: ___, ...data } = event.data;
    return { ...event, type: 'ContactWithheld', data: { ...data, arm: null, reason: 'hold-out', shadow: true } };
  });

const folded = <D extends object>(projection: Projection<D, never>, events: readonly RecordedEvent[], key: string): D | null =>
  events.reduce<object | null>((document, event) => projectEvent(projection, document, event, key), null) as D | null;

const subjectsIn = (events: readonly RecordedEvent[]): readonly SegmentSubject[] => {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const clientId = clientIdOf(event.stream);
    if (clientId !== null) streams.set(clientId, [...(streams.get(clientId) ?? []), event]);
  }
  return [...streams].flatMap(([clientId, own]) => {
    const profile = folded<Profile>(profileProjection, own, clientId);
    const history = folded<ClientHistory>(historyProjection, own, clientId) ?? noHistory(clientId);
    return profile ? [{ clientId, profile, history, identity: folded<Identity>(identityProjection, own, clientId), score: null }] : [];
  });
};

const score = fc.option(
  fc.record({
    clientId: fc.constant('ann'),
    scoringId: fc.constant('2026-03-01'),
    run: fc.constant(1),
    rfm: fc.constantFrom(null, 111, 215, 555),
    aliveProbability: fc.constantFrom(null, 0.5, 1),
    expectedPurchases: fc.constantFrom(null, 0, 3),
    lifetimeValue: fc.constantFrom(null, 0, 4200, 50),
    nextArticle: fc.constantFrom(null, 'article-1'),
  }),
);
const date = fc.integer({ min: -10, max: 40 }).map((days) => day(days).slice(0, 10));
const home = fc.option(
  fc.record({
    role: fc.constantFrom('adult', 'child', null),
    members: fc.array(fc.record({ role: fc.constant('adult'), from: date, until: fc.option(date) }), { minLength: 1, maxLength: 3 }),
  }),
);
const job = fc.record({
  companyId: fc.constantFrom('company-1', 'company-2'),
  role: fc.constantFrom('buyer', 'owner'),
  on: date,
  sector: fc.constantFrom('public', null),
  trade: fc.constant(null),
  headcount: fc.constantFrom(null, 2, 42),
  above: fc.array(fc.constantFrom('shop-1', 'company-3'), { maxLength: 2 }),
});
const five = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 5, maxLength: 5 });
const people = fc
  .tuple(randomCommands(150).map(lived).map(subjectsIn), five(score), five(home), five(fc.array(job, { maxLength: 2 })))
  .map(([subjects, scores, homes, jobs]) =>
    subjects.map((subject, n): SegmentSubject => {
      const others = subjects.filter((one) => one !== subject).map(({ history }) => history);
      const household = homes[n % homes.length];
      return {
        ...subject,
        score: scores[n % scores.length],
        around: { household: household && { ...household, histories: others }, companies: jobs[n % jobs.length] },
      };
    }),
  );
const instant = fc.oneof(fc.integer({ min: -300, max: 500 }), fc.integer({ min: 500, max: 3000 })).map((hours) => day(0, hours * 12));

describe('What segments ask of anybody', () => {
  const rules = anyRule(vocabulary, pool);

  it('is written in plain names', () => {
    const names = [vocabulary, ...vocabulary.events].flatMap(({ fields }) => fields.map(({ name }) => name));
    for (const name of names) expect(printRule({ is: 'filled', value: { field: name } }, vocabulary)).toBe(`${name} is filled`);
  });

  const only = (part: object) => anyRule({ ...vocabulary, fields: [], families: [], events: [], ...part }, pool);
  /** A rule on each field and on each kind of events, and some on many of them. */
  const manyRules = fc.tuple(
    ...vocabulary.fields.map((field) => only({ fields: [field] })),
    ...vocabulary.families!.map((family) => only({ families: [family] })),
    ...vocabulary.events.map((kind) => only({ events: [kind] })),
    ...Array.from({ length: 8 }, () => rules),
  );

  it('is answered by a filter of MongoDB as by a closure, whatever it asks', () =>
    fc.assert(
      fc.property(people, manyRules, instant, (subjects, drawn, when) => {
        for (const rule of drawn) {
          const member = compileRule(rule, vocabulary, asking(when));
          const query = new Query(mongoFilter(rule, vocabulary, asking(when)));
          for (const subject of subjects)
            expect([printRule(rule, vocabulary), query.test({ ...subject })]).toEqual([printRule(rule, vocabulary), member(subject)]);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    ));

  it('is explained as it is answered, and does not change before it is said to', () =>
    fc.assert(
      fc.property(
        people,
        fc.array(rules, { minLength: 8, maxLength: 8 }),
        instant,
        fc.array(instant, { maxLength: 10 }),
        (subjects, drawn, when, others) => {
          for (const rule of drawn) {
            checkRule(rule, { vocabulary, segments: new Map() });
            const member = compileRule(rule, vocabulary, asking(when));
            for (const subject of subjects) {
              const now = member(subject);
              expect(explainRule(rule, subject, vocabulary, asking(when)).member).toBe(now);
              const next = nextChange(rule, subject, vocabulary, asking(when));
              const just = next === null ? [] : [new Date(Date.parse(next) - 1).toISOString()];
              for (const later of [...others, ...just].filter((one) => one > when && (next === null || one < next)))
                expect([printRule(rule, vocabulary), later, compileRule(rule, vocabulary, asking(later))(subject)]).toEqual([
                  printRule(rule, vocabulary),
                  later,
                  now,
                ]);
            }
          }
        },
      ),
      { numRuns: 60 },
    ));
});

describe('Who was held out', () => {
  const histories = randomCommands(150).map(lived);
  const ofMailings = anyRule(
    { ...vocabulary, fields: [], families: [], events: vocabulary.events.filter(({ name }) => name === 'mailings') },
    pool,
  );
  const rules = fc.tuple(...[1, 2, 3, 4, 5].flatMap(() => [anyRule(vocabulary, pool), ofMailings]));

  it('has the class and belongs to the segments of who was mailed, whatever they ask', () =>
    fc.assert(
      fc.property(histories, rules, instant, (events, drawn, when) => {
        const [mailed, held] = [events, heldOut(events)].map(subjectsIn);
        expect(held.map((subject) => classOf(subject, facts.policy, when))).toEqual(
          mailed.map((subject) => classOf(subject, facts.policy, when)),
        );
        for (const rule of drawn) {
          const member = compileRule(rule, vocabulary, asking(when));
          expect([printRule(rule, vocabulary), held.map(member)]).toEqual([printRule(rule, vocabulary), mailed.map(member)]);
        }
      }),
      { numRuns: 40 },
    ));
});

describe('The random order of a segment', () => {
  it('is in no relation to the draw of the hold-out', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => `client-${n}`);
    const placeOf = randomOrder('spring');
    const cells = Array.from({ length: 100 }, () => 0);
    for (const id of ids) cells[10 * Math.floor(placeOf(id) / 10) + Math.floor(10 * uniformHash('spring', 'hold-out', id))]++;
    // chi-square with 99 degrees of freedom: above 160 once in 10,000 times
    expect(cells.reduce((sum, found) => sum + (found - 200) ** 2 / 200, 0)).toBeLessThan(160);
  });
});

describe('A rule of a segment', () => {
  const registered = {
    type: 'ClientRegistered',
    data: { clientId: 'ann', attributes: { region: 'north' }, told: [], personal: { birthDate: '1980-02-29' } },
  };
  const bought = (purchaseId: string, articleId: string, amount = 1000) => ({
    type: 'PurchaseRecorded',
    data: {
      clientId: 'ann',
      purchaseId,
      amount,
      currency: 'EUR',
      credit: null,
      lines: [{ articleId, quantity: 1, unitPrice: amount, amount }],
    },
  });
  const placement = { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter', windowEndsAt: day(99), priorContacts: 0 };
  const mailed = (wave = 1) => ({
    type: 'MailingDispatched',
    data: { clientId: 'ann', ...placement, wave, mailingId: `m-${wave}`, channel: 'email', cost: 1 },
  });
  const heldOut = { type: 'ContactWithheld', data: { clientId: 'ann', ...placement, wave: 9, reason: 'hold-out', shadow: true } };

  const ann = (...told: readonly (readonly [days: number, event: object])[]): SegmentSubject => {
    const events = [[0, registered] as const, ...told].map(([days, event], n) => ({
      ...logged(event as Message, day(days), n + 1),
      stream: 'client-ann',
    }));
    return subjectsIn(events)[0];
  };
  const holds = (text: string, subject: SegmentSubject, when = at): boolean => {
    const { rule, placeOf } = parseRule(text, vocabulary);
    return compileRule(checkRule(rule, { vocabulary, segments: new Map() }, placeOf), vocabulary, asking(when))(subject);
  };

  it('counts purchases of a category, with what stands under it, as long as they are kept', () => {
    const twice = 'count(purchases in the last 90 days where category has "wine") >= 2';
    expect(holds(twice, ann([20, bought('p1', 'merlot')], [30, bought('p2', 'chablis')]))).toBe(true);
    expect(holds(twice, ann([20, bought('p1', 'merlot')], [30, bought('p2', 'beer')]))).toBe(false);
    expect(holds(twice, ann([1, bought('p1', 'merlot')], [30, bought('p2', 'chablis')]))).toBe(false);
    const cancelled = {
      type: 'PurchaseCancelled',
      data: { clientId: 'ann', purchaseId: 'p2', amount: 1000, currency: 'EUR', reason: null },
    };
    const regretted = ann([20, bought('p1', 'merlot')], [30, bought('p2', 'chablis')], [40, cancelled]);
    expect(holds(twice, regretted)).toBe(false);
    expect(holds(twice, regretted, day(35))).toBe(true);
    expect(holds('count(lines where category = "red" and amount.EUR >= 10) = 1', regretted)).toBe(true);
  });

  it('adds up what is left of purchases', () => {
    const returned = {
      type: 'PurchaseReturned',
      data: { clientId: 'ann', returnId: 'r', purchaseId: 'p1', amount: 250, currency: 'EUR', kept: true, reason: null },
    };
    const subject = ann([20, bought('p1', 'merlot')], [30, returned]);
    expect(holds('sum(amount.EUR of purchases) = 7.5', subject)).toBe(true);
    expect(holds('sum(amount.EUR of purchases) = 10', subject, day(25))).toBe(true);
    expect(holds('sum(amount.CHF of purchases) = 0', subject)).toBe(true);
  });

  it('counts mailings since the last purchase that were not answered, and the hold-out as if it had got them', () => {
    const rule = 'count(mailings since the last purchase) >= 3 and count(mailings since the last purchase where answered = yes) = 0';
    const clicked = {
      type: 'ResponseRecorded',
      data: { clientId: 'ann', responseId: 'r', kind: 'click', credit: { ...placement, wave: 2 } },
    };
    expect(holds(rule, ann([1, bought('p1', 'merlot')], [2, mailed(1)], [3, mailed(2)], [4, heldOut]))).toBe(true);
    expect(holds(rule, ann([1, bought('p1', 'merlot')], [2, mailed(1)], [3, mailed(2)], [4, heldOut], [5, clicked]))).toBe(false);
    expect(holds(rule, ann([2, mailed(1)], [3, mailed(2)], [4, heldOut], [5, bought('p1', 'merlot')]))).toBe(false);
  });

  it('knows the age and the birthday of who was born on the 29 February', () => {
    expect(holds('age = 45', ann(), '2026-02-28T12:00:00.000Z')).toBe(true);
    expect(holds('age = 46', ann(), '2026-03-01T00:00:00.000Z')).toBe(true);
    expect(holds('birthday = 2026-02-28', ann(), '2026-02-28T12:00:00.000Z')).toBe(true);
    expect(holds('birthday in the next 30 days', ann(), '2026-02-01T12:00:00.000Z')).toBe(true);
    expect(holds('birthday in the next 30 days', ann(), '2026-03-01T00:00:00.000Z')).toBe(false);
  });

  it('knows his class and his attributes', () => {
    expect(holds('class = "trial-buyer" and attribute.region = "north" and count(mailings) = 0', ann([20, bought('p1', 'merlot')]))).toBe(
      true,
    );
    expect(() => holds('class = "regulr"', ann())).toThrow('did you mean "regular"?');
    expect(() => holds('count(purchases where category has "wne") > 1', ann())).toThrow('did you mean "wine"?');
  });
});
