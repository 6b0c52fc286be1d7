import { Role } from '@boucle/access';
import { portfoliosProjection, salespeopleProjection } from '@boucle/clients';
import { Processors } from '../apps/engine/src/processors.js';
import { Answer, daysLater, ServedEngine, START, until } from './support/served-engine.js';

let engine: ServedEngine;
let administrator: string;
beforeEach(async () => {
  engine = await ServedEngine.start();
  administrator = engine.key = await engine.keyOf('administrator');
  for (const salespersonId of ['miller', 'jones'])
    await engine.call('PUT', `/salespeople/${salespersonId}`, { kind: 'salesperson', areas: [], person: { name: salespersonId } });
  for (const [clientId, lastName, salespersonId] of [
    ['ann', 'Keller', 'miller'],
    ['bob', 'Kellermann', 'jones'],
    ['cid', 'Kellerhals', undefined],
  ]) {
    await engine.write('/clients', { clientId, person: { lastName }, references: [{ system: 'card', number: `C-${clientId}` }] });
    if (salespersonId) await engine.write(`/clients/${clientId}/owner`, { salespersonId });
  }
  await known();
});
afterEach(() => engine.discard());

/** Who looks after whom is known. */
const known = async (): Promise<void> => {
  const head = await engine.head();
  const { checkpoints } = engine.app.get(Processors);
  for (const { name } of [portfoliosProjection, salespeopleProjection])
    await until(
      async () => checkpoints.position(name),
      (position) => position >= head,
    );
};

const as = async (role: Role, salespersonId?: string): Promise<void> => {
  engine.key = administrator;
  engine.key = await engine.keyOf(role, salespersonId);
};

const found = async (): Promise<string[]> => {
  const { hits } = await engine.read(`/clients?search=keller&after=${await engine.head()}`);
  return hits.map(({ clientId }: { clientId: string }) => clientId).sort();
};
const fault = ({ status, body }: Answer): unknown[] => [status, body.code, body.errors[0].field];

describe('a salesperson', () => {
  beforeEach(() => as('salesperson', 'miller'));

  it('reads and records what concerns his own clients', async () => {
    for (const path of ['', '/identity', '/file', '/timeline', '/consents']) await engine.read(`/clients/ann${path}`);
    await engine.write('/contacts', { clientId: 'ann', contactId: 'call-1', kind: 'call' });
    await engine.write('/clients/ann/contacts/call-1/report', { reportId: 'r-1', note: 'Likes red' });
    await engine.write('/clients/ann/planned-contacts', { contactId: 'visit-1', kind: 'visit', at: daysLater(9), durationMinutes: 30 });
    await engine.write('/clients/ann/stage', { stage: 'quoted' });
    const { actions } = await engine.read('/clients/ann/file');
    expect(actions.contacts).toMatchObject([{ contactId: 'call-1', salespersonId: 'miller', reports: [{ note: 'Likes red' }] }]);
    expect(actions.planned).toMatchObject([{ contactId: 'visit-1', salespersonId: 'miller' }]);
    expect(await engine.read(`/salespeople/miller/portfolio?after=${await engine.head()}`)).toMatchObject([{ clientId: 'ann' }]);
    expect(await engine.read(`/salespeople/miller/calendar?after=${await engine.head()}`)).toMatchObject([{ name: 'Keller' }]);
  });

  it.each(['bob', 'cid', 'nobody'])("does not find out whether %s is another's client", async (clientId) => {
    for (const path of ['', '/identity', '/file', '/timeline', '/consents'])
      expect(fault(await engine.get(`/clients/${clientId}${path}`))).toEqual([404, 'unknown-client', 'clientId']);
    for (const [path, body] of [
      ['/contacts', { clientId, contactId: 'call-1', kind: 'call' }],
      ['/purchases', { clientId, purchaseId: 'p-1', amount: 1, currency: 'EUR' }],
      ['/responses', { clientId, responseId: 'r-1', kind: 'click' }],
      [`/clients/${clientId}/details`, { person: { lastName: 'Other' } }],
      [`/clients/${clientId}/close`, undefined],
    ] as const)
      expect(fault(await engine.post(path, body))).toEqual([404, 'unknown-client', 'clientId']);
    expect((await engine.get(`/clients/by-reference?system=card&number=C-${clientId}`)).body.code).toBe('unknown-reference');
  });

  it('finds his own clients only', async () => {
    expect(await found()).toEqual(['ann']);
    expect((await engine.read('/clients/by-reference?system=card&number=C-ann')).clientId).toBe('ann');
    engine.key = administrator;
    expect(await found()).toEqual(['ann', 'bob', 'cid']);
  });

  it('finds his own among so many that he is not on the first page', async () => {
    engine.key = administrator;
    const namesakes = Array.from({ length: 50 }, (_, n) => `namesake-${n}`);
    for (const clientId of namesakes) await engine.write('/clients', { clientId, person: { lastName: 'Ammann' } });
    const page = async (more: string): Promise<{ hits: { clientId: string }[]; next: string | null }> =>
      engine.read(`/clients?search=ammann&after=${await engine.head()}${more}`);
    const { next } = await page('');
    const [{ clientId }] = (await page(`&cursor=${next}`)).hits;
    await engine.write(`/clients/${clientId}/owner`, { salespersonId: 'miller' });
    await known();
    await as('salesperson', 'miller');
    const { hits } = await page('');
    expect(hits.map((hit) => hit.clientId)).toEqual([clientId]);
  });

  it('looks into no calendar but his own, and plans for nobody else', async () => {
    for (const what of ['', '/portfolio', '/calendar', '/calendar.ics'])
      expect(fault(await engine.get(`/salespeople/jones${what}`))).toEqual([404, 'unknown-salesperson', 'salespersonId']);
    const visit = { contactId: 'visit-1', kind: 'visit', at: daysLater(9), durationMinutes: 30, salespersonId: 'jones' };
    expect(fault(await engine.post('/clients/ann/planned-contacts', visit))).toEqual([403, undefined, 'salespersonId']);
  });

  it('sees the households of his own clients, and in them his own', async () => {
    engine.key = administrator;
    for (const [clientId, householdId] of [
      ['ann', 'h-1'],
      ['bob', 'h-1'],
      ['cid', 'h-2'],
    ]) {
      await engine.write(`/clients/${clientId}/household`, { householdId, role: 'adult', on: '2026-03-01' });
      await engine.write('/purchases', { clientId, purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    }
    await engine.call('PUT', '/households/h-1', { addressee: 'bob' });
    await engine.quiet();
    expect(await engine.read('/households/h-1')).toMatchObject({ addressee: 'bob', value: { purchases: 2 } });
    await as('salesperson', 'miller');
    const { members, addressee, value } = await engine.read('/households/h-1');
    expect([Object.keys(members), addressee, value.monetary]).toEqual([['ann'], null, { EUR: 500 }]);
    expect((await engine.get('/households/h-2')).body.code).toBe('unknown-household');
    engine.key = administrator;
    await engine.write('/clients/ann/household/leave', { on: '2026-03-01' });
    await engine.quiet();
    await as('salesperson', 'miller');
    expect((await engine.get('/households/h-1')).body.code).toBe('unknown-household');
  });

  it('stands in for who is away, from the first day to the last', async () => {
    engine.key = administrator;
    await engine.write('/salespeople/jones/absences', {
      from: daysLater(2).slice(0, 10),
      until: daysLater(3).slice(0, 10),
      deputyId: 'miller',
    });
    await known();
    await as('salesperson', 'miller');
    const days = [START, daysLater(2), daysLater(3), daysLater(4)];
    const seen: number[] = [];
    for (const at of days) {
      engine.clock.moveTo(at);
      seen.push((await engine.get('/clients/bob')).status);
    }
    expect(seen).toEqual([404, 200, 200, 404]);
  });

  it('loses who is given to another', async () => {
    engine.key = administrator;
    await engine.write('/clients/ann/owner', { salespersonId: 'jones' });
    await known();
    await as('salesperson', 'miller');
    expect((await engine.get('/clients/ann')).status).toBe(404);
    expect(await found()).toEqual([]);
  });
});

/** What a salesperson may ask without naming a client in the path; each sees to it by itself, or shows nobody. */
const WITHOUT_CLIENT = [
  'GET /households/{householdId}',
  ...['GET /clients', 'GET /clients/by-reference', 'POST /contacts', 'POST /purchases', 'POST /responses'],
  ...['', '/portfolio', '/calendar', '/calendar.ics'].map((what) => `GET /salespeople/{salespersonId}${what}`),
  ...['GET /catalogues', 'GET /points-of-sale/{pointOfSaleId}', 'GET /day-rates/{ratesId}'],
  ...['GET /article-groups', 'GET /article-groups/{groupId}/articles', 'GET /articles/{articleId}'],
];

it('has no way for a salesperson to the client of another', async () => {
  const { paths } = await engine.read('/docs-json');
  await as('salesperson', 'miller');
  const elsewhere: string[] = [];
  for (const [path, methods] of Object.entries(paths as Record<string, Record<string, { security: { key: Role[] }[] }>>))
    for (const [name, { security }] of Object.entries(methods)) {
      const operation = `${name.toUpperCase()} ${path}`;
      if (!security[0]?.key?.includes('salesperson')) continue;
      if (!path.includes('{clientId}')) elsewhere.push(operation);
      else {
        const answer = await engine.call(name.toUpperCase(), path.replace('{clientId}', 'bob').replace(/\{\w+\}/g, '1'));
        expect([operation, ...fault(answer)]).toEqual([operation, 404, 'unknown-client', 'clientId']);
      }
    }
  expect(elsewhere.sort()).toEqual(WITHOUT_CLIENT.sort());
});

it('takes a key of a salesperson only with who he is', async () => {
  expect(fault(await engine.post('/keys', { name: 'till', role: 'salesperson' }))).toEqual([409, 'no-salesperson', 'salespersonId']);
});

describe('a group of fields', () => {
  const person = { lastName: 'Ott', incomeBand: 'high', familySituation: 'married', childrenBirthYears: [2014] };
  const invoice = { invoiceId: 'i-1', amount: 500, currency: 'EUR' };
  beforeEach(async () => {
    await engine.write('/clients/ann/details', { person });
    await engine.write('/clients/ann/invoices', invoice);
    await engine.write('/clients/ann/credit/block');
    await known();
  });

  it.each([
    ['service', [], ['childrenBirthYears', 'familySituation', 'incomeBand', 'lastName'], true],
    ['call-centre', ['family', 'analysis'], ['incomeBand', 'lastName'], true],
    ['salesperson', ['family', 'money'], ['lastName'], false],
  ] as const)('is left out of what %s reads, which says so: %j', async (role, hidden, fields, money) => {
    await as(role, 'miller');
    const after = `?after=${await engine.head()}`;
    const identity = await engine.read(`/clients/ann/identity${after}`);
    expect([Object.keys(identity.person).sort(), identity.hidden]).toEqual([fields, hidden]);
    const file = await engine.read('/clients/ann/file');
    expect([Object.keys(file.personal.person).sort(), file.hidden, 'invoices' in file.reactions, 'openBalances' in file.reactions]).toEqual(
      [...[fields, hidden], ...[money, money]],
    );
    const timeline: { type: string; data: { personal?: object; amount?: number }; hidden: string[] }[] =
      await engine.read('/clients/ann/timeline');
    const of = (type: string) => timeline.find((entry) => entry.type === type)!;
    expect(Object.keys(of('ClientDetailsChanged').data.personal!).sort()).toEqual(fields);
    expect(of('ClientDetailsChanged').hidden.sort()).toEqual(hidden.filter((group) => group !== 'analysis'));
    expect([of('InvoiceIssued').data.amount, of('InvoiceIssued').hidden]).toEqual(money ? [500, []] : [undefined, ['money']]);
  });

  it.each([
    ['campaign-manager', ['identity', 'contact-points'], ['closed', 'creditBlocked', 'deceased'], { vip: true }],
    ['call-centre', ['family', 'analysis'], ['addresses', 'birthDate', 'closed', 'creditBlocked'], undefined],
    ['salesperson', ['family', 'money'], ['addresses', 'birthDate', 'closed', 'creditBlocked'], { vip: true }],
  ] as const)('is left out of the profile that %s reads, which says so: %j', async (role, hidden, facts, attributes) => {
    await engine.write('/clients/ann/emails', { emailId: 'home', email: 'ann@example.org' });
    await engine.write('/clients/ann/attributes', { attributes: { vip: true } });
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-1', amount: 500, currency: 'EUR' });
    const after = `?after=${await engine.head()}`;
    await as(role, 'miller');
    const profile = await engine.read(`/clients/ann${after}`);
    expect(profile).toMatchObject({ hidden, opposed: false, monetary: { EUR: 500 }, person: { closed: false } });
    expect(Object.keys(profile.person).sort().slice(0, facts.length)).toEqual(facts);
    expect(profile.attributes).toEqual(attributes);
    const timeline: { type: string; data: object; hidden: string[] }[] = await engine.read('/clients/ann/timeline');
    const changed = timeline.find(({ type }) => type === 'AttributesChanged')!;
    expect([changed.data, changed.hidden]).toEqual(
      attributes ? [{ clientId: 'ann', attributes }, []] : [{ clientId: 'ann' }, ['analysis']],
    );
  });

  it('is changed by nobody who may not, field by field', async () => {
    await as('call-centre');
    const refused = async (path: string, field: string, value: unknown) =>
      expect(fault(await engine.post(path, { person: { [field]: value } }))).toEqual([403, undefined, `person.${field}`]);
    await refused('/clients/ann/details', 'incomeBand', 'high');
    await refused('/clients/ann/details', 'familySituation', null);
    await refused('/clients', 'childrenBirthYears', [2015]);
    expect(fault(await engine.post('/clients', { attributes: { vip: true } }))).toEqual([403, undefined, 'attributes']);
    await engine.write('/clients/ann/details', { person: { lastName: 'Otto' } });
    expect((await engine.post('/clients/ann/invoices', { ...invoice, invoiceId: 'i-2' })).status).toBe(403);
  });

  it('keeps from who may not know people who witnessed a consent', async () => {
    await engine.write('/clients/ann/oppositions', { oppositionId: 'no', by: 'Mrs Ott' });
    const by = async (role: Role): Promise<unknown[]> => {
      await as(role, 'miller');
      const { oppositions, hidden } = await engine.read('/clients/ann/consents');
      return [oppositions[0].by, hidden];
    };
    expect(await by('auditor')).toEqual([null, ['identity']]);
    expect(await by('salesperson')).toEqual(['Mrs Ott', []]);
  });
});
