import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_FILE } from '../apps/engine/src/adapters.js';
import { boucle } from './support/command-line.js';
import { ServedEngine, START } from './support/served-engine.js';

interface Hit {
  readonly clientId: string;
  readonly kind: string;
  readonly match: string;
}

let engine: ServedEngine;
beforeAll(async () => {
  engine = await ServedEngine.start();
  await everybody();
});
afterAll(() => engine.discard());

const register = async (
  clientId: string,
  firstName: string,
  lastName: string,
  { email, phone, street, reference }: { email?: string; phone?: string; street?: string; reference?: [string, string] } = {},
): Promise<void> => {
  await engine.write('/clients', {
    clientId,
    person: { firstName, lastName },
    references: reference && [{ system: reference[0], number: reference[1] }],
  });
  const of = (what: string, body: object) => engine.write(`/clients/${clientId}/${what}`, body);
  if (email) await of('emails', { emailId: 'own', email });
  if (phone) await of('phones', { phoneId: 'mobile', phone, country: 'CH' });
  if (street) {
    const [, name, houseNumber, postalCode, locality] = /^(.+) (\S+), (\d+) (.+)$/.exec(street)!;
    await of('addresses', { addressId: 'home', address: { street: name, houseNumber, postalCode, locality, country: 'CH' } });
  }
};

const everybody = async (): Promise<void> => {
  await register('anna', 'Anna', 'Müller', {
    email: 'Anna.Mueller@example.org',
    phone: '079 123 45 67',
    street: 'Bahnhofstrasse 12, 8001 Zürich',
    reference: ['card', '7610 1234'],
  });
  await register('max', 'Max', 'Meier', { phone: '+41 44 268 45 67', street: 'Seeweg 3, 8002 Zürich' });
  await register('ida', 'Ida', 'Meyer', { reference: ['erp', 'K-4711'] });
  await register('yann', 'Yann', 'Le Goff', { email: 'yann@example.org' });
  await register('filip', 'Philippe', 'Roux');
};

const search = async (text: string, more = ''): Promise<Hit[]> =>
  (await engine.read(`/clients?search=${encodeURIComponent(text)}${more}&after=${await engine.head()}`)).hits;
const found = async (text: string, more = ''): Promise<string[]> =>
  (await search(text, more)).map(({ clientId, kind, match }) => `${clientId} ${kind} ${match}`);

it('finds clients by whatever somebody types', async () => {
  expect(await found('Müller')).toEqual(['anna name exact']);
  expect(await found('mueller anna')).toEqual(['anna name exact']);
  expect(await found('an mü')).toEqual(['anna name prefix']);
  expect(await found('Mülelr')).toEqual(['anna name near']);
  expect(await found('meier')).toEqual(['max name exact', 'ida name near']);
  expect(await found('Legoff')).toEqual(['yann name exact']);
  expect(await found('le goff yann')).toEqual(['yann name exact']);
  expect(await found('Filip')).toEqual(['filip name near']);
  expect(await found('bahnhofstr. 12')).toEqual(['anna street exact']);
  expect(await found('Bahnhof Strasse')).toEqual(['anna street exact']);
  expect(await found('ANNA.mueller@example.org')).toEqual(['anna email exact']);
  expect(await found('anna.mueller@')).toEqual([]);
  for (const phone of ['+41 79 123 45 67', '0041791234567', '079/123.45.67', '1234567', '34567'])
    expect([phone, await found(phone)]).toEqual([phone, ['anna phone exact']]);
  expect((await found('4567')).sort()).toEqual(['anna phone exact', 'max phone exact']);
  expect(await found('078 123 45 67')).toEqual([]);
  expect(await found('76101234')).toEqual(['anna number exact']);
  expect(await found('k4711')).toEqual(['ida number exact']);
  expect(await found('zürich', '&kind=street')).toEqual(['anna street exact', 'max street exact']);
  expect(await found('nobody')).toEqual([]);
});

it('shows who it is, and how to speak with him, whoever bought last first', async () => {
  await engine.write('/purchases', { clientId: 'ida', purchaseId: 'order-77', amount: 100, currency: 'CHF' });
  await engine.write('/responses', { clientId: 'max', responseId: 'r-1', kind: 'complaint' });
  await engine.write('/clients/max/death', {});
  await engine.quiet();
  const shown = {
    locality: null,
    state: { deceased: false, closed: false, creditBlocked: false, minor: false },
    lastOrder: null,
    opposed: false,
  };
  const ida = { ...shown, clientId: 'ida', name: 'Ida Meyer', lastOrder: START };
  const max = {
    ...shown,
    clientId: 'max',
    name: 'Max Meier',
    locality: 'Zürich',
    opposed: true,
    state: { ...shown.state, deceased: true },
  };
  expect(await search('me')).toEqual([
    { ...ida, kind: 'name', match: 'prefix' },
    { ...max, kind: 'name', match: 'prefix' },
  ]);
  expect(await found('order-77')).toEqual(['ida number exact']);
  expect(await engine.read('/clients/by-reference?system=erp&number=k-4711')).toEqual(ida);
  expect(await engine.get('/clients/by-reference?system=card&number=k-4711')).toMatchObject({
    status: 404,
    body: { code: 'unknown-reference', errors: [{ field: 'number' }] },
  });
});

it('goes on where a page ends', async () => {
  const lines = Array.from({ length: 45 }, (_, i) => ({ clientId: `c${i}`, person: { lastName: i % 2 === 0 ? 'Huber' : 'Hubermann' } }));
  for (const line of lines) await engine.write('/clients', line);
  await engine.quiet();
  const all: Hit[] = [];
  const sizes: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { hits, next }: { hits: Hit[]; next: string | null } = await engine.read(`/clients?search=huber${cursor && `&cursor=${cursor}`}`);
    all.push(...hits);
    sizes.push(hits.length);
    cursor = next;
  }
  expect(sizes).toEqual([20, 20, 5]);
  expect(new Set(all.map(({ clientId }) => clientId)).size).toBe(45);
  expect(all.map(({ match }) => match)).toEqual([...Array<string>(23).fill('exact'), ...Array<string>(22).fill('prefix')]);
});

it('keeps e-mail addresses, phones and numbers as keyed hashes only, and forgets what is removed', async () => {
  await engine.write('/clients/anna/contact-points/own/remove');
  await engine.write('/clients/max/details', { person: { lastName: 'Odermatt' } });
  expect(await found('Anna.Mueller@example.org')).toEqual([]);
  expect(await found('meier')).toEqual(['ida name near']);
  await engine.quiet();
  const files = readdirSync(engine.dir).filter((name) => name.startsWith(SEARCH_FILE));
  const text = files.map((name) => readFileSync(join(engine.dir, name)).toString('latin1').toLowerCase()).join();
  expect(text).toContain('odermatt');
  for (const hidden of ['example.org', '791234567', '4567', '76101234', '7610 1234', 'k4711', 'k-4711'])
    expect([hidden, text.includes(hidden)]).toEqual([hidden, false]);
});

it('makes the index anew where it is gone, and catches up where it is behind', async () => {
  await engine.quiet();
  const { dir } = engine;
  await engine.close();
  const { code, stdout } = await boucle('replay', '--dir', dir);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ search: [1-9]\d* documents, byte-identical\n/)]);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `${SEARCH_FILE}${suffix}`), { force: true });
  expect(existsSync(join(dir, SEARCH_FILE))).toBe(false);
  engine = await ServedEngine.start({ dir });
  await engine.quiet();
  expect(await found('mueller')).toEqual(['anna name exact']);
  expect(await found('4567')).toHaveLength(2);
});

it.each([
  ['', 'search must be one text of 2 to 100 characters'],
  ['?search=', 'search must be one text of 2 to 100 characters'],
  ['?search=%20a%20', 'search must be one text of 2 to 100 characters'],
  ['?search=ab&search=cd', 'search must be one text of 2 to 100 characters'],
  ['?search=--', 'search must hold a letter or a digit'],
  ['?search=keller&kind=email', 'an e-mail address is found as a whole, such as anna.keller@example.org'],
  ['?search=123&kind=phone', 'a phone number needs its last 4 digits, and no letters'],
  ['?search=123&kind=name', 'a name needs a letter'],
])('refuses GET /clients%s with a sentence', async (query, reason) =>
  expect(await engine.get(`/clients${query}`)).toMatchObject({ status: 400, body: { errors: [{ field: 'search', reason }] } }),
);

it.each(['kind=colour', 'cursor=x', 'cursor=1.2'])('refuses %s', async (part) => {
  const [field] = part.split('=');
  expect(await engine.get(`/clients?search=keller&${part}`)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
});
