import { everyDocument } from '@boucle/eventsourcing';
import { newFolder } from './support/folders.js';
import { daysLater, ServedEngine, until } from './support/served-engine.js';

const months = { prospects: 6, clients: 12, consents: 3, children: 2 };
const consent = { consentId: 'news', channel: 'email', purpose: 'news', basis: 'consent', proof: { how: 'paper', wordingId: 'w-1' } };

let engine: ServedEngine;
const dir = newFolder();
beforeAll(async () => {
  engine = await ServedEngine.start({ dir });
  const { version: _, ...policy } = await engine.read('/forgetting-policy');
  await engine.call('PUT', '/forgetting-policy', { ...policy, months });
  for (let n = 0; n < 20; n++) await engine.write('/clients', { clientId: `bare-${n}` });
  for (const clientId of ['ann', 'bob', 'carl', 'dora'])
    await engine.write('/clients', { clientId, person: { lastName: 'Keller', childrenBirthYears: [2019] } });
  await engine.write('/clients/ann/emails', { emailId: 'home', email: 'ann@example.org' });
  await engine.write('/clients/ann/consents', consent);
  await engine.write('/purchases', { clientId: 'bob', purchaseId: 'p-1', amount: 100, currency: 'EUR' });
  await engine.write('/purchases', { clientId: 'bare-1', purchaseId: 'p-2', amount: 100, currency: 'EUR' });
  await engine.write('/clients/carl/legal-hold', { reason: 'lawsuit' });
  await engine.quiet();
});
afterAll(() => engine.close());

/** The engine looks at who is due as soon as it starts, and once an hour. */
const startAgain = async (days: number): Promise<void> => {
  await engine.close();
  engine = await ServedEngine.start({ dir, at: daysLater(days) });
};
const proposals = async (): Promise<string[]> =>
  ((await engine.read('/erasure-proposals')) as { clientId: string }[]).map(({ clientId }) => clientId);
const proposedWill = (...expected: string[]) => until(proposals, (seen) => seen.join() === expected.join());
const types = async (clientId: string): Promise<string[]> =>
  ((await engine.read(`/clients/${clientId}/timeline`)) as { type: string }[]).map(({ type }) => type);
const typesWill = (clientId: string, ...last: string[]) =>
  until(
    () => types(clientId),
    (seen) => seen.slice(-last.length).join() === last.join(),
  );

it('keeps in mind whom something personal is known of, and nobody else', async () => {
  const known: unknown[] = [];
  for await (const page of everyDocument(engine.adapters.documents, 'retention')) known.push(...page.map(({ document }) => document));
  // bought, consented or held: nobody is looked at before the shortest time is over
  expect(known).toEqual(['ann', 'bob', 'carl', 'dora'].map((clientId) => ({ clientId, on: '2026-05-01' })));
  expect(await engine.read('/clients/ann/retention')).toMatchObject({
    due: [
      { kept: 'prospects', on: '2026-09-01' },
      { kept: 'consents', on: '2026-06-01' },
      { kept: 'children', on: '2026-05-01' },
    ],
  });
  expect(await engine.read('/clients/bob/retention')).toMatchObject({ due: [{ kept: 'clients', on: '2027-03-01' }, {}] });
  expect(await engine.read('/clients/bare-1/retention')).toMatchObject({ heardOf: null, due: [] });
});

it("forgets children's birth years first, but of who is held", async () => {
  await startAgain(61);
  for (const clientId of ['ann', 'bob', 'dora']) await typesWill(clientId, 'ClientDetailsChanged');
  expect((await engine.read(`/clients/ann/identity?after=${await engine.quiet()}`)).person).toEqual({ lastName: 'Keller' });
  expect((await engine.read('/clients/carl/identity')).person).toMatchObject({ childrenBirthYears: [2019] });
});

it('ends consents, of which others hear', async () => {
  await startAgain(92);
  await typesWill('ann', 'ConsentLapsed');
  expect((await engine.read('/clients/ann/consents?purpose=news')).consents).toMatchObject([
    { expiresAt: daysLater(92), withdrawnAt: null },
  ]);
  expect((await engine.read(`/clients/ann/consents?purpose=news&at=${daysLater(91)}`)).answers).toMatchObject([{ allowed: true }]);
  expect((await engine.get('/events')).body).toContain('"boucle.ConsentLapsed.v1"');
});

it('proposes prospects, but who was heard of meanwhile or is held', async () => {
  await startAgain(150);
  await engine.write('/responses', { clientId: 'dora', responseId: 'r-1', kind: 'click' });
  await engine.quiet();
  await startAgain(184);
  await proposedWill('ann');
  await engine.quiet();
  expect(await proposals()).toEqual(['ann']);
  expect(await engine.read('/erasure-proposals')).toMatchObject([{ kept: 'prospects', holds: [], automaticOn: null }]);
  const held = await engine.post('/clients/carl/erase', { reason: 'requested', requestedBy: 'person' });
  expect(held).toMatchObject({ status: 409, body: { code: 'legal-hold', detail: expect.stringContaining('lawsuit') } });
});

it('puts off, and proposes again on its day', async () => {
  await engine.write('/erasure-proposals/ann/put-off', { until: '2026-09-20', reason: 'case-open' });
  await proposedWill();
  await engine.quiet();
  await startAgain(202);
  await engine.quiet();
  expect(await proposals()).toEqual([]);
  await startAgain(203);
  await proposedWill('ann');
});

it('erases who is accepted, with a receipt that says why', async () => {
  await engine.write('/erasure-proposals/ann/accept');
  await until(
    () => engine.get('/erasures/ann'),
    ({ body }) => typeof body.completedAt === 'string',
  );
  expect(await engine.read('/erasures/ann')).toMatchObject({ reason: 'retention-over', requestedBy: 'company', by: 'local' });
  expect((await engine.get('/clients/ann/identity')).status).toBe(404);
  await proposedWill();
});

it('looks at everybody again as soon as the policy is another one, and carries proposals out by itself where it says so', async () => {
  const { version: _, ...policy } = await engine.read('/forgetting-policy');
  await engine.write('/clients/carl/legal-hold/lift', { reason: 'lawsuit' });
  await engine.call('PUT', '/forgetting-policy', { ...policy, months: { ...months, clients: 6 }, automaticAfterDays: 30 });
  await engine.quiet();
  await startAgain(204);
  await proposedWill('bob', 'carl');
  await engine.write('/purchases', { clientId: 'bob', purchaseId: 'p-3', amount: 100, currency: 'EUR' });
  await proposedWill('carl');
  expect(await engine.read('/clients/carl/retention')).toMatchObject({ automaticOn: '2026-10-21', holds: [] });
  await engine.quiet();
  await startAgain(233);
  await engine.quiet();
  expect(await proposals()).toEqual(['carl']);
  await startAgain(234);
  await typesWill('carl', 'ClientErased', 'ErasureCompleted');
  expect(await engine.read('/erasures/carl')).toMatchObject({ reason: 'retention-over', by: 'worker:retention', erasedAt: daysLater(234) });
  expect(await types('bob')).not.toContain('ClientErased');
});
