import { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { isEmail } from 'class-validator';
import { ExpireExternalFile, ReviewRetention } from '@boucle/clients';
import { CommandDoor } from '../apps/engine/src/door.js';
import { Answer, daysLater, ServedEngine, START, until } from './support/served-engine.js';

interface Media {
  readonly schema: object;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { required: boolean; content: Record<string, Media> };
  readonly responses: Record<
    string,
    { description: string; content: Record<string, Media>; headers?: Record<string, { required: boolean }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Record<string, unknown>> };
}

const full = {
  campaignId: 'spring',
  name: 'Spring sale',
  objective: 'profit',
  reaction: 'purchase',
  offers: [
    { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
    { name: 'nothing', channel: null, cost: 0, margin: 0 },
  ],
  universe: { any: [{ not: { field: 'opposed', is: 'eq', value: true } }, { field: 'attributes.age', is: 'in', value: [41, null] }] },
  cells: ['region'],
  waveSize: 10,
  consent: 'not-checked',
  holdOut: 0.3,
  responseWindowDays: 7,
  floor: 0.05,
  contactCap: { contacts: 3, days: 30 },
  drawOnce: true,
  stop: { waves: 2, whenDecided: false },
  launch: 'autopilot',
  posterior: 'independent',
  seed: 'seed',
  purpose: 'newsletter',
};
const bought = { source: 'Adress AG', licence: 'L-17', wording: { en: 'Your address: Adress AG' }, expiresOn: '2099-12-31' };
const wholeExport = {
  preset: 'calls',
  universe: { field: 'attributes.region', is: 'eq', value: 'north' },
  mailings: { campaignId: 'spring', wave: 1, offer: 'letter' },
  fields: ['attributes.region', 'purchases.monetary.EUR', 'lastName'],
  purpose: 'marketing',
  consent: 'not-checked',
  sender: 'CH',
};
const indicator = { name: 'Birthday in a week', kind: 'birthday', daysAhead: 7 };
const segment = { name: 'Northern', text: 'attribute.region = "segmented"' };
const twoRules = { first: { text: segment.text }, second: { text: 'hasEmail = yes' } };
const wholeScoring = {
  asOf: '2026-03-01',
  currency: 'EUR',
  vatPercent: 7.7,
  windowDays: 365,
  frequency: 'order',
  monetary: 'mean',
  horizonMonths: 6,
  marginPercent: 40,
  discountPercent: 5,
  contactCost: 100,
  basket: 'client',
};
const rental = { broker: 'smith-lists', uses: 2, expiresOn: '2026-12-31' };
const rentedUse = { useId: 'spring', addressing: 'post', purpose: 'marketing' };
const client = { clientId: 'client-01', attributes: { region: 'north', age: 41, newsletter: true, title: null } };
const contact = {
  clientId: 'client-01',
  contactId: 'call-1',
  kind: 'call',
  channel: 'phone',
  salespersonId: 'miller',
  outcome: 'interested',
  note: 'Likes red',
  occurredAt: START,
};
const planned = { contactId: 'visit-1', kind: 'visit', at: daysLater(9), durationMinutes: 45, salespersonId: 'miller', note: 'Ring twice' };
const moved = { at: daysLater(10), durationMinutes: 30, salespersonId: 'jones' };
const report = { reportId: 'report-1', outcome: 'interested', note: 'Likes red' };
const response = { clientId: 'client-01', responseId: 'r-1', kind: 'coupon', occurredAt: START };
const words = {
  articleIds: ['mug-7'],
  advert: 'gazette',
  cardNumber: 'C-1',
  contestId: 'draw',
  surveyId: 'after',
  answers: { satisfied: 4, again: true },
};
const wholeResponse = {
  ...response,
  ...words,
  coupon: 'SPRING10',
  pointOfSaleId: 'shop-3',
  referredId: 'client-02',
  subject: 'delivery',
  text: 'Hello',
};
const purchase = { clientId: 'client-01', purchaseId: 'order-1', amount: 100, currency: 'EUR', occurredAt: START };
const mugs = [
  { articleId: 'mug-7', variantId: 'blue', quantity: 1.5, unitPrice: 4000, amount: 6000, promotion: 'spring', coupon: 'SPRING10' },
  { text: 'Ribbon', quantity: 1, unitPrice: 90, gift: true },
];
const wholePurchase = {
  ...purchase,
  purchaseId: 'order-2',
  amount: 5000,
  lines: mugs,
  discount: 1000,
  freight: 690,
  vatIncluded: true,
  salesChannel: 'web',
  pointOfSaleId: 'shop-3',
  orderId: 'placed-9',
  orderNumber: 'B-2026/0815',
};
const givenBack = { returnId: 'return-1', purchaseId: 'order-2', amount: 500, currency: 'EUR', reason: 'too-small', occurredAt: START };
const takenBack = { reason: 'too-late', occurredAt: START };
const consent = {
  consentId: 'news',
  channel: 'email',
  purpose: 'newsletter',
  pointId: 'work',
  basis: 'consent',
  proof: { how: 'web-form', wordingId: 'wording-1' },
  by: 'Mr Martin',
  occurredAt: START,
};
const opposition = {
  oppositionId: 'no',
  channel: 'email',
  purpose: 'newsletter',
  pointId: 'work',
  how: 'unsubscribe-link',
  occurredAt: START,
};
const mapping = {
  source: 'web',
  kind: 'purchases',
  tense: 'history',
  format: { encoding: 'utf-8', separator: ',', dates: 'YYYY-MM-DD', decimal: '.', thousands: '' },
  columns: { invoice: 'No', date: 'Day', amount: 'Sum', client: 'Who' },
  values: { currency: 'EUR' },
  codes: { civility: { Herr: 'mr' } },
  existing: { '*': 'fill', lastName: 'overwrite' },
};
const hold = { reason: 'lawsuit' };
const puttingOff = { until: '2099-01-01', reason: 'case-open' };
const reason = { reason: 'a strike' };
// nobody listens there
const webhook = { webhookId: 'till', url: 'http://127.0.0.1:9/boucle', types: ['boucle.PurchaseRecorded.v1'], after: 0 };
const { url, types } = webhook;
const beginning = { after: 0 };
const thresholds = {
  ...{ lapseDays: 180, lapseGaps: 3, unanswered: 5, unsolicitedMonths: 24, interestDays: 30 },
  ...{ regularDays: 3, regularVariation: 1, regularGaps: 2.5 },
};
const policy = {
  months: { prospects: 12, clients: 36, consents: 24, children: 12 },
  automaticAfterDays: null,
  filesAfterDays: 30,
  subscribers: ['till'],
  acknowledgeWithinDays: 30,
};
const merge = { mergedId: 'twin', winners: { lastName: 'twin' } };
const grounds = { reason: 'requested', requestedBy: 'person' };
const LIMITS = { bodyLimit: 10_000, bulkLimit: 10_000, importLimit: 10_000, webhooksPrivate: true };
const key = { name: 'till 3', role: 'service', expiresAt: '2027-03-01T12:00:00Z' };

/** What lasts between a client and us, and what he owes, each step after the one before. */
const dealings: Readonly<Record<string, object>> = {
  orders: { orderId: 'o-1', amount: 6000, currency: 'EUR', lines: mugs, salesChannel: 'web', pointOfSaleId: 'shop-3', orderNumber: 'B-1' },
  'orders/{orderId}/cancel': { reason: 'too-late' },
  invoices: {
    invoiceId: 'i-1',
    purchaseId: 'order-1',
    contractId: 'c-1',
    amount: 100,
    currency: 'EUR',
    dueOn: '2026-04-01',
    invoiceNumber: 'R-1',
  },
  'invoices/{invoiceId}/reminders': { reminderId: 'm-1', level: 1 },
  payments: { paymentId: 'paid-1', invoiceId: 'i-1', amount: 100, currency: 'EUR', means: 'transfer' },
  'open-balance': { amount: -100, currency: 'EUR' },
  contracts: {
    contractId: 'c-1',
    kind: 'subscription',
    articleId: 'gazette',
    amount: 990,
    currency: 'EUR',
    startsOn: '2026-03-01',
    endsOn: '2027-02-28',
    contractNumber: 'V-1',
  },
  'contracts/{contractId}/renew': { endsOn: '2028-02-28' },
  'contracts/{contractId}/notice': { by: 'client', endsOn: '2026-06-30' },
  'contracts/{contractId}/end': { on: '2026-06-30', reason: 'too-dear' },
  memberships: { membershipId: 'club-1', clubId: 'wine', level: 'gold', cardNumber: 'M-1' },
  'memberships/{membershipId}/leave': { reason: 'moved' },
  cases: { caseId: 'k-1', subject: 'repair', purchaseId: 'order-1', articleId: 'mug-7', text: 'The handle came off' },
  'cases/{caseId}/close': { outcome: 'replaced', text: 'A new one was sent' },
};
const DEALT: Readonly<Record<string, string>> = {
  orderId: 'o-1',
  invoiceId: 'i-1',
  contractId: 'c-1',
  membershipId: 'club-1',
  caseId: 'k-1',
};

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';

/** A path that leads to nothing that is there. */
const keller = { legalName: 'Keller AG', sector: 'retail', headcount: 12 };
const shop = { name: 'Hauptbahnhof', kind: 'shop', coordinates: { latitude: 47.38, longitude: 8.54 } };
const salesperson = { kind: 'salesperson', areas: [{ country: 'CH', postalCodes: '80' }], person: { name: 'Eva Miller' } };
const absence = { from: '2026-03-02', until: '2026-03-15', deputyId: 'tom' };

const mug = {
  labels: { en: 'Mug', fr: 'Tasse' },
  groupId: 'cups',
  since: '2026-03-01',
  number: '4711/2',
  knownAs: ['Mug, blue'],
  variants: [{ variantId: 'blue', labels: { en: 'blue' } }],
  brand: 'acme',
  ownBrand: true,
  cost: 420,
  currency: 'EUR',
  successorId: 'mug-8',
};
const cups = { labels: { en: 'Cups' }, parentId: 'kitchen', since: '2026-03-01' };
const rate = { currency: 'EUR', toCurrency: 'CHF', day: '2026-03-01', rate: '0.9412', source: 'ecb' };

const unknown = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name) => (name === 'wave' ? '1' : 'unknown'));

/** Everything inside, itself included. */
const everything = (value: unknown): Record<string, unknown>[] =>
  isObject(value) ? [value, ...Object.values(value).flatMap(everything)] : [];

/** Answers may hold nothing that is not documented. */
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict);
  if (!isObject(value)) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, strict(item)]));
  return isObject(value.properties) && value.type === 'object' ? { additionalProperties: false, ...inside } : inside;
};

const isInstant = (text: string): boolean => {
  const day = Date.parse(text.slice(0, 10));
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
};

const validators = (schemas: object): ((schema: object) => ValidateFunction) => {
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    keywords: ['example'],
    formats: { 'date-time': isInstant, email: isEmail },
  });
  const local = (value: unknown): object =>
    JSON.parse(JSON.stringify(value), (key, item: unknown) => (key === '$ref' ? String(item).replace('#/components/schemas/', '') : item));
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(local(schema), name);
  return (schema) => ajv.compile(local(schema));
};

let engine: ServedEngine;
let document: Document;
let answered: (schema: object) => ValidateFunction;
let requested: (schema: object) => ValidateFunction;
const provoked = new Set<string>();

const operations = (): [name: string, path: string, operation: Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Operation] => [`${method.toUpperCase()} ${path}`, path, operation]),
  );

/** Holds an answer against what the document says about it. */
const conforms = (name: string, answer: Answer): Answer => {
  const operation = operations().find(([known]) => known === name)![2];
  const documented = operation.responses[answer.status];
  expect({ name, status: answer.status, documented: Object.keys(operation.responses) }).toMatchObject({
    documented: expect.arrayContaining([String(answer.status)]),
  });
  expect(Object.keys(documented.content)).toContain(answer.type);
  const validate = answered(documented.content[answer.type].schema);
  expect({ name, body: answer.body, wrong: validate(answer.body) ? null : validate.errors }).toMatchObject({ wrong: null });
  for (const [header, { required }] of Object.entries(documented.headers ?? {}))
    expect(required && !answer.headers.has(header)).toBe(false);
  provoked.add(`${answer.status} ${name}`);
  return answer;
};

/** Sends a request to an operation; what follows the path is a query. */
const ask = async (status: number, name: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> => {
  const answer = conforms(name, await engine.call(name.split(' ')[0], path, body, headers));
  expect({ name, path, status: answer.status, body: answer.body }).toMatchObject({ status });
  return answer;
};

beforeAll(async () => {
  engine = await ServedEngine.start({ limits: LIMITS });
  engine.key = await engine.keyOf('administrator');
  document = await engine.read('/docs-json');
  requested = validators(document.components.schemas);
  answered = validators(strict(document.components.schemas) as object);
});
afterAll(() => engine.discard());

describe('the document', () => {
  it('is OpenAPI 3.1, whole and without loose ends', async () => {
    expect(await engine.get('/docs')).toMatchObject({ status: 200, type: 'text/html' });
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Boucle', version: expect.any(String) } });
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, path, { parameters, responses, summary }] of operations()) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect([name, inPath.map((parameter) => parameter.name)]).toEqual([
        name,
        [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter),
      ]);
      expect(inPath.every(({ required }) => required)).toBe(true);
      expect(summary).not.toBe('');
      for (const { schema } of parameters) requested(schema);
      for (const { content, description } of Object.values(responses)) {
        expect(typeof description).toBe('string');
        for (const { schema } of Object.values(content)) answered(schema);
      }
    }
    for (const { $ref: reference } of everything(document))
      if (typeof reference === 'string')
        expect(document.components.schemas).toHaveProperty([reference.replace('#/components/schemas/', '')]);
    expect(everything(document).filter((part) => 'nullable' in part)).toEqual([]);
  });

  it('names every route, and no other', () => {
    interface Layer {
      route?: { path: string; methods: Record<string, boolean> };
    }
    const { stack } = (engine.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;
    const routes = stack
      .flatMap(({ route }) => (route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : []))
      .map((route) => route.replace(/:(\w+)/g, '{$1}'))
      .filter((route) => !/^GET \/?docs/.test(route));
    expect(routes.sort()).toEqual(
      operations()
        .map(([name]) => name)
        .sort(),
    );
  });
});

describe('every answer is as documented', () => {
  const lines = { 'content-type': 'application/x-ndjson' };

  it('while a campaign runs', async () => {
    await ask(200, 'POST /campaigns', '/campaigns', full);
    await ask(404, 'POST /campaigns', '/campaigns', { ...full, campaignId: 'astray', segment: 'nowhere' });
    for (let i = 1; i <= 40; i++)
      await ask(200, 'POST /clients', '/clients', { ...client, clientId: `client-${String(i).padStart(2, '0')}` });
    await ask(200, 'POST /contacts', '/contacts', contact);
    await ask(200, 'POST /purchases', '/purchases', purchase);
    await ask(200, 'POST /responses', '/responses', response);
    const text = [JSON.stringify(purchase), 'bad'].join('\n');
    await ask(200, 'POST /purchases/bulk', '/purchases/bulk', text, lines);
    await ask(200, 'POST /responses/bulk', '/responses/bulk', `${JSON.stringify(response)}\n{}`, lines);
    const after = await engine.quiet();
    await ask(200, 'GET /campaigns/{campaignId}/dry-run', `/campaigns/spring/dry-run?after=${after}`);
    await ask(200, 'GET /campaigns/{campaignId}', `/campaigns/spring?after=${after}`);
    await ask(200, 'POST /campaigns/{campaignId}/launch', '/campaigns/spring/launch');
    await until(
      () => engine.get('/campaigns/spring/waves/1'),
      ({ body }) => body.status === 'open',
    );
    await ask(200, 'GET /campaigns/{campaignId}/waves/{wave}', '/campaigns/spring/waves/1');
    for (let i = 1; i <= 40; i++) {
      const clientId = `client-${String(i).padStart(2, '0')}`;
      const path = `/campaigns/spring/waves/1/decisions/${clientId}`;
      const { body } = await ask(200, 'GET /campaigns/{campaignId}/waves/{wave}/decisions/{clientId}', path);
      if (body.drawn) await ask(200, 'POST /purchases', '/purchases', { ...purchase, clientId, purchaseId: `order-${i}` });
    }
    await ask(200, 'POST /campaigns/{campaignId}/pause', '/campaigns/spring/pause', reason);
    await ask(200, 'GET /campaigns/{campaignId}', `/campaigns/spring?after=${await engine.quiet()}`);
    await ask(200, 'POST /campaigns/{campaignId}/resume', '/campaigns/spring/resume');
    engine.clock.moveTo(daysLater(8));
    await until(
      () => engine.get('/campaigns/spring/waves/2'),
      ({ body }) => body.status === 'open',
    );
    await ask(200, 'POST /campaigns/{campaignId}/waves', '/campaigns/spring/waves', { wave: 2 });
    await ask(200, 'GET /campaigns/{campaignId}/waves', '/campaigns/spring/waves');
    await ask(200, 'POST /campaigns/{campaignId}/complete', '/campaigns/spring/complete', reason);
    await ask(200, 'GET /campaigns', `/campaigns?after=${await engine.quiet()}&limit=10`);
    await ask(200, 'GET /clients/{clientId}', '/clients/client-01');
    await ask(200, 'GET /clients/{clientId}/timeline', '/clients/client-01/timeline?from=1&limit=100');
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) await ask(200, `GET ${path}`, path);
    await ask(200, 'GET /asyncapi', '/asyncapi');
    await ask(200, 'GET /events', '/events?after=1&limit=10&wait=1&types=boucle.PurchaseRecorded.v1');
    await ask(200, 'GET /events', '/events?limit=1', undefined, { accept: 'text/event-stream', 'last-event-id': '1' });
    const issued = await ask(200, 'POST /keys', '/keys', key);
    await ask(200, 'GET /keys', '/keys');
    await ask(200, 'DELETE /keys/{keyId}', `/keys/${issued.body.keyId}`);
  });

  it('while a webhook fails', async () => {
    const one = (what: string) => [`${what} /webhooks/{webhookId}`, '/webhooks/till'] as const;
    const of = (what: string) => [`POST /webhooks/{webhookId}/${what}`, `/webhooks/till/${what}`] as const;
    await ask(200, 'POST /webhooks', '/webhooks', webhook);
    await ask(200, 'POST /webhooks', '/webhooks', webhook);
    await until(
      () => ask(200, ...one('GET')).catch((): null => null),
      (answer) => answer?.body.status === 'failing',
    );
    await ask(200, 'GET /webhooks', `/webhooks?after=${await engine.head()}&limit=10`);
    await ask(200, ...of('pause'), reason);
    await ask(200, ...one('PUT'), { url, types: [...types, 'boucle.ResponseRecorded.v1'] });
    await ask(200, ...of('replay'), beginning);
    await ask(200, ...of('rotate-secret'));
    await ask(200, ...one('GET'));
    await ask(200, ...of('resume'));
    await ask(409, 'POST /webhooks', '/webhooks', { ...webhook, after: 1 });
    await ask(409, ...one('PUT'), { url: 'http://[', types });
    await ask(404, 'POST /webhooks', '/webhooks', { ...webhook, webhookId: 'other', after: Number.MAX_SAFE_INTEGER });
    await ask(200, ...one('DELETE'));
  });

  it('about catalogues', async () => {
    const labels = { en: 'Shoe size' };
    await ask(200, 'POST /fields', '/fields', { field: 'shoeSize', kind: 'number', labels });
    await ask(200, 'POST /fields', '/fields', { field: 'club', kind: 'code', labels: { en: 'Club' } });
    await ask(409, 'POST /fields', '/fields', { field: 'shoeSize', kind: 'flag', labels });
    const gold = { code: 'gold', labels: { en: 'Gold' } };
    await ask(200, 'POST /catalogues/{catalogue}', '/catalogues/club', gold);
    await ask(409, 'POST /catalogues/{catalogue}', '/catalogues/club', { ...gold, labels });
    await ask(200, 'POST /catalogues/{catalogue}/{code}/relabel', '/catalogues/club/gold/relabel', { labels });
    await ask(200, 'POST /catalogues/{catalogue}/{code}/retire', '/catalogues/club/gold/retire');
    await ask(200, 'POST /fields/{field}/retire', '/fields/club/retire');
    const { body } = await ask(200, 'GET /catalogues', '/catalogues');
    expect(body).toMatchObject({ fields: { club: { retired: true } }, entries: { club: { gold: { labels, retired: true } } } });
  });

  it('about a person', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/${client.clientId}/${what}`];
    const address = { addressId: 'home', address: { street: 'Bahnhofstrasse', postalCode: '8001', locality: 'Zürich', country: 'CH' } };
    await ask(200, ...of('details'), { person: { lastName: 'Keller', birthDate: '--02-29', fields: { shoeSize: 42 } } });
    await ask(200, ...of('attributes'), { attributes: { region: 'south', band: null } });
    const many = (letter: string) => Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${letter}${n}`, n]));
    await ask(200, ...of('attributes'), { attributes: many('a') });
    await ask(409, ...of('attributes'), { attributes: many('b') });
    await ask(200, ...of('addresses'), address);
    await ask(409, ...of('addresses'), { ...address, validUntil: '2026-12-31' });
    await ask(200, ...of('emails'), { emailId: 'work', email: 'keller@example.org' });
    await ask(409, ...of('emails'), { emailId: 'home', email: 'keller@example.org' });
    await ask(200, ...of('phones'), { phoneId: 'mobile', phone: '079 123 45 67', country: 'CH' });
    await ask(409, ...of('phones'), { phoneId: 'mobile', phone: '+41 44 123 45 67' });
    const home = (what: string): [string, string] => [
      `POST /clients/{clientId}/addresses/{addressId}/${what}`,
      `/clients/${client.clientId}/addresses/home/${what}`,
    ];
    await ask(200, ...of('references'), { system: 'erp', number: '4711' });
    const known = await ask(200, 'POST /clients', '/clients', { references: [{ system: 'card', number: '17' }] });
    await ask(409, ...of('references'), { system: 'card', number: '17' });
    expect(known.body.clientId).not.toBe(client.clientId);
    await ask(200, ...home('returned'), { reason: 'moved' });
    await ask(200, ...home('end'), { until: '2026-06-30' });
    await ask(200, 'POST /clients/{clientId}/contact-points/{pointId}/remove', `/clients/${client.clientId}/contact-points/work/remove`);
    for (const what of ['death', 'death/refute', 'close', 'reopen', 'credit/block', 'credit/release'])
      await ask(200, ...of(what), what === 'death' ? {} : undefined);
    const identity = await ask(
      200,
      'GET /clients/{clientId}/identity',
      `/clients/${client.clientId}/identity?after=${await engine.quiet()}`,
    );
    const after = await engine.quiet();
    const hits = await ask(200, 'GET /clients', `/clients?search=keller&kind=name&cursor=0.-99999.1&after=${after}`);
    expect(hits.body).toMatchObject({ hits: [{ clientId: client.clientId, kind: 'name', match: 'exact' }], next: null });
    await ask(200, 'GET /clients/by-reference', `/clients/by-reference?system=erp&number=47%2011&after=${after}`);
    expect(identity.body).toMatchObject({
      person: { lastName: 'Keller', birthDate: '--02-29', fields: { shoeSize: 42 } },
      addresses: { home: { returned: 'moved', validity: { until: '2026-06-30' } } },
      emails: {},
      phones: { mobile: { number: '+41791234567', line: 'mobile' } },
      state: { deceased: false, closed: false, creditBlocked: false },
    });
    const report = await ask(200, 'GET /fields', '/fields');
    expect(report.body.find(({ field }: { field: string }) => field === 'shoeSize')).toMatchObject({
      filled: 1,
      lastChange: engine.clock.now(),
    });
  });

  it('about those who may be one person', async () => {
    const [twin, other] = ['max-1', 'max-2'];
    const person = { firstName: 'Max', lastName: 'Frei', birthDate: '1980-02-03' };
    await ask(200, 'POST /clients', '/clients', { clientId: twin, person });
    await engine.quiet();
    const { body: refused } = await ask(409, 'POST /clients', '/clients', { person });
    expect(refused.duplicates).toMatchObject([{ clientId: twin }]);
    await ask(200, 'POST /clients', '/clients', { clientId: other, person: { firstName: 'Max', lastName: 'Frei' } });
    await ask(200, 'POST /clients/{clientId}/details', `/clients/${other}/details`, { person: { birthDate: '1980-02-03' } });
    const after = await engine.quiet();
    const { body } = await ask(200, 'GET /duplicates', `/duplicates?currency=CHF&limit=5&purpose=cleaning&after=${after}`);
    expect(body).toMatchObject([{ clientIds: [twin, other], value: 0, clients: [{ name: 'Max Frei' }, { clientId: other }] }]);
    await ask(200, 'GET /clients/{clientId}/duplicates', `/clients/${twin}/duplicates?after=${after}`);
    const there = `/clients/${twin}/duplicates/${other}`;
    await ask(200, 'GET /clients/{clientId}/duplicates/{otherId}', `${there}?after=${after}`);
    await ask(404, 'GET /clients/{clientId}/duplicates/{otherId}', `/clients/${twin}/duplicates/nobody`);
    await ask(200, 'PUT /duplicate-policy', '/duplicate-policy', { mergeFrom: 1 });
    expect((await ask(200, 'GET /duplicate-policy', '/duplicate-policy')).body).toEqual({ mergeFrom: 1, version: 1 });
    const apart = 'POST /clients/{clientId}/duplicates/{otherId}/tell-apart';
    await ask(200, apart, `${there}/tell-apart`);
    await ask(409, apart, `/clients/${twin}/duplicates/${twin}/tell-apart`);
    await ask(404, apart, `/clients/${twin}/duplicates/nobody/tell-apart`);
  });

  it('about what is entered', async () => {
    const list = 'country;postalCode;locality;communeCode\nCH;8001;Zürich;261\nCH;8400;Winterthur;230\n';
    const install = 'POST /localities/bulk';
    const { body: installed } = await ask(200, install, '/localities/bulk?source=post', list, lines);
    expect(installed).toMatchObject({ countries: { CH: 2 }, repeated: false });
    await ask(409, install, '/localities/bulk?source=post', 'a;b\n1;2\n', lines);
    expect((await ask(200, 'GET /localities', '/localities')).body).toMatchObject([{ country: 'CH', source: 'post', localities: 2 }]);
    const doubtful = 'GET /doubtful-addresses';
    await ask(200, doubtful, '/doubtful-addresses?purpose=cleaning');
    await ask(400, doubtful, '/doubtful-addresses?cursor=a/b');
    const figures = 'country;kind;code;measure;value\nCH;commune;261;income;84000\n';
    const statistics = 'POST /area-statistics/bulk';
    await ask(200, statistics, '/area-statistics/bulk?source=bfs&year=2024', figures, lines);
    await ask(409, statistics, '/area-statistics/bulk?source=bfs&year=2024', 'a;b\n1;2\n', lines);
    expect((await ask(200, 'GET /area-statistics', '/area-statistics')).body).toMatchObject([{ fields: ['area.income.bfs.2024'] }]);
    await ask(200, 'DELETE /area-statistics/{source}/{year}', '/area-statistics/bfs/2024');
    const address = { street: 'Seeweg', houseNumber: '1', postalCode: '8010', locality: 'Zürich', country: 'CH' };
    const typed = { person: { firstName: 'Max' }, address, email: 'max@gmial.com', phone: '079 123 45 67' };
    const { body } = await ask(200, 'POST /clients/check', '/clients/check', typed);
    expect(body).toMatchObject({
      duplicates: [],
      address: {
        result: 'doubtful',
        of: 'locality',
        suggestions: [{ postalCode: '8001', locality: 'Zürich' }],
        edition: installed.edition,
      },
      email: { valid: true, suggestion: 'max@gmail.com' },
      phone: { valid: true, number: '+41791234567', line: 'mobile' },
    });
    expect((await ask(200, 'POST /clients/check', '/clients/check', {})).body).toMatchObject({ address: null, email: null, phone: null });
    const added = await ask(200, 'POST /clients/{clientId}/addresses', '/clients/client-03/addresses', { addressId: 'lake', address });
    expect(added.body.check).toMatchObject({ result: 'doubtful' });
  });

  it('about those who belong together', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/${client.clientId}/${what}`];
    const at = (method: string, path: string, id: string, what = ''): [string, string] => [
      `${method} /${path}${what}`,
      `/${path.replace(/\{\w+\}/, id)}${what}`,
    ];
    const company = (method: string, what = ''): [string, string] => at(method, 'companies/{companyId}', 'keller', what);
    await ask(200, ...company('PUT'), keller);
    await ask(409, ...company('PUT'), { ...keller, parentId: 'keller' });
    await ask(200, ...of('companies'), { companyId: 'keller', role: 'buyer', on: '2026-03-01' });
    await ask(200, ...of('companies/leave'), { companyId: 'keller', on: '2026-03-02' });
    await ask(200, ...company('POST', '/close'));
    const pointOfSale = (method: string, what = ''): [string, string] => at(method, 'points-of-sale/{pointOfSaleId}', 'hb', what);
    await ask(200, ...pointOfSale('PUT'), shop);
    await ask(200, ...of('point-of-sale'), { pointOfSaleId: 'hb' });
    await ask(200, ...pointOfSale('POST', '/close'));
    await ask(200, ...of('household'), { householdId: 'h-1', role: 'adult', on: '2026-03-01' });
    await ask(409, ...of('household/leave'), { on: '2026-02-01' });
    await ask(409, ...of('household'), { householdId: 'h-2', role: 'adult', on: '2026-02-01' });
    const household = (method: string): [string, string] => at(method, 'households/{householdId}', 'h-1');
    await ask(200, ...household('PUT'), { addressee: client.clientId, salutation: 'family' });
    const eva = (method: string, what = ''): [string, string] => at(method, 'salespeople/{salespersonId}', 'eva', what);
    await ask(200, ...eva('PUT'), salesperson);
    await ask(200, 'PUT /salespeople/{salespersonId}', '/salespeople/tom', { ...salesperson, person: { name: 'Tom Jones' } });
    await ask(200, ...of('owner'), { salespersonId: 'eva' });
    await ask(200, ...of('stage'), { stage: 'quoted', nextStep: 'call-back', nextOn: '2026-04-01' });
    await ask(200, ...of('planned-contacts'), { ...planned, contactId: 'visit-9', salespersonId: 'eva' });
    await ask(200, ...eva('POST', '/absences'), absence);
    await ask(409, ...eva('POST', '/absences'), { ...absence, until: '2026-01-01' });
    await engine.quiet();
    const { position } = (await ask(200, ...eva('POST', '/hand-over'), { toSalespersonId: 'tom' })).body;
    await ask(409, ...eva('POST', '/hand-over'), { toSalespersonId: 'eva' });
    await engine.quiet();
    const shown = async (...[name, path]: [string, string]) => (await ask(200, name, `${path}?after=${position}`)).body;
    expect(await shown(...company('GET'))).toMatchObject({
      closed: true,
      members: { [client.clientId]: { role: 'buyer', until: '2026-03-02' } },
    });
    expect(await shown(...pointOfSale('GET'))).toMatchObject({ closed: true });
    expect(await shown(...household('GET'))).toMatchObject({ addressee: client.clientId, members: { [client.clientId]: { until: null } } });
    expect(await shown(...eva('GET'))).toMatchObject({ handedTo: 'tom', identity: { name: 'Eva Miller' } });
    expect(await shown(...eva('GET', '/portfolio'))).toEqual([]);
    const tom = (what: string): [string, string] => at('GET', 'salespeople/{salespersonId}', 'tom', what);
    expect(await shown(...tom('/portfolio'))).toMatchObject([{ clientId: client.clientId, stage: 'quoted', nextOn: '2026-04-01' }]);
    expect(await shown(...tom('/calendar'))).toMatchObject([{ clientId: client.clientId, contactId: 'visit-9', name: 'Keller' }]);
    const feed = await engine.get('/salespeople/tom/calendar.ics');
    expect(conforms('GET /salespeople/{salespersonId}/calendar.ics', feed)).toMatchObject({ status: 200, type: 'text/calendar' });
    expect(feed.body).toMatch(/BEGIN:VEVENT[\s\S]*SUMMARY:visit: Keller/);
    await ask(200, 'GET /households/proposals', '/households/proposals?purpose=household-maintenance');
    await ask(400, 'GET /households/proposals', '/households/proposals');
    const { body } = await ask(200, 'GET /audit/views', '/audit/views?limit=500&behind=2026-01-01T00:00:00.000Z');
    await ask(400, 'GET /audit/views', '/audit/views?actor=nobody');
    await ask(200, 'GET /reports', '/reports');
    for (const format of ['json', 'csv', 'html']) await ask(200, 'GET /reports/{name}', `/reports/overview?format=${format}`);
    await ask(409, 'GET /reports/{name}', '/reports/crosstab?rows=age');
    expect(body).toContainEqual(expect.objectContaining({ view: 'household-proposals', purpose: 'household-maintenance' }));
    await ask(200, ...of('household/leave'), { on: '2026-03-31' });
  });

  it('about two files of one person', async () => {
    const at = (what: string, clientId: string = client.clientId): [string, string] => [
      `POST /clients/{clientId}/merges${what}`,
      `/clients/${clientId}/merges${what.replace(/\{\w+\}/, 'twin')}`,
    ];
    await engine.write('/clients', { clientId: 'twin', attributes: {}, person: { lastName: 'Keller-Frei' } });
    await engine.write('/clients/twin/emails', { emailId: 'mail', email: 'frei@example.org' });
    await engine.write('/clients/twin/oppositions', { oppositionId: 'no', channel: 'phone', by: 'Mrs Frei' });
    const preview = `/clients/${client.clientId}/merges/twin/preview`;
    await ask(200, 'GET /clients/{clientId}/merges/{mergedId}/preview', preview);
    await ask(200, ...at(''), merge);
    await ask(409, ...at('', 'twin'), { mergedId: 'twin' });
    await engine.quiet();
    expect((await ask(200, 'GET /clients/{clientId}', '/clients/twin')).body).toMatchObject({ mergedInto: client.clientId });
    await ask(200, 'GET /clients/{clientId}/identity', '/clients/twin/identity');
    await ask(200, 'GET /clients/{clientId}/file', '/clients/twin/file');
    await ask(200, 'GET /clients/{clientId}/consents', '/clients/twin/consents');
    const found = await ask(200, 'GET /clients', '/clients?search=frei@example.org');
    expect(found.body.hits).toMatchObject([{ clientId: client.clientId, alias: 'twin' }]);
    await engine.write(`/clients/${client.clientId}/companies`, { companyId: 'dam', role: 'buyer', on: '2026-03-01' });
    expect((await ask(200, ...at('/{mergedId}/undo'))).body.undecided).toMatchObject([{ what: 'CompanyJoined', of: ['dam'] }]);
    await engine.quiet();
    await ask(409, ...at('/{mergedId}/undo', 'twin'));
  });

  it('about contacts with a client', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/${client.clientId}/${what}`];
    const visit = (what: string): [string, string] => [
      `POST /clients/{clientId}/planned-contacts/{contactId}/${what}`,
      `/clients/${client.clientId}/planned-contacts/visit-1/${what}`,
    ];
    const reported = `/clients/${client.clientId}/contacts/call-1/report`;
    await ask(200, ...of('planned-contacts'), planned);
    await ask(409, ...of('planned-contacts'), { ...planned, contactId: 'call-1' });
    await ask(200, ...visit('move'), moved);
    await ask(200, ...visit('cancel'));
    await ask(409, ...visit('move'), { at: daysLater(11) });
    await ask(200, ...of('planned-contacts'), { ...planned, contactId: 'visit-2' });
    await ask(200, 'POST /contacts', '/contacts', { ...contact, contactId: 'visit-2' });
    await ask(409, visit('cancel')[0], `/clients/${client.clientId}/planned-contacts/visit-2/cancel`);
    await ask(200, 'POST /clients/{clientId}/contacts/{contactId}/report', reported, report);
    await ask(409, 'POST /clients/{clientId}/contacts/{contactId}/report', reported, { reportId: 'report-2' });
  });

  it('about somebody who is erased', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/client-40/${what}`];
    await ask(200, 'PUT /life-cycle-policy', '/life-cycle-policy', thresholds);
    expect((await ask(200, 'GET /life-cycle-policy', '/life-cycle-policy')).body).toEqual({ ...thresholds, version: 1 });
    await ask(200, 'PUT /forgetting-policy', '/forgetting-policy', policy);
    expect((await ask(200, 'GET /forgetting-policy', '/forgetting-policy')).body).toEqual({ ...policy, version: 1 });
    await ask(200, ...of('erase'), grounds);
    await ask(200, 'POST /erasures/{clientId}/acknowledgements', '/erasures/client-40/acknowledgements', { subscriber: 'till' });
    await ask(404, ...of('close'));
    await ask(404, 'POST /purchases', '/purchases', { ...purchase, clientId: 'client-40', purchaseId: 'late' });
    await ask(409, 'POST /clients', '/clients', { ...client, clientId: 'client-40' });
    const after = await engine.quiet();
    await ask(200, 'GET /erasures/{clientId}', `/erasures/client-40?after=${after}`);
    expect((await ask(200, 'GET /erasures', '/erasures?limit=5')).body).toMatchObject([{ clientId: 'client-40', overdue: false }]);
    await ask(404, 'GET /clients/{clientId}', '/clients/client-40');
  });

  it('about how long somebody is kept', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/client-39/${what}`];
    const proposal = (what: string): [string, string] => [
      `POST /erasure-proposals/{clientId}/${what}`,
      `/erasure-proposals/client-39/${what}`,
    ];
    await ask(200, ...of('emails'), { emailId: 'home', email: 'suspect@example.org' });
    await ask(409, ...proposal('accept'));
    await ask(409, ...proposal('put-off'), puttingOff);
    await ask(200, ...of('legal-hold'), hold);
    await ask(409, ...of('erase'), grounds);
    const [retention, there] = ['GET /clients/{clientId}/retention', '/clients/client-39/retention'];
    expect((await ask(200, retention, `${there}?after=${await engine.head()}`)).body).toMatchObject({
      holds: [{ reason: 'lawsuit', by: expect.stringMatching(/^key:/) }],
    });
    await ask(200, ...of('legal-hold/lift'), hold);
    const cause = { id: 'review', correlationId: 'review', now: daysLater(2000), actor: 'worker:retention' };
    const review = Object.assign(new ReviewRetention(), { clientId: 'client-39', policy: await engine.read('/forgetting-policy') });
    await engine.app.get(CommandDoor).execute(review, cause);
    const proposals = await ask(200, 'GET /erasure-proposals', `/erasure-proposals?limit=5&after=${await engine.quiet()}`);
    expect(proposals.body).toMatchObject([{ clientId: 'client-39', kept: 'prospects', holds: [] }]);
    await ask(200, ...proposal('put-off'), puttingOff);
    await ask(200, retention, there);
    await engine.app.get(CommandDoor).execute(review, { ...cause, now: daysLater(30_000) });
    await ask(200, ...proposal('accept'));
  });

  it('about what a client did not keep', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/${client.clientId}/${what}`];
    const [returns, there] = of('returns');
    const revoke = (purchaseId: string, how: 'cancel' | 'refuse'): [string, string] => [
      of(`purchases/{purchaseId}/${how}`)[0],
      of(`purchases/${purchaseId}/${how}`)[1],
    ];
    await ask(200, 'POST /purchases', '/purchases', wholePurchase);
    await ask(409, 'POST /purchases', '/purchases', { ...wholePurchase, purchaseId: 'order-3', amount: 1 });
    await ask(200, returns, there, givenBack);
    await ask(200, returns, there, { returnId: 'return-2', amount: 90, currency: 'CHF', lines: [mugs[1], { ...mugs[1], gift: false }] });
    await ask(409, returns, there, { returnId: 'return-3' });
    await ask(200, ...revoke('order-2', 'cancel'), takenBack);
    await ask(409, ...revoke('order-2', 'refuse'), takenBack);
    await ask(200, 'POST /purchases', '/purchases', { ...purchase, purchaseId: 'order-4' });
    await ask(200, ...revoke('order-4', 'refuse'), {});
    await ask(409, ...revoke('order-4', 'cancel'), {});
    const { body } = await ask(200, 'GET /clients/{clientId}', `/clients/${client.clientId}?after=${await engine.quiet()}`);
    expect(body.monetary).toMatchObject({ CHF: -90 });
    expect(body.purchases.history).toMatchObject({
      returned: [{ purchaseId: 'order-2', amount: 500 }, {}],
      revoked: ['order-2', 'order-4'],
    });
  });

  it('about what somebody wants to hear', async () => {
    const of = (what: string): [string, string] => [`POST /clients/{clientId}/${what}`, `/clients/client-02/${what}`];
    const one = (what: string, consentId: string): [string, string] => [
      `POST /clients/{clientId}/consents/{consentId}/${what}`,
      `/clients/client-02/consents/${consentId}/${what}`,
    ];
    await ask(200, ...of('addresses'), { addressId: 'home', address: { locality: 'Lyon', country: 'FR' } });
    await ask(200, ...of('emails'), { emailId: 'work', email: 'martin@example.org' });
    await ask(200, ...of('consents'), consent);
    await ask(409, ...of('consents'), { ...consent, purpose: 'survey' });
    await ask(200, ...of('consents'), { ...consent, consentId: 'twice', basis: 'double-opt-in', expiresAt: '2030-01-01T00:00:00Z' });
    await ask(200, ...one('confirm', 'twice'), {});
    await ask(409, ...one('confirm', consent.consentId), {});
    await ask(200, ...one('withdraw', consent.consentId), { occurredAt: START });
    await ask(409, ...one('withdraw', 'twice'), { occurredAt: '2099-01-01T00:00:00Z' });
    await ask(200, ...of('oppositions'), opposition);
    await ask(409, ...of('oppositions'), { ...opposition, channel: 'sms' });
    for (const what of ['restriction', 'restriction/end', 'profiling-objection', 'profiling-objection/end']) await ask(200, ...of(what));
    await ask(200, 'POST /responses', '/responses', { ...response, clientId: 'client-02', kind: 'complaint' });
    const path = `/clients/client-02/consents`;
    const { body } = await ask(200, 'GET /clients/{clientId}/consents', `${path}?purpose=survey&after=${await engine.head()}`);
    expect(body).toMatchObject({
      consents: [{ id: 'news', withdrawnAt: START, proof: consent.proof, by: 'Mr Martin' }, { id: 'twice' }],
      oppositions: [{ id: 'no', how: 'unsubscribe-link' }, { how: 'complaint' }],
    });
    await ask(200, 'GET /clients/{clientId}/consents', `${path}?at=2020-01-01T00:00:00%2B01:00`);
    await ask(400, 'GET /clients/{clientId}/consents', `${path}?at=yesterday`);
    await ask(400, 'GET /clients/{clientId}/consents', `${path}?purpose=a%20b`);
  });

  it('about what lasts between a client and us', async () => {
    for (const [what, body] of Object.entries(dealings)) {
      const there = `/clients/${client.clientId}/${what.replace(/\{(\w+)\}/g, (_, name: string) => DEALT[name])}`;
      await ask(200, `POST /clients/{clientId}/${what}`, there, { ...body, occurredAt: START });
      await ask(409, `POST /clients/{clientId}/${what}`, there, { ...body, occurredAt: '2099-01-01T00:00:00Z' });
    }
    const file = `/clients/${client.clientId}/file`;
    const { body } = await ask(200, 'GET /clients/{clientId}/file', `${file}?after=${await engine.head()}`);
    expect(body).toMatchObject({
      personal: { clientId: client.clientId },
      actions: {
        contacts: [{ contactId: 'call-1', note: 'Likes red', reports: [{ reportId: 'report-1' }] }, { contactId: 'visit-2' }],
        planned: [{ contactId: 'visit-9', note: 'Ring twice' }],
      },
      reactions: {
        orders: [{ orderNumber: 'B-1', cancelled: { reason: 'too-late' } }],
        invoices: [{ invoiceNumber: 'R-1', open: 0, reminders: [{ level: 1 }] }],
        reportedBalances: { EUR: { amount: -100 } },
        contracts: [{ contractNumber: 'V-1', ended: { on: '2026-06-30' } }],
        memberships: [{ cardNumber: 'M-1', left: { reason: 'moved' } }],
        cases: [{ text: 'The handle came off', closed: { outcome: 'replaced' } }],
      },
    });
  });

  it('about articles and day rates', async () => {
    const group = (method: string, what = '', id = 'cups'): [string, string] => [
      `${method} /article-groups/{groupId}${what}`,
      `/article-groups/${id}${what}`,
    ];
    const article = (method: string, what = ''): [string, string] => [`${method} /articles/{articleId}${what}`, `/articles/mug-7${what}`];
    await ask(404, ...group('PUT'), cups);
    await ask(200, ...group('PUT', '', 'kitchen'), { labels: { en: 'Kitchen' } });
    await ask(200, ...group('PUT'), cups);
    await ask(409, ...group('PUT', '', 'kitchen'), { ...cups, parentId: 'cups' });
    await ask(409, ...group('POST', '/move', 'kitchen'), { parentId: 'cups', since: '2026-03-01' });
    await ask(200, ...group('POST', '/move'), { since: '2026-06-01' });
    await ask(200, ...article('PUT'), mug);
    await ask(409, ...article('PUT'), { ...mug, margin: 100 });
    await ask(200, ...article('POST', '/move'), { groupId: 'kitchen', since: '2026-06-01' });
    await ask(200, ...article('POST', '/retire'));
    await ask(200, 'POST /articles/bulk', '/articles/bulk', `${JSON.stringify({ ...mug, articleId: 'mug-9' })}\n{}`, lines);
    await ask(200, 'POST /day-rates', '/day-rates', rate);
    await ask(409, 'POST /day-rates', '/day-rates', { ...rate, toCurrency: 'EUR' });
    await ask(200, 'POST /day-rates/bulk', '/day-rates/bulk', JSON.stringify({ ...rate, day: '2026-02-27' }), lines);
    const after = `after=${await engine.head()}`;
    await ask(200, ...article('GET'), undefined);
    const { body } = await ask(200, 'GET /articles/{articleId}', `/articles/mug-7?on=2026-03-01&${after}`);
    expect(body).toMatchObject({ article: { number: '4711/2' }, retired: true, groups: [{ groupId: 'kitchen' }, { groupId: 'cups' }] });
    await ask(200, 'GET /article-groups', `/article-groups?on=2026-03-01&${after}`);
    const found = await ask(200, ...group('GET', '/articles'));
    expect(found.body).toHaveLength(2);
    const listed = await ask(200, 'GET /unknown-articles', `/unknown-articles?limit=10&${after}`);
    expect(listed.body).toMatchObject({ count: 1, articles: [{ name: { text: 'Ribbon' } }] });
    await ask(200, 'GET /day-rates/{ratesId}', `/day-rates/EUR.CHF.2026?${after}`);
    const file = await ask(200, 'GET /clients/{clientId}/file', `/clients/${client.clientId}/file?currency=CHF&${after}`);
    expect(file.body.converted).toMatchObject({ currency: 'CHF' });
  });

  it('about everything that is known of a client', async () => {
    const { body } = await ask(200, 'POST /clients/{clientId}/export', '/clients/client-02/export', { purpose: 'requested-by-person' });
    expect(body).toMatchObject({
      clientId: 'client-02',
      consents: [{ id: 'news', proof: consent.proof }, {}],
      recipients: { exports: [] },
    });
  });

  it('about files, and what their columns mean', async () => {
    const of = (what: string): [string, string] => [`POST /mappings/{mappingId}/${what}`, `/mappings/orders/${what}`];
    const bytes = { 'content-type': 'application/octet-stream' };
    const file = 'No,Day,Sum,Who\n1,2026-01-01,12.50,100\n2,someday,1.00,100\n';
    const guess = await ask(200, 'POST /mapping-guess', '/mapping-guess', file, bytes);
    expect(guess.body).toMatchObject({ encoding: 'utf-8', separator: ',', header: ['No', 'Day', 'Sum', 'Who'] });
    await ask(200, 'PUT /mappings/{mappingId}', '/mappings/orders', mapping);
    await ask(409, 'PUT /mappings/{mappingId}', '/mappings/orders', { ...mapping, columns: { colour: 'Colour' } });
    expect((await ask(200, 'GET /mappings/{mappingId}', '/mappings/orders')).body).toEqual(mapping);
    const preview = await ask(200, ...of('previews'), file, bytes);
    expect(preview.body).toMatchObject({
      tally: { accepted: 1, rejected: 1, created: 1 },
      doubtful: 0,
      problems: [{ row: 3, code: 'no-date' }],
    });
    await ask(400, ...of('previews'), 'No,Day\n', bytes);
    const [first, second] = await Promise.all([of('imports'), of('imports')].map(([, path]) => engine.call('POST', path, file, bytes)));
    const [done, refused] = first.status === 200 ? [first, second] : [second, first];
    expect([conforms(of('imports')[0], done).status, conforms(of('imports')[0], refused).status]).toEqual([200, 409]);
    expect(done.body).toMatchObject({ repeated: false, clients: 1, hasRejected: true, differences: [{ row: 3, field: 'date' }] });
    const { importId } = done.body;
    const state = await ask(200, 'GET /imports/{importId}', `/imports/${importId}`);
    expect(state.body).toMatchObject({ source: 'web', kind: 'purchases', tense: 'history', row: 3, clients: 1, hasRejected: true });
    expect(state.body).toMatchObject({ state: 'done', by: expect.stringMatching(/^key:/), reconciles: true, undone: null });
    const listed = await ask(200, 'GET /imports', `/imports?limit=1&before=2999-01-01T00:00:00Z&after=${await engine.quiet()}`);
    expect(listed.body).toEqual([state.body]);
    const sales = await ask(200, 'GET /anonymous-sales', '/anonymous-sales?from=2026-01&until=2026-01');
    expect(sales.body).toEqual([]);
    const rejected = await engine.get(`/imports/${importId}/rejected`);
    expect(conforms('GET /imports/{importId}/rejected', rejected)).toMatchObject({ status: 200, type: 'text/csv' });
    expect(rejected.body).toContain('2,someday,1.00,100,0,3,date (Day),no-date');
    const undone = await ask(200, 'POST /imports/{importId}/undo', `/imports/${importId}/undo`);
    expect(undone.body).toMatchObject({ erased: 1, withdrawn: 0, kept: 0, named: [] });
  });

  it('about lists of those who must not be addressed', async () => {
    const enter = 'POST /suppressions/{listId}/bulk';
    const path = '/suppressions/bloctel/bulk?source=bloctel&channels=phone,sms&country=FR&validUntil=2030-01-01T00:00:00Z';
    const { body } = await ask(200, enter, path, '06 12 34 56 78\nmartin@example.org\nnonsense\n{"lastName":"Martin"}\n{', lines);
    expect(body).toMatchObject({
      accepted: 2,
      repeated: 0,
      rejected: [{ line: 3, field: 'phone' }, { line: 4 }, { line: 5, field: 'line' }],
    });
    await ask(409, enter, path.replace('2030', '2020'), 'martin@example.org', lines);
    await ask(400, enter, '/suppressions/bloctel/bulk?source=bloctel&channels=pigeon', 'martin@example.org', lines);
    const after = await engine.quiet();
    const lists = await ask(200, 'GET /suppressions', `/suppressions?after=${after}`);
    expect(lists.body).toContainEqual(
      expect.objectContaining({ listId: 'bloctel', sources: ['bloctel'], channels: ['sms', 'phone'], entered: 2 }),
    );
    const end = 'POST /suppressions/{listId}/end';
    await ask(200, end, '/suppressions/bloctel/end');
    await ask(409, end, '/suppressions/own/end');
  });

  it('about files of people', async () => {
    const { body } = await ask(200, 'POST /exports', '/exports', { ...wholeExport, mailings: undefined });
    const file: [string, string] = ['GET /exports/{exportId}/file', `/exports/${body.exportId}/file`];
    await ask(409, 'POST /exports', '/exports', wholeExport);
    const other = await ask(200, 'POST /exports', '/exports', {
      preset: 'post',
      purpose: 'marketing',
      mailings: { campaignId: 'none', wave: 1 },
    });
    await until(
      () => engine.get(`/exports/${other.body.exportId}`),
      (answer) => answer.body.status === 'abandoned',
    );
    await ask(409, file[0], `/exports/${other.body.exportId}/file`);
    for (const query of ['', '?format=ndjson', '?format=xlsx', '?separator=tab&decimal=comma&byteOrderMark=true'])
      await ask(200, file[0], `${file[1]}${query}`);
    await ask(400, file[0], `${file[1]}?format=pdf`);
    const csv = { 'content-type': 'text/csv' };
    for (const path of ['/returned-mail/csv', '/call-outcomes/csv']) {
      await ask(200, `POST ${path}`, path, 'code,reason,outcome\nnone,moved,reached\n', csv);
      await ask(400, `POST ${path}`, path, 'name\nAnna\n', csv);
    }
    const after = `after=${await engine.head()}`;
    await ask(200, 'GET /exports/{exportId}', `/exports/${body.exportId}?${after}`);
    await ask(200, 'GET /exports', `/exports?limit=10&behind=X000000000&${after}`);
    await ask(400, 'GET /exports', '/exports?limit=0');
  });

  it('about what no catalogue knows', async () => {
    const mapping = { source: 'old', kind: 'clients', columns: { client: 'Nr', civility: 'Title' } };
    expect((await engine.call('PUT', '/mappings/titles', mapping)).status).toBe(200);
    const bytes = { 'content-type': 'application/octet-stream' };
    expect((await engine.call('POST', '/mappings/titles/imports', 'Nr,Title\n1,Fräulein', bytes)).status).toBe(200);
    const { body } = await ask(200, 'GET /waiting-values', `/waiting-values?after=${await engine.quiet()}`);
    expect(body).toMatchObject([{ source: 'old', field: 'civility', text: 'Fräulein', rows: 1, clients: 1 }]);
    const meaning = 'POST /waiting-values/{valueId}/meaning';
    const path = `/waiting-values/${body[0].valueId}/meaning`;
    await ask(404, meaning, '/waiting-values/none/meaning', { code: 'ms' });
    await ask(409, meaning, path, { code: 'fraeulein' });
    await ask(200, meaning, path, { code: 'ms' });
    await ask(200, 'PUT /source-ranks', '/source-ranks', { sources: ['erp', 'shop'] });
    expect((await ask(200, 'GET /source-ranks', '/source-ranks')).body).toEqual({ sources: ['erp', 'shop'] });
    await engine.quiet();
  });

  it('about what clients are worth', async () => {
    await engine.write('/clients', { clientId: 'scored', attributes: {} });
    await ask(409, 'POST /scorings', '/scorings', { ...wholeScoring, asOf: '2090-01-01' });
    const { position } = (await ask(200, 'POST /scorings', '/scorings', wholeScoring)).body;
    await until(
      () => engine.get(`/scorings/${wholeScoring.asOf}?after=${position}`),
      ({ body }) => body.status === 'done',
    );
    const after = `after=${await engine.quiet()}`;
    await ask(200, 'GET /scorings/{scoringId}', `/scorings/${wholeScoring.asOf}?${after}`);
    await ask(200, 'GET /scorings', `/scorings?limit=1&behind=2026-01-01&${after}`);
    await ask(400, 'GET /scorings', '/scorings?limit=0');
    await ask(200, 'GET /clients/{clientId}/score', `/clients/scored/score?${after}`);
  });

  it('about indicators', async () => {
    const [declare, path] = ['PUT /indicators/{indicatorId}', '/indicators/soon'];
    await ask(200, declare, path, indicator);
    await ask(409, declare, path, { name: 'Soon', kind: 'birthday' });
    await ask(404, declare, path, { name: 'Soon', kind: 'segment-left', segmentId: 'nowhere' });
    const { version } = (await ask(200, 'GET /indicators/{indicatorId}', path)).body;
    expect(version).toBe(1);
    await ask(404, 'GET /indicators/{indicatorId}', '/indicators/nowhere');
    await ask(200, 'GET /indicators', '/indicators');
    const retire = 'POST /indicators/{indicatorId}/retire';
    await ask(404, retire, '/indicators/nowhere/retire', {});
    await ask(200, retire, `${path}/retire`, {});
    await engine.quiet();
  });

  it('about segments', async () => {
    await engine.write('/clients', { clientId: 'segmented', attributes: { region: 'segmented' } });
    const [define, path] = ['PUT /segments/{segmentId}', '/segments/northern'];
    await ask(409, define, path, { name: 'Northern', text: 'attribute.region = ' });
    await ask(200, define, path, segment);
    const activate = 'POST /segments/{segmentId}/activate';
    await ask(404, activate, '/segments/nobody/activate', {});
    await ask(200, activate, `${path}/activate`, {});
    await ask(200, 'POST /segment-counts', '/segment-counts', { text: segment.text });
    await ask(200, 'POST /segment-estimates', '/segment-estimates', { text: segment.text });
    await ask(409, 'POST /segment-estimates', '/segment-estimates', { text: 'hasEmal = yes' });
    await ask(404, 'POST /segment-counts', '/segment-counts', { segmentId: 'nobody' });
    await ask(200, 'POST /segment-differences', '/segment-differences', twoRules);
    await ask(404, 'POST /segment-differences', '/segment-differences', { ...twoRules, first: { segmentId: 'nobody' } });
    await ask(409, 'POST /segment-differences', '/segment-differences', { ...twoRules, first: { text: segment.text, asOf: 'tomorrow' } });
    const refused = await ask(409, 'POST /segment-counts', '/segment-counts', { text: 'hasEmal = yes' });
    expect(refused.body).toMatchObject({ code: 'bad-rule', detail: 'line 1, column 1: there is no field hasEmal: did you mean hasEmail?' });
    await ask(200, 'GET /segment-fields', '/segment-fields');
    const after = `after=${await engine.quiet()}`;
    await ask(200, 'GET /segments', `/segments?limit=10&behind=a&${after}`);
    await ask(400, 'GET /segments', '/segments?limit=0');
    await ask(200, 'GET /segments/{segmentId}', `${path}?${after}`);
    const { body } = await ask(200, 'GET /segments/{segmentId}/members', `${path}/members?limit=10&behind=a&${after}`);
    expect(body).toMatchObject([{ segmentId: 'northern', clientId: 'segmented' }]);
    await ask(200, 'GET /segments/{segmentId}/clients/{clientId}', `${path}/clients/segmented?${after}`);
    await ask(200, 'PUT /segments/{segmentId}', '/segments/far', { name: 'Far', text: 'segment "northern"' });
    const retire = 'POST /segments/{segmentId}/retire';
    await ask(404, retire, '/segments/nobody/retire', {});
    await ask(409, retire, `${path}/retire`, {});
    await ask(200, retire, '/segments/far/retire', {});
    await ask(409, activate, '/segments/far/activate', {});
    await ask(409, define, '/segments/far', segment);
    await ask(200, retire, `${path}/retire`, {});
    await engine.quiet();
  });

  it('about files that were bought', async () => {
    const file: [string, string] = ['/external-files/{fileId}', '/external-files/broker-7'];
    await ask(200, `PUT ${file[0]}`, file[1], bought);
    const { body } = await ask(200, `GET ${file[0]}`, `${file[1]}?after=${await engine.quiet()}`);
    expect(body).toMatchObject({ ...bought, expired: null });
    const expire = Object.assign(new ExpireExternalFile(), { fileId: 'broker-7', erased: 0, kept: 0 });
    const cause = { id: 'expiry', correlationId: 'expiry', now: START, actor: 'test' };
    await engine.app.get(CommandDoor).execute(expire, cause);
    await ask(409, `PUT ${file[0]}`, file[1], { ...bought, licence: 'L-18' });
    await ask(200, `GET ${file[0]}`, `${file[1]}?after=${await engine.head()}`);
  });

  it('about the changes of an ERP', async () => {
    const { body } = await ask(200, 'POST /erp/changes/bulk', '/erp/changes/bulk', '{"record":"customer","customer":"E-1"}\n{}', lines);
    expect(body).toMatchObject({ accepted: 1, rejected: [{ line: 2, field: 'record' }] });
  });

  it('about files of brokers', async () => {
    const wrong = { ...rental, expiresOn: '2020-01-01' };
    await ask(409, 'POST /rented-files', '/rented-files', wrong);
    const { fileId } = (await ask(200, 'POST /rented-files', '/rented-files', rental)).body;
    const path = `/rented-files/${fileId}`;
    const rows: [string, string] = ['POST /rented-files/{fileId}/rows/bulk', `${path}/rows/bulk`];
    const using: [string, string] = ['POST /rented-files/{fileId}/uses', `${path}/uses`];
    const net: [string, string] = ['GET /rented-files/{fileId}/net', `${path}/net`];
    await ask(409, ...using, rentedUse);
    const people = ['emil@example.org', 'frida@example.org'].map((email) => JSON.stringify({ lastName: 'Zaugg', email }));
    await ask(200, ...rows, people.join('\n'), lines);
    await ask(200, ...net);
    await ask(400, net[0], `${net[1]}?addressing=fax`);
    const { body } = await ask(200, ...using, { ...rentedUse, addressing: 'email' });
    for (const format of ['ndjson', 'xlsx'])
      await ask(200, using[0], `${using[1]}?format=${format}`, { ...rentedUse, addressing: 'email' });
    await ask(409, ...rows, JSON.stringify({ email: 'late@example.org' }), lines);
    const [code, other] = (body as string).match(/X[0-9A-Z]{9}-\d-[0-9A-Z]{4}/g)!;
    await ask(200, 'POST /rented-files/answers', '/rented-files/answers', { code });
    await ask(404, 'POST /rented-files/answers', '/rented-files/answers', { code: 'none' });
    await ask(200, 'GET /rented-files', `/rented-files?limit=10&after=${await engine.head()}`);
    await ask(400, 'GET /rented-files', '/rented-files?limit=0');
    await ask(200, 'POST /rented-files/{fileId}/expire', `${path}/expire`);
    await ask(409, ...net);
    await ask(409, 'POST /rented-files/answers', '/rented-files/answers', { code: other });
  });

  it('while a person decides', async () => {
    const { universe: _, cells: __, contactCap: ___, ...rest } = full;
    await ask(200, 'POST /campaigns', '/campaigns', {
      ...rest,
      campaignId: 'autumn',
      launch: 'approval',
      contactCap: null,
      universe: null,
    });
    await ask(200, 'POST /campaigns/{campaignId}/launch', '/campaigns/autumn/launch');
    await ask(200, 'GET /campaigns/{campaignId}', `/campaigns/autumn?after=${await engine.quiet()}`);
    await ask(200, 'POST /campaigns/{campaignId}/waves/{wave}/approve', '/campaigns/autumn/waves/1/approve');
    await engine.quiet();
    engine.clock.moveTo(daysLater(16));
    await until(
      () => engine.get('/campaigns/autumn'),
      ({ body }) => body.proposal?.wave === 2,
    );
    await ask(200, 'GET /campaigns/{campaignId}', '/campaigns/autumn');
    await ask(200, 'POST /campaigns/{campaignId}/waves/{wave}/reject', '/campaigns/autumn/waves/2/reject', reason);
  });

  it('when it is refused', async () => {
    const bodies: Record<string, object> = {
      '/clients': client,
      '/contacts': contact,
      '/purchases': purchase,
      '/responses': response,
      '/campaigns': full,
      '/keys': key,
      '/fields': { field: 'shoeSize', kind: 'number', labels: { en: 'Shoe size' } },
      '/catalogues/{catalogue}': { code: 'gold', labels: { en: 'Gold' } },
      '/waiting-values/{valueId}/meaning': { code: 'ms' },
      '/source-ranks': { sources: ['erp'] },
      '/catalogues/{catalogue}/{code}/relabel': { labels: { en: 'Gold' } },
      '/clients/{clientId}/details': { person: {} },
      '/clients/{clientId}/attributes': { attributes: {} },
      '/clients/{clientId}/addresses': { addressId: 'home', address: { locality: 'Bern', country: 'CH' } },
      '/clients/{clientId}/addresses/{addressId}/end': { until: '2026-06-30' },
      '/clients/{clientId}/addresses/{addressId}/returned': { reason: 'moved' },
      '/clients/{clientId}/emails': { emailId: 'work', email: 'keller@example.org' },
      '/clients/{clientId}/phones': { phoneId: 'mobile', phone: '+41791234567' },
      '/clients/{clientId}/references': { system: 'erp', number: '4712' },
      '/clients/{clientId}/death': {},
      '/clients/{clientId}/returns': givenBack,
      ...Object.fromEntries(Object.entries(dealings).map(([what, body]) => [`/clients/{clientId}/${what}`, body])),
      '/clients/{clientId}/purchases/{purchaseId}/cancel': takenBack,
      '/clients/{clientId}/purchases/{purchaseId}/refuse': takenBack,
      '/companies/{companyId}': keller,
      '/article-groups/{groupId}': { ...cups, parentId: 'nothing' },
      '/article-groups/{groupId}/move': { since: '2026-03-01' },
      '/articles/{articleId}': mug,
      '/articles/{articleId}/move': { since: '2026-03-01' },
      '/day-rates': rate,
      '/points-of-sale/{pointOfSaleId}': shop,
      '/households/{householdId}': {},
      '/salespeople/{salespersonId}': salesperson,
      '/salespeople/{salespersonId}/absences': absence,
      '/salespeople/{salespersonId}/hand-over': { toSalespersonId: 'tom' },
      '/clients/{clientId}/household': { householdId: 'h-1', role: 'adult', on: '2026-03-01' },
      '/clients/{clientId}/household/leave': { on: '2026-03-01' },
      '/clients/{clientId}/companies': { companyId: 'keller', role: 'buyer', on: '2026-03-01' },
      '/clients/{clientId}/companies/leave': { companyId: 'keller', on: '2026-03-01' },
      '/clients/{clientId}/owner': { salespersonId: 'eva' },
      '/clients/{clientId}/point-of-sale': { pointOfSaleId: 'hb' },
      '/clients/{clientId}/stage': { stage: 'quoted' },
      '/clients/{clientId}/planned-contacts': planned,
      '/clients/{clientId}/planned-contacts/{contactId}/move': moved,
      '/clients/{clientId}/contacts/{contactId}/report': report,
      '/clients/{clientId}/erase': grounds,
      '/clients/{clientId}/merges': merge,
      '/clients/{clientId}/export': { purpose: 'complaint' },
      '/clients/{clientId}/legal-hold': hold,
      '/clients/{clientId}/legal-hold/lift': hold,
      '/erasure-proposals/{clientId}/put-off': puttingOff,
      '/forgetting-policy': policy,
      '/life-cycle-policy': thresholds,
      '/erasures/{clientId}/acknowledgements': { subscriber: 'till' },
      '/clients/{clientId}/consents': consent,
      '/clients/{clientId}/consents/{consentId}/confirm': {},
      '/clients/{clientId}/consents/{consentId}/withdraw': {},
      '/clients/{clientId}/oppositions': opposition,
      '/campaigns/{campaignId}/pause': reason,
      '/campaigns/{campaignId}/complete': reason,
      '/campaigns/{campaignId}/waves': { wave: 2 },
      '/campaigns/{campaignId}/waves/{wave}/reject': reason,
      '/exports': wholeExport,
      '/scorings': wholeScoring,
      '/indicators/{indicatorId}': { name: 'Came', kind: 'segment-entered', segmentId: 'unknown' },
      '/segments/{segmentId}': segment,
      '/segment-counts': { text: segment.text },
      '/segment-estimates': { text: segment.text },
      '/segment-differences': twoRules,
      '/rented-files': rental,
      '/rented-files/answers': { code: 'X7Q2M9KA4Z-17-K3PD' },
      '/rented-files/{fileId}/uses': rentedUse,
      '/external-files/{fileId}': bought,
      '/webhooks': webhook,
      '/webhooks/{webhookId}': { url, types },
      '/webhooks/{webhookId}/pause': reason,
      '/webhooks/{webhookId}/replay': beginning,
    };
    const others = [await engine.keyOf('service'), await engine.keyOf('auditor'), await engine.keyOf('salesperson')];
    const waiting: Promise<Answer>[] = [];
    for (const [name, path, { responses, requestBody, parameters }] of operations()) {
      const there = unknown(path);
      const body = requestBody ? bodies[path] : undefined;
      if ('401' in responses) await ask(401, name, there, body, { authorization: 'Bearer nonsense' });
      for (const other of others) {
        const answer = await engine.call(name.split(' ')[0], `${there}?typo=1`, body, { authorization: `Bearer ${other}` });
        if (answer.status !== 400) expect(conforms(name, answer).status).toBe(403);
      }
      const type = Object.keys(requestBody?.content ?? { 'application/json': null })[0];
      if ('413' in responses) await ask(413, name, there, 'x'.repeat(LIMITS.bodyLimit + 1), { 'content-type': type });
      if ('415' in responses) await ask(415, name, there, '{}', { 'content-type': 'text/plain' });
      if ('400' in responses) await ask(400, name, `${there}?typo=1`, body);
      const named = there !== path || (body !== undefined && 'clientId' in body);
      if ('404' in responses && named) await ask(404, name, there, body && 'clientId' in body ? { ...body, clientId: 'unknown' } : body);
      const needed = parameters
        .filter((parameter) => parameter.in === 'query' && parameter.required)
        .map((parameter) => `${parameter.name}=unknown&`)
        .join('');
      if (parameters.some((parameter) => parameter.name === 'after'))
        waiting.push(ask(404, name, `${there}?${needed}after=${Number.MAX_SAFE_INTEGER}`));
    }
    await Promise.all(waiting);
    const late = { occurredAt: '2099-01-01T00:00:00Z' };
    await ask(409, 'POST /clients', '/clients', { ...client, attributes: {} });
    await ask(409, 'POST /contacts', '/contacts', { ...contact, ...late });
    await ask(409, 'POST /purchases', '/purchases', { ...purchase, ...late });
    await ask(409, 'POST /responses', '/responses', { ...response, ...late });
    await ask(409, 'POST /campaigns', '/campaigns', { ...full, name: 'otherwise' });
    await ask(409, 'POST /keys', '/keys', { ...key, expiresAt: START });
    for (const [what, body] of [['resume'], ['pause', reason], ['waves', { wave: 3 }]] as const)
      await ask(409, `POST /campaigns/{campaignId}/${what}`, `/campaigns/spring/${what}`, body);
    for (const [what, body] of [['approve'], ['reject', reason]] as const)
      await ask(409, `POST /campaigns/{campaignId}/waves/{wave}/${what}`, `/campaigns/spring/waves/3/${what}`, body);
  });

  it('and nothing is documented that cannot happen', () => {
    const documented = operations().flatMap(([name, , { responses }]) => Object.keys(responses).map((status) => `${status} ${name}`));
    const rest = documented.filter((one) => !provoked.has(one));
    // the store is up here, the read models keep up, and nobody changes a campaign at the same time
    const elsewhere = /^503 |^409 POST .*\/(launch|complete)$/;
    expect(rest.filter((one) => !elsewhere.test(one))).toEqual([]);
  });
});

describe('a body is refused for its shape if and only if the document refuses it', () => {
  const values: unknown[] = [
    null,
    '',
    'text',
    'a b',
    '..',
    '__proto__',
    'x'.repeat(201),
    '😀'.repeat(64),
    0,
    1,
    -1,
    0.5,
    1e9,
    2 ** 53,
    true,
    [],
    {},
    [1],
    ['a', 'a'],
    START,
    '2026-02-30T12:00:00Z',
    '2026-03-01',
    'EUR',
    'eur',
    'post',
  ];

  /** The body with one thing changed, for every thing in it. */
  const variants = (body: object): object[] => {
    const found: object[] = [body];
    const vary = (path: (string | number)[], change: (place: Record<string, unknown>) => void): void => {
      const copy = structuredClone(body);
      change(path.reduce((place, key) => (place as Record<string, unknown>)[key] as object, copy) as Record<string, unknown>);
      found.push(copy);
    };
    const walk = (place: object, path: (string | number)[]): void => {
      for (const [key, item] of Object.entries(place)) {
        for (const value of values) vary(path, (there) => (there[key] = value));
        if (!Array.isArray(place)) vary(path, (there) => delete there[key]);
        if (isObject(item)) walk(item, [...path, key]);
      }
      if (!Array.isArray(place)) for (const name of ['extra', 'a.b', 'toString', '']) vary(path, (there) => (there[name] = 1));
    };
    walk(body, []);
    return found;
  };

  it.each<[path: string, body: object]>([
    ['/clients', client],
    ['/contacts', contact],
    ['/clients/{clientId}/erase', grounds],
    ['/clients/{clientId}/merges', merge],
    ['/clients/{clientId}/export', { purpose: 'complaint' }],
    ['/clients/{clientId}/legal-hold', hold],
    ['/clients/{clientId}/legal-hold/lift', hold],
    ['/erasure-proposals/{clientId}/put-off', puttingOff],
    ['/erasures/{clientId}/acknowledgements', { subscriber: 'till' }],
    ['/purchases', purchase],
    ['/responses', wholeResponse],
    ['/clients/{clientId}/consents', consent],
    ['/clients/{clientId}/oppositions', opposition],
    ['/campaigns', full],
    ['/keys', key],
    ['/exports', wholeExport],
    ['/scorings', wholeScoring],
    ['/segment-counts', { text: segment.text }],
    ['/segment-estimates', { text: segment.text }],
    ['/segment-differences', twoRules],
    ['/rented-files', rental],
    ['/rented-files/answers', { code: 'X7Q2M9KA4Z-17-K3PD' }],
    ['/rented-files/{fileId}/uses', rentedUse],
    ['/campaigns/{campaignId}/pause', reason],
    ['/campaigns/{campaignId}/complete', reason],
    ['/campaigns/{campaignId}/waves', { wave: 1 }],
    ['/campaigns/{campaignId}/waves/{wave}/reject', reason],
    ['/purchases', wholePurchase],
    ['/clients/{clientId}/returns', { ...givenBack, lines: mugs }],
    ...Object.entries(dealings).map(([what, body]): [string, object] => [`/clients/{clientId}/${what}`, { ...body, occurredAt: START }]),
    ['/clients/{clientId}/purchases/{purchaseId}/cancel', takenBack],
    ['/clients/{clientId}/planned-contacts', planned],
    ['/clients/{clientId}/planned-contacts/{contactId}/move', moved],
    ['/clients/{clientId}/contacts/{contactId}/report', report],
    ['/article-groups/{groupId}/move', { parentId: 'kitchen', since: '2026-03-01' }],
    ['/articles/{articleId}/move', { groupId: 'cups', since: '2026-03-01' }],
    ['/day-rates', rate],
    ['/webhooks', webhook],
    ['/webhooks/{webhookId}/pause', reason],
    ['/webhooks/{webhookId}/replay', beginning],
  ])(
    'POST %s',
    async (path, body) => {
      const { requestBody } = document.paths[path].post;
      expect(requestBody).toMatchObject({ required: true });
      const validate = requested(requestBody!.content['application/json'].schema);
      const there = unknown(path);
      const differing: object[] = [];
      const all = variants(body);
      while (all.length > 0) {
        const some = all.splice(0, 25);
        const answers = await Promise.all(some.map((variant) => engine.post(there, variant)));
        answers.forEach(({ status, body: answer }, n) => {
          if (validate(some[n]) === (status === 400)) differing.push({ variant: some[n], status, answer: answer.errors });
        });
      }
      expect(differing).toEqual([]);
    },
    60_000,
  );
});
