import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DUPLICATES_FILE } from '../apps/engine/src/adapters.js';
import { boucle } from './support/command-line.js';
import { ServedEngine, START, until } from './support/served-engine.js';

const home = { street: 'Bahnhofstrasse', houseNumber: '12', postalCode: '8001', locality: 'Zürich', country: 'CH' };

let engine: ServedEngine;
beforeAll(async () => (engine = await ServedEngine.start()));
afterAll(() => engine.discard());

const register = async (clientId: string, person: object, points: { address?: object; email?: string; phone?: string } = {}) => {
  await engine.write('/clients', { clientId, person });
  const of = (what: string, body: object) => engine.write(`/clients/${clientId}/${what}`, body);
  if (points.address) await of('addresses', { addressId: 'home', address: points.address });
  if (points.email) await of('emails', { emailId: 'own', email: points.email });
  if (points.phone) await of('phones', { phoneId: 'line', phone: points.phone, country: 'CH' });
};
const now = async (path: string) => engine.read(`${path}${path.includes('?') ? '&' : '?'}after=${await engine.head()}`);
/** The pairs of these people, by how their ids begin. */
const pairs = async (...people: string[]): Promise<string[]> =>
  (await now('/duplicates'))
    .map((line: { clientIds: string[] }) => line.clientIds.join(' '))
    .filter((pair: string) => people.some((person) => pair.startsWith(person)));

it('are found as files come in and change, the most valuable first, and explained field by field', async () => {
  await register('anna', { firstName: 'Anna', lastName: 'Müller' }, { address: home, email: 'anna@example.org' });
  await register('bruno', { firstName: 'Bruno', lastName: 'Müller' }, { address: home });
  await register('max', { firstName: 'Max', lastName: 'Frei' }, { phone: '079 123 45 67' });
  expect(await pairs('anna', 'max')).toEqual([]);

  await register(
    'anna-2',
    { firstName: 'Anna', lastName: 'Mueller' },
    { address: { ...home, street: 'Bahnhofstr.' }, email: 'ANNA@example.org' },
  );
  await register('max-2', { firstName: 'Maximilian', lastName: 'Frey' });
  expect(await pairs('anna', 'max')).toEqual(['anna anna-2']);
  await engine.write('/clients/max-2/phones', { phoneId: 'line', phone: '+41 79 123 45 67' });
  expect(await pairs('anna', 'max')).toEqual(['anna anna-2', 'max max-2']);

  await engine.write('/purchases', { clientId: 'max', purchaseId: 'o-1', amount: 9900, currency: 'CHF', occurredAt: START });
  await engine.write('/purchases', { clientId: 'max-2', purchaseId: 'o-2', amount: 100, currency: 'CHF', occurredAt: START });
  const [first] = await now('/duplicates?currency=CHF&limit=1');
  expect(first).toMatchObject({ clientIds: ['max', 'max-2'], value: 10_000, clients: [{ name: 'Max Frei' }, { name: 'Maximilian Frey' }] });

  const explained = await now('/clients/anna-2/duplicates/anna');
  expect(explained).toMatchObject({ rival: 'namesake', apart: false });
  expect(Object.fromEntries(explained.fields.map(({ field, level }: { field: string; level: string }) => [field, level]))).toEqual({
    given: 'same',
    family: 'same',
    birthDate: 'missing',
    address: 'same',
    email: 'same',
    phone: 'missing',
  });
  expect((await now('/clients/anna/duplicates')).map((line: { clientIds: string[] }) => line.clientIds)).toEqual([['anna', 'anna-2']]);
  expect(await now('/clients/bruno/duplicates')).toEqual([]);
});

it('are gone when they are told apart, for ever, and with the point that they shared', async () => {
  await engine.write('/clients/max-2/duplicates/max/tell-apart');
  expect(await engine.write('/clients/max/duplicates/max-2/tell-apart')).toMatchObject({ repeated: true });
  expect(await pairs('anna', 'max')).toEqual(['anna anna-2']);
  await engine.write('/clients/max-2/details', { person: { firstName: 'Max', birthDate: '1980-02-03' } });
  await engine.write('/clients/max/details', { person: { birthDate: '1980-02-03' } });
  expect(await pairs('anna', 'max')).toEqual(['anna anna-2']);
  expect(await now('/clients/max/duplicates/max-2')).toMatchObject({ apart: true });

  await engine.write('/clients/anna-2/contact-points/own/remove');
  await engine.write('/clients/anna-2/contact-points/home/remove');
  expect(await pairs('anna', 'max')).toEqual([]);
  await engine.write('/clients/anna-2/emails', { emailId: 'new', email: 'anna@example.org' });
  expect(await pairs('anna', 'max')).toEqual(['anna anna-2']);
});

it('are announced before a second file is made, unless it is somebody else', async () => {
  const max = { firstName: 'Max', lastName: 'Frei', birthDate: '1980-02-03' };
  const { status, body } = await engine.post('/clients', { person: max });
  expect([status, body.code]).toEqual([409, 'probable-duplicate']);
  expect(body.duplicates.map(({ clientId }: { clientId: string }) => clientId).sort()).toEqual(['max', 'max-2']);
  expect((await engine.post('/clients', { person: max, otherThan: ['max'] })).body.duplicates).toHaveLength(1);
  const { clientId } = await engine.write('/clients', { person: max, otherThan: ['max', 'max-2'] });
  expect(await now(`/clients/${clientId}/duplicates`)).toEqual([]);

  const eliane = { person: { firstName: 'Eliane', lastName: 'Favre' }, address: home, email: 'eliane@example.org', phone: '022 345 67 89' };
  const favre = await engine.write('/clients', eliane);
  await engine.quiet();
  expect(await now(`/clients/${favre.clientId}/identity`)).toMatchObject({
    addresses: { home: { address: home } },
    emails: { email: 'eliane@example.org' },
    phones: { phone: { number: '+41223456789' } },
  });
  const again = { ...eliane, person: { firstName: 'Éliane', lastName: 'Fafre' } };
  expect((await engine.post('/clients', again)).body.duplicates).toMatchObject([{ clientId: favre.clientId }]);
  expect(await engine.post('/clients', { ...again, phone: '12' })).toMatchObject({ status: 409, body: { code: 'probable-duplicate' } });
  const { status: refused, body: wrong } = await engine.post('/clients', { person: { lastName: 'Rod' }, phone: '12', country: 'CH' });
  expect([refused, wrong.code]).toEqual([409, 'no-phone-number']);

  // sent again it leads to the same file
  const known = {
    clientId: 'eva',
    person: { firstName: 'Eva', lastName: 'Kunz', birthDate: '1990-05-06' },
    references: [{ system: 'erp', number: '1' }],
  };
  await engine.write('/clients', known);
  await engine.quiet();
  expect((await engine.post('/clients', known)).status).toBe(200);
  expect((await engine.post('/clients', { ...known, clientId: undefined })).status).toBe(200);
  expect((await engine.post('/clients', { person: known.person })).status).toBe(409);
});

it('are one pair with all files of a person, and are not proposed again once they were parted', async () => {
  const eve = { firstName: 'Eve', lastName: 'Rochat' };
  await register('eve', eve, { email: 'eve@example.org' });
  await register('eve-2', eve, { email: 'eve@example.org', phone: '044 268 45 67' });
  expect(await pairs('eve')).toEqual(['eve eve-2']);
  expect(await now('/clients/eve/duplicates/eve-2')).toMatchObject({ survivorId: 'eve' });
  await engine.write('/clients/eve/merges', { mergedId: 'eve-2' });
  await engine.quiet();
  expect(await pairs('eve')).toEqual([]);
  // whom only the merged file knows by
  await register('eve-3', eve, { phone: '044 268 45 67' });
  expect(await pairs('eve')).toEqual(['eve eve-3']);
  expect((await now('/clients/eve/duplicates/eve-3')).probability).toBeGreaterThan(0.5);
  await engine.write('/clients/eve/merges/eve-2/undo');
  await engine.quiet();
  expect(await pairs('eve')).toEqual(['eve-2 eve-3']);
});

it('are merged by a rule where somebody has set one, and only if they are certain', async () => {
  const ina = { firstName: 'Ina', lastName: 'Wyss' };
  await register('ina', { ...ina, birthDate: '1971-01-02' }, { email: 'ina@example.org', address: home });
  await register('ina-2', ina, { email: 'ina@example.org', address: home });
  await engine.write('/clients/ina-2/details', { person: { birthDate: '1971-01-02' } });
  await register('ina-3', ina, { address: home });
  expect(await pairs('ina')).toEqual(['ina ina-2', 'ina ina-3', 'ina-2 ina-3']);
  expect(await engine.read('/duplicate-policy')).toEqual({ version: 0, mergeFrom: null });
  const { body } = await engine.call('PUT', '/duplicate-policy', { mergeFrom: 0.999 });
  await until(
    async () => (await now('/clients/ina-2/identity')).clientId,
    (clientId) => clientId === 'ina',
  );
  await engine.quiet();
  expect(await pairs('ina')).toEqual(['ina ina-3']);
  expect(body.repeated).toBe(false);
  await engine.call('PUT', '/duplicate-policy', { mergeFrom: null });
});

it('are not found any more once one of them is erased, and leave no trace in the file', async () => {
  await engine.write('/clients/anna-2/erase', { reason: 'requested', requestedBy: 'person' });
  await engine.quiet();
  expect(await pairs('anna', 'max')).toEqual([]);
  await engine.write('/clients/anna/erase', { reason: 'requested', requestedBy: 'person' });
  await engine.quiet();
  expect(readFileSync(join(engine.dir, DUPLICATES_FILE)).includes('Anna')).toBe(false);
});

it('are found again from the log when the file is lost', async () => {
  await register('zoe', { firstName: 'Zoé', lastName: 'Blanc', birthDate: '1980-02-03' });
  await engine.write('/clients', { person: { firstName: 'Zoe', lastName: 'Blanc' } });
  await register('zoe-2', { firstName: 'Zoe', lastName: 'Blanc' });
  await engine.write('/clients/zoe-2/details', { person: { birthDate: '1980-02-03' } });
  const found = await pairs('eve', 'ina', 'zoe');
  expect(found.sort()).toEqual(['eve-2 eve-3', 'ina ina-3', 'zoe zoe-2']);
  await engine.close();
  const { code, stdout } = await boucle('replay', '--dir', engine.dir);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ duplicates: [1-9]\d* documents, byte-identical\n/)]);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(engine.dir, `${DUPLICATES_FILE}${suffix}`), { force: true });
  engine = await ServedEngine.start({ dir: engine.dir });
  await engine.quiet();
  expect(existsSync(join(engine.dir, DUPLICATES_FILE))).toBe(true);
  expect((await pairs('eve', 'ina', 'zoe')).sort()).toEqual(found);
});
