import { CommandDoor } from '../apps/engine/src/door.js';
import { daysLater, ServedEngine, until } from './support/served-engine.js';

const plan = {
  campaignId: 'spring',
  name: 'Spring',
  universe: null,
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

let engine: ServedEngine;
beforeEach(async () => {
  engine = await ServedEngine.start();
  for (const clientId of ['ann', 'anna']) {
    await engine.write('/clients', { clientId, attributes: { region: clientId === 'anna' ? 'far' : 'near' } });
    await engine.write(`/clients/${clientId}/emails`, { emailId: 'mail', email: `${clientId}@example.org` });
  }
});
afterEach(() => engine.discard());

const merge = async (): Promise<void> => {
  await engine.write('/clients/ann/merges', { mergedId: 'anna' });
  await engine.quiet();
};

const launch = async (more: object = {}): Promise<void> => {
  await engine.write('/campaigns', { ...plan, ...more });
  await engine.quiet();
  await engine.write('/campaigns/spring/launch');
  await until(
    () => engine.get('/campaigns/spring/waves/1'),
    ({ body }) => body.status === 'open',
  );
  await engine.quiet();
};

const wave = () => engine.read('/campaigns/spring/waves/1');
const decision = (clientId: string) => engine.read(`/campaigns/spring/waves/1/decisions/${clientId}`);
const purchased = async (): Promise<number> => {
  const { arms } = (await wave()) as { arms: Record<string, Record<string, { purchased: number }>> };
  return Object.values(arms)
    .flatMap((cell) => Object.values(cell))
    .reduce((sum, tally) => sum + tally.purchased, 0);
};

describe('a wave', () => {
  it('draws a person once, under the id that the others lead to', async () => {
    await merge();
    await launch();
    expect(await wave()).toMatchObject({ targeting: { drawn: 1, excluded: { merged: 1 } }, mailed: 1 });
    expect(await decision('ann')).toMatchObject({ drawn: true, decision: { outcome: 'mailed' } });
    expect(await decision('anna')).toMatchObject({ drawn: false, reason: 'merged' });
  });

  it('asks for the whole person', async () => {
    await engine.write('/purchases', { clientId: 'anna', purchaseId: 'p-0', amount: 100, currency: 'EUR' });
    await merge();
    await launch({ universe: { field: 'purchases.count', is: 'gte', value: 1 } });
    expect(await decision('ann')).toMatchObject({ drawn: true });
  });

  it('goes by what was said and done under every id', async () => {
    await engine.write('/clients/anna/oppositions', { oppositionId: 'no', channel: 'email' });
    await merge();
    await launch();
    expect(await decision('ann')).toMatchObject({ drawn: false, reason: 'opposed' });
  });

  it('counts the contacts of every id', async () => {
    await engine.write('/contacts', { clientId: 'anna', contactId: 'call-1', kind: 'call' });
    await merge();
    await launch({ contactCap: { contacts: 1, days: 30 } });
    expect(await decision('ann')).toMatchObject({ drawn: false, reason: 'contact-cap' });
  });

  it('is answered under an alias too, and the answer counts once', async () => {
    await merge();
    await launch();
    await engine.write('/purchases', { clientId: 'anna', purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    await engine.quiet();
    await engine.write('/purchases', { clientId: 'anna', purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    await engine.write('/responses', { clientId: 'anna', responseId: 'r-1', kind: 'click' });
    await engine.quiet();
    expect(await purchased()).toBe(1);
    expect(await wave()).toMatchObject({ amounts: { EUR: 500 } });
    expect(await decision('ann')).toMatchObject({ decision: { purchased: true, responded: true } });
    await engine.write('/clients/ann/merges/anna/undo');
    await engine.write('/purchases', { clientId: 'anna', purchaseId: 'p-2', amount: 900, currency: 'EUR' });
    await engine.quiet();
    expect(await wave()).toMatchObject({ amounts: { EUR: 500 } });
  });

  it('is not answered by what is told of the past', async () => {
    await merge();
    await launch();
    const data = { clientId: 'anna', purchaseId: 'p-1', amount: 500, currency: 'EUR' };
    const cause = { id: 'import-1', correlationId: 'import-1', now: engine.clock.now(), actor: 'test', history: true as const };
    await engine.app.get(CommandDoor).executeMany([{ message: { type: 'RecordPurchase', data }, cause }]);
    await engine.quiet();
    expect(await engine.read('/clients/ann')).toMatchObject({ monetary: { EUR: 500 } });
    expect(await purchased()).toBe(0);
  });

  it('that went out before to another id of his is answered under the survivor', async () => {
    await launch({ universe: { field: 'attributes.region', is: 'eq', value: 'far' } });
    await merge();
    engine.clock.moveTo(daysLater(1));
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    await engine.quiet();
    expect(await purchased()).toBe(1);
    expect(await decision('anna')).toMatchObject({ drawn: true, decision: { purchased: true } });
    expect(await decision('ann')).toMatchObject({ drawn: false, reason: 'outside-universe' });
  });
});

it('An export holds a person once, with where he can be reached by all his files', async () => {
  await engine.write('/clients/anna/phones', { phoneId: 'mobile', phone: '+41797178364' });
  await engine.write('/clients/ann/details', { person: { lastName: 'Keller' } });
  await merge();
  const { exportId } = await engine.write('/exports', { preset: 'calls', consent: 'not-checked', purpose: 'marketing' });
  const { body } = await until(
    () => engine.get(`/exports/${exportId}`),
    (answer) => answer.body.status === 'done',
  );
  expect(body).toMatchObject({ rows: 1, excluded: { merged: 1 } });
  const { body: file } = await engine.get(`/exports/${exportId}/file`);
  expect(file).toMatch(/41797178364.*Keller/);
});
