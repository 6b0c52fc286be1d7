import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServedEngine } from './support/served-engine.js';

let engine: ServedEngine;
beforeAll(async () => (engine = await ServedEngine.start()));
afterAll(() => engine.discard());

const erp = (number: string) => [{ system: 'erp', number }];
const keller = { firstName: 'Anna', lastName: 'Kellerhals', birthDate: '1980-02-29' };

describe('a registration', () => {
  it('gives a random id to who has none', async () => {
    const ids = [await engine.write('/clients', {}), await engine.write('/clients', {})].map(({ clientId }) => clientId);
    expect(new Set(ids).size).toBe(2);
  });

  it('under a number of another system leads to one client, however many arrive at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => engine.write('/clients', { person: keller, references: erp('C-90887766') })),
    );
    expect(new Set(answers.map(({ clientId }) => clientId)).size).toBe(1);
    expect((await engine.write('/clients', { person: keller, references: erp('c-90 88 77 66') })).repeated).toBe(true);
    const identity = await engine.read(`/clients/${answers[0].clientId}/identity?after=${await engine.head()}`);
    expect(identity).toMatchObject({ person: keller, references: [{ system: 'erp', number: 'C-90887766' }] });
  });

  it('does not take a number that is somebody else’s, and keeps none of those that were free', async () => {
    await engine.write('/clients', { clientId: 'bea', references: erp('1') });
    const refused = await engine.post('/clients', { clientId: 'carl', references: [...erp('2'), ...erp('1')] });
    expect(refused).toMatchObject({ status: 409, body: { errors: [{ field: 'references[1].number' }] } });
    expect((await engine.get('/clients/carl')).status).toBe(404);
    expect((await engine.write('/clients', { clientId: 'dora', references: erp('2') })).clientId).toBe('dora');
  });

  it('that is refused gives its numbers back', async () => {
    expect((await engine.post('/clients', { clientId: 'bea', person: keller, references: erp('3') })).status).toBe(409);
    expect((await engine.post('/clients/nobody/references', { system: 'erp', number: '3' })).status).toBe(404);
    await engine.write('/clients/bea/references', { system: 'erp', number: '3' });
    expect((await engine.write('/clients/bea/references', { system: 'erp', number: '3' })).repeated).toBe(true);
  });
});

it('says who is under age, which day of birth looks made up, and when somebody is greeted this year', async () => {
  const born = async (clientId: string, birthDate: string) => {
    const { birthDate: check } = await engine.write('/clients/check', { person: { birthDate } });
    const { position } = await engine.write('/clients', { clientId, person: { lastName: clientId, birthDate } });
    const { state, birthday } = await engine.read(`/clients/${clientId}/identity?after=${position}`);
    const { personal } = await engine.read(`/clients/${clientId}/file`);
    const { hits } = await engine.read(`/clients?search=${clientId}&after=${position}`);
    expect([personal.state, personal.birthday, hits[0].state, check]).toEqual([state, birthday, state, birthday]);
    return [state.minor, birthday.suspicious, birthday.greetedOn];
  };
  expect(await born('young', '2012-02-29')).toEqual([true, false, '2026-02-28']);
  expect(await born('grown', '2008-03-01')).toEqual([false, false, '2026-03-01']);
  expect(await born('nobody-knows', '1900-01-01')).toEqual([false, true, '2026-01-01']);
});

it('a household is told of a death, and he who has died gets no mail for all', async () => {
  for (const clientId of ['eva', 'tom']) {
    await engine.write('/clients', { clientId });
    await engine.write(`/clients/${clientId}/household`, { householdId: 'h-1', role: 'adult', on: '2026-03-01' });
  }
  await engine.call('PUT', '/households/h-1', { addressee: 'tom' });
  const { position } = await engine.write('/clients/tom/death', {});
  const { members, addressee } = await engine.read(`/households/h-1?after=${position}`);
  expect([members.tom.deceased, members.eva.deceased, addressee]).toEqual([true, undefined, null]);
});

it('what identifies a person stands nowhere in the log', async () => {
  await engine.write('/clients/bea/emails', { emailId: 'work', email: 'bea.kellerhals@example.org' });
  const log = readdirSync(engine.dir).filter((name) => /^(events|vault)/.test(name));
  const words = ['Kellerhals', 'kellerhals', 'C-90887766', '1980-02-29'];
  for (const name of log) {
    const bytes = readFileSync(join(engine.dir, name));
    expect(words.filter((word) => bytes.includes(word)).map((word) => `${word} in ${name}`)).toEqual([]);
  }
  expect(log.length).toBeGreaterThan(1);
});
