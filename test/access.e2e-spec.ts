import { request } from 'node:http';
import { KeyEvent, Role, ROLES } from '@boucle/access';
import { RecordedEvent } from '@boucle/eventsourcing';
import { newSecret } from '../apps/engine/src/secret.js';
import { Answer, daysLater, ServedEngine, START, until } from './support/served-engine.js';

const LOOKING_UP = [
  'GET /localities',
  'GET /area-statistics',
  'GET /clients/{clientId}',
  'GET /clients/{clientId}/consents',
  'GET /clients/{clientId}/score',
  'GET /catalogues',
  'GET /companies/{companyId}',
  'GET /points-of-sale/{pointOfSaleId}',
  'GET /article-groups',
  'GET /article-groups/{groupId}/articles',
  'GET /articles/{articleId}',
  'GET /unknown-articles',
  'GET /anonymous-sales',
  'GET /day-rates/{ratesId}',
  'GET /households/proposals',
  'GET /households/{householdId}',
  'GET /salespeople/{salespersonId}',
  'GET /salespeople/{salespersonId}/portfolio',
  'GET /clients/{clientId}/timeline',
  'GET /segments/{segmentId}/members',
  'GET /events',
  'GET /campaigns/{campaignId}/waves/{wave}/decisions/{clientId}',
];
const COMPARING = [
  'GET /segments/{segmentId}/clients/{clientId}',
  'GET /duplicates',
  'GET /clients/{clientId}/duplicates',
  'GET /clients/{clientId}/duplicates/{otherId}',
];
const IDENTIFYING = [
  ...COMPARING,
  'GET /doubtful-addresses',
  'GET /clients',
  'GET /clients/by-reference',
  'GET /clients/{clientId}/identity',
  'GET /clients/{clientId}/file',
  'GET /clients/{clientId}/merges/{mergedId}/preview',
  'GET /salespeople/{salespersonId}/calendar',
  'GET /salespeople/{salespersonId}/calendar.ics',
];
const READING = [
  'GET /external-files/{fileId}',
  'GET /campaigns',
  'GET /campaigns/{campaignId}',
  'GET /campaigns/{campaignId}/dry-run',
  'GET /campaigns/{campaignId}/waves',
  'GET /campaigns/{campaignId}/waves/{wave}',
  'GET /fields',
  'GET /indicators',
  'GET /indicators/{indicatorId}',
  'GET /life-cycle-policy',
  'GET /reports',
  'GET /reports/{name}',
  'GET /scorings',
  'GET /scorings/{scoringId}',
  'GET /segment-fields',
  'GET /segments',
  'GET /segments/{segmentId}',
  'POST /segment-counts',
  'POST /segment-estimates',
  'POST /segment-differences',
  'GET /suppressions',
  'GET /metrics',
];
const PLANNING = [
  'PUT /external-files/{fileId}',
  'PUT /indicators/{indicatorId}',
  'POST /indicators/{indicatorId}/retire',
  'PUT /life-cycle-policy',
  'POST /scorings',
  'PUT /segments/{segmentId}',
  'POST /segments/{segmentId}/activate',
  'POST /segments/{segmentId}/retire',
  'POST /campaigns',
  'POST /campaigns/{campaignId}/launch',
  'POST /campaigns/{campaignId}/pause',
  'POST /campaigns/{campaignId}/resume',
  'POST /campaigns/{campaignId}/complete',
  'POST /campaigns/{campaignId}/waves',
];
const APPROVING = ['POST /campaigns/{campaignId}/waves/{wave}/approve', 'POST /campaigns/{campaignId}/waves/{wave}/reject'];
const PERSON = [
  'details',
  'attributes',
  'addresses',
  'addresses/{addressId}/end',
  'addresses/{addressId}/returned',
  'emails',
  'phones',
  'references',
  'contact-points/{pointId}/remove',
  'consents',
  'consents/{consentId}/confirm',
  'consents/{consentId}/withdraw',
  'oppositions',
  'restriction',
  'restriction/end',
  'profiling-objection',
  'profiling-objection/end',
  'death',
  'death/refute',
  'household',
  'household/leave',
  'companies',
  'companies/leave',
  'owner',
  'point-of-sale',
  'stage',
  'close',
  'reopen',
  'credit/block',
  'credit/release',
  'planned-contacts',
  'planned-contacts/{contactId}/move',
  'planned-contacts/{contactId}/cancel',
  'contacts/{contactId}/report',
  'returns',
  'purchases/{purchaseId}/cancel',
  'purchases/{purchaseId}/refuse',
  'orders',
  'orders/{orderId}/cancel',
  'invoices',
  'invoices/{invoiceId}/reminders',
  'payments',
  'open-balance',
  'contracts',
  'contracts/{contractId}/renew',
  'contracts/{contractId}/notice',
  'contracts/{contractId}/end',
  'memberships',
  'memberships/{membershipId}/leave',
  'cases',
  'cases/{caseId}/close',
].map((path) => `clients/{clientId}/${path}`);
/** What concerns the money of a client. */
const MONEY = ['credit/block', 'credit/release', 'invoices', 'invoices/{invoiceId}/reminders', 'payments', 'open-balance'].map(
  (path) => `POST /clients/{clientId}/${path}`,
);
const ANALYSIS = ['POST /clients/{clientId}/attributes'];
const without = (operations: readonly string[], others: readonly string[]): string[] =>
  operations.filter((operation) => !others.includes(operation));
const RECORDING = [
  'erasures/{clientId}/acknowledgements',
  'clients',
  'contacts',
  'purchases',
  'responses',
  'purchases/bulk',
  'suppressions/{listId}/bulk',
  'responses/bulk',
  'articles/bulk',
  'day-rates',
  'day-rates/bulk',
  'returned-mail/csv',
  'erp/changes/bulk',
  'call-outcomes/csv',
  'clients/{clientId}/merges',
  'clients/{clientId}/merges/{mergedId}/undo',
  'clients/{clientId}/duplicates/{otherId}/tell-apart',
  'clients/check',
  ...PERSON,
].map((path) => `POST /${path}`);
const DESCRIBING = [
  'PUT /mappings/{mappingId}',
  'GET /mappings/{mappingId}',
  'POST /mapping-guess',
  'POST /mappings/{mappingId}/previews',
  'POST /mappings/{mappingId}/imports',
  'GET /imports/{importId}/rejected',
  'GET /waiting-values',
  'GET /source-ranks',
  'POST /waiting-values/{valueId}/meaning',
  'PUT /companies/{companyId}',
  'POST /companies/{companyId}/close',
  'PUT /points-of-sale/{pointOfSaleId}',
  'POST /points-of-sale/{pointOfSaleId}/close',
  'PUT /households/{householdId}',
  'PUT /article-groups/{groupId}',
  'POST /article-groups/{groupId}/move',
  'PUT /articles/{articleId}',
  'POST /articles/{articleId}/move',
  'POST /articles/{articleId}/retire',
  'PUT /salespeople/{salespersonId}',
  'POST /salespeople/{salespersonId}/absences',
  'POST /salespeople/{salespersonId}/hand-over',
];
/** Of his own clients. */
const SELLING = [
  ...without(LOOKING_UP, [
    'GET /localities',
    'GET /area-statistics',
    'GET /segments/{segmentId}/members',
    'GET /clients/{clientId}/score',
    'GET /companies/{companyId}',
    'GET /unknown-articles',
    'GET /anonymous-sales',
    'GET /households/proposals',
    'GET /events',
    'GET /campaigns/{campaignId}/waves/{wave}/decisions/{clientId}',
  ]),
  ...without(IDENTIFYING, [...COMPARING, 'GET /doubtful-addresses', 'GET /clients/{clientId}/merges/{mergedId}/preview']),
  ...['POST /contacts', 'POST /purchases', 'POST /responses'],
  ...without(
    PERSON.map((path) => `POST /${path}`),
    [...MONEY, ...ANALYSIS, 'POST /clients/{clientId}/owner'],
  ),
];
const WEBHOOK = '/webhooks/{webhookId}';
const AUDITING = [
  ...['GET /erasures', 'GET /erasures/{clientId}', 'GET /erasure-proposals', 'GET /clients/{clientId}/retention', 'GET /forgetting-policy'],
  'GET /duplicate-policy',
  ...['GET /audit/views', 'GET /keys', 'GET /webhooks', `GET ${WEBHOOK}`],
];
const ADMINISTERING = [
  'POST /localities/bulk',
  'POST /area-statistics/bulk',
  'DELETE /area-statistics/{source}/{year}',
  'PUT /duplicate-policy',
  'PUT /source-ranks',
  'POST /fields',
  'POST /fields/{field}/retire',
  'POST /catalogues/{catalogue}',
  'POST /catalogues/{catalogue}/{code}/relabel',
  'POST /catalogues/{catalogue}/{code}/retire',
  'POST /keys',
  'DELETE /keys/{keyId}',
  'POST /webhooks',
  `PUT ${WEBHOOK}`,
  `DELETE ${WEBHOOK}`,
  ...['pause', 'resume', 'replay', 'rotate-secret'].map((what) => `POST ${WEBHOOK}/${what}`),
];
const FORGETTING = [
  'POST /imports/{importId}/undo',
  ...['erase', 'export', 'legal-hold', 'legal-hold/lift'].map((what) => `POST /clients/{clientId}/${what}`),
  ...['accept', 'put-off'].map((what) => `POST /erasure-proposals/{clientId}/${what}`),
  'PUT /forgetting-policy',
  'POST /suppressions/{listId}/end',
  'POST /rented-files/{fileId}/expire',
];
const RENTED = '/rented-files/{fileId}';
const RENTING = ['POST /rented-files', `POST ${RENTED}/rows/bulk`, 'POST /rented-files/answers'];
const RENTALS = ['GET /rented-files', `GET ${RENTED}/net`];
const IMPORTS = ['GET /imports', 'GET /imports/{importId}'];
const EXPORTS = ['GET /exports', 'GET /exports/{exportId}'];
const EXPORTING = ['POST /exports', ...EXPORTS, 'GET /exports/{exportId}/file', `POST ${RENTED}/uses`];
const OPEN = ['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /asyncapi'];

/** Who may do what, written down a second time. */
const MAY: Readonly<Record<Role, readonly string[]>> = {
  'campaign-manager': [...LOOKING_UP, ...READING, ...PLANNING, ...EXPORTING, ...RENTALS],
  approver: [...LOOKING_UP, ...READING, ...APPROVING],
  auditor: [...LOOKING_UP, ...READING, ...AUDITING, RENTALS[0], ...EXPORTS, ...IMPORTS],
  service: [...LOOKING_UP, ...IDENTIFYING, ...RECORDING, ...DESCRIBING, ...EXPORTING, ...RENTING, ...RENTALS, ...IMPORTS],
  'call-centre': [
    ...LOOKING_UP,
    ...IDENTIFYING,
    ...without(RECORDING, [...MONEY, ...ANALYSIS]),
    ...DESCRIBING,
    ...RENTING,
    ...RENTALS,
    ...IMPORTS,
  ],
  salesperson: SELLING,
  'data-protection': [...LOOKING_UP, ...IDENTIFYING, ...READING, ...AUDITING, RENTALS[0], ...EXPORTS, ...IMPORTS, ...FORGETTING],
  administrator: [
    ...[...LOOKING_UP, ...IDENTIFYING, ...READING, ...PLANNING, ...APPROVING],
    ...[...RECORDING, ...DESCRIBING, ...AUDITING, ...FORGETTING, ...ADMINISTERING, ...EXPORTING, ...RENTING, ...RENTALS, ...IMPORTS],
  ],
};

const client = { clientId: 'ann', attributes: {} };
const problem = { type: 'application/problem+json' };

let engine: ServedEngine;
beforeEach(async () => (engine = await ServedEngine.start()));
afterEach(() => engine.discard());

/** A request without a body to an operation, for what does not exist. */
const ask = (operation: string, authorization?: string): Promise<Answer> => {
  const [method, path] = operation.split(' ');
  return engine.call(method, path.replace(/\{\w+\}/g, '1'), undefined, authorization === undefined ? {} : { authorization });
};

it('lets every role do what it may, and nothing else', async () => {
  const administrator = await engine.keyOf('administrator');
  engine.key = administrator;
  const keys = new Map<Role, string>();
  for (const role of ROLES) keys.set(role, await engine.keyOf(role));
  engine.key = null;
  const { paths } = await engine.read('/docs-json');
  const operations = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...OPEN, ...MAY.administrator].sort()).toEqual(operations.sort());
  for (const operation of operations) {
    const open = OPEN.includes(operation);
    const stranger = await ask(operation);
    expect([operation, stranger.status === 401]).toEqual([operation, !open]);
    if (!open) {
      expect(stranger).toMatchObject({ ...problem, body: { status: 401, errors: [{ field: 'authorization' }] } });
      expect(stranger.headers.get('www-authenticate')).toBe('Bearer');
    }
    for (const [role, key] of keys) {
      const answer = await ask(operation, `Bearer ${key}`);
      expect([operation, role, answer.status !== 403 && answer.status !== 401]).toEqual([
        operation,
        role,
        open || MAY[role].includes(operation),
      ]);
      if (answer.status === 403) expect(answer).toMatchObject({ ...problem, body: { errors: [{ field: 'authorization' }] } });
    }
  }
});

it('asks for a key wherever a path leads, but for its description', async () => {
  engine.key = await engine.keyOf('administrator');
  engine.key = null;
  for (const path of ['/CLIENTS/ann', '/clients/ann/', '/clients/%61nn', '/clients/ann?after=0'])
    expect([path, (await engine.get(path)).status]).toEqual([path, 401]);
  expect((await engine.call('HEAD', '/clients/ann')).status).toBe(401);
  for (const path of ['/docs', '/docs-json', '/health', '/docs/swagger-ui.css'])
    expect([path, (await engine.get(path)).status]).toEqual([path, 200]);
  for (const path of ['/nowhere', '/docs-json-more', '//clients', '/docs/clients'])
    expect([path, (await engine.get(path)).status]).toEqual([path, 404]);
});

it('needs no key until the first is issued, and then is never open again', async () => {
  await engine.write('/clients', client);
  const key = await engine.keyOf('administrator');
  expect(await engine.get('/campaigns')).toMatchObject({ status: 401 });
  engine.key = key;
  await engine.write('/purchases', { clientId: 'ann', purchaseId: 'order-1', amount: 100, currency: 'EUR' });
  const [{ keyId }] = await engine.read('/keys');
  const actors = (await engine.read('/clients/ann/timeline')).map(({ actor }: { actor: string }) => actor);
  expect(actors.slice(0, 2)).toEqual(['local', `key:${keyId}`]);
  expect(await engine.call('DELETE', `/keys/${keyId}`)).toMatchObject({ status: 200, body: { repeated: false } });
  expect(await engine.get('/keys')).toMatchObject({ status: 401 });
  engine.key = null;
  expect(await engine.get('/campaigns')).toMatchObject({ status: 401 });
});

it('serves nobody but its own machine while it is open', async () => {
  for (const origin of ['https://elsewhere.example', 'null'])
    expect([origin, (await engine.call('POST', '/campaigns/spring/launch', undefined, { origin })).status]).toEqual([origin, 401]);
  const { port } = new URL(engine.url);
  const named = (host: string): Promise<number> =>
    new Promise((resolve) => request(`${engine.url}/campaigns`, { headers: { host } }, (answer) => resolve(answer.statusCode!)).end());
  expect(await named('elsewhere.example')).toBe(401);
  expect(await named(`[::1]:${port}`)).toBe(200);
  expect((await engine.call('GET', '/campaigns', undefined, { origin: `http://localhost:${port}` })).status).toBe(200);
});

it('shows a key once, stores its hash, and says who issued it', async () => {
  engine.key = await engine.keyOf('administrator');
  const issued = await engine.write('/keys', { name: 'till 3', role: 'service', expiresAt: '2026-03-02T10:00:00+01:00' });
  expect(issued.key).toMatch(new RegExp(`^boucle_${issued.keyId}_[0-9a-f]{64}$`));
  const [, listed] = await engine.read('/keys');
  const end = { salespersonId: null, issuedAt: START, expiresAt: '2026-03-02T09:00:00.000Z', revokedAt: null };
  expect(listed).toEqual({ keyId: issued.keyId, name: 'till 3', role: 'service', ...end });
  const events = (await engine.adapters.events.read('keys')) as RecordedEvent<KeyEvent>[];
  expect(events[1].metadata.actor).toBe(`key:${events[0].data.keyId}`);
  for (const secret of [issued.key, issued.key.split('_')[2]]) expect(JSON.stringify(events)).not.toContain(secret);
});

it('refuses what is no key, is expired or revoked, and repeats none of it', async () => {
  const administrator = await engine.keyOf('administrator');
  engine.key = administrator;
  const brief = await engine.write('/keys', { name: 'visit', role: 'auditor', expiresAt: daysLater(1) });
  const other = newSecret();
  const [head, id, secret] = administrator.split('_');
  const wrong = [
    other.key,
    `${head}_${id}_${other.key.split('_')[2]}`,
    `${head}_${other.keyId}_${secret}`,
    administrator.slice(0, -1),
    `${administrator}0`,
    administrator.toUpperCase(),
    '',
  ];
  for (const key of wrong) {
    const answer = await engine.call('GET', '/campaigns', undefined, { authorization: `Bearer ${key}` });
    expect([key, answer.status]).toEqual([key, 401]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    if (key !== '') expect(JSON.stringify(answer.body)).not.toContain(key);
  }
  for (const authorization of [`Basic ${administrator}`, administrator, `Bearer ${administrator} ${administrator}`])
    expect((await engine.call('GET', '/campaigns', undefined, { authorization })).status).toBe(401);
  expect((await ask('GET /campaigns', `bearer ${brief.key}`)).status).toBe(200);
  engine.clock.moveTo(daysLater(1));
  expect((await ask('GET /campaigns', `Bearer ${brief.key}`)).status).toBe(401);
});

it('learns within a second of a key that was issued or revoked elsewhere', async () => {
  const { events } = engine.adapters;
  const { keyId, key, sha256 } = newSecret();
  const metadata = { schemaVersion: 1, occurredAt: START, correlationId: 'elsewhere', causationId: 'elsewhere', actor: 'command-line' };
  const data = { keyId, name: 'elsewhere', role: 'auditor', sha256, expiresAt: null };
  const status = async (): Promise<number> => (await ask('GET /campaigns', `Bearer ${key}`)).status;
  expect(await status()).toBe(401);
  await events.append('keys', -1, [{ type: 'KeyIssued', data, metadata: { ...metadata, id: 'issued' } }]);
  const issuedAt = Date.now();
  await until(status, (answer) => answer === 200);
  await events.append('keys', 0, [{ type: 'KeyRevoked', data: { keyId }, metadata: { ...metadata, id: 'revoked' } }]);
  await until(status, (answer) => answer === 401);
  expect(Date.now() - issuedAt).toBeLessThan(5_000);
});

it('shows who a client is only to who may know it', async () => {
  const administrator = await engine.keyOf('administrator');
  engine.key = administrator;
  await engine.write('/clients', { clientId: 'ann', person: { lastName: 'Keller' } });
  const seen = async (role: Role): Promise<string> => {
    engine.key = administrator;
    engine.key = await engine.keyOf(role);
    return JSON.stringify(await engine.read('/clients/ann/timeline'));
  };
  expect(await seen('auditor')).not.toContain('Keller');
  expect(await seen('call-centre')).toContain('Keller');
});

it('shows what is concluded of a client only to who may know it', async () => {
  const administrator = await engine.keyOf('administrator');
  engine.key = administrator;
  await engine.write('/clients', { clientId: 'ann', person: { lastName: 'Keller', familySituation: 'married' } });
  await engine.call('PUT', '/segments/married', { name: 'Married', text: 'familySituation = "married"' });
  const explained = async () =>
    (await engine.read('/segments/married/clients/ann')) as { member: boolean; says: string; because: object[] };
  expect(await explained()).toMatchObject({ member: true, because: [{ holds: true }] });
  engine.key = await engine.keyOf('call-centre');
  expect(await explained()).toMatchObject({ member: true, says: 'in; why is not shown to your role', because: [] });
  expect(await engine.read('/clients/ann/score')).toMatchObject({ score: null, unscored: 'not shown to your role' });
});

it('lets nobody import what he may not change, nor read the rejected rows of others that may hold it', async () => {
  const administrator = await engine.keyOf('administrator');
  engine.key = administrator;
  const keys = { service: await engine.keyOf('service'), callCentre: await engine.keyOf('call-centre') };
  const mapping = { source: 'fair', kind: 'clients', columns: { client: 'No', lastName: 'Name', email: 'Mail' } };
  const describe = (mappingId: string, more: object) => engine.call('PUT', `/mappings/${mappingId}`, { ...mapping, ...more });
  await describe('own', {});
  await describe('family', { columns: { ...mapping.columns, familySituation: 'Family' } });
  await describe('analysis', { values: { 'attributes.fair': 'spring' } });
  const send = (key: string, mappingId: string, what = 'imports') => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' };
    return engine.call('POST', `/mappings/${mappingId}/${what}`, 'No,Name,Mail,Family\n1,Frei,x,single\n', headers);
  };
  for (const [mappingId, field] of [
    ['family', 'columns.familySituation'],
    ['analysis', 'values.attributes.fair'],
  ])
    for (const what of ['imports', 'previews'])
      expect(await send(keys.callCentre, mappingId, what)).toMatchObject({ ...problem, body: { status: 403, errors: [{ field }] } });
  const own = await send(keys.callCentre, 'own');
  expect(own).toMatchObject({ status: 200, body: { tally: { rejected: 1 } } });
  const others = await send(keys.service, 'family');
  expect(others).toMatchObject({ status: 200, body: { tally: { rejected: 1 } } });
  const rejected = async (key: string, { body: { importId } }: Answer) =>
    (await ask(`GET /imports/${importId}/rejected`, `Bearer ${key}`)).status;
  expect(await rejected(keys.callCentre, own)).toBe(200);
  expect(await rejected(keys.callCentre, others)).toBe(403);
  expect(await rejected(keys.service, own)).toBe(200);
});
