import { CommandDoor } from '../apps/engine/src/door.js';
import { daysLater, ServedEngine, START } from './support/served-engine.js';

let engine: ServedEngine;
beforeEach(async () => {
  engine = await ServedEngine.start();
  await engine.write('/clients', {
    clientId: 'ann',
    attributes: { region: 'north' },
    person: { firstName: 'Anna', lastName: 'Keller' },
    references: [{ system: 'erp', number: '1' }],
  });
  await engine.write('/clients/ann/emails', { emailId: 'mail', email: 'anna@example.org' });
  await engine.write('/clients', {
    clientId: 'anna',
    attributes: { newsletter: true },
    person: { firstName: 'Anna', lastName: 'Keller-Frei', birthDate: '1971-02-03' },
    references: [{ system: 'erp', number: '2' }],
  });
  await engine.write('/clients/anna/emails', { emailId: 'home', email: 'ANNA@example.org' });
  await engine.write('/clients/anna/phones', { phoneId: 'mobile', phone: '+41797178364' });
  await engine.quiet();
});
afterEach(() => engine.discard());

const merge = async (clientId = 'ann', mergedId = 'anna', more = {}): Promise<void> => {
  await engine.write(`/clients/${clientId}/merges`, { mergedId, ...more });
  await engine.quiet();
};
const undo = async () => {
  const answer = await engine.write('/clients/ann/merges/anna/undo');
  await engine.quiet();
  return answer;
};
const typesOf = async (clientId: string): Promise<string[]> =>
  (await engine.read(`/clients/${clientId}/timeline`)).map(({ type }: { type: string }) => type);

describe('two files of one person', () => {
  it('are shown as one before they are one', async () => {
    expect(await engine.read('/clients/ann/merges/anna/preview')).toEqual({
      clientId: 'ann',
      mergedId: 'anna',
      fields: [
        { field: 'birthDate', survivor: null, merged: '1971-02-03', winner: 'anna' },
        { field: 'lastName', survivor: 'Keller', merged: 'Keller-Frei', winner: 'ann' },
      ],
      points: [
        { pointId: 'home', as: ['mail'], shared: true },
        { pointId: 'mobile', as: ['mobile.2'], shared: false },
      ],
      hidden: [],
    });
  });

  it('are one under the id of the survivor, and the other id leads there', async () => {
    await merge('ann', 'anna', { winners: { lastName: 'anna' } });
    const identity = {
      clientId: 'ann',
      person: { firstName: 'Anna', lastName: 'Keller-Frei', birthDate: '1971-02-03' },
      emails: { mail: 'anna@example.org' },
      phones: { 'mobile.2': { number: '+41797178364' } },
      merged: [{ clientId: 'anna', winners: { birthDate: 'anna', lastName: 'anna' } }],
    };
    expect(await engine.read('/clients/ann/identity')).toMatchObject(identity);
    expect(await engine.read('/clients/anna/identity')).toMatchObject({ ...identity, mergedInto: 'ann' });
    const profile = { clientId: 'ann', attributes: { region: 'north', newsletter: true }, person: { birthDate: '1971-02-03' } };
    expect(await engine.read('/clients/ann')).toMatchObject(profile);
    expect(await engine.read('/clients/anna')).toMatchObject({ ...profile, mergedInto: 'ann' });
    expect((await engine.get('/clients/ann')).body).not.toHaveProperty('mergedInto');
    expect(await engine.read('/clients/anna/file')).toMatchObject({ clientId: 'ann', personal: { ...identity, mergedInto: 'ann' } });
  });

  it('take what comes under either id, and each id keeps what came under it', async () => {
    await merge();
    await engine.write('/purchases', { clientId: 'anna', purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-1', amount: 700, currency: 'EUR' });
    await engine.quiet();
    expect(await engine.read('/clients/anna')).toMatchObject({ clientId: 'ann', monetary: { EUR: 1200 }, purchases: { count: 2 } });
    const { reactions, converted } = await engine.read('/clients/ann/file?currency=EUR');
    expect(reactions.purchases).toMatchObject([{ amount: 700 }, { amount: 500 }]);
    expect(converted).toMatchObject({ amount: 1200 });
    await undo();
    expect(await engine.read('/clients/ann')).toMatchObject({ clientId: 'ann', monetary: { EUR: 700 } });
    expect(await engine.read('/clients/anna')).toMatchObject({ clientId: 'anna', monetary: { EUR: 500 } });
    for (const id of ['ann', 'anna']) {
      const { body } = await engine.get(`/clients/${id}`);
      expect([body.mergedInto, body.merged]).toEqual([undefined, undefined]);
    }
  });

  it('keep each contact under the id that it was planned under, whichever is named when it is moved, held or told of', async () => {
    const plan = (contactId: string) => ({ contactId, kind: 'call', at: daysLater(9), durationMinutes: 30 });
    for (const contactId of ['c-1', 'c-2']) await engine.write('/clients/anna/planned-contacts', plan(contactId));
    await engine.write('/clients/ann/planned-contacts', plan('c-3'));
    await merge();
    await engine.write('/clients/ann/planned-contacts/c-1/move', { at: daysLater(10) });
    await engine.write('/contacts', { clientId: 'ann', contactId: 'c-1', kind: 'call', outcome: 'reached' });
    await engine.write('/clients/ann/contacts/c-1/report', { reportId: 'r-1', note: 'Calls back' });
    await engine.write('/clients/ann/planned-contacts/c-2/cancel');
    await engine.write('/clients/anna/planned-contacts/c-3/cancel');
    expect((await engine.call('POST', '/clients/ann/contacts/c-9/report', { reportId: 'r-2', note: 'x' })).status).toBe(404);
    const contacts = (types: readonly string[]) => types.filter((type) => /Contact/.test(type));
    const told = async (clientId: string) => contacts((await engine.adapters.events.read(`client-${clientId}`)).map(({ type }) => type));
    expect(await told('anna')).toEqual([
      ...['ContactPlanned', 'ContactPlanned', 'PlannedContactMoved'],
      ...['ContactRecorded', 'ContactReported', 'PlannedContactCancelled'],
    ]);
    expect(await told('ann')).toEqual(['ContactPlanned', 'PlannedContactCancelled']);
  });

  it('are found once, by what is known in either', async () => {
    await merge();
    const search = async (text: string) => (await engine.read(`/clients?search=${encodeURIComponent(text)}`)).hits;
    expect(await search('keller')).toMatchObject([{ clientId: 'ann' }]);
    expect(await search('0797178364')).toMatchObject([{ clientId: 'ann', alias: 'anna', name: 'Anna Keller' }]);
    const byNumber = await engine.read('/clients/by-reference?system=erp&number=2');
    expect(byNumber).toMatchObject({ clientId: 'ann', alias: 'anna' });
    await undo();
    expect(await engine.read('/clients/by-reference?system=erp&number=2')).toMatchObject({ clientId: 'anna' });
  });

  it('stand in portfolios, calendars, households, companies and counts of fields as one person, until they are two', async () => {
    for (const salespersonId of ['miller', 'jones'])
      await engine.call('PUT', `/salespeople/${salespersonId}`, { kind: 'salesperson', areas: [], person: { name: salespersonId } });
    await engine.write('/clients', { clientId: 'zoe' });
    for (const clientId of ['anna', 'zoe']) await engine.write(`/clients/${clientId}/owner`, { salespersonId: 'miller' });
    const visit = { contactId: 'v-1', kind: 'visit', at: daysLater(9), durationMinutes: 30, salespersonId: 'miller' };
    await engine.write('/clients/anna/planned-contacts', visit);
    for (const [clientId, role] of [
      ['ann', 'adult'],
      ['anna', 'child'],
    ]) {
      await engine.write(`/clients/${clientId}/household`, { householdId: 'h-1', role, on: '2026-03-01' });
      await engine.write(`/clients/${clientId}/companies`, { companyId: 'c-1', role: 'buyer', on: '2026-03-01' });
      await engine.write('/purchases', { clientId, purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    }
    await engine.quiet();
    const seen = async () => {
      const household = await engine.read('/households/h-1');
      const portfolio = await engine.read('/salespeople/miller/portfolio');
      const calendar = await engine.read('/salespeople/miller/calendar');
      const fields: { field: string; filled: number; rate: number }[] = await engine.read('/fields');
      const counted = ({ filled, rate }: { filled: number; rate: number }) => [filled, Math.round(filled / rate)];
      return {
        household: [Object.keys(household.members).sort(), household.value],
        company: Object.keys((await engine.read('/companies/c-1')).members).sort(),
        portfolio: portfolio.map(({ clientId, nextContact }: Record<string, string>) => [clientId, nextContact]),
        calendar: calendar.map(({ clientId, alias, name }: Record<string, string>) => [clientId, alias, name]),
        lastNames: counted(fields.find(({ field }) => field === 'lastName')!),
        birthDates: counted(fields.find(({ field }) => field === 'birthDate')!),
      };
    };
    const value = { purchases: 2, monetary: { EUR: 1000 }, responses: 0 };
    const asTwo = {
      household: [['ann', 'anna'], value],
      company: ['ann', 'anna'],
      portfolio: [
        ['anna', visit.at],
        ['zoe', null],
      ],
      calendar: [['anna', undefined, 'Anna Keller-Frei']],
      lastNames: [2, 3],
      birthDates: [1, 3],
    };
    expect(await seen()).toEqual(asTwo);
    await merge();
    expect(await seen()).toEqual({
      household: [['ann'], value],
      company: ['ann'],
      portfolio: [
        ['ann', visit.at],
        ['zoe', null],
      ],
      calendar: [['ann', 'anna', 'Anna Keller']],
      lastNames: [1, 2],
      birthDates: [1, 2],
    });
    const page = async (more: string) =>
      (await engine.read(`/salespeople/miller/portfolio?limit=1${more}`)).map(({ clientId }: { clientId: string }) => clientId);
    expect([await page(''), await page('&behind=ann'), await page('&behind=zoe')]).toEqual([['ann'], ['zoe'], []]);

    const administrator = (engine.key = await engine.keyOf('administrator'));
    const reached = async (salespersonId: string): Promise<number[]> => {
      engine.key = await engine.keyOf('salesperson', salespersonId);
      const answers = [await engine.get('/clients/ann'), await engine.get('/clients/anna')];
      engine.key = administrator;
      return answers.map(({ status }) => status);
    };
    expect([await reached('miller'), await reached('jones')]).toEqual([
      [200, 200],
      [404, 404],
    ]);
    // who looks after the survivor looks after the person
    await engine.write('/clients/ann/owner', { salespersonId: 'jones' });
    await engine.quiet();
    expect((await seen()).portfolio).toEqual([['zoe', null]]);
    expect([await reached('miller'), await reached('jones')]).toEqual([
      [404, 404],
      [200, 200],
    ]);
    await engine.write('/clients/ann/owner', {});
    await undo();
    expect(await seen()).toEqual(asTwo);
  });

  it('hold an opposition received meanwhile both, when they are two again', async () => {
    await engine.write('/clients/ann/oppositions', { oppositionId: 'before', channel: 'post' });
    await merge();
    await engine.write('/clients/anna/oppositions', { oppositionId: 'no', channel: 'email' });
    await engine.write('/clients/ann/oppositions', { oppositionId: 'stop', channel: 'phone' });
    await engine.quiet();
    const reasons = async (id: string) =>
      (await engine.read(`/clients/${id}/consents`)).answers.map(({ channel, reason }: Record<string, string>) => [channel, reason]);
    expect(await reasons('anna')).toEqual([
      ['email', 'opposed'],
      ['sms', 'no-consent'],
      ['phone', 'opposed'],
    ]);
    await undo();
    expect(await reasons('anna')).toEqual([
      ['email', 'opposed'],
      ['sms', 'no-consent'],
      ['phone', 'opposed'],
    ]);
    expect(await reasons('ann')).toEqual([['email', 'opposed']]);
    const channelsOf = async (id: string) =>
      (await engine.read(`/clients/${id}/consents`)).oppositions.map(({ channel }: { channel: string }) => channel).sort();
    expect(await channelsOf('ann')).toEqual(['email', 'phone', 'post']);
    expect(await channelsOf('anna')).toEqual(['email', 'phone']);
  });

  it('hear what is said of a contact point wherever it stands', async () => {
    const address = { street: 'Bahnhofstrasse', houseNumber: '7', postalCode: '8001', locality: 'Zürich', country: 'CH' };
    await engine.write('/clients/anna/addresses', { addressId: 'flat', address });
    await merge();
    const { addresses } = await engine.read('/clients/ann/identity');
    expect(Object.keys(addresses)).toEqual(['flat.2']);
    await engine.write('/clients/ann/addresses/flat.2/returned', { reason: 'moved' });
    const proof = { how: 'call', wordingId: 'w-1' };
    const consent = { consentId: 'c-1', channel: 'sms', purpose: 'marketing', basis: 'consent', proof };
    await engine.write('/clients/ann/consents', { ...consent, pointId: 'mobile.2' });
    await engine.write('/clients/ann/oppositions', { oppositionId: 'no', channel: 'phone', pointId: 'mobile.2' });
    await engine.quiet();
    const answers = async (id: string) =>
      (await engine.read(`/clients/${id}/consents`)).answers
        .filter(({ pointId }: { pointId: string }) => pointId.startsWith('mobile'))
        .map(({ channel, reason }: Record<string, string>) => [channel, reason]);
    const both = [
      ['sms', 'consent'],
      ['phone', 'opposed'],
    ];
    expect(await answers('ann')).toEqual(both);
    expect(await engine.read('/clients/ann/identity')).toMatchObject({ addresses: { 'flat.2': { returned: 'moved' } } });
    await undo();
    expect(await answers('anna')).toEqual(both);
    expect(await engine.read('/clients/anna/identity')).toMatchObject({ addresses: { flat: { returned: 'moved' } } });
  });

  it('say what came under neither when they are two again', async () => {
    await merge();
    await engine.write('/clients/ann/household', { householdId: 'h-1', role: 'adult', on: '2026-03-01' });
    await engine.write('/clients/ann/details', { person: { birthDate: '1971-02-04', language: 'de' } });
    expect(await undo()).toMatchObject({
      undecided: [
        { what: 'HouseholdJoined', at: START, of: ['h-1'] },
        { what: 'ClientDetailsChanged', at: START, of: ['birthDate'] },
      ],
    });
    expect(await engine.write('/clients/ann/merges/anna/undo')).toMatchObject({ repeated: true, undecided: [] });
    expect(await typesOf('ann')).toEqual(expect.arrayContaining(['MergeBegun', 'ClientsMerged', 'ClientsUnmerged']));
    expect(await typesOf('anna')).toEqual(expect.arrayContaining(['AliasBegun', 'AliasEnded']));
  });

  it('are merged once, and again after they were two', async () => {
    await merge();
    expect(await engine.write('/clients/ann/merges', { mergedId: 'anna' })).toMatchObject({ repeated: true });
    await undo();
    await merge();
    expect(await engine.read('/clients/anna')).toMatchObject({ clientId: 'ann' });
    expect((await typesOf('anna')).filter((type) => type.startsWith('Alias'))).toEqual(['AliasBegun', 'AliasEnded', 'AliasBegun']);
  });

  it('are refused where they cannot be one', async () => {
    await engine.write('/clients', { clientId: 'eve' });
    await engine.write('/clients', { clientId: 'gone' });
    await engine.write('/clients/gone/erase', { reason: 'requested', requestedBy: 'person' });
    await merge();
    const refused = async (clientId: string, mergedId: string, more = {}) => {
      const { status, body } = await engine.post(`/clients/${clientId}/merges`, { mergedId, ...more });
      return [status, body.code];
    };
    expect(await refused('ann', 'ann')).toEqual([409, 'same-client']);
    expect(await refused('ann', 'nobody')).toEqual([404, 'unknown-client']);
    expect(await refused('nobody', 'eve')).toEqual([404, 'unknown-client']);
    expect(await refused('ann', 'gone')).toEqual([404, 'client-erased']);
    expect(await refused('gone', 'eve')).toEqual([404, 'client-erased']);
    expect(await refused('anna', 'eve')).toEqual([409, 'is-alias']);
    expect(await refused('eve', 'anna')).toEqual([409, 'already-merged']);
    expect(await refused('eve', 'ann')).toEqual([409, 'is-survivor']);
    expect(await refused('ann', 'eve', { winners: { lastName: 'bob' } })).toEqual([409, 'wrong-winner']);
    const { status, body } = await engine.post('/clients/ann/merges/eve/undo');
    expect([status, body.code]).toEqual([409, 'not-merged']);
  });

  it('are handed out together to whom they are about', async () => {
    await merge();
    const file = await engine.write('/clients/anna/export', { purpose: 'requested-by-person' });
    expect(file).toMatchObject({ clientId: 'ann', identity: { person: { lastName: 'Keller' } } });
    expect(file.merged).toMatchObject([{ clientId: 'anna', identity: { person: { lastName: 'Keller-Frei' } } }]);
  });

  it('are kept together: a hold on either holds both', async () => {
    await merge();
    await engine.write('/clients/anna/legal-hold', { reason: 'lawsuit' });
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    await engine.quiet();
    const { holds, due, ...reading } = await engine.read('/clients/anna/retention');
    expect(reading).toMatchObject({ clientId: 'ann', mergedInto: 'ann', heardOf: START });
    expect([holds.map(({ reason }: { reason: string }) => reason), due[0].kept]).toEqual([['lawsuit'], 'clients']);
    expect((await engine.post('/clients/ann/erase', { reason: 'requested', requestedBy: 'person' })).body.code).toBe('legal-hold');
  });

  it('are erased together, whichever is named', async () => {
    await merge();
    await engine.write('/clients/anna/erase', { reason: 'requested', requestedBy: 'person' });
    engine.clock.moveTo(daysLater(1));
    await engine.quiet();
    for (const id of ['ann', 'anna']) {
      expect((await engine.get(`/clients/${id}`)).status).toBe(404);
      expect(await engine.read(`/erasures/${id}`)).toMatchObject({ reason: 'requested', completedAt: expect.any(String) });
    }
    expect(await engine.read('/erasures/ann')).toMatchObject({ mergedIds: ['anna'] });
  });
});

it('Who was only to be merged is not erased with the other', async () => {
  await engine.write('/clients', { clientId: 'eve' });
  await engine.write('/clients/eve/emails', { emailId: 'mail', email: 'eve@example.org' });
  await merge();
  const door = engine.app.get(CommandDoor);
  const cause = { id: 'spec', correlationId: 'spec', now: START, actor: 'test' };
  // anna is an alias of ann: eve asks for her, and is erased at the same moment
  const wanted = { type: 'MergeClients', data: { clientId: 'eve', mergedId: 'anna' } };
  const erased = { type: 'EraseClient', data: { clientId: 'eve', reason: 'requested', requestedBy: 'person' } };
  await door.executeMany([wanted, erased].map((message) => ({ message, cause })));
  await engine.quiet();
  expect((await engine.get('/clients/eve')).status).toBe(404);
  expect(await engine.read('/clients/anna')).toMatchObject({ clientId: 'ann', mergedInto: 'ann' });
});
