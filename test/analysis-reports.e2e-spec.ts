import { AnalysisEvent, Report } from '@boucle/reports';
import { randomStream } from '@boucle/targeting';
import { RecordedEvent } from '@boucle/eventsourcing';
import { ServedEngine, START } from './support/served-engine.js';

const PEOPLE = 240;

let engine: ServedEngine;

/** In the north people are older and buy more; club members are spread by chance; two of them want no profiling. */
beforeAll(async () => {
  engine = await ServedEngine.start();
  const random = randomStream('analysis people');
  const ids = Array.from({ length: PEOPLE }, (_, n) => `client-${String(n).padStart(3, '0')}`);
  const clients: object[] = [];
  const purchases: object[] = [];
  for (const clientId of ids) {
    const region = random.uniform() < 0.5 ? 'north' : 'south';
    const year = (region === 'north' ? 1950 : 1980) + Math.floor(random.uniform() * 20);
    const attributes = { region, club: random.uniform() < 0.5 };
    clients.push({ clientId, attributes, person: { birthDate: `${year}-05-01` } });
    const count = Math.floor(random.uniform() * 3) + (region === 'north' ? 3 : 0);
    for (let n = 0; n < count; n++)
      purchases.push({
        clientId,
        purchaseId: `${clientId}-${n}`,
        amount: 1000 + Math.floor(random.uniform() * 500),
        currency: 'EUR',
        occurredAt: `2026-01-${String(2 + n).padStart(2, '0')}T09:00:00Z`,
      });
  }
  for (const client of clients) await engine.write('/clients', client);
  const bulk = await engine.lines('/purchases/bulk', purchases.map((one) => JSON.stringify(one)).join('\n'));
  expect(bulk.status).toBe(200);
  for (const clientId of ids.slice(0, 2)) await engine.write(`/clients/${clientId}/profiling-objection`);
  await engine.quiet();
});
afterAll(() => engine.discard());

const report = async (path: string): Promise<Report> => engine.read(`/reports/${path}`);
const table = ({ tables }: Report, name: string) => tables.find((one) => one.name === name)!;

it('crosses two fields, and says whether that is more than chance', async () => {
  const crossed = await report('crosstab?rows=attribute.region&columns=age:30,50');
  expect(crossed).toMatchObject({ counted: PEOPLE - 2, leftOut: { 'object to profiling': 2 } });
  const { columns, rows } = table(crossed, 'people');
  expect(columns.map(({ label }) => label)).toEqual(['region', 'under 30', '30 to under 50', '50 and more']);
  const total = rows
    .flatMap(({ column0, column1, column2 }) => [column0, column1, column2] as number[])
    .reduce((sum, count) => sum + count, 0);
  expect(total).toBe(PEOPLE - 2);
  expect(table(crossed, 'tests').rows[0]).toMatchObject({ test: expect.stringMatching(/^chi-square|drawn/), strength: expect.any(Number) });
  expect(crossed.findings[0]).toMatch(/^Do region and Age have to do with each other\? Yes/);
  const chance = await report('crosstab?rows=attribute.region&columns=attribute.club');
  expect(table(chance, 'tests').rows[0].p as number).toBeGreaterThan(0.01);
});

it('measures means and rates in each cell, with intervals', async () => {
  const means = await report('crosstab?rows=attribute.region&columns=attribute.club&measure=mean:purchases');
  const [first] = table(means, 'measure').rows;
  const { value, low, high } = first.column0 as { value: number; low: number; high: number };
  expect(low < value && value < high).toBe(true);
  expect(table(means, 'tests').rows.map(({ p }) => (p as number) < 0.05)).toEqual([expect.anything(), true, false, true]);
  const rates = await report('crosstab?rows=attribute.region&columns=attribute.club&measure=rate:bought');
  expect(table(rates, 'measure').columns[1]).toMatchObject({ kind: 'rate' });
  const few = await report('crosstab?rows=attribute.region&columns=age:20,90&measure=mean:purchases');
  const [people, told] = ['people', 'measure'].map((name) =>
    table(few, name).rows.flatMap(({ column0, column1, column2 }) => [column0, column1, column2]),
  );
  people.forEach((count, n) => expect([count, told[n] === null]).toEqual([count, (count as number) < 5]));
});

it('finds types, and says in words what sets them apart', async () => {
  const types = await report('typology?fields=age,purchases');
  expect(table(types, 'types').rows).toHaveLength(2);
  expect(types.findings.join(' ')).toMatch(/Age: (high|low)/);
  expect((await report('typology?fields=age,purchases')).tables).toEqual(types.tables);
  expect(table(await report('typology?fields=age,purchases&types=5&seed=other'), 'types').rows).toHaveLength(5);
});

it('tells the influence of one field by itself and all else being equal', async () => {
  const found = await report('influence?of=age&on=purchases&adjusted=attribute.region');
  const [row] = table(found, 'influence').rows as unknown as { adjusted: { low: number; high: number }; alone: { low: number } }[];
  expect(row.alone.low).toBeGreaterThan(0.5);
  expect(row.adjusted.low).toBeLessThan(0);
  expect(row.adjusted.high).toBeGreaterThan(0);
  const odds = await report('influence?of=attribute.region&on=bought&adjusted=age');
  expect(odds.question.rule).toContain('logistic');
});

it('lists what goes with what, and holds false discoveries', async () => {
  const found = await report('correlations?fields=age,purchases,attribute.region,attribute.club');
  const pair = (first: string, second: string) => table(found, 'pairs').rows.find((row) => row.first === first && row.second === second)!;
  expect(pair('Age', 'region').q as number).toBeLessThan(0.001);
  expect(pair('region', 'club').q as number).toBeGreaterThan(0.05);
});

it('compares people by whatever rules of segments may ask, days and lists too', async () => {
  const crossed = await report('crosstab?rows=lapsing&columns=registeredAt:0,30');
  expect(table(crossed, 'people').columns.map(({ label }) => label)).toContain('under 0');
  expect(crossed.counted).toBe(PEOPLE - 2);
  const none = await report('correlations?fields=age,householdSize,country');
  expect(none.counted).toBe(PEOPLE - 2);
});

it('draws every analysis on a page', async () => {
  for (const path of [
    'crosstab?rows=attribute.region&columns=age',
    'typology?fields=age,purchases',
    'influence?of=age&on=purchases',
    'correlations',
  ])
    expect((await engine.get(`/reports/${path}${path.includes('?') ? '&' : '?'}format=html`)).body).toContain('<svg ');
});

it('keeps in the log what was asked and the hash of the answer', async () => {
  const path = 'crosstab?rows=attribute.club&columns=bought&seed=kept';
  const { question } = await report(path);
  const recorded: RecordedEvent<AnalysisEvent>[] = [];
  for await (const { events, caughtUp } of engine.adapters.events.subscribe({ after: 0, types: ['AnalysisRecorded'] })) {
    recorded.push(...(events as RecordedEvent<AnalysisEvent>[]));
    if (caughtUp) break;
  }
  const own = recorded.filter(({ data }) => data.question.seed === 'kept');
  expect(own).toHaveLength(1);
  expect(own[0].data).toMatchObject({ name: 'crosstab', question, counted: PEOPLE - 2, result: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(own[0].stream).toBe(`analysis-${own[0].data.analysisId}`);
  expect(own[0].metadata.occurredAt).toBe(START);
});

it('says what is wrong with a question, and what would be right', async () => {
  const refused = async (path: string, field: string, words: RegExp) => {
    const { status, body } = await engine.get(`/reports/${path}`);
    expect({ path, status, field: body.errors?.[0].field, detail: body.detail }).toEqual({
      path,
      status: 409,
      field,
      detail: expect.stringMatching(words),
    });
  };
  await refused('crosstab?rows=age', 'columns', /must be given/);
  await refused('crosstab?rows=agee&columns=class', 'rows', /did you mean age\?/);
  await refused('crosstab?rows=age:50,30&columns=class', 'rows', /rising numbers/);
  await refused('crosstab?rows=age&columns=class&measure=sum:age', 'measure', /mean:/);
  await refused('crosstab?rows=age&columns=class&measure=mean:class', 'measure', /no number/);
  await refused('crosstab?rows=age&columns=class&measure=rate:age', 'measure', /no yes or no/);
  await refused('crosstab?rows=age&columns=class&types=3', 'types', /knows nothing of types/);
  await refused('typology?types=1', 'types', /2 to 8/);
  await refused('influence?of=age&on=class', 'on', /neither a number/);
});
