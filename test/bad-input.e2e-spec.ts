import { Agent, request as open } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { RESERVED_NAMES } from '@boucle/clients';
import { ServedEngine, START } from './support/served-engine.js';

const BODY_LIMIT = 20_000;
const BULK_LIMIT = 50_000;

const offers = [
  { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
  { name: 'nothing', channel: null, cost: 0, margin: 0 },
];
const campaign = {
  campaignId: 'spring',
  name: 'Spring sale',
  offers,
  waveSize: 10,
  consent: 'not-checked',
  responseWindowDays: 7,
  stop: { waves: 2 },
};
const client = { clientId: 'ann', attributes: { region: 'north' } };
const contact = { clientId: 'ann', contactId: 'call-1', kind: 'call' };
const response = { clientId: 'ann', responseId: 'r-1', kind: 'coupon' };
const purchase = { clientId: 'ann', purchaseId: 'order-1', amount: 100, currency: 'EUR' };
const reason = { reason: 'a strike' };
const webhook = { webhookId: 'till', url: 'https://till.example.com', types: ['boucle.PurchaseRecorded.v1'] };

let engine: ServedEngine;

beforeAll(async () => {
  engine = await ServedEngine.start({ limits: { bodyLimit: BODY_LIMIT, bulkLimit: BULK_LIMIT } });
  await engine.write('/clients', client);
  await engine.write('/campaigns', campaign);
  await engine.write('/campaigns', { ...campaign, campaignId: 'paused' });
  await engine.write('/campaigns/paused/launch');
  await engine.write('/campaigns/paused/pause', reason);
  await engine.quiet();
});
afterAll(() => engine.discard());

/** Sends a request that must be refused, and gives the fields at fault. */
const refusedFields = async (
  status: number,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<string[]> => {
  const before = await engine.quiet();
  const answer = await engine.call(method, path, body, headers);
  expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { type: 'about:blank', status } });
  expect(await engine.head()).toBe(before);
  const errors = answer.body.errors as { field: string; reason: string }[];
  for (const error of errors) expect(error).toEqual({ field: expect.stringMatching(/./), reason: expect.stringMatching(/./) });
  return errors.map(({ field }) => field);
};

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('a refusal names the field and the reason, and leaves the log as it was', () => {
  it.each<[status: number, path: string, body: unknown, field: string]>([
    [400, '/clients', { ...client, clientId: 'a b' }, 'clientId'],
    [400, '/clients', { ...client, clientId: '..' }, 'clientId'],
    [400, '/clients', { ...client, clientId: 7 }, 'clientId'],
    [400, '/clients', { clientId: '', attributes: {} }, 'clientId'],
    [400, '/clients', { ...client, name: 'Ann' }, 'name'],
    [400, '/clients', { ...client, attributes: { nested: {} } }, 'attributes'],
    [400, '/clients', { ...client, attributes: { 'a.b': 1 } }, 'attributes'],
    [400, '/clients', `{"clientId":"bea","attributes":{"age":1e999}}`, 'attributes.age'],
    [400, '/clients', `{"clientId":"bea","attributes":{},"extra":${nested(5000)}}`, 'extra'],
    ...RESERVED_NAMES.flatMap((name): [number, string, unknown, string][] => [
      [400, '/clients', `{"clientId":"bea","attributes":{"${name}":1}}`, `attributes.${name}`],
      [400, '/clients', `{"clientId":"bea","attributes":{},"${name}":{}}`, name],
      [400, '/campaigns', { ...campaign, offers: [{ ...offers[0], name }, offers[1]] }, 'offers[0].name'],
      [400, '/campaigns', { ...campaign, cells: [name] }, 'cells'],
    ]),
    [409, '/clients', { ...client, attributes: {} }, 'clientId'],
    [400, '/clients', [], 'body'],
    [400, '/clients', null, 'body'],
    [400, '/clients', '"ann"', 'body'],
    [400, '/clients', '7', 'body'],
    [400, '/clients', '{bad', 'body'],
    [400, '/clients', '{"clientId": "ann"} {}', 'body'],
    [400, '/clients', nested(9000), 'body'],
    [400, '/contacts', { ...contact, channel: null }, 'channel'],
    [400, '/contacts', { ...contact, kind: 'letter' }, 'kind'],
    [404, '/contacts', { ...contact, clientId: 'nobody' }, 'clientId'],
    [400, '/purchases', { ...purchase, amount: -1 }, 'amount'],
    [400, '/purchases', { ...purchase, amount: '100' }, 'amount'],
    [400, '/purchases', { ...purchase, amount: 1.5 }, 'amount'],
    [400, '/purchases', { ...purchase, amount: 2 ** 53 }, 'amount'],
    [400, '/purchases', { ...purchase, currency: 'eur' }, 'currency'],
    [400, '/purchases', { ...purchase, occurredAt: 'yesterday' }, 'occurredAt'],
    [400, '/purchases', { ...purchase, occurredAt: null }, 'occurredAt'],
    [400, '/purchases', { ...purchase, occurredAt: '0001-01-01T00:00:00+10:00' }, 'occurredAt'],
    [409, '/purchases', { ...purchase, occurredAt: '2099-01-01T00:00:00Z' }, 'occurredAt'],
    [404, '/purchases', { ...purchase, clientId: 'constructor' }, 'clientId'],
    [404, '/responses', { ...response, clientId: '__proto__' }, 'clientId'],
    [400, '/responses', { ...response, responseId: '' }, 'responseId'],
    [400, '/campaigns', { ...campaign, offers: [offers[0]] }, 'offers'],
    [400, '/campaigns', { ...campaign, offers: [offers[0], { ...offers[1], cost: -1 }] }, 'offers[1].cost'],
    [409, '/campaigns', { ...campaign, campaignId: 'new', offers: [offers[0], offers[0]] }, 'offers'],
    [409, '/campaigns', { ...campaign, campaignId: 'new', offers: [offers[1], { ...offers[1], name: 'silence' }] }, 'offers'],
    [409, '/campaigns', { ...campaign, campaignId: 'new', floor: 0.25, offers: [...offers, { ...offers[0], name: 'x' }] }, 'floor'],
    [409, '/campaigns', { ...campaign, name: 'Autumn' }, 'campaignId'],
    [400, '/campaigns', { ...campaign, universe: { field: 'a', is: 'like', value: 'x' } }, 'universe'],
    [400, '/campaigns', { ...campaign, stop: { waves: 0 } }, 'stop.waves'],
    [400, '/campaigns', { ...campaign, objective: null }, 'objective'],
    [404, '/campaigns/unknown/launch', undefined, 'campaignId'],
    [404, '/campaigns/constructor/pause', reason, 'campaignId'],
    [400, '/campaigns/a%20b/launch', undefined, 'campaignId'],
    [400, '/campaigns/spring/launch', { wave: 1 }, 'wave'],
    [400, '/campaigns/spring/pause', {}, 'reason'],
    [409, '/campaigns/spring/pause', reason, 'campaignId'],
    [409, '/campaigns/paused/waves', { wave: 2 }, 'campaignId'],
    [400, '/campaigns/paused/waves', { wave: 0 }, 'wave'],
    [400, '/campaigns/paused/waves/0/approve', undefined, 'wave'],
    [400, '/campaigns/paused/waves/1001/approve', undefined, 'wave'],
    [409, '/campaigns/paused/waves/2/approve', undefined, 'campaignId'],
    [404, '/campaigns/unknown/waves/1/reject', reason, 'campaignId'],
    [400, '/webhooks', { ...webhook, url: 'ftp://example.com' }, 'url'],
    [400, '/webhooks', { ...webhook, url: 'https://exämple.com' }, 'url'],
    [400, '/webhooks', { ...webhook, types: ['boucle.Unknown.v1'] }, 'types'],
    [400, '/webhooks', { ...webhook, types: [] }, 'types'],
    [400, '/webhooks', { ...webhook, secret: 'mine' }, 'secret'],
    [404, '/webhooks', { ...webhook, after: 1e15 }, 'after'],
    ...['127.0.0.1', '[::1]', '10.0.0.1', '169.254.169.254', 'localhost', '0x7f.1'].map((host): [number, string, unknown, string] => [
      409,
      '/webhooks',
      { ...webhook, url: `https://${host}/` },
      'url',
    ]),
    [409, '/webhooks', { ...webhook, url: 'https://me:word@example.com' }, 'url'],
    [404, '/webhooks/nobody/replay', { after: 0 }, 'webhookId'],
    [400, '/webhooks/nobody/replay', { after: -1 }, 'after'],
    [400, '/webhooks/a%20b/resume', undefined, 'webhookId'],
    [413, '/clients', { ...client, attributes: { long: 'x'.repeat(BODY_LIMIT) } }, 'body'],
  ])('%i: POST %s %j', async (status, path, body, field) => {
    expect(await refusedFields(status, 'POST', path, body)).toContain(field);
  });

  it.each<[status: number, path: string, field: string]>([
    [404, '/nowhere', 'path'],
    [404, '//clients', 'path'],
    [400, '/clients/%E0%A4%A', 'path'],
    [400, '/campaigns/spring/waves/1/decisions/%zz', 'path'],
    [400, '/clients/%00', 'clientId'],
    [400, '/clients/a%2Fb', 'clientId'],
    [404, '/clients/nobody', 'clientId'],
    [404, '/clients/__proto__/timeline', 'clientId'],
    [404, '/campaigns/unknown', 'campaignId'],
    [404, '/campaigns/unknown/dry-run', 'campaignId'],
    [404, '/campaigns/unknown/waves', 'campaignId'],
    [404, '/campaigns/spring/waves/1', 'wave'],
    [404, '/campaigns/paused/waves/1/decisions/nobody', 'clientId'],
    [400, '/campaigns/spring/waves/one', 'wave'],
    [400, '/campaigns?limit=0', 'limit'],
    [400, '/campaigns?after=-1', 'after'],
    [400, '/campaigns?after=9007199254740992', 'after'],
    [400, '/campaigns?after=1&after=2', 'after'],
    [400, '/campaigns?behind=a%20b', 'behind'],
    [400, '/campaigns?status=lost', 'status'],
    [400, '/campaigns?position=1', 'position'],
    [400, '/campaigns?after[]=1', 'after[]'],
    [400, '/health?__proto__=1', '__proto__'],
  ])('%i: GET %s', async (status, path, field) => {
    expect(await refusedFields(status, 'GET', path)).toContain(field);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('405: %s', async (method) => {
    expect(await refusedFields(405, method, '/campaigns')).toEqual(['method']);
    expect((await engine.call(method, '/campaigns')).headers.get('allow')).toBe('GET, HEAD, POST');
    expect(await refusedFields(405, method, '/campaigns/spring/waves/1/approve')).toEqual(['method']);
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=utf-16'],
    ['application/json; charset=none'],
    ['json'],
    ['application/x-ndjson'],
  ])('415: %s', async (type) => {
    expect(await refusedFields(415, 'POST', '/clients', JSON.stringify(client), { 'content-type': type })).toEqual(['content-type']);
  });
  it('415: JSON for JSON lines, or an unknown encoding', async () => {
    expect(await refusedFields(415, 'POST', '/purchases/bulk', JSON.stringify(purchase))).toEqual(['content-type']);
    expect(await refusedFields(415, 'POST', '/clients', '{}', { 'content-encoding': 'zip' })).toEqual(['content-encoding']);
  });
  it('400: an encoding that does not hold what it says', async () =>
    expect(await refusedFields(400, 'POST', '/clients', '{}', { 'content-encoding': 'gzip' })).toEqual(['body']));
  it('413: too much at once', async () => {
    const lines = { 'content-type': 'application/x-ndjson' };
    expect(await refusedFields(413, 'POST', '/purchases/bulk', 'x'.repeat(BULK_LIMIT + 1), lines)).toEqual(['body']);
  });
  it('400: no body at all', async () => {
    expect(await refusedFields(400, 'POST', '/clients')).toEqual(['body']);
    expect(await refusedFields(400, 'POST', '/responses/bulk')).toEqual(['body']);
  });
});

/** Sends raw bytes and gives the answer. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(engine.url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });

it.each([
  ['GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['GET http://[/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ['NONSENSE\r\n\r\n', 400],
  ['POST /clients HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
  [`GET /health HTTP/1.1\r\nHost: x\r\nLong: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('what is hardly HTTP: %j', async (bytes, status) => {
  const answer = await raw(bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('application/problem+json');
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
    status,
    errors: [{ field: expect.any(String), reason: expect.any(String) }],
  });
});

it('takes any id that the rules allow, also those that every object has', async () => {
  for (const clientId of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '...', '-', '0']) {
    const { position } = await engine.write('/clients', { clientId, attributes: { region: 'north' } });
    expect(await engine.read(`/clients/${clientId}?after=${position}`)).toMatchObject({ clientId, waves: {} });
  }
  for (const campaignId of ['constructor', '__proto__', 'valueOf']) {
    await engine.write('/campaigns', { ...campaign, campaignId, offers: [{ ...offers[0], name: '0' }, offers[1]], seed: '__proto__' });
    await engine.write(`/campaigns/${campaignId}/launch`);
    const after = await engine.quiet();
    const wave = await engine.read(`/campaigns/${campaignId}/waves/1?after=${after}`);
    expect(wave).toMatchObject({ status: 'open', targeting: { eligible: 8, drawn: 8 } });
    expect((await engine.read(`/campaigns/${campaignId}/waves/1/decisions/__proto__`)).drawn).toBe(true);
    expect((await engine.read('/clients/__proto__')).waves[campaignId]).toBe(1);
  }
});

describe('ten thousand random requests', () => {
  const AT_ONCE = 50;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  afterAll(() => agent.destroy());

  const send = (
    path: string,
    body: string | Buffer,
    headers: Record<string, string>,
  ): Promise<{ status: number; type: string; text: string }> =>
    new Promise((resolve, reject) => {
      const sent = open(
        `${engine.url}${path}`,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode!, type: answer.headers['content-type'] ?? '', text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  const ids = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('ann', 'spring', 'paused', 'new', '1', '2') },
    fc.constantFrom(...RESERVED_NAMES, '..', '.', '', 'a b', '%', 'é', '\ud800', '\u0000'),
    fc.string({ maxLength: 70 }),
  );
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      '',
      -1,
      0.5,
      1e308,
      2 ** 53,
      '\ud800',
      '\udc00x',
      [],
      {},
      [[]],
      'x'.repeat(600),
      START,
      '2026-02-30T00:00:00Z',
    ),
    fc.jsonValue({ maxDepth: 3, noUnicodeString: false }),
    ids,
    fc.double(),
  );
  const valid: readonly [path: string, body: object][] = [
    ['/clients', client],
    ['/contacts', contact],
    ['/responses', response],
    ['/purchases', purchase],
    [
      '/campaigns',
      {
        ...campaign,
        universe: { all: [{ field: 'attributes.region', is: 'in', value: ['north'] }] },
        cells: ['region'],
        contactCap: { contacts: 1, days: 7 },
      },
    ],
    ['/campaigns/{id}/pause', reason],
    ['/campaigns/{id}/complete', reason],
    ['/campaigns/{id}/waves', { wave: 1 }],
    ['/campaigns/{id}/waves/{n}/reject', reason],
    ['/campaigns/{id}/launch', {}],
    ['/campaigns/{id}/resume', {}],
    ['/campaigns/{id}/waves/{n}/approve', {}],
    ['/purchases/bulk', purchase],
    ['/responses/bulk', response],
  ];

  interface Change {
    readonly at: number;
    readonly how: 'set' | 'drop' | 'add' | 'rename';
    readonly name: string;
    readonly value: unknown;
  }
  /** Every object and list inside, to change something anywhere. */
  const places = (value: unknown): Record<string, unknown>[] =>
    value !== null && typeof value === 'object' ? [value as Record<string, unknown>, ...Object.values(value).flatMap(places)] : [];
  const changed = (body: object, changes: readonly Change[]): object => {
    const copy = structuredClone(body);
    for (const { at, how, name, value } of changes) {
      const all = places(copy);
      const place = all[at % all.length];
      const keys = Object.keys(place);
      const key = keys[at % Math.max(keys.length, 1)];
      const put = (under: string, item: unknown) =>
        Object.defineProperty(place, under, { value: structuredClone(item), enumerable: true, configurable: true, writable: true });
      if (how === 'add' || key === undefined) {
        if (!Array.isArray(place)) put(name, value);
      } else if (how === 'set') put(key, value);
      else if (!Array.isArray(place)) {
        const item = place[key];
        delete place[key];
        if (how === 'rename') put(name, item);
      }
    }
    return copy;
  };
  const change = fc.record<Change>({
    at: fc.nat(40),
    how: fc.constantFrom('set', 'set', 'drop', 'add', 'rename'),
    name: fc.oneof(fc.constantFrom(...RESERVED_NAMES, 'clientId', 'occurredAt', 'seed', ''), fc.string({ maxLength: 10 })),
    value: odd,
  });
  const numbers = fc.constantFrom('1e999', '-1e999', '123456789012345678901234567890', '1e-999', '-0', '1.0', '01');

  const body = (sample: object): fc.Arbitrary<string | Buffer> =>
    fc.oneof(
      { weight: 6, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => JSON.stringify(changed(sample, changes))) },
      { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value) ?? 'undefined') },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat(200), numbers)
          .map(([at, number]) => JSON.stringify(sample).replace(/\d+/, at % 2 ? number : `${number}0`)),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.nat(300), fc.string({ maxLength: 3 })).map(([at, text]) => JSON.stringify(sample).slice(0, at) + text),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 9000 }).map((levels) => `{"a":${nested(levels)}}`) },
      {
        weight: 1,
        arbitrary: fc.array(fc.oneof(fc.constant(JSON.stringify(sample)), fc.string()), { maxLength: 5 }).map((lines) => lines.join('\n')),
      },
    );
  const headers = (type: string): fc.Arbitrary<Record<string, string>> =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constant({ 'content-type': type }) },
      fc.constantFrom<Record<string, string>>(
        {},
        { 'content-type': '' },
        { 'content-type': 'text/plain' },
        { 'content-type': `${type}; charset=utf-7` },
        { 'content-type': `${type}; =` },
        { 'content-type': type, 'content-encoding': 'gzip' },
        { 'content-type': type, 'content-encoding': 'br, gzip' },
        { 'content-type': type, expect: 'magic' },
        { 'content-type': type, accept: 'text/html' },
        { 'content-type': type, 'if-none-match': '*', range: 'bytes=0-1' },
        { 'content-type': type, 'x-http-method-override': 'DELETE', 'x-forwarded-host': '[' },
      ),
    );
  const anyRequest = fc.constantFrom(...valid).chain(([path, sample]) =>
    fc.record({
      path: fc
        .tuple(ids, fc.oneof(fc.constantFrom('1', '2', '0', '1001', '1e1', '-1'), ids))
        .map(([id, n]) => path.replace('{id}', () => encode(id)).replace('{n}', () => encode(n))),
      body: body(sample),
      headers: headers(path.endsWith('/bulk') ? 'application/x-ndjson' : 'application/json'),
    }),
  );
  const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

  /** How many events commands that came over HTTP have written behind a position. */
  const writtenSince = async (position: number): Promise<number> => {
    let count = 0;
    for await (const batch of engine.adapters.events.subscribe({ after: position })) {
      count += batch.events.filter(({ metadata }) => metadata.actor === 'local').length;
      if (batch.caughtUp) break;
    }
    return count;
  };
  const acceptedBy = (answer: { repeated?: boolean | number; accepted?: number }): number => answer.accepted ?? (answer.repeated ? 0 : 1);

  it('never break it, and change nothing when refused', async () => {
    const answers = new Map<number, number>();
    const some = fc.array(anyRequest, { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(some, async (requests) => {
        const before = await engine.quiet();
        let accepted = 0;
        await Promise.all(
          requests.map(async ({ path, body, headers }) => {
            const { status, type, text } = await send(path, body, headers);
            answers.set(status, (answers.get(status) ?? 0) + 1);
            if (status === 200) {
              expect(type).toContain('application/json');
              accepted += acceptedBy(JSON.parse(text));
              return;
            }
            expect([400, 404, 405, 409, 413, 415]).toContain(status);
            expect(type).toContain('application/problem+json');
            const { errors } = JSON.parse(text) as { errors: { field: string; reason: string }[] };
            expect(errors.length).toBeGreaterThan(0);
            expect(errors.every(({ field, reason }) => field !== '' && reason !== '')).toBe(true);
          }),
        );
        await engine.quiet();
        expect(await writtenSince(before)).toBe(accepted);
      }),
      { numRuns: 10_000 / AT_ONCE, seed: 20_260_301, endOnFailure: true },
    );
    for (const status of [200, 400, 404, 409, 415]) expect(answers.get(status)).toBeGreaterThan(10);
    expect(await engine.read('/health')).toMatchObject({ status: 'up' });
  });
});
