import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BusMessage, MessageBus, RecordedEvent } from '@boucle/eventsourcing';
import { openTraces } from '../apps/engine/src/main.js';
import { traceIdOf } from '../apps/engine/src/observation/ids.js';
import { ObservedMessageBus } from '../apps/engine/src/observation/observed.js';
import { Observer } from '../apps/engine/src/observation/observer.js';
import { projections } from '../apps/engine/src/processors.js';
import { CollectedSpan, Collector } from './support/collector.js';
import { ServedEngine, until } from './support/served-engine.js';

process.env.OTEL_BSP_SCHEDULE_DELAY = '20';

/** Who asks, with a trace of his own. */
const CALLER = 'b7ad6b7169203331';
const newTrace = (): string => randomUUID().replaceAll('-', '');
const newId = (): string => `client-${randomUUID().slice(0, 8)}`;

/** What follows a purchase in the log: every processor that takes it. */
const reading = projections.filter(({ projection: { on } }) => 'PurchaseRecorded' in on);
const TAKERS = [
  ...reading.map(({ projection: { name } }) => `take ${name}`),
  ...['search', 'merging', 'standing'].map((name) => `take ${name}`),
];
/** What follows it: he is a buyer now. */
const CLASSIFIED = ['ClassifyClient', 'append ClientClassChanged'];

let collector: Collector;
let engine: ServedEngine;

const observersAt = (traceRatio: number): Promise<Observer[]> => openTraces({ traceEndpoint: collector.url, traceRatio });

const purchase = (clientId: string, trace: string, purchaseId = randomUUID()) =>
  engine.call('POST', '/purchases', { clientId, purchaseId, amount: 100, currency: 'EUR' }, { traceparent: `00-${trace}-${CALLER}-01` });

/** The spans of a trace by name, the first of each, once these are there. */
const spansOf = async (trace: string, names: readonly string[]): Promise<Record<string, CollectedSpan>> => {
  const byName = (): Record<string, CollectedSpan> =>
    Object.fromEntries(
      collector
        .of(trace)
        .reverse()
        .map((span) => [span.name, span]),
    );
  return until(
    async () => byName(),
    (spans) => names.every((name) => name in spans),
  );
};

const purchasesOf = async (clientId: string): Promise<RecordedEvent[]> =>
  (await engine.adapters.events.read(`client-${clientId}`)).filter(({ type }) => type === 'PurchaseRecorded');

/** A bus that takes everything in. */
class Everywhere extends MessageBus {
  readonly published: BusMessage[] = [];
  async publish(_: string, messages: readonly BusMessage[]): Promise<void> {
    this.published.push(...messages);
  }
  async prepare(): Promise<void> {}
  async unheard(): Promise<number> {
    return 0;
  }
  async consume(): Promise<void> {}
}

beforeAll(async () => {
  collector = await Collector.start();
  engine = await ServedEngine.start({ observers: await observersAt(1) });
});
afterAll(async () => {
  await engine.discard();
  await collector.close();
});

describe('the trace of a purchase', () => {
  const trace = newTrace();
  const clientId = newId();
  let spans: Record<string, CollectedSpan>;
  let event: RecordedEvent;

  beforeAll(async () => {
    await engine.write('/clients', { clientId, attributes: { name: 'Mustermann' } });
    expect(await purchase(clientId, trace)).toMatchObject({ status: 200 });
    await engine.quiet();
    [event] = await purchasesOf(clientId);
    spans = await spansOf(trace, ['POST /purchases', 'RecordPurchase', 'append PurchaseRecorded', ...TAKERS, ...CLASSIFIED]);
  });

  it('is its correlation id, which is that of the caller', () => {
    expect(traceIdOf(event.metadata.correlationId)).toBe(trace);
  });

  it('leads from HTTP over the log to every processor', () => {
    const request = spans['POST /purchases'];
    expect(request.parentSpanId).toBe(CALLER);
    expect(spans.RecordPurchase.parentSpanId).toBe(request.spanId);
    const appended = spans['append PurchaseRecorded'];
    expect(appended.parentSpanId).toBe(request.spanId);
    for (const taker of TAKERS) expect({ taker, parent: spans[taker].parentSpanId }).toEqual({ taker, parent: appended.spanId });
  });

  it('and on to what follows from it', () => {
    for (const step of CLASSIFIED)
      expect({ step, parent: spans[step].parentSpanId }).toEqual({ step, parent: spans['append PurchaseRecorded'].spanId });
  });

  it('and to the topic', async () => {
    const bus = new Everywhere();
    const observed = new ObservedMessageBus(bus, engine.app.get(Observer));
    const { id, correlationId } = event.metadata;
    const headers = { ce_id: id, ce_correlationid: correlationId };
    await observed.publish('boucle.purchases.v1', [{ key: clientId, headers, value: '{}' }]);
    expect(bus.published).toHaveLength(1);
    const published = (await spansOf(trace, ['publish boucle.purchases.v1']))['publish boucle.purchases.v1'];
    expect(published.parentSpanId).toBe(spans['append PurchaseRecorded'].spanId);
  });

  it('has the times in which things happened', () => {
    const at = (name: string): [bigint, bigint] => [BigInt(spans[name].startTimeUnixNano), BigInt(spans[name].endTimeUnixNano)];
    const [requested, answered] = at('POST /purchases');
    const [began, ended] = at('append PurchaseRecorded');
    expect(requested <= began && began <= ended && ended <= answered).toBe(true);
    expect(Math.abs(Number(requested / 1_000_000n) - Date.now())).toBeLessThan(60_000);
  });

  it('names no client and nothing of what was said', () => {
    expect(collector.text).not.toContain(clientId);
    expect(collector.text).not.toContain('Mustermann');
  });
});

describe('a trace', () => {
  it('begins with the request where the caller has none', async () => {
    const clientId = newId();
    await engine.write('/clients', { clientId, attributes: {} });
    const [{ metadata }] = await engine.adapters.events.read(`client-${clientId}`);
    const spans = await spansOf(traceIdOf(metadata.correlationId), ['POST /clients', 'append ClientRegistered']);
    expect(spans['POST /clients'].parentSpanId).toBeUndefined();
    expect(spans['append ClientRegistered'].parentSpanId).toBe(spans['POST /clients'].spanId);
  });

  it('begins with each line of a bulk', async () => {
    const clientId = newId();
    await engine.write('/clients', { clientId, attributes: {} });
    const line = (purchaseId: string) => JSON.stringify({ clientId, purchaseId, amount: 100, currency: 'EUR' });
    await engine.lines('/purchases/bulk', [line('a'), line('b')].join('\n'));
    const [a, b] = await purchasesOf(clientId);
    expect(a.metadata.correlationId).not.toBe(b.metadata.correlationId);
    for (const { metadata } of [a, b]) {
      const spans = await spansOf(traceIdOf(metadata.correlationId), ['RecordPurchase', 'append PurchaseRecorded']);
      expect(spans.RecordPurchase.parentSpanId).toBeUndefined();
      expect(spans['append PurchaseRecorded'].parentSpanId).toBe(spans.RecordPurchase.spanId);
    }
  });

  it('tells a refusal by its code, and not as an error', async () => {
    const trace = newTrace();
    expect((await purchase('nobody', trace)).status).toBe(404);
    const { RecordPurchase, ...others } = await spansOf(trace, ['POST /purchases', 'RecordPurchase']);
    expect(RecordPurchase.status.code ?? 0).toBe(0);
    expect(JSON.stringify(RecordPurchase)).toContain('unknown-client');
    expect(Object.keys(others)).toEqual(['POST /purchases']);
  });

  it('is not made of those who look after the engine', async () => {
    const trace = newTrace();
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      await engine.call('GET', path, undefined, { traceparent: `00-${trace}-${CALLER}-01` });
    await engine.call('GET', '/campaigns', undefined, { traceparent: `00-${trace}-${CALLER}-01` });
    expect(Object.keys(await spansOf(trace, ['GET /campaigns']))).toEqual(['GET /campaigns']);
  });
});

describe('of the traces', () => {
  const took = (observer: Observer, correlationIds: readonly string[]): void => {
    const events = correlationIds.map((correlationId, i) => ({
      type: 'PurchaseRecorded',
      data: {},
      stream: 'client-a',
      revision: i,
      position: i + 1,
      recordedAt: '2026-03-01T09:00:00.000Z',
      metadata: { id: randomUUID(), schemaVersion: 1, occurredAt: '', correlationId, causationId: randomUUID(), actor: 'spec' },
    }));
    observer.took?.('profiles', events, null, { began: Date.now(), ended: Date.now() });
  };

  it.each([
    [0, 0, 0],
    [0.5, 60, 100],
    [1, 100, 100],
  ])('a share of %d is told, of a batch at most a hundred spans', async (share, least, most) => {
    const [observer] = await observersAt(share);
    const ids = Array.from({ length: share === 0.5 ? 200 : 5000 }, () => randomUUID());
    took(observer, ids);
    await observer.onApplicationShutdown?.();
    const told = ids.filter((id) => collector.of(traceIdOf(id)).length > 0).length;
    expect(told).toBeGreaterThanOrEqual(least);
    expect(told).toBeLessThanOrEqual(most);
  });

  it('each process tells the same ones', async () => {
    const ids = Array.from({ length: 80 }, () => randomUUID());
    for (const observer of [...(await observersAt(0.5)), ...(await observersAt(0.5))]) {
      took(observer, ids);
      await observer.onApplicationShutdown?.();
    }
    expect(new Set(ids.map((id) => collector.of(traceIdOf(id)).length))).toEqual(new Set([0, 2]));
  });
});

describe('without a collector', () => {
  it('nothing of OpenTelemetry is loaded but the interface that measuring needs', () => {
    const built = join(__dirname, '../dist/apps/engine/src/main.js');
    expect({ built, there: existsSync(built) }).toEqual({ built, there: true });
    const program = `require(${JSON.stringify(built)}).openTraces({ traceEndpoint: null, traceRatio: 1 }).then((traces) =>
      console.log(JSON.stringify([traces.length, Object.keys(require.cache).filter((name) => /opentelemetry.(?!api.)/.test(name)).length])))`;
    expect(JSON.parse(execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' }))).toEqual([0, 0]);
  });
});
