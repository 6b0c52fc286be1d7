import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { EventStore, mustExecute, NewEvent, RecordedEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { ScoringEvent, scoringStream } from '@boucle/clients';
import { randomStream } from '@boucle/targeting';
import { CommandDoor } from '../apps/engine/src/door.js';
import { boucle } from './support/command-line.js';
import { ServedEngine, until } from './support/served-engine.js';

const DAY = 86_400_000;
const BEGAN = Date.parse('2025-03-01T10:00:00.000Z');
/** More than stand in one event. */
const CLIENTS = 600;

interface Sale {
  clientId: string;
  purchaseId: string;
  amount: number;
  currency: string;
  occurredAt: string;
  lines: { articleId: string; quantity: number; unitPrice: number }[];
}

/** A small shop in which who buys bread buys butter, and some never come back. */
const shop = (): Sale[] => {
  const random = randomStream('scoring', 1);
  return Array.from({ length: CLIENTS }, (_, n) => {
    const times = n % 4 === 0 ? 1 : 2 + Math.floor(6 * random.uniform());
    return Array.from({ length: times }, (_, m): Sale => {
      const price = 500 + Math.floor(3_000 * random.uniform());
      const bread = { articleId: n % 2 === 0 ? 'bread' : 'tea', quantity: 1, unitPrice: price };
      const butter = { articleId: 'butter', quantity: 1, unitPrice: 300 };
      const lines = n % 2 === 0 && m > 0 ? [bread, butter] : [bread];
      const at = BEGAN + Math.floor((40 * (n % 5) + 300 * random.uniform() * (m / times)) * DAY);
      const amount = lines.reduce((sum, { unitPrice }) => sum + unitPrice, 0);
      return { clientId: `c-${n}`, purchaseId: `p-${n}-${m}`, amount, currency: 'EUR', occurredAt: new Date(at).toISOString(), lines };
    });
  }).flat();
};

/** The log, but for a chunk of scores that it refuses once. */
const refusing = (found: EventStore) => {
  const refused = { chunk: null as number | null, times: 0 };
  const append = (stream: string, revision: number, events: readonly NewEvent[]) => {
    const scores = events.find(({ type }) => type === 'ClientsScored')?.data as { chunk: number } | undefined;
    if (scores === undefined || scores.chunk !== refused.chunk) return found.append(stream, revision, events);
    refused.chunk = null;
    refused.times++;
    return Promise.reject(new StoreUnavailableError('The store cannot answer: the disk is full'));
  };
  const events = new Proxy(found, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name === 'append') return append;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { events, refused };
};

let store: ReturnType<typeof refusing>;
let engine: ServedEngine;
const enter = async (type: string, all: readonly { data: object; now: string }[]): Promise<void> => {
  const cause = (key: string, now: string) => ({ id: randomUUID(), correlationId: 'shop', now, actor: 'spec', key });
  const requests = all.map(({ data, now }, n) => ({ message: { type, data }, cause: cause(`${n}`, now) }));
  await mustExecute(engine.app.get(CommandDoor), requests);
};
const done = async (scoringId: string, order: object = {}) => {
  const { position } = await engine.write('/scorings', { asOf: scoringId, currency: 'EUR', ...order });
  const { body } = await until(
    () => engine.get(`/scorings/${scoringId}?after=${position}`),
    (answer) => answer.body.status === 'done',
  );
  await engine.quiet();
  return body;
};
const ledger = async (events: EventStore, scoringId: string) =>
  (await events.read(scoringStream(scoringId))) as RecordedEvent<ScoringEvent>[];
const scoreOf = async (clientId: string) => (await engine.read(`/clients/${clientId}/score`)) as { score: Record<string, number> | null };

beforeAll(async () => {
  engine = await ServedEngine.start({
    outside: ({ events }) => {
      store = refusing(events);
      return { events: store.events };
    },
  });
  const clients = Array.from({ length: CLIENTS }, (_, n) => ({ clientId: `c-${n}`, attributes: {} }));
  await enter(
    'RegisterClient',
    clients.map((data) => ({ data, now: new Date(BEGAN).toISOString() })),
  );
  await engine.write('/clients', { clientId: 'looker', attributes: {} });
  await enter(
    'RecordPurchase',
    shop().map(({ occurredAt, ...data }) => ({ data, now: occurredAt })),
  );
  await engine.write('/clients/c-1/profiling-objection', {});
  await engine.write('/clients/c-2/restriction', {});
  await engine.quiet();
});
afterAll(() => rmSync(engine.dir, { recursive: true, force: true }));

it('scores everybody of whom something may be concluded, and says who is left out', async () => {
  const reading = await done('2026-02-28', { marginPercent: 40 });
  expect(reading).toMatchObject({
    ...{ run: 1, status: 'done', at: '2026-02-28T23:59:59.999Z', scored: CLIENTS - 2 },
    terms: { currency: 'EUR', marginPercent: 40, frequency: 'day', monetary: 'total', windowDays: null },
    fit: {
      ...{ population: CLIENTS - 2, buyers: CLIENTS - 2 },
      leftOut: { 'object to profiling': 1, 'have kept nothing': 1, 'restricted: their data is kept and used for nothing': 1 },
      buying: { clients: CLIENTS - 2 },
      nextArticles: [
        { article: 'bread', next: 'butter' },
        { article: 'butter', next: 'bread' },
      ],
    },
  });
  expect(reading.position).toBeLessThan(await engine.head());
  // who bought once may be gone or not: nobody knows
  const once = (await scoreOf('c-4')).score!;
  expect(once).toMatchObject({ scoringId: '2026-02-28', aliveProbability: null, nextArticle: 'butter' });
  expect(once.rfm).toBeGreaterThanOrEqual(111);
  const often = (await scoreOf('c-3')).score!;
  expect(often.aliveProbability).toBeGreaterThan(0);
  expect(often.lifetimeValue).toBeGreaterThan(0);
  expect(await scoreOf('c-1')).toEqual({ clientId: 'c-1', score: null, unscored: 'object to profiling' });
  expect(await scoreOf('looker')).toMatchObject({ score: null, unscored: 'no scoring run has found a purchase that was kept' });
  expect(await engine.get('/clients/nobody/score')).toMatchObject({ status: 404 });
  expect(await engine.get('/scorings/2026-01-01')).toMatchObject({ status: 404 });
});

it('says the same of a day when it is asked again, also after more has happened', async () => {
  const before = await done('2026-02-27');
  const scores = (await ledger(engine.adapters.events, '2026-02-27')).filter(({ type }) => type === 'ClientsScored');
  await engine.write('/purchases', { clientId: 'c-3', purchaseId: 'late', amount: 99_900, currency: 'EUR' });
  await engine.quiet();
  const after = await done('2026-02-27');
  expect(after).toMatchObject({ run: 2, fit: before.fit });
  const again = (await ledger(engine.adapters.events, '2026-02-27')).filter(({ type, data }) => type === 'ClientsScored' && data.run === 2);
  expect(again.map(({ data }) => ({ ...data, run: 1 }))).toEqual(scores.map(({ data }) => data));
});

it('goes on behind the last client scored where it broke off, and fits nothing anew', async () => {
  const whole = (await ledger(engine.adapters.events, '2026-02-28')).flatMap(({ type, data }) =>
    type === 'ClientsScored' ? data.scores : [],
  );
  store.refused.chunk = 1;
  await done('2026-02-28', { marginPercent: 40 });
  expect(store.refused.times).toBe(1);
  const again = (await ledger(engine.adapters.events, '2026-02-28')).filter(({ data }) => data.run === 2);
  expect(again.map(({ type }) => type)).toEqual([
    ...['ScoringRequested', 'ScoringFitted', 'ClientsScored', 'ClientsScored', 'ScoringCompleted'],
  ]);
  expect(again.flatMap(({ type, data }) => (type === 'ClientsScored' ? data.scores : []))).toEqual(whole);
});

it('has no score any more of who objects', async () => {
  expect((await scoreOf('c-5')).score).not.toBeNull();
  await engine.write('/clients/c-5/profiling-objection', {});
  await engine.quiet();
  expect(await scoreOf('c-5')).toMatchObject({ score: null, unscored: 'object to profiling' });
});

it('is done from the command line where no engine runs, and rebuilt byte by byte', async () => {
  const { dir } = engine;
  await engine.close();
  const { code, stdout, stderr } = await boucle(
    'score',
    '--dir',
    dir,
    '--currency',
    'EUR',
    '--as-of',
    '2026-02-01',
    '--window-days',
    '365',
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^Scoring 2026-02-01, run 1: \d+ clients scored, of \d+ buyers\nBy what was so at 2026-02-01T23:59:59.999Z, position \d+/,
  );
  expect(stdout).toMatch(/% of the scores are decided by ties/);
  const replayed = await boucle('replay', '--dir', dir);
  expect(replayed.code).toBe(0);
  expect(replayed.stdout).toMatch(/scores: \d+ documents, byte-identical/);
  expect(await boucle('score', '--dir', dir, '--currency', 'euro')).toMatchObject({ code: 1 });
});
