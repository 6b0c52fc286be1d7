import { askedAgain, Report } from '@boucle/reports';
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
    { month: '2026-01', arrived: 0, bought: 1, first: 1 },
    { month: '2026-02', arrived: 0, bought: 1, first: 0 },
    { month: '2026-03', arrived: 2, bought: 0, first: 0 },
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

/** What is asked over HTTP by the command that a report prints. */
const pathOf = (command: string): string => {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const [, , name, ...options] = words;
  const query = new URLSearchParams();
  for (let n = 0; n < options.length; n += 2) {
    const [key, value] = options[n] === '--set' ? options[n + 1].split(/=(.*)/s) : [options[n].slice(2), options[n + 1]];
    query.set(key, value);
  }
  return `/reports/${name}?${query.toString()}`;
};

const sets: Readonly<Record<string, string>> = {
  'class-backtest': 'lapseDays=40',
  rfm: 'currency=CHF',
  portfolio: 'currency=CHF',
  potential: 'currency=CHF',
  'cross-sell': 'currency=CHF&level=group',
  clv: 'currency=CHF',
  crosstab: 'rows=class&columns=purchases:1,2&measure=mean:spent.CHF',
  typology: 'fields=purchases,spent.CHF',
  influence: 'of=purchases&on=spent.CHF',
};

it('is told the same by the command that it prints, whatever has happened since', async () => {
  const { version: _, ...policy } = await engine.read('/life-cycle-policy');
  await engine.call('PUT', '/life-cycle-policy', { ...policy, lapseDays: 20 });
  const lines = [{ articleId: 'mug', quantity: 1, unitPrice: 900, amount: 900 }];
  const bought = (clientId: string, purchaseId: string, currency: string, day: string): object => ({
    ...{ clientId, purchaseId, amount: 900, currency, lines, occurredAt: `${day}T10:00:00Z` },
  });
  const more = Array.from({ length: 40 }, (_, n) => `more-${n}`);
  const days = more.flatMap((clientId, n) =>
    Array.from({ length: n % 5 }, (_, m) => bought(clientId, `p-${n}-${m}`, 'CHF', `2026-01-${10 + (n % 9) + m}`)),
  );
  await Promise.all(more.map((clientId) => engine.write('/clients', { clientId })));
  const purchases = [bought('bob', 'p-4', 'EUR', '2026-02-20'), ...days];
  await engine.lines('/purchases/bulk', purchases.map((one) => JSON.stringify(one)).join('\n'));
  await engine.quiet();
  const names: string[] = (await engine.read('/reports')).map(({ name }: { name: string }) => name);
  const told = new Map<string, Report>();
  for (const name of names)
    for (const day of ['', 'as-of=2026-02-25'])
      told.set(`${name} ${day}`, await engine.read(`/reports/${name}?${[sets[name], day].filter(Boolean).join('&')}`));
  await engine.call('PUT', '/life-cycle-policy', { ...policy, lapseDays: 5 });
  await engine.write('/clients', { clientId: 'eva' });
  await engine.write('/purchases', bought('bob', 'p-5', 'CHF', '2026-02-01'));
  await engine.write('/clients/bob/profiling-objection');
  await engine.write('/day-rates', { currency: 'EUR', toCurrency: 'CHF', day: '2026-02-20', rate: '1.1', source: 'spec' });
  await engine.call('PUT', '/articles/mug', { labels: { en: 'Mug' } });
  await engine.quiet();
  for (const [name, report] of told) {
    const again: Report = await engine.read(pathOf(askedAgain(report)));
    expect({ ...again, question: again.question.by }).toEqual({ ...report, question: report.question.by });
    expect(name).toContain(again.name);
  }
});
