import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CommandDoor } from '../apps/engine/src/door.js';
import { Observer } from '../apps/engine/src/observation/observer.js';
import { Sample, samplesIn } from './support/prometheus.js';
import { ServedEngine, START, until } from './support/served-engine.js';

const root = join(__dirname, '..');
const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

let engine: ServedEngine;
let page: string;
let samples: Sample[];

const measure = async (): Promise<void> => {
  page = await engine.read('/metrics');
  samples = samplesIn(page);
};

const value = (name: string, labels: Record<string, string> = {}): number | undefined =>
  samples.find((sample) => sample.name === name && Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted))
    ?.value;

/** What a page says about each metric, in its order. */
const described = (): { name: string; type: string; help: string }[] =>
  [...page.matchAll(/^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)$/gm)].map(([, name, help, type]) => ({ name, type, help }));

const CLIENTS = ['client-anna', 'client-bert', 'client-cleo'];

beforeAll(async () => {
  engine = await ServedEngine.start();
  for (const clientId of CLIENTS) await engine.write('/clients', { clientId, attributes: { name: 'Mustermann' } });
  const purchase = { clientId: CLIENTS[0], purchaseId: 'order-1', amount: 100, currency: 'EUR' };
  await engine.write('/purchases', purchase);
  await engine.write('/purchases', purchase);
  await engine.lines(
    '/purchases/bulk',
    CLIENTS.map((clientId) => JSON.stringify({ ...purchase, clientId, purchaseId: 'order-2' })).join('\n'),
  );
  await engine.write('/responses', { clientId: CLIENTS[1], responseId: 'r-1', kind: 'coupon' });
  expect((await engine.post('/purchases', { ...purchase, clientId: 'nobody' })).status).toBe(404);
  expect((await engine.post('/purchases', {})).status).toBe(400);
  expect((await engine.get('/somewhere/client-anna')).status).toBe(404);
  expect((await engine.get('/clients/client-anna?typo=1')).status).toBe(400);
  await engine.write('/campaigns', {
    campaignId: 'spring',
    name: 'Spring',
    waveSize: 3,
    consent: 'not-checked',
    holdOut: 0,
    responseWindowDays: 7,
    stop: { waves: 1 },
    offers: [
      { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
      { name: 'other letter', channel: 'post', cost: 80, margin: 4000 },
    ],
  });
  await engine.write('/campaigns/spring/launch');
  await until(
    () => engine.get('/campaigns/spring/waves/1'),
    ({ body }) => body.status === 'open',
  );
  await engine.quiet();
  for (const clientId of CLIENTS) await engine.read(`/clients/${clientId}`);
  await measure();
});
afterAll(() => engine.discard());

describe('the measurements', () => {
  it('count what this process wrote, each thing once', () => {
    expect(value('boucle_purchases_total')).toBe(4);
    expect(value('boucle_responses_total', { kind: 'coupon' })).toBe(1);
    expect(value('boucle_decisions_total', { of: 'arm' })).toBe(3);
    expect(value('boucle_mailings_total', { channel: 'post' })).toBe(3);
    expect(value('boucle_events_total', { type: 'ClientRegistered' })).toBe(3);
  });

  it('tell how commands ended', () => {
    expect(value('boucle_commands_total', { command: 'RecordPurchase', outcome: 'done' })).toBe(4);
    expect(value('boucle_commands_total', { command: 'RecordPurchase', outcome: 'repeated' })).toBe(1);
    expect(value('boucle_commands_total', { command: 'RecordPurchase', outcome: 'refused' })).toBe(1);
  });

  it('time requests by their route, and appends', async () => {
    expect(value('boucle_http_request_seconds_count', { method: 'POST', route: '/purchases', status: '200' })).toBe(2);
    expect(value('boucle_http_request_seconds_count', { method: 'POST', route: '/purchases', status: '400' })).toBe(1);
    expect(value('boucle_http_request_seconds_count', { method: 'GET', route: '/clients/{clientId}', status: '200' })).toBe(3);
    expect(value('boucle_http_request_seconds_count', { method: 'GET', route: '/clients/{clientId}', status: '400' })).toBe(1);
    expect(value('boucle_http_request_seconds_count', { method: 'GET', route: 'elsewhere', status: '404' })).toBe(1);
    expect(value('boucle_append_seconds_count', { outcome: 'done' })).toBeGreaterThan(5);
    expect(value('boucle_append_seconds_sum', { outcome: 'done' })).toBeGreaterThan(0);
  });

  it('tell of callers who went away', async () => {
    const leaving = new AbortController();
    const after = (await engine.head()) + 1000;
    engine.app.getHttpServer().once('request', () => leaving.abort());
    const waiting = fetch(`${engine.url}/clients/${CLIENTS[0]}?after=${after}`, { signal: leaving.signal });
    await expect(waiting).rejects.toThrow();
    const labels = { method: 'GET', route: '/clients/{clientId}', status: '499' };
    await until(
      () => measure().then(() => value('boucle_http_request_seconds_count', labels)),
      (count) => count === 1,
    );
  });

  it('show every processor at the head of the log', async () => {
    const head = await engine.head();
    const { processors } = await engine.read('/health');
    expect(value('boucle_log_position')).toBe(head);
    for (const { name: processor } of processors) {
      expect(value('boucle_processor_position', { processor })).toBe(head);
      expect(value('boucle_processor_lag_positions', { processor })).toBe(0);
      expect(value('boucle_processor_failing', { processor })).toBe(0);
      expect(value('boucle_ready', { part: processor })).toBe(1);
    }
    expect(value('boucle_processor_events_total', { processor: 'profiles' })).toBe(3 + 4 + 1 + 3);
    expect(value('boucle_processor_delay_seconds_count', { processor: 'profiles' })).toBeGreaterThan(0);
  });

  it('count commands that were decided again', async () => {
    const atOnce = Array.from({ length: 5 }, (_, i) => {
      const data = { clientId: CLIENTS[2], purchaseId: `at-once-${i}`, amount: 100, currency: 'EUR' };
      const cause = { id: randomUUID(), correlationId: randomUUID(), now: START, actor: 'spec' };
      return engine.app.get(CommandDoor).executeMany([{ message: { type: 'RecordPurchase', data }, cause }]);
    });
    await Promise.all(atOnce);
    await measure();
    expect(value('boucle_purchases_total')).toBe(9);
    expect(value('boucle_command_retries_total')).toBeGreaterThan(0);
    expect(value('boucle_append_seconds_count', { outcome: 'conflict' })).toBe(value('boucle_command_retries_total'));
  });

  it('count what a message bus carries and what goes to the dead letters', async () => {
    const observer = engine.app.get(Observer);
    const timing = { began: 1000, ended: 1250 };
    observer.published?.('boucle.purchases.v1', [{ key: 'a', headers: {}, value: '' }], null, timing);
    observer.deadLettered?.('boucle.in.purchases.v1');
    await measure();
    expect(value('boucle_published_messages_total', { topic: 'boucle.purchases.v1' })).toBe(1);
    expect(value('boucle_publish_seconds_sum', { topic: 'boucle.purchases.v1', outcome: 'done' })).toBe(0.25);
    expect(value('boucle_dead_letters_total', { topic: 'boucle.in.purchases.v1' })).toBe(1);
  });

  it('name no client and nothing else without bound', () => {
    for (const clientId of CLIENTS) expect(page).not.toContain(clientId);
    expect(page).not.toMatch(/Mustermann|order-|at-once|nobody|somewhere|typo/);
    const labels = new Set(samples.filter(({ name }) => name.startsWith('boucle_')).flatMap((sample) => Object.keys(sample.labels)));
    expect([...labels].sort()).toEqual(
      ['channel', 'command', 'kind', 'le', 'method', 'of', 'outcome', 'part', 'processor', 'route', 'status', 'topic', 'type'].sort(),
    );
  });

  it('tell of the process itself', () => {
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(value('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
  });
});

describe('what is written about the measurements', () => {
  const own = () => described().filter(({ name }) => name.startsWith('boucle_'));

  /** Names of metrics in an expression, as samples have them. */
  const namesIn = (expression: string): string[] => expression.match(/\b(boucle|process|nodejs)_\w+/g) ?? [];

  /** Every name that a metric's samples have. */
  const served = (): Set<string> =>
    new Set(
      described().flatMap(({ name, type }) =>
        type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
      ),
    );

  it('is a table of all that are served', () => {
    const rows = [...text('docs', 'metrics.md').matchAll(/^\| `(boucle_\w+)` +\| (\w+) +\| (.*?) *\| (.*?) *\|$/gm)];
    const told = rows.map(([, name, type, , help]) => ({ name, type, help }));
    expect(told).toEqual(own());
    for (const [, name, , labels] of rows) {
      const seen = samples.filter((sample) => sample.name === name || sample.name.startsWith(`${name}_`));
      const used = new Set(seen.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'));
      expect({ name, labels: [...labels.matchAll(/\w+/g)].map(String).sort() }).toEqual({ name, labels: [...used].sort() });
    }
  });

  it('ends in its unit', () => {
    for (const { name } of own()) expect(name).toMatch(/_(seconds|total|positions|position|failing|held|ready)$/);
  });

  it('is a dashboard of what is served', () => {
    interface Panel {
      title: string;
      targets?: { expr: string }[];
    }
    const { panels } = JSON.parse(text('infra', 'grafana', 'dashboard.json')) as { panels: Panel[] };
    const expressions = panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(10);
    for (const expression of expressions) {
      expect(namesIn(expression)).not.toEqual([]);
      for (const name of namesIn(expression)) expect([...served()]).toContain(name);
    }
  });

  it('is a list of alerts on what is served', () => {
    interface Rules {
      groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
    }
    const { groups } = parse(text('infra', 'prometheus', 'alerts.yml')) as Rules;
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(3);
    for (const { expr, annotations } of rules) {
      expect(annotations.summary).not.toBe('');
      expect(namesIn(expr)).not.toEqual([]);
      for (const name of namesIn(expr)) expect([...served()]).toContain(name);
    }
  });
});
