import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLocalities } from '../apps/engine/src/locality-file.js';
import { boucle } from './support/command-line.js';
import { ServedEngine, until } from './support/served-engine.js';

const DATA = process.env.BOUCLE_DATA_DIR;
const OFFICIAL = DATA === undefined ? null : join(DATA, 'swiss_postcodes', 'AMTOVZ_CSV_WGS84.csv');
const onOfficial = OFFICIAL !== null && existsSync(OFFICIAL) ? describe : describe.skip;
const named = OFFICIAL === null ? 'the official Swiss index (skipped: BOUCLE_DATA_DIR is not set)' : 'the official Swiss index';

const HEADER = 'Ortschaftsname;PLZ;Zusatzziffer;Gemeindename;BFS-Nr;Kantonskürzel;E;N;Sprache;Validity';
const own = `\ufeff${HEADER}
Zürich;8001;00;Zürich;261;ZH;8.5;47.3;de;2008-07-01
Zürich;8052;00;Opfikon;66;ZH;8.5;47.4;de;2008-07-01
Biel/Bienne;2502;00;Biel/Bienne;371;BE;7.2;47.1;de;2008-07-01
Vaduz;9490;00;Vaduz;7001;;9.5;47.1;de;2008-07-01
`;

const folder = mkdtempSync(join(tmpdir(), 'boucle-entry-'));
const file = join(folder, 'list.csv');
writeFileSync(file, own);
afterAll(() => rmSync(folder, { recursive: true }));

let engine: ServedEngine;
beforeAll(async () => {
  const dir = join(folder, 'engine');
  const run = await boucle('reference', 'install', '--dir', dir, '--file', file);
  expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^CH 3, LI 1 localities, edition [0-9a-f]{16}\n$/)]);
  const figures = join(folder, 'figures.csv');
  writeFileSync(figures, 'country,kind,code,measure,value\nCH,commune,261,income,84000\nCH,postal-area,8001,households,4100\n');
  const of = ['--source', 'bfs', '--year', '2024', '--dir', dir];
  const statistics = await boucle('reference', 'statistics', '--file', figures, ...of);
  expect([statistics.code, statistics.stdout]).toEqual([0, expect.stringMatching(/^2 figures of bfs 2024, edition [0-9a-f]{16}\n$/)]);
  engine = await ServedEngine.start({ dir });
});
afterAll(() => engine.close());

const check = async (line: string, country = 'CH') => {
  const [postalCode, ...locality] = line.split(' ');
  return (await engine.write('/clients/check', { address: { postalCode, locality: locality.join(' '), country } })).address;
};

it('holds an address against the list that was installed, and says that it looked at the locality only', async () => {
  expect(await check('8001 Zuerich')).toMatchObject({ result: 'checked', of: 'locality', suggestions: [] });
  expect(await check('2502 Bienne')).toMatchObject({ result: 'checked' });
  expect(await check('9490 Vaduz', 'LI')).toMatchObject({ result: 'checked' });
  expect(await check('8001 Zürch')).toMatchObject({ result: 'doubtful', suggestions: [{ postalCode: '8001', locality: 'Zürich' }, {}] });
  expect(await check('69001 Lyon', 'FR')).toEqual({ result: 'unchecked', of: 'locality', suggestions: [], edition: null });
});

it('shows the figures of where a client lives, and copies none of them into him', async () => {
  await engine.write('/clients', { clientId: 'eva' });
  await engine.write('/clients', { clientId: 'tom' });
  expect((await engine.read(`/clients/eva?after=${await engine.head()}`)).area).toEqual({});
  const address = { postalCode: '8001', locality: 'Zürich', country: 'CH' };
  const { position } = await engine.write('/clients/eva/addresses', { addressId: 'home', address });
  expect((await engine.read(`/clients/eva?after=${position}`)).area).toEqual({
    'area.income.bfs.2024': 84000,
    'area.households.bfs.2024': 4100,
  });
  expect(JSON.stringify(await engine.read('/clients/eva/timeline'))).not.toContain('84000');
});

it('takes figures over HTTP too, by source and year, and lets exports choose and show by them', async () => {
  const install = (text: string, of = 'source=bfs&year=2023') => engine.lines(`/area-statistics/bulk?${of}`, text);
  const header = 'country,kind,code,measure,value';
  expect(await install(`${header}\nCH,postal-area,8001,households,4000\n`)).toMatchObject({ status: 200, body: { figures: 1 } });
  expect(await install(`${header}\nCH,postal-area,8001,households,4000\n`)).toMatchObject({ status: 200, body: { repeated: true } });
  for (const [text, of] of [[`${header}\nCH,canton,ZH,households,1\n`], ['a,b\n1,2\n'], [`${header}\nCH,postal-area,8001,households,\n`]])
    expect([text, (await install(text, of)).body.code]).toEqual([text, 'wrong-file']);
  expect((await install(`${header}\nCH,postal-area,8001,households,1\n`, 'source=bfs&year=24')).status).toBe(400);
  expect(await engine.read('/area-statistics')).toMatchObject([
    { source: 'bfs', year: 2023, figures: 1, fields: ['area.households.bfs.2023'] },
    { source: 'bfs', year: 2024, figures: 2, fields: ['area.households.bfs.2024', 'area.income.bfs.2024'] },
  ]);

  const { exportId } = await engine.write('/exports', {
    preset: 'fields',
    purpose: 'study',
    fields: ['clientId', 'area.income.bfs.2024', 'area.households.bfs.2023', 'area.age.bfs.2024'],
    universe: { field: 'area.income.bfs.2024', is: 'gte', value: 84000 },
  });
  const { rows, excluded } = await until(
    () => engine.read(`/exports/${exportId}`),
    ({ status }) => status === 'done',
  );
  expect([rows, excluded]).toEqual([1, { 'outside-universe': 1 }]);
  const [header2, row] = (await engine.get(`/exports/${exportId}/file`)).body.split('\r\n');
  expect(header2).toMatch(/clientId,area.income.bfs.2024,area.households.bfs.2023,area.age.bfs.2024$/);
  expect(row).toMatch(/,eva,84000,4000,$/);

  expect((await engine.call('DELETE', '/area-statistics/bfs/2023')).body).toMatchObject({ repeated: false });
  expect((await engine.read('/clients/eva')).area).not.toHaveProperty('area.households.bfs.2023');
});

it('keeps with the address what was found when it was entered', async () => {
  await engine.write('/clients', { clientId: 'ann', person: { lastName: 'Keller' } });
  const home = {
    addressId: 'home',
    address: { street: 'Seeweg', houseNumber: '3', postalCode: '8010', locality: 'Zürich', country: 'CH' },
  };
  const { check: found, position } = await engine.write('/clients/ann/addresses', home);
  expect(found).toMatchObject({ result: 'doubtful', suggestions: [{ postalCode: '8001', locality: 'Zürich' }, { postalCode: '8052' }] });
  expect(await engine.write('/clients/ann/addresses', home)).toMatchObject({ repeated: true });
  const { addresses } = await engine.read(`/clients/ann/identity?after=${position}`);
  expect(addresses.home.checked).toEqual({ result: 'doubtful', edition: found.edition });
  const timeline = await engine.read('/clients/ann/timeline');
  expect(timeline.filter(({ type }: { type: string }) => type === 'AddressChecked')).toHaveLength(1);
});

it('holds what was entered before against the lists of today, and leaves what was kept as it is', async () => {
  const later = ['country;postalCode;locality', 'CH;8010;Zürich', 'CH;8001;Zürich'].join('\n');
  const doubtful = async () => engine.quiet().then(async () => (await engine.read('/doubtful-addresses')).addresses);
  const of = { clientId: 'ann', addressId: 'home', postalCode: '8010', was: 'doubtful', suggestions: [{ postalCode: '8001' }, {}] };
  expect(await doubtful()).toMatchObject([of]);
  await engine.lines('/localities/bulk?source=corrected', later);
  expect(await doubtful()).toEqual([]);
  expect((await engine.read('/clients/ann/identity')).addresses.home.checked.result).toBe('doubtful');
  await engine.lines('/localities/bulk?source=swisstopo', own);
  expect(await engine.read('/doubtful-addresses')).toMatchObject({ counts: { checked: 1, doubtful: 1, unchecked: 0 }, cursor: null });
});

it('says who is there already, and what may be a slip', async () => {
  await engine.write('/clients/ann/phones', { phoneId: 'mobile', phone: '079 123 45 67', country: 'CH' });
  await engine.write('/clients/ann/details', { person: { firstName: 'Ann' } });
  await engine.quiet();
  const typed = { person: { firstName: 'Ann', lastName: 'Keler' }, phone: '079 123 45 67', country: 'CH', email: 'ann@bluwin.ch' };
  expect(await engine.write('/clients/check', typed)).toMatchObject({
    duplicates: [{ clientId: 'ann', name: 'Ann Keller', probability: expect.any(Number) }],
    email: { valid: true, suggestion: 'ann@bluewin.ch' },
    phone: { valid: true, number: '+41791234567', line: 'mobile' },
  });
});

it('is installed over HTTP too, at once or not at all', async () => {
  const install = (text: string) => engine.lines('/localities/bulk?source=post', text);
  expect(await install(own)).toMatchObject({ status: 200, body: { repeated: true, countries: { CH: 3, LI: 1 } } });
  expect(await install('country;postalCode;locality\nFR;69001;Lyon\n')).toMatchObject({ status: 200, body: { countries: { FR: 1 } } });
  expect(await check('69001 Lyon', 'FR')).toMatchObject({ result: 'checked' });
  expect(await check('8001 Zürich')).toMatchObject({ result: 'checked' });
  for (const wrong of ['a;b\n1;2', 'country;postalCode;locality\nFR;;Lyon', 'country;postalCode;locality\nFrance;69001;Lyon'])
    expect([wrong, (await install(wrong)).body.code]).toEqual([wrong, 'wrong-file']);
  expect(
    (await engine.read('/localities')).map(({ country, source }: { country: string; source: string }) => `${country} ${source}`),
  ).toEqual(['CH swisstopo', 'LI swisstopo', 'FR post']);
});

it('is of any country: what La Poste publishes, with a list of CEDEX beside it, in any usual encoding', async () => {
  const [laPoste, cedex] = ['laposte.csv', 'cedex.csv'].map((name) => join(folder, name));
  const header = '#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5';
  const lines = [header, '38185;GRENOBLE;38100;GRENOBLE;', '42218;SAINT-ÉTIENNE;42100;ST ÉTIENNE;TERRENOIRE', '99138;MONACO;98000;MONACO;'];
  writeFileSync(laPoste, Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'));
  writeFileSync(cedex, 'country,postalCode,locality,communeCode,cedex\nFR,38040,GRENOBLE CEDEX 9,38185,yes\n');
  const dir = join(folder, 'french');
  const run = await boucle('reference', 'install', '--dir', dir, '--source', 'laposte', '--file', laPoste, '--file', cedex);
  expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^FR 5, MC 1 localities, edition [0-9a-f]{16}\n$/)]);
  const french = await ServedEngine.start({ dir });
  const result = async (postalCode: string, locality: string, country = 'FR') =>
    (await french.write('/clients/check', { address: { postalCode, locality, country } })).address.result;
  try {
    expect(await result('38100', 'Grenoble')).toBe('checked');
    expect(await result('42100', 'Saint-Étienne')).toBe('checked');
    expect(await result('42100', 'Terrenoire')).toBe('checked');
    expect(await result('38040', 'Grenoble Cedex 09')).toBe('checked');
    expect(await result('38100', 'Grenoble Cedex 9')).toBe('doubtful');
    expect(await result('98000', 'Monaco', 'MC')).toBe('checked');
    await french.write('/clients', { clientId: 'luc' });
    const address = { postalCode: '38101', locality: 'Grenoble', country: 'FR' };
    await french.write('/clients/luc/addresses', { addressId: 'home', address });
  } finally {
    await french.close();
  }
  const check = await boucle('reference', 'check', '--dir', dir);
  expect(check.stderr).toContain('0 addresses checked, 1 doubtful, 0 of countries without a list');
  expect(check.stdout.split('\r\n').slice(0, 2)).toEqual([
    'client,address,country,postalCode,locality,whenEntered,suggestions',
    'luc,home,FR,38101,Grenoble,doubtful,38100 GRENOBLE',
  ]);
  const folderNamed = await boucle('reference', 'install', '--dir', dir, '--file', folder);
  expect([folderNamed.code, folderNamed.stderr]).toEqual([1, expect.stringContaining('is no file')]);
});

onOfficial(named, () => {
  it('is read whole, passes with itself, and holds Liechtenstein', async () => {
    const text = readFileSync(OFFICIAL!, 'utf8');
    const all = readLocalities(text);
    expect(new Set(all.map(({ country }) => country))).toEqual(new Set(['CH', 'LI']));
    expect(all.length).toBeGreaterThan(5_600);
    expect((await engine.lines('/localities/bulk?source=swisstopo', text)).status).toBe(200);
    for (const { country, postalCode, locality } of all.filter((_, n) => n % 50 === 0))
      expect([locality, (await check(`${postalCode} ${locality}`, country)).result]).toEqual([locality, 'checked']);
    expect(await check('8001 Zürch')).toMatchObject({ suggestions: [{ postalCode: '8001', locality: 'Zürich' }, {}, {}, {}, {}] });
    expect((await check('1204 Carouge')).suggestions).toContainEqual({ postalCode: '1227', locality: 'Carouge GE' });
  });
});
