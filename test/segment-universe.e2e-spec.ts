import { auditLedger, waveStream } from '@boucle/campaigns';
import { EventStore } from '@boucle/eventsourcing';
import { ServedEngine, until } from './support/served-engine.js';

const plan = {
  campaignId: 'spring',
  name: 'Spring',
  segment: 'buyers',
  waveSize: 10,
  responseWindowDays: 14,
  holdOut: 0,
  stop: { waves: 1 },
  offers: [
    { name: 'letter', channel: 'email', cost: 75, margin: 1200 },
    { name: 'parcel', channel: 'email', cost: 300, margin: 1200 },
  ],
  consent: 'not-checked',
};
const CLIENTS = ['ann', 'bob', 'cat', 'dan'];
const BUYERS = ['ann', 'cat'];

let engine: ServedEngine;
beforeEach(async () => {
  engine = await ServedEngine.start();
  for (const clientId of CLIENTS) {
    await engine.write('/clients', { clientId, attributes: {} });
    await engine.write(`/clients/${clientId}/emails`, { emailId: 'mail', email: `${clientId}@example.org` });
  }
  for (const clientId of BUYERS) await buys(clientId);
  await engine.call('PUT', '/segments/buyers', { name: 'Buyers', text: 'count(purchases) >= 1' });
});
afterEach(() => engine.discard());

const buys = (clientId: string) =>
  engine.write('/purchases', { clientId, purchaseId: `first-of-${clientId}`, amount: 900, currency: 'EUR' });

const activate = async (): Promise<void> => {
  await engine.write('/segments/buyers/activate', {});
  await engine.quiet();
};

const launch = async (status: string): Promise<void> => {
  await engine.write('/campaigns/spring/launch');
  await until(
    () => engine.get('/campaigns/spring/waves/1'),
    ({ body }) => body.status === status,
  );
  await engine.quiet();
};

it('is the members as the log has told when the wave begins, sealed so that it can be proved ever after', async () => {
  await activate();
  await engine.write('/campaigns', plan);
  expect((await engine.read('/campaigns/spring')).plan).toMatchObject({ segment: 'buyers' });
  await engine.quiet();
  expect((await engine.read('/campaigns/spring/dry-run')).counts).toMatchObject({ eligible: 2, excluded: { 'outside-universe': 2 } });
  await launch('open');
  // what comes later changes nothing of it
  await buys('bob');
  await engine.call('PUT', '/segments/buyers', { name: 'Buyers', text: 'count(purchases) >= 9' });
  await engine.quiet();

  const decision = async (clientId: string) => (await engine.read(`/campaigns/spring/waves/1/decisions/${clientId}`)) as object;
  for (const clientId of BUYERS) expect(await decision(clientId)).toMatchObject({ drawn: true });
  for (const clientId of ['bob', 'dan']) expect(await decision(clientId)).toMatchObject({ drawn: false, reason: 'outside-universe' });
  const store = engine.app.get(EventStore);
  const told = await store.read(waveStream('spring', 1));
  expect(told.find(({ type }) => type === 'WaveTargeted')!.data).toMatchObject({
    segment: { segmentId: 'buyers', version: 1, count: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const [{ segment }] = (await auditLedger(store, 'spring')).waves;
  expect(segment).toMatchObject({ segmentId: 'buyers', version: 1, count: 2, fits: true });
});

it.each([
  [{ segment: 'nowhere' }, 404, 'There is no segment nowhere: PUT /segments/nowhere makes one'],
  [{ segment: 'buyers' }, 409, 'The segment buyers is not active: activate it'],
  [{ segment: 'a b' }, 400, 'segment must be'],
])('is refused as %j with the remedy', async (named, status, says) => {
  const refused = await engine.post('/campaigns', { ...plan, ...named });
  expect(refused).toMatchObject({ status, body: { detail: expect.stringContaining(says) } });
});

it('that is retired before the wave begins stops the campaign, and says so', async () => {
  await activate();
  await engine.write('/campaigns', plan);
  await engine.write('/segments/buyers/retire', {});
  await launch('abandoned');
  expect(await engine.read('/campaigns/spring')).toMatchObject({ status: 'paused', reason: expect.stringContaining('buyers is retired') });
});
