import { join } from 'node:path';
import { Role, ViewReading, viewsProjection } from '@boucle/access';
import { EmbeddedDocumentStore } from '@boucle/adapters';
import { EventStore } from '@boucle/eventsourcing';
import { DOCUMENTS_FILE } from '../apps/engine/src/adapters.js';
import { Cuttable } from './support/cuttable.js';
import { ServedEngine, START } from './support/served-engine.js';

let engine: ServedEngine;
let log: Cuttable<EventStore>;
let administrator: string;
beforeEach(async () => {
  engine = await ServedEngine.start({
    outside: ({ events }) => {
      log = new Cuttable(events);
      return { events: log.port };
    },
  });
  administrator = engine.key = await engine.keyOf('administrator');
  const address = { street: 'Seeweg', houseNumber: '3', postalCode: '8002', locality: 'Zürich', country: 'CH' };
  for (const clientId of ['ann', 'bob', 'cid']) {
    await engine.write('/clients', { clientId, person: { firstName: clientId, lastName: 'Keller' } });
    if (clientId !== 'cid') await engine.write(`/clients/${clientId}/addresses`, { addressId: 'home', address });
  }
  await engine.call('PUT', '/salespeople/miller', { kind: 'salesperson', areas: [], person: { name: 'Eva Miller' } });
  for (const clientId of ['ann', 'bob']) await engine.write(`/clients/${clientId}/owner`, { salespersonId: 'miller' });
});
afterEach(() => engine.discard());

const as = async (role: Role): Promise<void> => {
  engine.key = administrator;
  engine.key = await engine.keyOf(role, 'miller');
};

const search = async (text: string, more = ''): Promise<number> =>
  (await engine.read(`/clients?search=${text}${more}&after=${await engine.head()}`)).hits.length;

/** What the data-protection officer reads. */
const audited = async (more = ''): Promise<ViewReading[]> => {
  await as('data-protection');
  return engine.read(`/audit/views${more}`);
};

it('says who searched, for what, and how many people that showed, and never what was typed', async () => {
  await as('call-centre');
  for (const text of ['ke', 'kell', 'keller']) expect(await search(text)).toBe(3);
  await search('keller', '&purpose=complaint');
  expect(await search('nobody')).toBe(0);
  const views = await audited();
  const [{ actor }] = views;
  const shown = { actor, role: 'call-centre', view: 'search', selection: 'name', from: START, until: START };
  const fields = ['identity', 'contact-points', 'consents', 'behaviour'];
  expect(views.sort((a, b) => b.requests - a.requests)).toEqual([
    { ...shown, viewId: views[0].viewId, fields, purpose: 'client-service', requests: 3, clients: 9 },
    { ...shown, viewId: views[1].viewId, fields, purpose: 'complaint', requests: 1, clients: 3 },
  ]);
  expect(actor).toMatch(/^key:[0-9a-f]{16}$/);
  expect(JSON.stringify(views)).not.toMatch(/kell/i);
});

it('writes nothing down while somebody types', async () => {
  await as('call-centre');
  const before = await engine.quiet();
  for (const text of ['ke', 'kell', 'keller']) await search(text);
  expect(await engine.head()).toBe(before);
});

it('says who saw a list of people', async () => {
  await as('salesperson');
  await engine.read(`/salespeople/miller/portfolio?after=${await engine.head()}`);
  await engine.read('/salespeople/miller/portfolio?purpose=tour&limit=1');
  // at one instant they stand in any order
  expect((await audited()).sort((a, b) => b.clients - a.clients)).toMatchObject([
    { role: 'salesperson', view: 'portfolio', selection: 'miller', purpose: 'sales', clients: 2 },
    { role: 'salesperson', view: 'portfolio', selection: 'miller', purpose: 'tour', clients: 1 },
  ]);
});

it('shows everybody only to who says what for, and has it written down before', async () => {
  await as('service');
  await engine.quiet();
  expect(await engine.get('/households/proposals')).toMatchObject({ status: 400, body: { errors: [{ field: 'purpose' }] } });
  const before = await engine.head();
  expect(await engine.read('/households/proposals?purpose=household-maintenance')).toHaveLength(1);
  expect(await engine.head()).toBeGreaterThan(before);
  expect(await audited()).toMatchObject([
    { view: 'household-proposals', selection: 'everybody', purpose: 'household-maintenance', requests: 1, clients: 2 },
  ]);
});

it('is read page by page, and of one who asked', async () => {
  for (const role of ['call-centre', 'service'] as const) {
    await as(role);
    await search('keller');
  }
  const all = await audited();
  expect(all.map(({ role }) => role).sort()).toEqual(['call-centre', 'service']);
  expect(await audited('?limit=1')).toEqual([all[0]]);
  expect(await audited(`?behind=${all[0].until}.${all[0].viewId}`)).toEqual([all[1]]);
  expect(await audited(`?behind=${START}`)).toEqual(all);
  expect(await audited(`?actor=${all[1].actor}`)).toEqual([all[1]]);
});

it('loses nothing of what was shown while the log is away', async () => {
  await as('data-protection');
  const { key } = engine;
  await as('call-centre');
  await search('keller');
  const { key: caller } = engine;
  engine.key = key;
  log.cut();
  expect((await engine.get('/audit/views')).status).toBe(503);
  log.mend();
  engine.key = caller;
  await search('keller');
  engine.key = key;
  expect(await engine.read('/audit/views')).toMatchObject([{ view: 'search', requests: 2, clients: 6 }]);
});

it('loses nothing of what was shown when the engine stops', async () => {
  await as('call-centre');
  await search('keller');
  const { key, dir } = engine;
  await engine.close();
  const documents = new EmbeddedDocumentStore(join(dir, DOCUMENTS_FILE));
  // nothing is left for the next start
  expect(await documents.find(viewsProjection.name, { all: [] })).toHaveLength(1);
  documents.close();
  engine = await ServedEngine.start({ dir });
  engine.key = key;
  expect(await audited()).toMatchObject([{ view: 'search', clients: 3 }]);
});
