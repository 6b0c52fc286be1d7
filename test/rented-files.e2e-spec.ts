import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { rentedFileWorker } from '@boucle/rented';
import { CommandDoor } from '../apps/engine/src/door.js';
import { daysLater, ServedEngine } from './support/served-engine.js';

const street = (houseNumber: string) => ({ street: 'Seestrasse', houseNumber, postalCode: '8002', locality: 'Zürich', country: 'CH' });
const rows = [
  { civility: 'ms', firstName: 'Anna', lastName: 'Keller', address: street('1'), email: 'anna@example.org' },
  { firstName: 'Beat', lastName: 'Frei', address: street('2') },
  { firstName: 'Beat', lastName: 'Frei', address: street('2') },
  { firstName: 'Carla', lastName: 'Graf', address: street('3'), phone: '044 668 18 00' },
  { firstName: 'Dora', lastName: 'Huber', email: 'dora@example.org' },
  {
    civility: 'mr',
    language: 'de',
    firstName: 'Emil',
    lastName: 'Zaugg-Unikat',
    address: street('5'),
    email: 'emil@example.org',
    phone: '079 123 45 67',
  },
  { firstName: '=cmd', lastName: 'Kontrolle', address: street('6') },
];
const asLines = (some: readonly object[]): string => some.map((row) => JSON.stringify(row)).join('\n');
const use = { useId: 'spring', addressing: 'post', purpose: 'marketing' };

let engine: ServedEngine;
beforeAll(async () => {
  engine = await ServedEngine.start();
  await engine.write('/clients', { clientId: 'ann', attributes: {}, person: { firstName: 'Anna', lastName: 'Keller' } });
  await engine.write('/clients/ann/emails', { emailId: 'own', email: 'anna@example.org' });
  await engine.write('/clients/ann/addresses', { addressId: 'home', address: street('1') });
  const listed = JSON.stringify({ lastName: 'Graf', address: street('3') });
  expect((await engine.lines('/suppressions/robinson/bulk?source=robinson&channels=post', listed)).status).toBe(200);
});
afterAll(() => engine.discard());

const rent = async (terms: object = {}): Promise<string> =>
  (await engine.write('/rented-files', { broker: 'smith-lists', uses: 1, expiresOn: '2026-03-10', ...terms })).fileId;
const filled = async (terms: object = {}): Promise<string> => {
  const fileId = await rent(terms);
  expect(await engine.lines(`/rented-files/${fileId}/rows/bulk`, asLines(rows))).toMatchObject({
    status: 200,
    body: { accepted: rows.length, rejected: [] },
  });
  await engine.quiet();
  return fileId;
};
const taken = async (fileId: string, wanted: object = use): Promise<Record<string, string>[]> => {
  const { status, body } = await engine.post(`/rented-files/${fileId}/uses`, wanted);
  expect(status).toBe(200);
  return parse(body as string, { columns: true });
};
const reading = async (fileId: string) =>
  ((await engine.read(`/rented-files?after=${await engine.head()}`)) as { fileId: string }[]).find((file) => file.fileId === fileId);

const leftOut = { ours: 1, double: 1, suppressed: 1, 'no-contact-point': 1 };

it('takes rows line by line, and the same lines again as the same rows', async () => {
  const fileId = await rent();
  const wrong = ['{"firstName":"Nobody"}', 'no row', '{"phone":"12","address":{"locality":"Bern","country":"CH"}}'];
  const { body } = await engine.lines(`/rented-files/${fileId}/rows/bulk`, [asLines(rows.slice(0, 2)), ...wrong].join('\n'));
  expect(body).toMatchObject({ accepted: 2, repeated: 0 });
  expect(body.rejected.map(({ line, field }: { line: number; field: string }) => [line, field])).toEqual([
    [3, 'line'],
    [4, 'line'],
    [5, 'phone'],
  ]);
  expect((await engine.lines(`/rented-files/${fileId}/rows/bulk`, asLines(rows.slice(0, 2)))).body).toMatchObject({ repeated: 2 });
  expect(await reading(fileId)).toMatchObject({ rows: 2 });
});

it('sifts out who is ours, listed, there twice or out of reach, and counts them for the broker without using the file', async () => {
  const fileId = await filled();
  expect(await engine.read(`/rented-files/${fileId}/net`)).toEqual({ rows: 7, net: 3, leftOut });
  expect(await engine.read(`/rented-files/${fileId}/net?addressing=email`)).toEqual({
    rows: 7,
    net: 2,
    leftOut: { ours: 1, 'no-contact-point': 4 },
  });
  expect(await reading(fileId)).toMatchObject({ uses: [] });
});

it('is used as often as licensed; the same use again is the same use, and control addresses come out as they went in', async () => {
  const fileId = await filled();
  const letters = await taken(fileId);
  expect(letters.map(({ line1 }) => line1)).toEqual(['Beat Frei', 'Herr Emil Zaugg-Unikat', "'=cmd Kontrolle"]);
  expect(letters[0]).toMatchObject({ line2: 'Seestrasse 2', line3: '8002 Zürich' });
  expect((await taken(fileId)).map(({ code }) => code)).toEqual(letters.map(({ code }) => code));
  expect(await engine.post(`/rented-files/${fileId}/uses`, { ...use, useId: 'summer' })).toMatchObject({
    status: 409,
    body: { code: 'uses-exhausted' },
  });
  expect((await engine.lines(`/rented-files/${fileId}/rows/bulk`, asLines([rows[0]]))).body).toMatchObject({ code: 'file-used' });
  expect(await reading(fileId)).toMatchObject({
    licensed: 1,
    uses: [{ useId: 'spring', addressing: 'post', takings: [{ rows: 7, net: 3, leftOut }, { net: 3 }] }],
  });
});

it('makes a client of who answers, keeps the others apart, and forgets them when it expires', async () => {
  const fileId = await filled({ uses: 2 });
  const letters = await taken(fileId);
  const emil = letters.find(({ line1 }) => line1.includes('Zaugg'))!;
  const { clientId, repeated } = await engine.write('/rented-files/answers', { code: emil.code.toLowerCase().replaceAll('-', ' ') });
  expect(repeated).toBe(false);
  expect(await engine.write('/rented-files/answers', { code: emil.code })).toMatchObject({ clientId, repeated: true });
  await engine.quiet();
  expect(await engine.read(`/clients/${clientId}/identity`)).toMatchObject({
    person: { firstName: 'Emil', lastName: 'Zaugg-Unikat', civility: 'mr' },
    origin: { how: 'rented-file', file: fileId },
    addresses: { home: { address: street('5') } },
    emails: { email: 'emil@example.org' },
    phones: { phone: { number: '+41791234567' } },
  });
  expect(JSON.stringify(await engine.read('/clients?search=Kontrolle'))).not.toContain('=cmd');
  const later = await taken(fileId, { ...use, useId: 'summer' });
  expect(later.map(({ line1 }) => line1)).toEqual(['Beat Frei', "'=cmd Kontrolle"]);

  engine.clock.moveTo(daysLater(10));
  const { events, documents, vault } = engine.adapters;
  await rentedFileWorker(events, documents, vault, engine.app.get(CommandDoor), engine.clock).sweep();
  await engine.quiet();
  expect(await reading(fileId)).toMatchObject({ answered: 1, expiredAt: daysLater(10) });
  expect(await engine.get(`/rented-files/${fileId}/net`)).toMatchObject({ status: 409, body: { code: 'file-expired' } });
  expect(await engine.post('/rented-files/answers', { code: letters[0].code })).toMatchObject({ status: 409 });
  expect(await engine.read(`/clients/${clientId}/identity`)).toMatchObject({ person: { lastName: 'Zaugg-Unikat' } });
});

it('keeps nobody of a rented file in clear', () => {
  const files = readdirSync(engine.dir, { recursive: true }).map((name) => join(engine.dir, String(name)));
  const holding = files.filter((file) => statSync(file).isFile() && readFileSync(file).includes('Kontrolle'));
  expect(holding).toEqual([]);
});

it.each([
  ['no code of ours', 'X7Q2M9KA4Z-17-K3PD', 404],
  ['no file of ours', null, 404],
])('refuses %s', async (_, code, status) => {
  if (code === null) expect(await engine.get('/rented-files/X7Q2M9KA4Z/net')).toMatchObject({ status, body: { code: 'unknown-file' } });
  else expect(await engine.post('/rented-files/answers', { code })).toMatchObject({ status, body: { code: 'unknown-code' } });
});
