import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { nameWordsOf, nearness, soundOf } from '@boucle/clients';
import { NAMESPACE, uuidv5 } from '@boucle/eventsourcing';
import { DOCUMENTS_FILE } from '../apps/engine/src/adapters.js';
import { CommandDoor } from '../apps/engine/src/door.js';
import { spellings, traces } from './support/canary.js';
import { boucle } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { Receiver } from './support/receiver.js';
import { daysLater, ServedEngine, START, until } from './support/served-engine.js';

/** `BOUCLE_CANARY_CLIENTS=100000` is the size that the promise is made for. */
const CLIENTS = Number(process.env.BOUCLE_CANARY_CLIENTS ?? 2_000);
/** Milliseconds that an engine may take to catch up with so many. */
const PATIENCE = 20_000 + 10 * CLIENTS;
jest.setTimeout(900_000 + 10 * PATIENCE);

const AT_ONCE = 500;
const canary = 'c9b1d5e2-canary';

const person = { firstName: 'Zoëlle', lastName: 'Wälchlimann', birthDate: '1957-03-17', profession: 'farmer' };
const email = 'zoelle.waelchlimann@example.org';
const phone = '079 717 83 64';
const address = { street: 'Krähenbühlgasse', houseNumber: '97b', postalCode: '8476', locality: 'Unterstammheim', country: 'CH' };
const references = [
  { system: 'erp', number: 'ERP-90887766' },
  { system: 'card', number: '7766554433221100' },
];

/** Another file of his, found and merged later. */
const twin = 'd4e7a1f0-twin';
const other = {
  person: { firstName: 'Zoé', lastName: 'Oberhänsliwiler' },
  email: 'z.oberhaensliwiler@example.net',
  phone: '079 523 61 47',
  address: { street: 'Hinterrütihof', houseNumber: '3', postalCode: '8476', locality: 'Waltalingenried', country: 'CH' },
  reference: { system: 'erp', number: 'ERP-31415926' },
};

const order = 'A-20260301-55443322';
const note = 'Bring the Kirschholzmuster along';

/** What leads to him, and to nobody else. */
const secrets = [
  ...['Zoëlle', 'Wälchlimann', '1957-03-17', 'Krähenbühlgasse', 'Unterstammheim'],
  ...[email, phone, '+41797178364', '797178364', ...references.map(({ number }) => number), note],
  ...['Oberhänsliwiler', 'Hinterrütihof', 'Waltalingenried', other.email, other.phone, '795236147', other.reference.number],
];

/** What an index may make of his names: their sound, words with a letter less, and the ends of words that share a beginning. */
const derived = nameWordsOf('Zoëlle', 'Wälchlimann', 'Krähenbühlgasse', 'Unterstammheim')
  .filter(({ length }) => length > 6)
  .flatMap((word) => [`~${soundOf(word)}`, ...nearness(word).slice(1), word.slice(4)])
  // of the number of an order read models have a keyed hash alone
  .concat(order);

/** Registers everybody else, with names and addresses that share pages with his. */
const registerCrowd = async (engine: ServedEngine): Promise<void> => {
  const door = engine.app.get(CommandDoor);
  for (let start = 0; start < CLIENTS; start += AT_ONCE) {
    const requests = Array.from({ length: Math.min(AT_ONCE, CLIENTS - start) }, (_, i) => {
      const clientId = uuidv5(NAMESPACE, 'crowd', start + i);
      const cause = { id: clientId, correlationId: clientId, now: START, actor: 'test' };
      const of = { firstName: `Vorname${start + i}`, lastName: `Nachname${start + i}`, birthDate: '1970-05-05' };
      const emailId = 'home';
      return [
        {
          message: { type: 'RegisterClient', data: { clientId, attributes: { region: i % 20 === 0 ? 'far' : 'near' }, person: of } },
          cause,
        },
        { message: { type: 'AddEmail', data: { clientId, emailId, email: `nachname${start + i}@example.org` } }, cause },
      ];
    }).flat();
    for (const outcome of await door.executeMany(requests)) if (outcome instanceof Error) throw outcome;
  }
};

const plan = {
  campaignId: 'spring',
  name: 'Spring',
  universe: { field: 'attributes.region', is: 'eq', value: 'far' },
  waveSize: CLIENTS,
  responseWindowDays: 14,
  holdOut: 0,
  stop: { waves: 1 },
  offers: [
    { name: 'letter', channel: 'post', cost: 75, margin: 1200 },
    { name: 'parcel', channel: 'post', cost: 300, margin: 1200 },
  ],
  consent: 'not-checked',
};

const erase = (engine: ServedEngine, clientId = canary) =>
  engine.write(`/clients/${clientId}/erase`, { reason: 'requested', requestedBy: 'person' });

const receiptOf = (engine: ServedEngine, clientId = canary) =>
  until(
    () => engine.get(`/erasures/${clientId}`),
    ({ body }) => body.completedAt !== undefined && body.completedAt !== null,
    PATIENCE,
  ).then(({ body }) => body);

const done = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await boucle(...args);
  if (code !== 0) throw new Error(`boucle ${args.join(' ')}: ${stderr}\n${stdout}`);
  return stdout;
};

/** Writes a database anew, in pages so large that no row is in two pieces. */
const inWholeRows = (file: string): void => {
  const database = new Database(file);
  database.pragma('journal_mode = DELETE');
  database.pragma('page_size = 65536');
  database.exec('VACUUM');
  database.close();
};

const lines = (count: number, of: (n: number) => string): string => Array.from({ length: count }, (_, n) => `${of(n)}\n`).join('');

describe('one among many', () => {
  let engine: ServedEngine;
  let dir: string;
  let backup: string;
  let hook: Receiver;
  const before: Record<string, unknown> = {};
  let receipt: Record<string, unknown>;

  /** What is counted, and may not change. */
  const counts = async () => ({
    campaign: await engine.read('/campaigns/spring'),
    wave: await engine.read('/campaigns/spring/waves/1'),
    decision: await engine.read(`/campaigns/spring/waves/1/decisions/${canary}`),
  });
  const file = (name: string): string => join(dir, name);

  beforeAll(async () => {
    engine = await ServedEngine.start({ limits: { webhooksPrivate: true } });
    ({ dir } = engine);
    hook = await Receiver.start();
    await engine.write('/webhooks', { webhookId: 'till', url: hook.url, types: ['boucle.ClientErased.v1'], after: 0 });
    const policy = await engine.read('/forgetting-policy');
    const { version: _, ...rules } = policy;
    await engine.call('PUT', '/forgetting-policy', { ...rules, subscribers: ['mail-house'] });
    await registerCrowd(engine);
    await engine.write('/clients', { clientId: canary, attributes: { region: 'far' }, person, references, origin: { how: 'advert' } });
    await engine.write(`/clients/${canary}/emails`, { emailId: 'home', email });
    await engine.write(`/clients/${canary}/phones`, { phoneId: 'mobile', phone, country: 'CH' });
    await engine.write(`/clients/${canary}/addresses`, { addressId: 'flat', address });
    await engine.write(`/clients/${canary}/details`, { person: { language: 'de' } });
    await engine.write('/purchases', { clientId: canary, purchaseId: 'p-1', amount: 4990, currency: 'EUR', orderNumber: order });
    const visit = { contactId: 'visit-1', kind: 'visit', at: daysLater(9), durationMinutes: 45, salespersonId: 'miller', note };
    await engine.write(`/clients/${canary}/planned-contacts`, visit);
    await engine.write(`/clients/${canary}/household`, { householdId: 'h-1', role: 'adult', on: '2026-03-01' });
    await engine.write('/campaigns', plan);
    await engine.quiet(PATIENCE);
    await engine.write('/campaigns/spring/launch');
    await until(
      () => engine.get('/campaigns/spring/waves/1'),
      ({ body }) => body.status === 'open',
      PATIENCE,
    );
    await engine.quiet(PATIENCE);
    await engine.write('/purchases', { clientId: canary, purchaseId: 'p-2', amount: 990, currency: 'EUR' });
    await engine.write('/responses', { clientId: canary, responseId: 'r-1', kind: 'click' });
    await engine.write('/clients', { clientId: twin, attributes: {}, person: other.person, references: [other.reference] });
    await engine.write(`/clients/${twin}/emails`, { emailId: 'home', email: other.email });
    await engine.write(`/clients/${twin}/phones`, { phoneId: 'mobile', phone: other.phone, country: 'CH' });
    await engine.write(`/clients/${twin}/addresses`, { addressId: 'farm', address: other.address });
    await engine.write(`/clients/${canary}/merges`, { mergedId: twin });
    await engine.write('/purchases', { clientId: twin, purchaseId: 'p-9', amount: 700, currency: 'EUR' });
    // it stays on our own list, where nothing of it may be found either
    await engine.write(`/clients/${canary}/oppositions`, { oppositionId: 'no' });
    for (const folder of ['uploads', 'exports', 'rejected']) mkdirSync(file(folder), { recursive: true });
    const row = (n: number): string => `${n};Nachname${n};Vorname${n};nachname${n}@example.org`;
    writeFileSync(file('uploads/1.csv'), `${lines(50, row)}51;Wälchlimann;Zoëlle;\n${lines(50, row)}`);
    writeFileSync(file('uploads/2.csv'), lines(50, row));
    writeFileSync(file('rejected/1.ndjson'), '{"line":7,"reason":"no country","value":"079/717 83 64"}\n');
    writeFileSync(file('exports/1.csv'), `erp;amount\nERP-90887766;12.50\n`);
    await engine.quiet(PATIENCE);
    await engine.write(`/clients/${canary}/export`, { purpose: 'requested-by-person' });
    Object.assign(before, await counts());
    for (const text of ['waelchliman', 'oberhaensliwiler'])
      expect((await engine.read(`/clients?search=${text}`)).hits).toMatchObject([{ clientId: canary }]);
    expect(await engine.read(`/clients/${twin}/identity`)).toMatchObject({ clientId: canary, mergedInto: canary });
    backup = join(newFolder(), 'monday');
    await done('backup', '--dir', dir, '--to', backup);
    await erase(engine);
    receipt = await receiptOf(engine);
    await receiptOf(engine, twin);
    await engine.quiet(PATIENCE);
  });
  afterAll(async () => {
    await hook.stop();
    if (existsSync(dir)) await engine.discard();
  });

  it('was mailed, and is in every count as before', async () => {
    expect(before).toMatchObject({ decision: { drawn: true }, wave: { status: 'open' } });
    const mailed = (await engine.read(`/clients/${canary}/timeline`)).map(({ type }: { type: string }) => type);
    expect(mailed).toContain('MailingDispatched');
    expect(await counts()).toEqual(before);
  });

  it('is shown by nothing any more', async () => {
    for (const clientId of [canary, twin])
      for (const path of ['', '/identity', '/file']) expect((await engine.get(`/clients/${clientId}${path}`)).status).toBe(404);
    for (const text of ['waelchliman', phone, email, references[1].number, 'oberhaensliwiler', other.phone, other.email])
      expect((await engine.read(`/clients?search=${encodeURIComponent(text)}`)).hits).toEqual([]);
    expect(JSON.stringify(await engine.read(`/clients/${canary}/timeline`))).not.toMatch(/lchlimann|zoelle|797178364|90887766/i);
    const late = await engine.post('/purchases', { clientId: canary, purchaseId: 'p-3', amount: 1, currency: 'EUR' });
    expect(late).toMatchObject({ status: 404, body: { code: 'client-erased', detail: expect.stringContaining('was erased') } });
  });

  it('has a receipt: when, by whom, from where, and which files still held him', () => {
    expect(receipt).toMatchObject({ clientId: canary, reason: 'requested', requestedBy: 'person', by: 'local', erasedAt: START });
    expect(receipt.mergedIds).toEqual([twin]);
    expect(receipt.files).toEqual(['uploads/1.csv', 'rejected/1.ndjson', 'exports/1.csv']);
    expect(receipt.places).toEqual(expect.arrayContaining(['log', 'references', 'outbox', 'identities', 'profiles']));
    expect(existsSync(file('uploads/1.csv'))).toBe(false);
    expect(existsSync(file('uploads/2.csv'))).toBe(true);
  });

  it('is acknowledged by a webhook as soon as it has taken the message, and by others when they say so; who does not is overdue', async () => {
    const seen = await until(
      () => engine.read(`/erasures/${canary}`),
      ({ acknowledgements }) => acknowledgements.length > 0,
    );
    expect(seen).toMatchObject({
      subscribers: ['mail-house', 'till'],
      awaited: ['mail-house'],
      acknowledgements: [{ subscriber: 'till' }],
      overdue: false,
    });
    engine.clock.moveTo(daysLater(31));
    const owing = { awaited: ['mail-house'], overdue: true };
    expect(await engine.read('/erasures')).toMatchObject([
      { clientId: canary, ...owing },
      { clientId: twin, ...owing },
    ]);
    await engine.write(`/erasures/${canary}/acknowledgements`, { subscriber: 'mail-house' });
    const { position } = await engine.write(`/erasures/${canary}/acknowledgements`, { subscriber: 'mail-house' });
    expect(await engine.read(`/erasures/${canary}?after=${position}`)).toMatchObject({ awaited: [], overdue: false });
  });

  it('comes back under his number as somebody new', async () => {
    const { clientId, repeated } = await engine.write('/clients', { references: [references[0]] });
    expect(clientId).not.toBe(canary);
    expect(repeated).toBe(false);
    await erase(engine, clientId);
    await receiptOf(engine, clientId);
  });

  it('is in no file, in no spelling, and nobody else is missing; the log and all read models still fit', async () => {
    await engine.quiet(PATIENCE);
    await engine.close();
    expect(traces(dir, [...secrets, ...derived])).toEqual([]);
    expect(traces(dir, ['Nachname7', `nachname${CLIENTS - 1}@example.org`])).not.toEqual([]);
    await done('verify', '--dir', dir);
    expect(await done('replay', '--dir', dir)).not.toContain('DIFFERS');
  });

  it('was there to be found before', async () => {
    const known = join(newFolder(), 'engine');
    await done('restore', '--from', backup, '--dir', known);
    const again = await ServedEngine.start({ dir: known });
    await again.quiet(PATIENCE);
    expect(await again.read(`/clients/${canary}/identity`)).toMatchObject({ person });
    await again.close();
    inWholeRows(join(known, DOCUMENTS_FILE));
    const found = traces(known, secrets).join('\n');
    expect(secrets.filter((secret) => !spellings(secret).some((one) => found.includes(`${one} in`)))).toEqual([]);
    expect(traces(known, derived)).not.toEqual([]);
  });

  it('does not come back from an old log with an old vault and the register of today', async () => {
    const restored = join(newFolder(), 'engine');
    await done('restore', '--from', backup, '--dir', restored, '--register', file('register.sqlite'));
    expect(traces(restored, secrets)).toEqual([]);
    const again = await ServedEngine.start({ dir: restored });
    await receiptOf(again);
    await again.quiet(PATIENCE);
    await receiptOf(again, twin);
    for (const clientId of [canary, twin])
      for (const path of ['', '/identity']) expect((await again.get(`/clients/${clientId}${path}`)).status).toBe(404);
    expect(await again.read(`/erasures/${canary}`)).toMatchObject({ reason: 'erased-before', by: 'local', erasedAt: START });
    await again.close();
    expect(traces(restored, [...secrets, ...derived])).toEqual([]);
    expect(await done('replay', '--dir', restored)).not.toContain('DIFFERS');
  });
});

describe('an erasure', () => {
  let engine: ServedEngine;
  beforeEach(async () => {
    engine = await ServedEngine.start();
    await engine.write('/clients', { clientId: canary, person, references });
    await engine.write(`/clients/${canary}/emails`, { emailId: 'home', email });
    await engine.quiet();
  });
  afterEach(() => engine.discard());

  it('is carried out to its end whatever breaks off in between', async () => {
    // everything that an erasure does, one after the other, fails the first time
    const { vault, documents } = engine.adapters;
    const failing: string[] = [];
    const once = (of: object, name: string): void => {
      const known = of as Record<string, (...args: unknown[]) => Promise<unknown>>;
      const real = known[name].bind(of);
      known[name] = async (...args) => {
        known[name] = real;
        failing.push(name);
        await real(...args);
        throw new Error(`broken off behind ${name}`);
      };
    };
    once(vault, 'destroy');
    once(documents, 'purge');
    mkdirSync(join(engine.dir, 'uploads'));
    writeFileSync(join(engine.dir, 'uploads/1.csv'), `${email}\n`);
    await erase(engine);
    expect(await receiptOf(engine)).toMatchObject({ files: ['uploads/1.csv'] });
    expect(failing).toEqual(['destroy', 'purge']);
    await engine.quiet();
    const types = (await engine.read(`/clients/${canary}/timeline`)).map(({ type }: { type: string }) => type);
    expect(types.slice(-3)).toEqual(['ClientErased', 'CopiesFound', 'ErasureCompleted']);
  });

  it('of somebody who is registered at the same moment leaves nobody half there', async () => {
    const [, registered] = await Promise.all([erase(engine), engine.post('/clients', { references: [references[0]] })]);
    await receiptOf(engine);
    await engine.quiet();
    const { clientId } = await engine.write('/clients', { references: [references[0]] });
    expect(clientId).not.toBe(canary);
    if (registered.status === 200 && registered.body.clientId !== canary) expect(registered.body.clientId).toBe(clientId);
    expect((await engine.get(`/clients/${canary}`)).status).toBe(404);
  });

  it('of nobody is refused', async () => {
    expect(await engine.post('/clients/nobody/erase', { reason: 'requested', requestedBy: 'person' })).toMatchObject({ status: 404 });
    expect(await engine.get('/erasures/nobody')).toMatchObject({ status: 404 });
  });
});

it('files that were put there for a while are removed when they have expired', async () => {
  const dir = newFolder();
  mkdirSync(join(dir, 'uploads/deep'), { recursive: true });
  const [old, young] = ['uploads/deep/old.csv', 'uploads/young.csv'].map((name) => join(dir, name));
  for (const [path, at] of [
    [old, daysLater(-31)],
    [young, daysLater(-29)],
  ]) {
    writeFileSync(path, 'x\n');
    utimesSync(path, new Date(at), new Date(at));
  }
  const engine = await ServedEngine.start({ dir });
  await until(
    async () => existsSync(old),
    (there) => !there,
  );
  expect(existsSync(young)).toBe(true);
  await engine.close();
});
