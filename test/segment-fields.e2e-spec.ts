import { ServedEngine } from './support/served-engine.js';

const LOCALITIES = `Ortschaftsname;PLZ;Zusatzziffer;Gemeindename;BFS-Nr;Kantonskürzel;E;N;Sprache;Validity
Bern;3005;00;Bern;351;BE;7.4508;46.9419;de;2008-07-01
Zürich;8001;00;Zürich;261;ZH;2683300.0;1247400.0;de;2008-07-01
`;
const FIGURES = 'country,kind,code,measure,value\nCH,commune,351,income,84000\nCH,postal-area,8001,income,91000\n';

let engine: ServedEngine;

/** Ann and Ben live together in Bern; Ann buys for a link of a chain; Zoe lives in Zurich, by herself. */
beforeAll(async () => {
  engine = await ServedEngine.start();
  const put = async (path: string, body: object) => expect((await engine.call('PUT', path, body)).status).toBe(200);
  expect((await engine.lines('/localities/bulk?source=swisstopo', LOCALITIES)).status).toBe(200);
  expect((await engine.lines('/area-statistics/bulk?source=bfs&year=2024', FIGURES)).status).toBe(200);
  const coordinates = { latitude: 46.948, longitude: 7.4391 };
  await put('/points-of-sale/bern', { name: 'Bern, station', kind: 'shop', coordinates });
  await put('/companies/keller', { legalName: 'Keller Holding', headcount: 900 });
  await put('/companies/keller-bern', { legalName: 'Keller Bern', sector: 'retail', headcount: 40, parentId: 'keller' });
  for (const [clientId, lastName, postalCode, locality] of [
    ['ann', 'Keller', '3005', 'Bern'],
    ['ben', 'Keller', '3005', 'Bern'],
    ['zoe', 'Meier', '8001', 'Zürich'],
  ]) {
    await engine.write('/clients', {
      clientId,
      person: { lastName },
      ...(clientId === 'ben' && { origin: { how: 'referral', sponsorId: 'ann' } }),
    });
    await engine.write(`/clients/${clientId}/addresses`, { addressId: 'home', address: { postalCode, locality, country: 'CH' } });
  }
  for (const clientId of ['ann', 'ben'])
    await engine.write(`/clients/${clientId}/household`, { householdId: 'h', role: 'adult', on: '2026-01-01' });
  await engine.write('/clients/ann/companies', { companyId: 'keller-bern', role: 'buyer', on: '2026-01-01' });
  await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p1', amount: 12_000, currency: 'CHF' });
  await engine.quiet();
});
afterAll(() => engine.discard());

const refused = async (text: string): Promise<string> => {
  const { status, body } = await engine.post('/segment-counts', { text });
  expect([status, body.code]).toEqual([409, 'bad-rule']);
  return body.detail as string;
};

it.each([
  ['householdSize = 2 and householdRole = "adult"', ['ann', 'ben']],
  ['householdSpent.CHF >= 100 and spent.CHF = 0', ['ben']],
  ['companySector has "retail" and companyHeadcount = 40 and companiesAbove has "keller" and chainPlace = 1', ['ann']],
  ['postalArea begins with "CH-30"', ['ann', 'ben']],
  ['locality has "Zürich" and area = "CH-80"', ['zoe']],
  ['area.income.bfs.2024 > 90000', ['zoe']],
  ['distance.bern < 3', ['ann', 'ben']],
  ['distance.bern between 90 and 105', ['zoe']],
  ['sponsor = "ann"', ['ben']],
  ['lastName begins with "Kel" and bought = no', ['ben']],
])('%s finds whom it means', async (text, found) =>
  expect(await engine.write('/segment-counts', { text })).toMatchObject({ text, count: found.length, sample: found }),
);

it('lists what may be asked, what there is one of for each currency, statistic and place as well', async () => {
  const names = (await engine.read('/segment-fields')).map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['householdSize', 'spent.EUR', 'area.income.bfs.2024', 'distance.bern', 'attribute.region']),
  );
});

it('comes to an end where companies stand above each other in a circle', async () => {
  const put = (parentId?: string) => engine.call('PUT', '/companies/keller', { legalName: 'Keller Holding', headcount: 900, parentId });
  expect((await put('keller-bern')).status).toBe(200);
  await engine.quiet();
  expect(await engine.write('/segment-counts', { text: 'companiesAbove has "keller" and chainPlace = 1' })).toMatchObject({ count: 1 });
  expect((await put()).status).toBe(200);
});

it('says how exact a distance is where it explains', async () => {
  const rule = { name: 'Near', text: 'distance.bern < 3' };
  expect((await engine.call('PUT', '/segments/near', rule)).status).toBe(200);
  const { says } = await engine.read(`/segments/near/clients/ann?after=${await engine.head()}`);
  expect(says).toMatch(
    /^in, because distance\.bern < 3 holds \(distance\.bern is [01](\.\d)?, from the centre of CH-3005, give or take \d+\.\d km\)$/,
  );
});

it('refuses what cannot be answered, with the place and the remedy', async () => {
  expect(await refused('distance.bren < 3')).toBe('line 1, column 1: there is no field distance.bren: did you mean distance.bern?');
  expect(await refused('area.incme.bfs.2024 > 1')).toContain('did you mean area.income.bfs.2024?');
  expect(await refused('householdSise = 2')).toBe('line 1, column 1: there is no field householdSise: did you mean householdSize?');
  expect(await refused('spent.CHF / 0 > 1')).toBe(
    'line 1, column 13: a division by zero: divide by something that is not always 0; where it is 0 for one client, the condition does not hold for him',
  );
  expect(await refused('spent.CHF > and')).toContain('line 1, column 13: expected a field, a number');
  expect(await refused('companySector has "retial"')).toContain('did you mean "retail"?');
});

it('refuses segments that ask for each other in a circle', async () => {
  const put = (segmentId: string, text: string) => engine.call('PUT', `/segments/${segmentId}`, { name: segmentId, text });
  expect((await put('first', 'bought = yes')).status).toBe(200);
  expect((await put('second', 'segment "first"')).status).toBe(200);
  const { status, body } = await put('first', 'bought = yes or segment "second"');
  expect([status, body.code]).toEqual([409, 'bad-rule']);
  expect(body.detail).toContain('line 1, column 25: the segment would depend on itself (first → second → first)');
});

it('divides what one client has by what he has, and finds nobody where that is nothing', async () => {
  const text = 'count(purchases where gift = yes) / count(purchases) < 0.5';
  expect(await engine.write('/segment-counts', { text })).toMatchObject({ count: 1, sample: ['ann'] });
});
