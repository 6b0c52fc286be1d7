import { ServedEngine, START } from './support/served-engine.js';

let engine: ServedEngine;
beforeEach(async () => {
  engine = await ServedEngine.start();
  for (const clientId of ['ann', 'bob', 'cid', 'dan']) await engine.write('/clients', { clientId });
  await engine.write('/clients/bob/emails', { emailId: 'work', email: 'bob@example.org' });
  await engine.write('/clients/cid/restriction');
  await engine.write('/clients/dan/profiling-objection');
  for (const [purchaseId, occurredAt] of [
    ['p-1', '2026-01-10T10:00:00Z'],
    ['p-2', '2026-02-10T10:00:00Z'],
  ])
    await engine.write('/purchases', { clientId: 'ann', purchaseId, amount: 1250, currency: 'CHF', occurredAt });
  await engine.write('/purchases', { clientId: 'dan', purchaseId: 'p-9', amount: 99, currency: 'CHF' });
  await engine.quiet();
});
afterEach(() => engine.discard());

it('tells how the clients are, who was left out, and what was asked', async () => {
  const position = await engine.head();
  const report = await engine.read('/reports/overview');
  expect(report).toMatchObject({
    question: { rule: 'overview version 1', asOf: { position, date: null, sense: 'known', at: START } },
    counted: 2,
    leftOut: { 'restricted: their data is kept and used for nothing': 1, 'object to profiling': 1 },
    findings: ['Of 2 people 1 have bought something and kept it.'],
  });
  const [people, months, turnover] = report.tables;
  expect(people.rows).toContainEqual({ who: 'Have an e-mail address', people: 1, share: 0.5 });
  expect(people.rows).toContainEqual({ who: '… on more than one day', people: 1, share: 0.5 });
  expect(months.rows.slice(-3)).toEqual([
    { month: '2026-01', arrived: 0, bought: 1 },
    { month: '2026-02', arrived: 0, bought: 1 },
    { month: '2026-03', arrived: 2, bought: 0 },
  ]);
  expect(turnover.rows).toEqual([{ buyers: 1, purchases: 2, kept: 2500, perBuyer: 2500 }]);
});

it('is written as Accept or the format says', async () => {
  const page = await engine.call('GET', '/reports/overview', undefined, { accept: 'text/html,application/xhtml+xml' });
  expect(page).toMatchObject({ type: 'text/html', body: expect.stringContaining('<h1>Your clients at a glance</h1>') });
  const sheet = await engine.get('/reports/overview?format=csv');
  expect(sheet).toMatchObject({ type: 'text/csv', body: expect.stringContaining('Have an e-mail address,1,0.5\r\n') });
  expect((await engine.get('/reports/overview')).type).toBe('application/json');
});

it('lists the reports, and says so where there is none of a name', async () => {
  expect(await engine.read('/reports')).toContainEqual({ name: 'overview', title: 'Your clients at a glance', parameters: {} });
  expect(await engine.get('/reports/weather')).toMatchObject({
    status: 404,
    body: { code: 'unknown-report', errors: [{ field: 'name' }] },
  });
});

it('is on record as a view of so many people', async () => {
  await engine.read('/reports/overview');
  expect(await engine.read('/audit/views')).toMatchObject([{ view: 'report', selection: 'overview', clients: 2, role: 'administrator' }]);
});

it('tells what was so on a day, what we knew at a position, and the same again', async () => {
  const people = async (query: string) => engine.read(`/reports/overview?${query}`);
  const buying = ({ tables: [, , turnover] }: { tables: { rows: object[] }[] }) => turnover?.rows[0];
  // she had bought by then, though nobody had entered her yet
  expect(buying(await people('as-of=2026-01-31'))).toMatchObject({ buyers: 1, purchases: 1 });
  const before = await people(`as-of=${(await engine.head()) - 2}`);
  expect(before.question.asOf).toMatchObject({ sense: 'known', date: null });
  const now = await people('');
  const { position, at } = now.question.asOf;
  await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-3', amount: 500, currency: 'CHF' });
  await engine.quiet();
  expect(buying(await people(''))).toMatchObject({ purchases: 3 });
  expect((await people(`as-of=${position}@${at}`)).tables).toEqual(now.tables);
  const day = await people(`as-of=2026-03-01&known=${position}`);
  expect(day.question.asOf).toMatchObject({ date: '2026-03-01', sense: 'true', position });
  expect(buying(day)).toMatchObject({ purchases: 2 });
  expect(await engine.get('/reports/overview?as-of=2026-02-30')).toMatchObject({ status: 409, body: { errors: [{ field: 'as-of' }] } });
});
