import { EmbeddedMessageBus, partitionOf } from '@boucle/adapters';
import { insideOf } from '../apps/engine/src/outgoing.relay.js';
import { PersonFile } from '../apps/engine/src/person-file.js';
import { boucle, jsonOf } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { Receiver } from './support/receiver.js';
import { ServedEngine, START, until } from './support/served-engine.js';

const PARTITIONS = 2;
const person = { firstName: 'Anna', lastName: 'Kellerhals', birthDate: '1980-02-29' };
const consent = {
  consentId: 'news',
  channel: 'email',
  purpose: 'newsletter',
  basis: 'consent',
  proof: { how: 'web-form', wordingId: 'w-1' },
};
const plan = {
  campaignId: 'spring',
  name: 'Spring',
  waveSize: 50,
  responseWindowDays: 14,
  holdOut: 0,
  stop: { waves: 1 },
  offers: [
    { name: 'letter', channel: 'post', cost: 75, margin: 1200 },
    { name: 'parcel', channel: 'post', cost: 300, margin: 1200 },
  ],
  consent: 'not-checked',
};

let engine: ServedEngine;
let hook: Receiver;

beforeAll(async () => {
  const carrier = { bus: new EmbeddedMessageBus(), inside: insideOf(PARTITIONS, partitionOf) };
  engine = await ServedEngine.start({ limits: { webhooksPrivate: true, partitions: PARTITIONS }, outside: () => ({ carrier }) });
  hook = await Receiver.start();
  await engine.write('/webhooks', { webhookId: 'till', url: hook.url, types: ['boucle.PurchaseRecorded.v1'], after: 0 });
  await engine.write('/clients', { clientId: 'ann', person, origin: { how: 'advert', file: 'fair-2026' } });
  await engine.write('/clients', { clientId: 'bea' });
  for (let n = 10; n < 30; n++) await engine.write('/clients', { clientId: `client-${n}` });
  await engine.write('/clients/ann/emails', { emailId: 'home', email: 'anna@example.org' });
  await engine.write('/clients/ann/addresses', { addressId: 'flat', address: { locality: 'Bern', country: 'CH' } });
  await engine.write('/clients/ann/consents', { ...consent, by: 'Mr Martin' });
  await engine.write('/clients/ann/details', { person: { language: 'de' } });
  await engine.write('/campaigns', plan);
  await engine.quiet();
  await engine.write('/campaigns/spring/launch');
  await until(
    () => engine.get('/campaigns/spring/waves/1'),
    ({ body }) => body.status === 'open',
  );
  await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-1', amount: 4990, currency: 'EUR' });
  await engine.write('/purchases', { clientId: 'client-10', purchaseId: 'p-2', amount: 100, currency: 'EUR' });
  await engine.quiet();
});
afterAll(async () => {
  await hook.stop();
  await engine.discard();
});

const handOut = (clientId: string, purpose = 'requested-by-person') => engine.post(`/clients/${clientId}/export`, { purpose });

describe('the whole file of a person', () => {
  let file: PersonFile;
  beforeAll(async () => (file = (await handOut('ann')).body as PersonFile));

  it('says who she is, where she can be reached, and what she consented to, with its proof', () => {
    expect(file).toMatchObject({
      clientId: 'ann',
      identity: {
        person: { ...person, language: 'de' },
        emails: { home: 'anna@example.org' },
        addresses: { flat: { address: { locality: 'Bern' } } },
      },
      consents: [{ id: 'news', basis: 'consent', proof: consent.proof, by: 'Mr Martin' }],
    });
  });

  it('says what lists say of where she can be reached', async () => {
    await engine.write('/clients/bea/emails', { emailId: 'home', email: 'bea@example.org' });
    await engine.write('/clients/bea/oppositions', { oppositionId: 'no', channel: 'email', how: 'call' });
    const { body } = await until(
      () => handOut('bea'),
      (answer) => answer.body.suppressions.length > 0,
    );
    expect(body).toMatchObject({ oppositions: [{ id: 'no', how: 'call' }], suppressions: [{ listId: 'own', own: true, pointId: 'home' }] });
    expect(file.suppressions).toEqual([]);
  });

  it('tells all that happened with her, in words', () => {
    expect(file.events[0]).toMatchObject({
      at: START,
      what: 'client registered',
      by: 'local',
      facts: { told: expect.anything() },
      personal: person,
    });
    const [concluded, happened] = [true, false].map((wanted) =>
      file.events.map(({ what }) => what).filter((what) => (what === 'client class changed') === wanted),
    );
    expect(concluded).not.toEqual([]);
    expect(happened).toEqual([
      ...['client registered', 'email added', 'address added', 'consent given', 'client details changed'],
      ...['mailing dispatched', 'purchase recorded'],
    ]);
  });

  it('tells what was decided about her, with what probability, as the ledger has it', async () => {
    const { decision } = await engine.read('/campaigns/spring/waves/1/decisions/ann');
    const { cell, arm, propensities, outcome } = decision;
    expect(file.decisions).toEqual([
      { campaignId: 'spring', wave: 1, decidedAt: START, cell, arm, propensities, reason: null, carriedOutAt: START, outcome },
    ]);
    expect(Object.keys(propensities).sort()).toEqual(['letter', 'parcel']);
  });

  it('tells where it comes from, and who received it', () => {
    expect(file.sources).toMatchObject({
      origin: { how: 'advert', file: 'fair-2026' },
      tellers: expect.arrayContaining([
        expect.objectContaining({ by: 'local', times: 6 }),
        expect.objectContaining({ by: 'worker:dispatch', times: 1 }),
      ]),
    });
    expect(file.recipients).toMatchObject({
      channels: [{ channel: 'post', times: 1, first: START, last: START }],
      webhooks: [{ webhookId: 'till', url: hook.url, times: 1 }],
      files: [],
      exports: [],
    });
    expect(Object.fromEntries(file.recipients.topics.map(({ topic, times }) => [topic, times]))).toEqual({
      'boucle.clients.v1': 4,
      'boucle.consents.v1': 1,
      'boucle.mailings.v1': 1,
      'boucle.purchases.v1': 1,
      'boucle.decisions.v1': 1,
      'boucle.segments.v1': file.events.filter(({ what }) => what === 'client class changed').length,
    });
  });

  it('is remembered: who asked for it, when, and what for', async () => {
    const again = (await handOut('ann', 'complaint')).body as PersonFile;
    expect(again.recipients.exports).toEqual([{ at: START, by: 'local', purpose: 'requested-by-person' }]);
    const told = await engine.adapters.events.read('person-file-ann');
    expect(told.map(({ data }) => data)).toMatchObject([
      { purpose: 'requested-by-person', events: file.events.length },
      { purpose: 'complaint' },
    ]);
  });

  it('is of nobody, where there is nobody or nobody any more', async () => {
    expect(await handOut('nobody')).toMatchObject({ status: 404, body: { code: 'unknown-client' } });
    await engine.write('/clients/client-20/erase', { reason: 'requested', requestedBy: 'person' });
    expect(await handOut('client-20')).toMatchObject({ status: 404 });
    expect(await engine.adapters.events.read('person-file-client-20')).toEqual([]);
  });
});

it('is printed by the command line too, also where there is no bus', async () => {
  const alone = await ServedEngine.start({ dir: newFolder() });
  await alone.write('/clients', { clientId: 'ann', person });
  await alone.write('/clients/ann/export', { purpose: 'internal-check' });
  await alone.close();
  const print = (clientId: string, purpose: string) => boucle('person-file', clientId, '--purpose', purpose, '--dir', alone.dir);
  const file = jsonOf<PersonFile>(await print('ann', 'requested-by-authority'));
  expect(file).toMatchObject({ identity: { person }, recipients: { topics: [], exports: [{ by: 'local', purpose: 'internal-check' }] } });
  expect(jsonOf<PersonFile>(await print('ann', 'complaint')).recipients.exports).toMatchObject([{}, { by: 'command-line' }]);
  expect(await print('nobody', 'complaint')).toMatchObject({ code: 1, stderr: 'boucle: There is no client nobody\n' });
  expect(await print('ann', 'curiosity')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--purpose must be requested-by-person'),
  });
});
