import { randomUUID } from 'node:crypto';
import { EventStore } from '@boucle/eventsourcing';
import { readConfig } from '../apps/engine/src/config.js';
import { traceIdOf } from '../apps/engine/src/observation/ids.js';
import { Log } from '../apps/engine/src/observation/log.js';
import { RequestLog } from '../apps/engine/src/observation/request-log.js';
import { Cuttable } from './support/cuttable.js';
import { ServedEngine, until } from './support/served-engine.js';

/** What nobody may find in a log. */
const MARKS = ['Mustermann', 'erika@example.org', '+49-555-0100', 'Hauptstrasse', 'geheim', 'changeit'];
const [NAME, MAIL, PHONE, STREET, SECRET] = MARKS;
const CLIENT = 'client-b7ad6b71';

type Line = Readonly<Record<string, unknown>>;

let engine: ServedEngine;
let store: Cuttable<EventStore>;
let said = '';
const out = { write: (line: string) => void (said += line) };

const lines = (): Line[] =>
  said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

const listen = (logLevel: string, logFormat: 'json' | 'text'): void => {
  said = '';
  engine.app.useLogger(new Log({ logLevel, logFormat }, out));
};

/** Everything that goes through the engine, with personal data wherever there is room for it. */
const speak = async (): Promise<number[]> => {
  const attributes = { name: NAME, email: MAIL, phone: PHONE, street: STREET };
  const headers = { cookie: `session=${SECRET}`, 'user-agent': NAME };
  const answers = [
    await engine.call('POST', '/clients', { clientId: CLIENT, attributes }, headers),
    await engine.call('POST', '/clients', { clientId: CLIENT, attributes }, { ...headers, authorization: `Bearer ${SECRET}` }),
    await engine.call('POST', '/clients', { clientId: CLIENT, attributes: { name: `${NAME} ` } }, headers),
    await engine.call('POST', '/clients', { clientId: MAIL, attributes }, headers),
    await engine.call('POST', '/clients', { clientId: CLIENT, [NAME]: MAIL }, headers),
    await engine.call('POST', '/clients', `{"clientId": "${CLIENT}", "name": ${NAME}`, headers),
    await engine.call('POST', '/clients', `<name>${NAME}</name>`, { ...headers, 'content-type': 'text/xml' }),
    await engine.lines('/purchases/bulk', `{"name":"${NAME}"}\n${NAME}\n{"clientId":"${CLIENT}","purchaseId":"${STREET}"}`),
    await engine.get(`/clients/${CLIENT}?email=${MAIL}`),
    await engine.get(`/clients/${CLIENT}/timeline?limit=${NAME}`),
    await engine.get(`/clients/${encodeURIComponent(MAIL)}`),
    await engine.get(`/clients/${CLIENT}/timeline`),
    await engine.get(`/search/${NAME}?name=${NAME}`),
    await engine.call('DELETE', `/clients/${CLIENT}`),
    await engine.get('/clients/%E0%A4'),
  ];
  await engine.quiet();
  return answers.map(({ status }) => status);
};

beforeAll(async () => {
  engine = await ServedEngine.start({
    observers: [new RequestLog()],
    outside: ({ events }) => {
      store = new Cuttable(events);
      return { events: store.port };
    },
  });
});
afterAll(() => engine.discard());

describe('the log', () => {
  it('has a line for each request, with its route and its correlation id', async () => {
    listen('info', 'json');
    const correlationId = randomUUID();
    const traceparent = `00-${traceIdOf(correlationId)}-b7ad6b7169203331-01`;
    await engine.call('GET', `/clients/${CLIENT}?after=0`, undefined, { traceparent });
    const [line] = await until(
      async () => lines(),
      (found) => found.length > 0,
    );
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      context: 'HTTP',
      msg: 'GET /clients/{clientId} 404',
      method: 'GET',
      route: '/clients/{clientId}',
      status: 404,
      ms: expect.any(Number),
      correlationId,
    });
  });

  it('holds nothing personal, and at info no client', async () => {
    listen('info', 'json');
    const statuses = await speak();
    expect(new Set(statuses)).toEqual(new Set([200, 400, 401, 404, 405, 409, 415]));
    await until(
      async () => lines(),
      (found) => found.length >= statuses.length,
    );
    for (const mark of [...MARKS, CLIENT]) expect(said).not.toContain(mark);
  });

  it('names paths at debug, which may hold the id of a client, but never a query or anything said', async () => {
    listen('debug', 'json');
    await speak();
    await until(
      async () => said,
      (found) => found.includes(`GET /clients/${CLIENT}/timeline`),
    );
    for (const mark of MARKS) expect(said).not.toContain(mark);
    expect(said).not.toContain(encodeURIComponent(MAIL));
  });

  it('keeps the passwords of addresses to itself', async () => {
    listen('info', 'json');
    store.cut();
    expect((await engine.post('/clients', { clientId: 'bea', attributes: {} })).status).toBe(503);
    await until(
      async () => lines(),
      (found) => found.some(({ level }) => level === 'error'),
    );
    store.mend();
    await until(
      () => engine.get('/health/ready'),
      ({ status }) => status === 200,
    );
    expect(said).toContain('esdb://…@store.example');
    expect(said).not.toContain('changeit');
  });

  it('is quiet about those who look after the engine', async () => {
    listen('info', 'json');
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) await engine.read(path);
    await engine.read('/campaigns');
    await until(
      async () => lines(),
      (found) => found.length > 0,
    );
    expect(lines().map(({ route }) => route)).toEqual(['/campaigns']);
  });

  it('can be read by people', async () => {
    listen('info', 'text');
    await engine.read('/campaigns');
    await until(
      async () => said,
      (found) => found !== '',
    );
    expect(said).toMatch(/^\S+Z INFO  \[HTTP\] GET \/campaigns 200 method=GET route=\/campaigns status=200 ms=\S+ correlationId=\S+\n$/);
  });
});

describe('the settings of the log', () => {
  it('are checked', () => {
    expect(readConfig({ LOG_FORMAT: 'text', LOG_LEVEL: 'debug' })).toMatchObject({ logFormat: 'text', logLevel: 'debug' });
    expect(() => readConfig({ LOG_FORMAT: 'xml' })).toThrow('LOG_FORMAT must be json, text, not "xml"');
    expect(() => readConfig({ LOG_LEVEL: 'loud' })).toThrow('LOG_LEVEL must be fatal, error, warn, info, debug, trace, silent, not "loud"');
  });
});

describe('the settings of traces', () => {
  it.each([
    [{}, 1],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 0],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, 1],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, 0.25],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' }, 1],
  ])('%j tell a share of %d', (env, share) => expect(readConfig(env)).toMatchObject({ traceEndpoint: null, traceRatio: share }));

  it('are checked', () => {
    expect(() => readConfig({ OTEL_TRACES_SAMPLER: 'some' })).toThrow('OTEL_TRACES_SAMPLER must be');
    expect(() => readConfig({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(
      'OTEL_TRACES_SAMPLER_ARG must be',
    );
  });
});
