import { DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Cuttable } from './support/cuttable.js';
import { Answer, ServedEngine, START, until } from './support/served-engine.js';

const purchase = { clientId: 'ann', purchaseId: 'order-1', amount: 100, currency: 'EUR', occurredAt: START };
const bodies: Record<string, object | string> = {
  '/clients': { clientId: 'bea', attributes: {} },
  '/contacts': { clientId: 'ann', contactId: 'call-1', kind: 'call', channel: 'phone' },
  '/purchases': purchase,
  '/responses': { clientId: 'ann', responseId: 'r-1', kind: 'click' },
  '/purchases/bulk': JSON.stringify({ ...purchase, purchaseId: 'order-2' }),
  '/responses/bulk': JSON.stringify({ clientId: 'ann', responseId: 'r-2', kind: 'click' }),
  '/erp/changes/bulk': JSON.stringify({ record: 'customer', customer: '4711' }),
  '/articles/bulk': JSON.stringify({ articleId: 'mug-7', labels: { en: 'Mug' } }),
  '/day-rates': { currency: 'EUR', toCurrency: 'CHF', day: '2026-03-01', rate: '0.9412', source: 'ecb' },
  '/campaigns': {
    campaignId: 'spring',
    name: 'Spring',
    waveSize: 10,
    consent: 'not-checked',
    responseWindowDays: 7,
    stop: { waves: 1 },
    offers: [
      { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
      { name: 'mail', channel: 'email', cost: 5, margin: 4000 },
    ],
  },
  '/campaigns/{campaignId}/pause': { reason: 'a strike' },
  '/campaigns/{campaignId}/complete': { reason: 'a strike' },
  '/campaigns/{campaignId}/waves': { wave: 1 },
  '/campaigns/{campaignId}/waves/{wave}/reject': { reason: 'a strike' },
  '/scorings': { asOf: '2026-03-01', currency: 'EUR' },
  '/segment-counts': { text: 'hasEmail = yes' },
  '/segment-estimates': { text: 'hasEmail = yes' },
  '/segment-differences': { first: { text: 'hasEmail = yes' }, second: { text: 'hasEmail = no' } },
  '/exports': { preset: 'post', purpose: 'marketing' },
  '/rented-files': { broker: 'smith-lists', uses: 1, expiresOn: '2026-12-31' },
  '/rented-files/{fileId}/uses': { useId: 'spring', addressing: 'post', purpose: 'marketing' },
  '/rented-files/{fileId}/rows/bulk': JSON.stringify({ email: 'anna@example.org' }),
  '/keys': { role: 'service', name: 'till 3' },
  '/webhooks': { webhookId: 'till', url: 'https://till.example.com/boucle', types: ['boucle.PurchaseRecorded.v1'], after: 0 },
  '/webhooks/{webhookId}/pause': { reason: 'a strike' },
  '/webhooks/{webhookId}/replay': { after: 0 },
};

const IDS: Readonly<Record<string, string>> = { campaignId: 'spring', wave: '1', clientId: 'ann', webhookId: 'till' };

let engine: ServedEngine;
let log: Cuttable<EventStore>;
let models: Cuttable<DocumentStore>;
let writes: [path: string, body: object | string | undefined][];

const send = (path: string, body: object | string | undefined): Promise<Answer> => {
  const there = path.replace(/\{(\w+)\}/g, (_, name: string) => IDS[name] ?? 'some');
  return typeof body === 'string' ? engine.lines(there, body) : engine.post(there, body);
};

const ready = (): Promise<Answer> => engine.get('/health/ready');

/** Every processor runs again and has seen everything. */
const recovered = async (): Promise<void> => {
  await until(ready, ({ status }) => status === 200);
  await engine.quiet();
};

beforeAll(async () => {
  engine = await ServedEngine.start({
    outside: ({ events, documents }) => {
      log = new Cuttable(events);
      models = new Cuttable(documents);
      return { events: log.port, documents: models.port };
    },
  });
  const { paths } = (await engine.read('/docs-json')) as { paths: Record<string, { post?: { requestBody?: object } }> };
  // those that take no body, and those whose body stands above
  writes = Object.entries(paths).flatMap(([path, { post }]) => (post && (!post.requestBody || bodies[path]) ? [[path, bodies[path]]] : []));
  await engine.write('/clients', { clientId: 'ann', attributes: {} });
  await engine.quiet();
});
afterAll(() => engine.discard());

describe('a process that is well', () => {
  it('is live and ready', async () => {
    expect(await engine.get('/health/live')).toMatchObject({ status: 200, body: { status: 'up' } });
    expect(await ready()).toMatchObject({ status: 200, body: { status: 'ready' } });
  });
});

describe.each([
  ['refuses', false],
  ['hangs', true],
])('a process whose log %s', (_, hangs) => {
  beforeAll(() => log.cut(hangs));
  afterAll(async () => {
    log.mend();
    await recovered();
  });

  it('stays up and says what is away, but not where it was', async () => {
    expect(await engine.get('/health/live')).toMatchObject({ status: 200 });
    const answer = await ready();
    expect(answer).toMatchObject({ status: 503, type: 'application/problem+json', body: { status: 503, code: 'not-ready' } });
    expect(answer.body.detail).toContain('event store');
    expect(answer.body.detail).not.toContain('document store');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(JSON.stringify(answer.body)).not.toMatch(/esdb|changeit|example/);
  });

  it('measures that it is away', async () => {
    const { status, body } = await engine.get('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('boucle_ready{part="event store"} 0');
    expect(body).toContain('boucle_ready{part="document store"} 1');
  });
});

describe('a process that loses its log', () => {
  beforeAll(() => log.cut());

  it('refuses every write until the log is back, and says for how long', async () => {
    expect(writes.length).toBeGreaterThan(10);
    for (const [path, body] of writes) {
      const { status, type, headers, body: told } = await send(path, body);
      expect({ path, status, type, code: told.code }).toEqual({
        path,
        status: 503,
        type: 'application/problem+json',
        code: 'store-unavailable',
      });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(told.detail).not.toContain('changeit');
    }
  });

  it('names the processors that have stopped, and counts it', async () => {
    const { body } = await until(ready, (answer) => answer.body.detail.includes('profiles'));
    expect(body.detail).not.toContain('changeit');
    const { body: measured } = await engine.get('/metrics');
    expect(measured).toContain('boucle_processor_failing{processor="profiles"} 1');
    expect(measured).toMatch(/boucle_processor_restarts_total\{processor="profiles"\} [1-9]/);
    expect(measured).toMatch(/boucle_commands_total\{command="RecordPurchase",outcome="unavailable"\} [1-9]/);
  });

  it('resumes by itself, and takes what it had refused', async () => {
    log.mend();
    await recovered();
    expect(await send('/purchases', purchase)).toMatchObject({ status: 200, body: { repeated: false } });
    expect(await send('/purchases', purchase)).toMatchObject({ status: 200, body: { repeated: true } });
    expect(await engine.read(`/clients/ann?after=${await engine.head()}`)).toMatchObject({ frequency: 1 });
    const { body } = await engine.get('/health');
    expect(body).toMatchObject({ status: 'up' });
  });
});

describe('a process that loses its read models', () => {
  it('goes on recording, says so, and catches up by itself', async () => {
    models.cut();
    expect((await ready()).body.detail).toContain('document store');
    expect(await engine.get('/clients/ann')).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    const { position } = await engine.write('/purchases', { ...purchase, purchaseId: 'order-3', occurredAt: undefined });
    const { body } = await until(ready, (answer) => answer.body.detail.includes('profiles'));
    expect(JSON.stringify(body)).not.toContain('changeit');
    const { processors } = await engine.read('/health');
    expect(JSON.stringify(processors)).toContain('esdb://…@store.example');
    models.mend();
    await recovered();
    expect(await engine.read(`/clients/ann?after=${position}`)).toMatchObject({ purchases: { count: 2 } });
  });
});
