import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { AnonymousSaleEvent, ClientEvent } from '@boucle/clients';
import { RecordedEvent, sha256 } from '@boucle/eventsourcing';
import { ImportEvent, MappingFields } from '@boucle/importing';
import { ImportReport } from '../apps/engine/src/importing/import-file.js';
import { boucle, jsonOf, start } from './support/command-line.js';
import { eventsIn, openLog } from './support/engine-folder.js';
import { newFolder } from './support/folders.js';
import { ShopFile, writeShopFile } from './support/shop-file.js';

jest.setTimeout(300_000);

const EXAMPLES = join(__dirname, '../examples/imports');
const example = (name: string): string => join(EXAMPLES, name);
const DATA = process.env.BOUCLE_DATA_DIR ?? './data';

type AnyEvent = ClientEvent | AnonymousSaleEvent | ImportEvent;
const log = (dir: string): RecordedEvent<AnyEvent>[] => eventsIn<AnyEvent>(dir);

const ofType = <T extends AnyEvent['type']>(events: readonly RecordedEvent<AnyEvent>[], type: T) =>
  events.filter((event): event is Extract<RecordedEvent<AnyEvent>, { type: T }> => event.type === type);

const run = (dir: string, file: string, mapping: string, ...more: string[]) =>
  boucle('import', '--dir', dir, '--file', file, '--mapping', mapping, '--json', ...more);

const reportOf = async (dir: string, file: string, mapping: string): Promise<ImportReport> => {
  const { code, stdout, stderr } = await run(dir, file, mapping);
  if (stdout === '') throw new Error(`${code}: ${stderr}`);
  return (JSON.parse(stdout) as ImportReport[])[0];
};

const writeMapping = (folder: string, mapping: object): string => {
  const path = join(folder, 'mapping.json');
  writeFileSync(path, JSON.stringify(mapping));
  return path;
};

const shop = JSON.parse(readFileSync(example('online-shop.json'), 'utf8')) as MappingFields;
const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const writeShop = (path: string, ...lines: string[]): string => {
  writeFileSync(path, [HEADER, ...lines].join('\n'));
  return path;
};

/** Net by month in cents as the log has it. */
const netIn = (events: readonly RecordedEvent<AnyEvent>[]): Record<string, number> => {
  const months: Record<string, number> = {};
  const add = ({ metadata }: RecordedEvent, cents: number): void => {
    const month = metadata.occurredAt.slice(0, 7);
    months[month] = (months[month] ?? 0) + cents;
  };
  for (const event of events) {
    if (event.type === 'PurchaseRecorded' || event.type === 'AnonymousSaleRecorded') add(event, event.data.amount);
    if (event.type === 'PurchaseReturned') add(event, -event.data.amount);
  }
  return months;
};

const monthsOf = ({ tally }: ImportReport, side: 'file' | 'log'): Record<string, number> =>
  Object.fromEntries(Object.entries(tally.months).map(([month, sums]) => [month.slice(0, 7), sums[side]]));

describe('Line items of a shop', () => {
  let [dir, file] = ['', ''];
  let written: ShopFile;
  let report: ImportReport;

  beforeAll(async () => {
    dir = newFolder();
    file = join(newFolder(), 'items.csv');
    written = writeShopFile(file, 6000);
    report = await reportOf(dir, file, example('online-shop.json'));
  });

  it('come in by a mapping alone, and reconcile to the cent', () => {
    const { tally, clients, differences } = report;
    expect(tally).toMatchObject({ rows: 6000, accepted: 6000, repeated: 0, rejected: 0, created: written.clients });
    expect([clients, differences]).toEqual([written.clients, []]);
    expect(monthsOf(report, 'file')).toEqual(written.months);
    expect(monthsOf(report, 'log')).toEqual(written.months);
    expect(netIn(log(dir))).toEqual(written.months);
  });

  it('are sales to nobody known where no client is named', () => {
    const sales = ofType(log(dir), 'AnonymousSaleRecorded');
    expect(sales.flatMap(({ data }) => data.lines ?? [])).toHaveLength(written.anonymous);
    expect(sales.some(({ data }) => data.amount < 0)).toBe(true);
  });

  it('are told of the past: nothing follows from them, and no number stands in clear', () => {
    const events = log(dir);
    // where he stands is concluded from what was told, and stays inside
    const told = events.filter(({ type }) => !type.startsWith('Import') && type !== 'ClientClassChanged');
    expect(told.every(({ metadata }) => metadata.history === true && metadata.actor === 'import:shop')).toBe(true);
    expect(events.filter(({ stream, data }) => /"C?536\d{3}"|"1\d{4}"/.test(JSON.stringify([stream, data])))).toEqual([]);
  });

  it('add nothing when they come again, packed or as another file with the same rows', async () => {
    const before = log(dir).length;
    const packed = join(newFolder(), 'items.csv.gz');
    writeFileSync(packed, gzipSync(readFileSync(file)));
    expect(await reportOf(dir, packed, example('online-shop.json'))).toMatchObject({ repeated: true, tally: report.tally });
    const other = join(newFolder(), 'other.csv');
    writeFileSync(other, `${readFileSync(file, 'utf8')}\n\n`);
    const again = await reportOf(dir, other, example('online-shop.json'));
    expect(again).toMatchObject({ repeated: false, differences: [], tally: { accepted: 0, repeated: 6000, created: 0 } });
    expect(again.tally.months).toEqual(report.tally.months);
    expect(
      log(dir)
        .slice(before)
        .filter(({ type }) => !type.startsWith('Import')),
    ).toEqual([]);
  });
});

describe('Rows that cannot be taken', () => {
  it('are written down with their reason and remedy, invoice by invoice; corrected, they come in by the same mapping', async () => {
    const [dir, folder] = [newFolder(), newFolder()];
    const file = writeShop(
      join(folder, 'items.csv'),
      '1,A1,Mug,2,1/12/2010 8:26,1.25,100,UK',
      '1,A2,Bowl,many,1/12/2010 8:26,2.00,100,UK',
      '2,A1,"Mug, blue",1,32/12/2010 8:26,1.25,101,UK',
      '3,A1,Mug,1,2/12/2010 8:26,1.25,102',
      '4,A1,Mug,-1,3/12/2010 9:00,1.25,100,UK',
      '5,A1,=1+1,1,3/12/2010 9:00,1.25,,UK',
      '6,A1,Mug,1,3/12/2999 9:00,1.25,,UK',
    );
    const first = await reportOf(dir, file, example('online-shop.json'));
    expect(first.tally).toMatchObject({ rows: 7, accepted: 1, rejected: 6, created: 1 });
    expect(first.differences.map(({ row, field }) => [row, field])).toEqual([
      [3, 'quantity'],
      [4, 'date'],
      [7, 'text'],
      [8, 'date'],
    ]);
    const rejected = readFileSync(first.rejectedRows!, 'utf8');
    const lines = rejected.split('\r\n');
    expect(lines[0]).toBe(`\ufeff${HEADER},boucle_part,boucle_row,boucle_field,boucle_code,boucle_reason,boucle_remedy`);
    expect(lines[2]).toBe(
      '1,A2,Bowl,many,1/12/2010 8:26,2.00,100,UK,0,3,quantity (Quantity),no-number,"""many"" is no number","correct the cell, or state format.decimal and format.thousands in the mapping"',
    );
    expect(lines).toHaveLength(8);

    const corrected = join(folder, 'corrected.csv');
    writeFileSync(corrected, rejected.replace(',many,', ',3,').replace('32/12', '31/12').replace('=1+1', 'Sum').replace('2999', '2010'));
    const second = await reportOf(dir, corrected, example('online-shop.json'));
    expect(second).toMatchObject({ tally: { rows: 6, accepted: 6, rejected: 0 }, rejectedRows: null });
    expect(netIn(log(dir))).toEqual({ '2010-12': 250 + 600 + 125 + 125 - 125 + 125 + 125 });
    expect(await reportOf(dir, corrected, example('online-shop.json'))).toMatchObject({ repeated: true });
  });

  it('and what stands in the log otherwise than in the file is named row by row', async () => {
    const [dir, folder] = [newFolder(), newFolder()];
    await reportOf(dir, writeShop(join(folder, 'a.csv'), '1,A1,Mug,2,1/12/2010 8:26,1.25,100,UK'), example('online-shop.json'));
    const changed = writeShop(join(folder, 'b.csv'), '2,A1,Mug,1,1/12/2010 8:26,1.00,100,UK', '1,A1,Mug,2,1/12/2010 8:26,1.35,100,UK');
    const report = await reportOf(dir, changed, example('online-shop.json'));
    expect(report.differences).toEqual([{ row: 3, field: 'amount', reason: 'the file says 270 cents, but 250 were recorded before' }]);
    expect(report.tally.months).toEqual({ '2010-12 GBP': { file: 370, log: 350 } });
  });

  it('of an invoice that goes on further below are another purchase, so that none is lost', async () => {
    const [dir, folder] = [newFolder(), newFolder()];
    const rows = [
      '1,A1,Mug,1,1/12/2010 8:26,1.00,100,UK',
      '2,A1,Mug,1,1/12/2010 8:27,1.00,101,UK',
      '1,A2,Bowl,1,1/12/2010 8:26,2.00,100,UK',
    ];
    expect((await reportOf(dir, writeShop(join(folder, 'a.csv'), ...rows), example('online-shop.json'))).tally).toMatchObject({
      accepted: 3,
    });
    expect(netIn(log(dir))).toEqual({ '2010-12': 400 });
    const longer = [...rows, '3,A1,Mug,1,1/12/2010 8:28,1.00,101,UK'];
    const again = await reportOf(dir, writeShop(join(folder, 'b.csv'), ...longer), example('online-shop.json'));
    expect(again.tally).toMatchObject({ accepted: 1, repeated: 3 });
    expect(netIn(log(dir))).toEqual({ '2010-12': 500 });
  });
});

describe('A person', () => {
  const mapping = {
    source: 'erp',
    kind: 'clients',
    format: { encoding: 'windows-1252' },
    columns: {
      client: 'Nr',
      lastName: 'Name',
      firstName: 'Vorname',
      birthDate: 'Geburtstag',
      street: 'Strasse',
      postalCode: 'PLZ',
      locality: 'Ort',
      email: 'E-Mail',
      phone: 'Telefon',
      'attributes.region': 'Gebiet',
    },
    values: { country: 'CH' },
  };

  it('comes in with address, e-mail and phone, leading zeros kept, and is completed by a later file', async () => {
    const [dir, folder] = [newFolder(), newFolder()];
    const header = 'Nr;Name;Vorname;Geburtstag;Strasse;PLZ;Ort;E-Mail;Telefon;Gebiet';
    const write = (name: string, ...lines: string[]): string => {
      const path = join(folder, name);
      writeFileSync(path, Buffer.from([header, ...lines].join('\r\n'), 'latin1'));
      return path;
    };
    const path = writeMapping(folder, mapping);
    const first = await reportOf(
      dir,
      write('a.csv', '007;Müller;;1.2.1980;Bahnhofstrasse 1;0801;Zürich;;079 123 45 67;Ost', '8;Roth;Ann;;;;;;12;'),
      path,
    );
    expect(first.tally).toMatchObject({ rows: 2, accepted: 1, rejected: 1, created: 1 });
    expect(first.differences).toMatchObject([{ row: 3, field: 'phone' }]);
    const second = await reportOf(dir, write('b.csv', '007;Meyer;Anna;;;;;anna@example.org;;'), path);
    expect(second.tally).toMatchObject({ accepted: 1, created: 0 });

    const { code, stdout, stderr } = await boucle(
      'person-file',
      ofType(log(dir), 'ClientRegistered')[0].data.clientId,
      '--purpose',
      'requested-by-authority',
      '--dir',
      dir,
    );
    if (code !== 0) throw new Error(stderr);
    const person = JSON.parse(stdout) as { identity: object };
    expect(person.identity).toMatchObject({
      person: { lastName: 'Müller', firstName: 'Anna', birthDate: '1980-02-01' },
      references: [{ system: 'erp', number: '007' }],
    });
    expect(stdout).toContain('0801');
    expect(stdout).toContain('079 123 45 67');
    expect(stdout).toContain('+41791234567');
    expect(JSON.stringify(log(dir).map(({ data }) => data))).not.toMatch(/Müller|anna@example|079 123/);
  });
});

it('takes JSON lines by the names of their fields', async () => {
  const [dir, folder] = [newFolder(), newFolder()];
  const file = join(folder, 'orders.ndjson');
  writeFileSync(
    file,
    '{"order":{"no":"7","total":12.5},"who":"0042","on":"2026-01-05T10:00:00Z"}\n{"order":{"no":"8","total":-2},"who":null,"on":"2026-01-06"}\n',
  );
  const mapping = {
    source: 'web',
    kind: 'purchases',
    columns: { client: 'who', invoice: 'order.no', amount: 'order.total', date: 'on' },
    values: { currency: 'EUR' },
  };
  expect((await reportOf(dir, file, writeMapping(folder, mapping))).tally).toMatchObject({ rows: 2, accepted: 2, anonymous: 1 });
  expect(netIn(log(dir))).toEqual({ '2026-01': 1050 });
});

describe('An import that is killed', () => {
  const KILLS = 5;

  it(`goes on where it was: no row is lost and none comes twice over ${KILLS} kills`, async () => {
    const [calm, dir] = [newFolder(), newFolder()];
    const file = join(newFolder(), 'items.csv');
    writeShopFile(file, 15_000, 'killed');
    const undisturbed = await reportOf(calm, file, example('online-shop.json'));
    const args = ['import', '--dir', dir, '--file', file, '--mapping', example('online-shop.json'), '--json'] as const;
    const events = log(calm).length;
    const begun: number[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      const { child, ended } = start(...args);
      const target = Math.floor((events * (kill - Math.random())) / KILLS);
      while (child.exitCode === null && (!existsSync(join(dir, 'events.sqlite')) || openLogAt(dir) < target))
        await new Promise(setImmediate);
      child.kill('SIGKILL');
      const { signal } = await ended;
      if (signal === 'SIGKILL') begun.push(openLogAt(dir));
    }
    expect(begun.length).toBeGreaterThan(KILLS / 2);
    const [report] = jsonOf<ImportReport[]>(await start(...args).ended);
    expect(report.tally).toEqual(undisturbed.tally);
    expect(report.clients).toBe(undisturbed.clients);
    const counted = (events: readonly RecordedEvent[]): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { type } of events) if (!type.startsWith('Import')) counts[type] = (counts[type] ?? 0) + 1;
      return counts;
    };
    expect(counted(log(dir))).toEqual(counted(log(calm)));
    expect(netIn(log(dir))).toEqual(netIn(log(calm)));
    const ids = log(dir).flatMap(({ data }) => ('purchaseId' in data && data.purchaseId !== null ? [data.purchaseId] : []));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('An undo that is killed', () => {
  const KILLS = 4;

  it(`is asked again and comes to the same: nothing is half undone over ${KILLS} kills`, async () => {
    const [calm, dir, folder] = [newFolder(), join(newFolder(), 'engine'), newFolder()];
    const [file, later] = ['items.csv', 'later.csv'].map((name) => join(folder, name));
    writeShopFile(file, 3_000, 'undone');
    const report = await reportOf(calm, file, example('online-shop.json'));
    // of some of its clients something else is told, so that they stay
    const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
    const customers = [...new Set(rows.map((row) => row.split(',').at(-2)!))].filter((number, i) => number !== '' && i % 3 === 0);
    writeShop(later, ...customers.map((number, i) => `L${i},A-1,Mug,1,1/2/2012 10:00,2.50,${number},France`));
    expect((await reportOf(calm, later, example('online-shop.json'))).tally).toMatchObject({ created: 0, rejected: 0 });
    cpSync(calm, dir, { recursive: true });

    const begun = openLogAt(calm);
    const undisturbed = await boucle('import', '--undo', report.importId, '--dir', calm);
    expect(undisturbed).toMatchObject({ code: 0 });
    const length = openLogAt(calm) - begun;
    let killed = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const { child, ended } = start('import', '--undo', report.importId, '--dir', dir);
      const target = begun + Math.floor((length * (kill - Math.random())) / (KILLS + 1));
      while (child.exitCode === null && openLogAt(dir) < target) await new Promise(setImmediate);
      child.kill('SIGKILL');
      if ((await ended).signal === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(0);
    const again = await boucle('import', '--undo', report.importId, '--dir', dir);
    expect([again.code, again.stdout]).toEqual([0, undisturbed.stdout]);
    const told = (of: string): readonly string[] =>
      log(of)
        .filter(({ type }) => !type.startsWith('Import') && (type as string) !== 'ClientClassChanged')
        .map(({ stream, revision, type, data }) => {
          const { personal: _sealed, acknowledgeBy: _later, ...facts } = data as { personal?: unknown; acknowledgeBy?: string };
          return `${stream} ${revision} ${type} ${sha256(JSON.stringify(facts))}`;
        })
        .sort();
    expect(told(dir)).toEqual(told(calm));
    expect(ofType(log(dir), 'ClientErased').length).toBeGreaterThan(10);
    expect(ofType(log(dir), 'PurchaseRetracted').length).toBeGreaterThan(10);
  });
});

const openLogAt = (dir: string): number => {
  try {
    const opened = openLog(dir);
    try {
      return opened.newest().position;
    } finally {
      opened.close();
    }
  } catch {
    return 0;
  }
};

const cdnow = join(DATA, 'cdnow', 'CDNOW_master.txt');
(existsSync(cdnow) ? describe : describe.skip)(`CDNOW (skipped where ${cdnow} does not exist)`, () => {
  it('comes in as a whole by one command, equal to the file to the cent', async () => {
    const dir = newFolder();
    const report = await reportOf(dir, cdnow, example('cdnow.json'));
    expect(report).toMatchObject({
      clients: 23_570,
      differences: [],
      tally: { rows: 69_659, accepted: 69_659, rejected: 0, created: 23_570, anonymous: 0 },
    });
    const months: Record<string, number> = {};
    for (const line of readFileSync(cdnow, 'utf8').split('\r\n').slice(1)) {
      const [, date, , value] = line.trim().split(/ +/);
      if (date)
        months[`${date.slice(0, 4)}-${date.slice(4, 6)}`] =
          (months[`${date.slice(0, 4)}-${date.slice(4, 6)}`] ?? 0) + Math.round(Number(value) * 100);
    }
    expect(netIn(log(dir))).toEqual(months);
    expect(Object.values(months).reduce((sum, cents) => sum + cents, 0)).toBe(250_031_563);
  });
});

const journey = join(DATA, 'completejourney');
(existsSync(journey) ? describe : describe.skip)(`Complete Journey (skipped where ${journey} does not exist)`, () => {
  const DAY = 86_400_000;

  it('comes in by one command: what was sent, and what came back of it in time', async () => {
    const dir = newFolder();
    const { code, stderr } = await run(dir, journey, example('complete-journey.json'));
    expect([code, stderr.includes('refused')]).toEqual([0, false]);
    const events = log(dir);
    const [contacts, responses] = [ofType(events, 'ContactRecorded'), ofType(events, 'ResponseRecorded')];
    expect([contacts.length, responses.length]).toEqual([6589, 2102]);
    expect(new Set(contacts.map(({ data }) => data.campaignId)).size).toBe(27);

    const sent = new Map(contacts.map((contact) => [contact.data.contactId, contact]));
    const answered = responses.filter(({ data }) => data.contactId !== undefined);
    const within = answered.map(({ data, metadata }) => {
      const contact = sent.get(data.contactId!)!;
      expect([contact.data.clientId, contact.data.campaignId]).toEqual([data.clientId, data.campaignId]);
      expect(contact.metadata.occurredAt <= metadata.occurredAt && metadata.occurredAt < contact.data.answersUntil!).toBe(true);
      return (Date.parse(metadata.occurredAt) - Date.parse(contact.metadata.occurredAt)) / DAY;
    });
    expect(answered).toHaveLength(2102);
    const share = (days: number): number => Math.round((100 * within.filter((day) => day <= days).length) / within.length);
    expect([7, 14, 28, 42].map(share)).toEqual([23, 46, 76, 92]);
    expect(responses.every(({ data }) => data.credit === null)).toBe(true);
  });
});

it('shows before how many are new, known, changed, and probably there already', async () => {
  const [dir, folder] = [newFolder(), newFolder()];
  const [first, next] = [join(folder, 'people.csv'), join(folder, 'next.csv')];
  writeFileSync(first, 'Nr,Name,Vorname,Geburt,Mail\n1,Roth,Ann,1990-05-05,ann@example.org\n2,Keller,,,');
  writeFileSync(next, 'Nr,Name,Vorname,Geburt,Mail\n2,Keller,Max,,\n3,Roth,Ann,1990-05-05,ann@example.org\n4,Frei,Eva,,');
  const columns = { client: 'Nr', lastName: 'Name', firstName: 'Vorname', birthDate: 'Geburt', email: 'Mail' };
  const mapping = writeMapping(folder, { source: 'old', kind: 'clients', columns });
  await reportOf(dir, first, mapping);
  const { code, stdout } = await run(dir, next, mapping, '--preview');
  const preview = JSON.parse(stdout) as { doubtful: number; tally: object };
  expect([code, preview]).toMatchObject([0, { doubtful: 1, tally: { created: 2, matched: 1, changed: { firstName: 1 } } }]);
  expect((await reportOf(dir, next, mapping)).tally).toEqual(preview.tally);
});

it('lists what no catalogue knows, and hears what it means', async () => {
  const [dir, folder] = [newFolder(), newFolder()];
  const [first, later] = [join(folder, 'people.csv'), join(folder, 'more.csv')];
  writeFileSync(first, 'Nr,Title\n1,Fräulein\n2,Fräulein');
  writeFileSync(later, 'Nr,Title\n3,Fräulein');
  const mapping = writeMapping(folder, { source: 'old', kind: 'clients', columns: { client: 'Nr', civility: 'Title' } });
  expect((await reportOf(dir, first, mapping)).tally).toMatchObject({ accepted: 2, rejected: 0, waiting: { civility: 2 } });
  const values = (...more: string[]) => boucle('waiting-values', '--dir', dir, ...more);
  const { stdout } = await values();
  expect(stdout).toMatch(/^value-\S+ {2}old, civility \(catalogue civility\): "Fräulein" 2 times, 2 clients$/m);
  const valueId = stdout.split(' ')[0];
  expect((await values('--value', valueId)).stderr).toMatch(/--code or --leave-out: say which/);
  expect((await values('--value', valueId, '--code', 'fraeulein')).stderr).toMatch(/not in the catalogue civility \(ms, mr, neutral\)/);
  expect(await values('--value', valueId, '--code', 'ms')).toMatchObject({ code: 0, stdout: `${valueId}: ms\n` });
  expect(await values()).toMatchObject({ stdout: 'Nothing waits.\n' });
  expect((await reportOf(dir, later, mapping)).tally).toMatchObject({ accepted: 1, waiting: {} });
  expect(ofType(log(dir), 'WaitingValueSettled')).toHaveLength(2);
});

it('refuses what cannot be, and says why', async () => {
  const [dir, folder] = [newFolder(), newFolder()];
  const refused = async (bytes: Buffer | string, mapping: object): Promise<string> => {
    const file = join(folder, 'file.csv');
    writeFileSync(file, bytes);
    const { code, stderr } = await run(dir, file, writeMapping(folder, mapping));
    expect(code).toBe(1);
    return stderr;
  };
  const row = `${HEADER}\n1,A1,Mug,1,1/12/2010,1.00,1,UK`;
  const folderNamed = await run(dir, folder, writeMapping(folder, shop));
  expect([folderNamed.code, folderNamed.stderr]).toEqual([1, expect.stringMatching(/is a folder: name a file in it/)]);
  expect(await refused('', shop)).toMatch(/is empty: give a file with a header/);
  expect(await refused(Buffer.from(row.replace('Mug', 'Müg'), 'latin1'), shop)).toMatch(/is not in UTF-8: state format\.encoding/);
  expect(await refused(row.replace('Mug', '"Mug'), shop)).toMatch(/row 2, field 3: a quote is opened and never closed/);
  expect(await refused(`${row}\n${'x'.repeat(10_000_000)}`, shop)).toMatch(/row 3, .*more than 1000000 characters/);
  expect(await refused('InvoiceNo,Quantity\n1,2', shop)).toMatch(/the file has no column "StockCode"/);
  const sheet = strToU8(`<worksheet><sheetData>${'<row></row>'.repeat(1_000_000)}</sheetData></worksheet>`);
  const relations = '<Relationships><Relationship Id="r" Target="worksheets/sheet1.xml"/></Relationships>';
  const workbook = zipSync({
    'xl/workbook.xml': strToU8('<workbook><sheets><sheet name="Lines" r:id="r"/></sheets></workbook>'),
    'xl/_rels/workbook.xml.rels': strToU8(relations),
    'xl/worksheets/sheet1.xml': sheet,
  });
  expect(await refused(Buffer.from(workbook), shop)).toMatch(/holds more than 200 times what it is/);
  const bomb = gzipSync(`${HEADER}\n${`${'x'.repeat(999)}\n`.repeat(60_000)}`);
  expect(await refused(bomb, shop)).toMatch(/holds more than 200 times what it is/);
  expect(await refused(row, { ...shop, columns: { ...shop.columns, artcle: 'x' } })).toMatch(
    /columns\.artcle: rows that are purchases have no such field\. Did you mean "article"\?/,
  );
  expect(await refused(row, { ...shop, values: {} })).toMatch(
    /currency: name its column in columns, or give it in values; purchases need it/,
  );
  expect(await refused(row, { ...shop, kind: 'orders' })).toMatch(/kind: kind must be one of/);
  expect(log(dir)).toEqual([]);
});
