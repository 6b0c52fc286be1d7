import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { xlsxEncoding } from '@boucle/exporting';
import { MappingFields } from '@boucle/importing';
import { strToU8, zipSync } from 'fflate';
import { outboxIn } from './support/engine-folder.js';
import { Receiver } from './support/receiver.js';
import { Answer, daysLater, ServedEngine, START, until } from './support/served-engine.js';

const shop = JSON.parse(readFileSync(join(__dirname, '../examples/imports/online-shop.json'), 'utf8')) as MappingFields;
const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const ROW = '1,A1,Mug,1,1/12/2010,1.00,1,UK';

let engine: ServedEngine;
beforeEach(async () => {
  engine = await ServedEngine.start({ limits: { webhooksPrivate: true } });
  await describeMapping('shop', shop);
});
afterEach(() => engine.discard());

const describeMapping = async (mappingId: string, mapping: object): Promise<void> => {
  const { status, body } = await engine.call('PUT', `/mappings/${mappingId}`, mapping);
  expect([status, body]).toMatchObject([200, {}]);
};

const send = async (path: string, file: string | Buffer): Promise<Answer> => {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await fetch(`${engine.url}${path}`, { method: 'POST', headers, body: file });
  return { status: response.status, type: '', headers: response.headers, body: await response.json() };
};

const imported = async (file: string | Buffer, mappingId = 'shop'): Promise<Answer['body']> => {
  const { status, body } = await send(`/mappings/${mappingId}/imports`, file);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
};

describe('A file that is no such file', () => {
  const cases: [what: string, bytes: string | Buffer, says: RegExp][] = [
    ['an empty one', '', /^the file is empty/],
    [
      'one without a column',
      'InvoiceNo,Quantity\n1,2',
      /columns\.article: the file has no column "StockCode"\. It has "InvoiceNo", "Quantity"/,
    ],
    [
      'one in another encoding',
      Buffer.from(`${HEADER}\n${ROW.replace('Mug', 'Müg')}`, 'latin1'),
      /is not in UTF-8: state format\.encoding/,
    ],
    ['one with a quote never closed', `${HEADER}\n${ROW.replace('Mug', '"Mug')}\n${ROW}`, /a quote is opened and never closed/],
    ['one with text behind a quote', `${HEADER}\n${ROW.replace('Mug', '"Mug" blue')}`, /row 2, field 3: text follows a closing quote/],
    ['one with a line of 10 MB', `${HEADER}\n${ROW}\n${'x'.repeat(10_000_000)},1`, /more than 1000000 characters/],
    ['one of bytes', Buffer.from([0, 1, 2, 3, 0, 0]), /is no text/],
    [
      'a packed one that is cut off',
      gzipSync(`${HEADER}\n`).subarray(0, 40),
      /cannot be unpacked \(unexpected end of file\): pack it again/,
    ],
    ['one of lines that are no JSON', '{"InvoiceNo":"1"}\n{"InvoiceNo":', /row 2: not JSON/],
  ];

  it('is refused as a whole, and nothing is written', async () => {
    const before = await engine.quiet();
    for (const [what, bytes, says] of cases) {
      const { status, body } = await send('/mappings/shop/imports', bytes);
      expect([what, status, body.detail]).toEqual([what, 400, expect.stringMatching(says)]);
    }
    expect(await engine.adapters.events.head()).toBe(before);
  });

  it('nor one whose days can be read in two ways', async () => {
    const { format: _, ...undecided } = shop;
    await describeMapping('undecided', undecided);
    const { status, body } = await send('/mappings/undecided/imports', `${HEADER}\n${ROW}`);
    expect([status, body.detail]).toEqual([
      400,
      expect.stringMatching(/column "InvoiceDate": .*state format\.dates in the mapping: DD\/MM\/YYYY or MM\/DD\/YYYY/),
    ]);
  });

  it('but ends of lines, marks at the beginning and UTF-16 are read as they come', async () => {
    const row = (n: number): string => `${n},A1,Müg,1,1/12/2010,1.00,,UK`;
    const mixed = (n: number): string => `\ufeff${HEADER}\r\n${row(n)}\n\n${row(n + 1)}\r${row(n + 2)}\r\n`;
    expect(await imported(mixed(1))).toMatchObject({ tally: { rows: 3, accepted: 3, anonymous: 3 } });
    expect(await imported(Buffer.from(mixed(4), 'utf16le'))).toMatchObject({ tally: { rows: 3, accepted: 3, anonymous: 3 } });
  });
});

describe('A preview', () => {
  it('shows what would be done by the code that does it, and writes nothing', async () => {
    const people = {
      source: 'erp',
      kind: 'clients',
      columns: { client: 'Nr', lastName: 'Name', firstName: 'Vorname', birthDate: 'Geburt', email: 'Mail' },
    };
    await describeMapping('people', people);
    await imported('Nr;Name;Vorname;Geburt;Mail\n1;Keller;;1980-02-01;\n2;Roth;Ann;1990-05-05;ann@example.org', 'people');
    await engine.quiet();
    const before = await engine.quiet();
    const file =
      'Nr;Name;Vorname;Geburt;Mail\n1;Keller;Anna;;anna@example.org\n2;Roth;Ann;;\n3;Weber;Max;1970-01-02;\n4;Roth;Ann;1990-05-05;ann@example.org\n5;Frei;Eva;soon;';
    const { body: preview } = await send('/mappings/people/previews', file);
    expect(preview).toMatchObject({
      separator: ';',
      header: ['Nr', 'Name', 'Vorname', 'Geburt', 'Mail'],
      tally: { rows: 5, accepted: 3, repeated: 1, rejected: 1, created: 2, matched: 2, changed: { firstName: 1, email: 1 } },
      doubtful: 1,
      problems: [{ row: 6, field: 'birthDate', column: 'Geburt', code: 'no-date' }],
    });
    expect(preview.firstRows[0]).toEqual(['1', 'Keller', 'Anna', '', 'anna@example.org']);
    expect(await engine.adapters.events.head()).toBe(before);
    const { tally } = await imported(file, 'people');
    expect(tally).toEqual(preview.tally);
  });

  it('of a file of which nothing is known guesses the mapping', async () => {
    const file = Buffer.from(`Kundennr;Nachname;PLZ;Ort;Geburtsdatum\n1;Müller;08001;Zürich;31.12.1980`, 'latin1');
    const { body } = await send('/mapping-guess', file);
    expect(body).toMatchObject({
      encoding: 'windows-1252',
      separator: ';',
      firstRows: [['1', 'Müller', '08001', 'Zürich', '31.12.1980']],
      mapping: {
        kind: 'clients',
        format: { encoding: 'windows-1252', separator: ';', dates: 'DD.MM.YYYY' },
        columns: { client: 'Kundennr', postalCode: 'PLZ' },
      },
      unknown: [],
      open: [],
    });
    await describeMapping('guessed', { ...body.mapping, values: { country: 'CH' } });
    expect(await imported(file, 'guessed')).toMatchObject({ tally: { accepted: 1, created: 1 } });
  });
});

describe('History', () => {
  it('is credited to no open mailing, leaves the outbox as it was, and no webhook hears of it; news do', async () => {
    const receiver = await Receiver.start();
    try {
      const types = ['boucle.PurchaseRecorded.v1', 'boucle.ClientRegistered.v1'];
      await imported(`${HEADER}\n9,A1,Mug,1,1/12/2010,1.00,100,UK`);
      await engine.write('/webhooks', { webhookId: 'till', url: receiver.url, types, after: 0 });
      const plan = {
        ...{
          campaignId: 'spring',
          name: 'Spring',
          waveSize: 10,
          consent: 'not-checked',
          responseWindowDays: 14,
          holdOut: 0,
          stop: { waves: 1 },
        },
        offers: [
          { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
          { name: 'mail', channel: 'email', cost: 5, margin: 4000 },
        ],
      };
      await engine.write('/campaigns', plan);
      await engine.write('/campaigns/spring/launch');
      await engine.quiet();
      const outbox = outboxIn(engine.dir);
      const [, month, day] = START.slice(0, 10).split('-');
      engine.clock.moveTo(daysLater(2));
      const inWindow = (invoice: number): string => `${HEADER}\n${invoice},A1,Mug,1,${Number(day) + 1}/${month}/2026,2.00,100,UK`;
      await imported(inWindow(10));
      expect(outboxIn(engine.dir)).toEqual(outbox);
      await describeMapping('news', { ...shop, tense: 'news' });
      await imported(inWindow(11), 'news');
      await engine.quiet();
      const told = await until(
        async () => receiver.taken,
        (taken) => taken.length > 0,
      );
      expect(told.map(({ event }) => event.data)).toMatchObject([{ amount: 200, credit: { campaignId: 'spring', wave: 1 } }]);
    } finally {
      await receiver.stop();
    }
  });
});

describe('An import that is undone', () => {
  const file = [HEADER, ROW, '2,A1,Mug,1,2/12/2010,1.00,2,UK', '3,A1,Mug,1,2/12/2010,1.00,,UK', '4,A1,Mug,1,2/12/2010,1.00,3,UK'].join(
    '\n',
  );
  const clientOf = async (number: string): Promise<string> =>
    (await engine.read(`/clients/by-reference?system=shop&number=${number}&after=${await engine.head()}`)).clientId as string;

  it('erases those who came with it and were left alone, keeps the others by name, and may come again as new', async () => {
    await imported(`${HEADER}\n9,A1,Mug,1,1/12/2010,1.00,3,UK`);
    const { importId, tally } = await imported(file);
    expect(tally).toMatchObject({ accepted: 4, created: 2, anonymous: 1 });
    const [, second, third] = [await clientOf('1'), await clientOf('2'), await clientOf('3')];
    await engine.write(`/clients/${second}/oppositions`, { oppositionId: 'no', channel: 'post' });
    const undone = await engine.write(`/imports/${importId}/undo`);
    expect(undone).toEqual({
      importId,
      erased: 1,
      takenBack: 2,
      withdrawn: 1,
      kept: 1,
      named: [{ clientId: second, what: 'ClientRegistered', because: 'OppositionDeclared' }],
    });
    expect(await engine.write(`/imports/${importId}/undo`)).toEqual(undone);
    await engine.quiet();
    expect((await engine.read(`/clients/${third}`)).purchases).toMatchObject({ count: 1, monetary: { GBP: 100 } });
    expect((await engine.read(`/clients/${third}/file`)).reactions.purchases).toHaveLength(1);
    const listed = (await engine.read('/imports')) as readonly { importId: string; undone: object | null }[];
    expect(listed.find((one) => one.importId === importId)!.undone).toMatchObject({ erased: 1, takenBack: 2, withdrawn: 1, kept: 1 });
    expect((await engine.get('/clients/by-reference?system=shop&number=1')).status).toBe(404);

    const again = await imported(file);
    expect(again.importId).not.toBe(importId);
    expect(again.tally).toMatchObject({ accepted: 4, repeated: 0, created: 1, rejected: 0 });
    expect(again.tally.months).toEqual(tally.months);
    expect((await engine.read(`/clients/${await clientOf('1')}`)).purchases).toMatchObject({ count: 1 });
    expect(await imported(file)).toMatchObject({ importId: again.importId, repeated: true });
  });
});

describe('A workbook', () => {
  const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const workbook = (rows: string, strings: readonly string[] = [], more: Record<string, string> = {}): Buffer =>
    Buffer.from(
      zipSync(
        Object.fromEntries(
          Object.entries({
            'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="Lines" r:id="rId7"/><sheet name="Other" r:id="rId8"/></sheets></workbook>`,
            'xl/_rels/workbook.xml.rels':
              '<Relationships><Relationship Id="rId8" Target="worksheets/sheet1.xml"/><Relationship Id="rId7" Target="worksheets/sheet2.xml"/></Relationships>',
            'xl/styles.xml':
              '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>',
            'xl/worksheets/sheet2.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
            'xl/sharedStrings.xml': `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
            ...more,
          }).map(([name, xml]) => [name, strToU8(xml)]),
        ),
      ),
    );
  const header = (names: string): string =>
    `<row r="1">${names
      .split(',')
      .map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`)
      .join('')}</row>`;

  beforeEach(() => describeMapping('lines', { ...shop, format: { ...shop.format, sheet: 'Lines' } }));

  it('of several sheets is refused until it is said which is meant; a preview says which it looks at', async () => {
    const two = workbook(header('Kundennr,Name'));
    const refused = async (mappingId: string): Promise<string> => (await send(`/mappings/${mappingId}/imports`, two)).body.detail as string;
    expect(await refused('shop')).toMatch(/has several sheets: state in format\.sheet which is meant, one of "Lines", "Other"/);
    await describeMapping('missing', { ...shop, format: { ...shop.format, sheet: 'Clients' } });
    expect(await refused('missing')).toMatch(/has no sheet "Clients": state in format\.sheet which is meant, one of "Lines", "Other"/);
    expect((await send('/mapping-guess', two)).body).toMatchObject({
      mapping: { format: { sheet: 'Lines' }, columns: { client: 'Kundennr', lastName: 'Name' } },
      open: ['format.sheet: "Lines" is read, and "Other" is not'],
    });
  });

  it('comes in by its values: texts with leading zeros, days, decimals, and what formulas came to', async () => {
    const row =
      '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>0</v></c><c r="C3" t="s"><v>2</v></c><c r="D3"><f>1+1</f><v>2</v></c><c r="E3" s="2"><v>40513.351388889</v></c><c r="F3"><v>1.2500000000000002</v></c><c r="G3" t="s"><v>3</v></c></row>';
    const bytes = workbook(header(HEADER) + row, ['A1', '0007', 'Tassen &amp; Mügs', '0042']);
    const { body } = await send('/mappings/lines/previews', bytes);
    expect(body.firstRows).toEqual([['0007', 'A1', 'Tassen & Mügs', '2', '2010-12-01T08:26:00', '1.25', '0042', '']]);
    expect(await imported(bytes, 'lines')).toMatchObject({
      tally: { rows: 1, accepted: 1, months: { '2010-12 GBP': { file: 250, log: 250 } } },
    });
    await engine.quiet();
    expect((await engine.get('/clients/by-reference?system=shop&number=0042')).status).toBe(200);
  });

  it('is refused where a formula came to nothing, where it is a bomb, or no sheet', async () => {
    const formula =
      '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c><c r="C2"><f>HYPERLINK("x")</f></c><c r="D2"><v>1</v></c><c r="E2" s="1"><v>40513</v></c><c r="F2"><v>1</v></c></row>';
    expect(await imported(workbook(header(HEADER) + formula), 'lines')).toMatchObject({
      tally: { accepted: 0, rejected: 1 },
      differences: [{ row: 2, field: 'text', reason: '"=HYPERLINK(\\"x\\")" begins like a formula' }],
    });
    const before = await engine.quiet();
    const refused = async (bytes: Buffer): Promise<string> => {
      const { status, body } = await send('/mappings/lines/imports', bytes);
      expect(status).toBe(400);
      return body.detail as string;
    };
    const bomb = `<row r="2"><c><v>${'1'.repeat(900_000)}</v></c></row>`.repeat(40);
    expect(await refused(workbook(header(HEADER) + bomb))).toMatch(/holds more than 200 times what it is/);
    expect(await refused(workbook(header(HEADER), [' '.repeat(30_000_000)]))).toMatch(/holds more than 200 times what it is/);
    expect(await refused(workbook('<row><c></row>'))).toMatch(/is no sheet that can be read/);
    expect(await refused(Buffer.from(zipSync({ 'a.txt': strToU8('a') })))).toMatch(/has no sheet: is it a workbook\?/);
    const whole = workbook(header(HEADER) + Array.from({ length: 3000 }, (_, i) => `<row><c><v>${i}</v></c></row>`).join(''));
    const sheetAt = whole.indexOf('xl/worksheets/sheet2.xml');
    expect(await refused(whole.subarray(0, sheetAt + 2000))).toMatch(/breaks off|cannot be unpacked/);
    expect(await refused(workbook(`${header(HEADER)}<row><c t="s"><v>7</v></c></row>`))).toMatch(
      /row 2: it refers to a text that is not there/,
    );
    expect(await refused(workbook(header(HEADER)).subarray(0, 200))).toMatch(/has no sheet|cannot be unpacked|is empty/);
    expect(await engine.adapters.events.head()).toBe(before);
  });

  it('that an export wrote comes back', async () => {
    const encoding = xlsxEncoding();
    const parts = [
      encoding.begin(HEADER.split(',')),
      encoding.rows([['1', 'A1', 'Mug', 2, '1/12/2010', 1.5, '077', null]]),
      encoding.end(),
    ];
    expect(await imported(Buffer.concat(parts as Uint8Array[]))).toMatchObject({
      tally: { accepted: 1, months: { '2010-12 GBP': { log: 300 } } },
    });
  });
});

describe('What a file tells of somebody who is there already', () => {
  const people = {
    source: 'erp',
    kind: 'clients',
    columns: {
      client: 'Nr',
      civility: 'Anrede',
      lastName: 'Name',
      firstName: 'Vorname',
      language: 'Sprache',
      changedOn: 'Stand',
      email: 'Mail',
    },
    codes: { civility: { Frau: 'ms', Herr: 'mr' } },
  };
  const HEAD = 'Nr;Anrede;Name;Vorname;Sprache;Stand;Mail';
  const first = `${HEAD}\n1;Frau;Keller;Anna;;2025-06-01;anna@example.org`;
  const second = (stand: string): string => `${HEAD}\n1;Herr;Frei;;de;${stand};frei@example.org`;

  it.each([
    [{}, '2025-07-01', { civility: 'ms', lastName: 'Keller', language: 'de' }, 1],
    [{ '*': 'overwrite', civility: 'never' }, '2025-07-01', { civility: 'ms', lastName: 'Frei', language: 'de' }, 2],
    [{ '*': 'newer' }, '2025-07-01', { civility: 'mr', lastName: 'Frei', language: 'de' }, 2],
    [{ '*': 'newer', email: 'never' }, '2025-05-01', { civility: 'ms', lastName: 'Keller', language: 'de' }, 1],
    [{ '*': 'never' }, '2025-07-01', { civility: 'ms', lastName: 'Keller' }, 1],
  ])('changes it as far as %j says; an empty cell changes nothing', async (existing, stand, person, emails) => {
    await describeMapping('people', { ...people, existing });
    await imported(first, 'people');
    await imported(second(stand), 'people');
    await engine.quiet();
    const { clientId } = await engine.read('/clients/by-reference?system=erp&number=1');
    const identity = await engine.read(`/clients/${clientId}/identity`);
    expect(identity.person).toEqual({ firstName: 'Anna', ...person });
    expect(Object.keys(identity.emails)).toHaveLength(emails);
  });

  it('changes what rules read of him, and empty cells take away what the mapping says, where they may overwrite', async () => {
    const columns = { ...people.columns, 'attributes.region': 'Gebiet', 'attributes.band': 'Band' };
    const mapping = { ...people, columns, existing: { '*': 'overwrite', 'attributes.band': 'fill' }, emptyClears: ['firstName', 'email'] };
    await describeMapping('people', mapping);
    const head = `${HEAD};Gebiet;Band`;
    await imported(`${head}\n1;Frau;Keller;Anna;de;2025-06-01;anna@example.org;north;`, 'people');
    const changed = `${head}\n1;;Keller;;;2025-07-01;;south;7`;
    const { tally } = await imported(changed, 'people');
    expect(tally).toMatchObject({ changed: { firstName: 1, email: 1, 'attributes.region': 1, 'attributes.band': 1 } });
    await imported(`${head}\n1;;Keller;;;2025-07-01;;;8`, 'people');
    await engine.quiet();
    const { clientId } = await engine.read('/clients/by-reference?system=erp&number=1');
    expect((await engine.read(`/clients/${clientId}`)).attributes).toEqual({ region: 'south', band: 7 });
    expect(await engine.read(`/clients/${clientId}/identity`)).toMatchObject({ person: { civility: 'ms', language: 'de' }, emails: {} });
    expect((await engine.read(`/clients/${clientId}/identity`)).person.firstName).toBeUndefined();
    const { body } = await engine.call('PUT', '/mappings/people', { ...mapping, existing: {} });
    expect(body).toMatchObject({ code: 'wrong-mapping', detail: expect.stringMatching(/^existing\.firstName: say overwrite or newer/) });
  });

  it('does not overrule what counts more, and the file of the client says whose word it is', async () => {
    await engine.call('PUT', '/source-ranks', { sources: ['erp', 'shop'] });
    const of = (source: string) => ({ ...people, source, columns: { ...people.columns, clientId: 'Id' }, existing: { '*': 'overwrite' } });
    const { client: _, ...byId } = people.columns;
    await describeMapping('people', people);
    await describeMapping('shop', { ...of('shop'), columns: { ...byId, clientId: 'Nr' } });
    await describeMapping('erp', { ...of('erp'), columns: { ...byId, clientId: 'Nr' } });
    await imported(first, 'people');
    const { clientId } = await engine.read(`/clients/by-reference?system=erp&number=1&after=${await engine.quiet()}`);
    const row = (name: string, language: string): string => `${HEAD}\n${clientId};;${name};;${language};;`;
    expect((await imported(row('Frei', 'de'), 'shop')).tally.changed).toEqual({ language: 1 });
    expect((await imported(row('Weber', 'fr'), 'erp')).tally.changed).toEqual({ language: 1, lastName: 1 });
    await engine.write(`/clients/${clientId}/details`, { person: { lastName: 'Roth' } });
    expect((await imported(row('Weber', 'it'), 'erp')).tally.changed).toEqual({ language: 1 });
    const { said } = await engine.read(`/clients/${clientId}/file?after=${await engine.quiet()}`);
    expect(said).toMatchObject({ language: { by: 'import:erp' }, email: { by: 'import:erp' } });
    expect(said.lastName.by).not.toMatch(/^import:/);
  });

  it('goes by all of his rows, and by his id as well as by his number', async () => {
    await describeMapping('people', { ...people, existing: { '*': 'overwrite' } });
    await imported(`${first}\n1;Frau;Keller;Anne;fr;2025-06-02;anna@example.org`, 'people');
    const { clientId } = await engine.read(`/clients/by-reference?system=erp&number=1&after=${await engine.quiet()}`);
    expect((await engine.read(`/clients/${clientId}/identity`)).person).toMatchObject({ firstName: 'Anne', language: 'fr' });
    await describeMapping('by-id', {
      source: 'crm',
      kind: 'clients',
      columns: { clientId: 'Id', firstName: 'Name' },
      existing: { '*': 'overwrite' },
    });
    expect(await imported(`Id,Name\n${clientId},Ann\nnobody,Ann`, 'by-id')).toMatchObject({
      tally: { accepted: 1, rejected: 1, matched: 1, changed: { firstName: 1 } },
      differences: [{ row: 3, field: 'clientId' }],
    });
    await engine.quiet();
    expect((await engine.read(`/clients/${clientId}/identity`)).person.firstName).toBe('Ann');
  });

  it('needs to know when it was said where what is newer wins', async () => {
    const { changedOn: _, ...columns } = people.columns;
    const { status, body } = await engine.call('PUT', '/mappings/people', { ...people, columns, existing: { '*': 'newer' } });
    expect([status, body.code]).toEqual([409, 'wrong-mapping']);
  });
});

describe('What no catalogue knows', () => {
  const people = {
    source: 'erp',
    kind: 'clients',
    columns: { client: 'Nr', civility: 'Anrede', lastName: 'Name', profession: 'Beruf', originHow: 'Herkunft', 'fields.club': 'Club' },
    values: { originFile: 'broker-7' },
  };
  const HEAD = 'Nr;Anrede;Name;Beruf;Herkunft;Club';
  const waiting = async () => engine.read(`/waiting-values?after=${await engine.quiet()}`);
  const idOf = async (text: string): Promise<string> =>
    (await waiting()).find((one: { text: string }) => one.text === text).valueId as string;
  const means = async (text: string, code: string | null): Promise<void> => {
    await engine.write(`/waiting-values/${await idOf(text)}/meaning`, { code });
    await engine.quiet();
  };
  const personOf = async (number: string) => {
    const { clientId } = await engine.read(`/clients/by-reference?system=erp&number=${number}&after=${await engine.quiet()}`);
    return engine.read(`/clients/${clientId}/identity`);
  };

  beforeEach(async () => {
    await engine.write('/fields', { field: 'club', kind: 'code', labels: { en: 'Club' } });
    await describeMapping('people', people);
  });

  it('never rejects a row: it waits, means something once for all of whom it was said, and for every file to come', async () => {
    const { tally } = await imported(
      `${HEAD}\n1;Fräulein;Keller;Lehrperson;Messe;\n2;fräulein;Roth;;Hörensagen;\n3;Frau;Weber;Zauberer;;gold`,
      'people',
    );
    expect(tally).toMatchObject({ rows: 3, accepted: 3, rejected: 0, created: 3 });
    expect(await waiting()).toMatchObject([
      { source: 'erp', field: 'civility', catalogue: 'civility', text: expect.stringMatching(/^fräulein$/i), rows: 2, clients: 2 },
      expect.anything(),
      expect.anything(),
      expect.anything(),
    ]);
    expect(await personOf('1')).toMatchObject({ person: { profession: 'teacher' }, origin: { how: 'fair', file: 'broker-7' } });
    expect((await personOf('2')).origin).toEqual({ how: 'unknown', file: 'broker-7' });
    expect((await personOf('3')).person.civility).toBe('ms');

    await means('Hörensagen', 'referral');
    await means('Zauberer', null);
    const text = (await waiting()).find(({ field }: { field: string }) => field === 'civility').text as string;
    await means(text, 'ms');
    expect((await personOf('1')).person).toEqual({ civility: 'ms', lastName: 'Keller', profession: 'teacher' });
    expect(await personOf('2')).toMatchObject({ person: { civility: 'ms' }, origin: { how: 'referral', file: 'broker-7' } });
    expect((await personOf('3')).person).toEqual({ civility: 'ms', lastName: 'Weber' });
    expect(await waiting()).toMatchObject([{ field: 'fields.club', text: 'gold' }]);

    await imported(`${HEAD}\n4;Fräulein;Frei;Zauberer;;`, 'people');
    expect((await personOf('4')).person).toEqual({ civility: 'ms', lastName: 'Frei' });
    expect(await waiting()).toHaveLength(1);
  });

  it('is understood as soon as a catalogue has what is called so, and what was said meanwhile stays', async () => {
    await imported(`${HEAD}\n1;Fräulein;Keller;;;Goldkarte\n2;Fräulein;Roth;;;Goldkarte`, 'people');
    await engine.write('/catalogues/club', { code: 'gold', labels: { en: 'Gold', de: 'Goldkarte' } });
    await engine.quiet();
    const first = await personOf('1');
    expect(first.person.fields).toEqual({ club: 'gold' });
    await engine.write(`/clients/${first.clientId}/details`, { person: { civility: 'neutral' } });
    await means('Fräulein', 'ms');
    expect([(await personOf('1')).person.civility, (await personOf('2')).person.civility]).toEqual(['neutral', 'ms']);
    expect(await waiting()).toEqual([]);
  });

  it('of a purchase, a contact or a response waits as well', async () => {
    const columns = { client: 'Nr', date: 'Tag', amount: 'Summe', salesChannel: 'Weg' };
    await describeMapping('sales', { source: 'erp', kind: 'purchases', columns, values: { currency: 'CHF' } });
    expect(await imported('Nr;Tag;Summe;Weg\n1;2025-01-01;10;Marktstand', 'sales')).toMatchObject({ tally: { accepted: 1, rejected: 0 } });
    const atTheFair = async (): Promise<number> => (await engine.write('/segment-counts', { text: 'salesChannel = "fair"' })).count;
    await engine.quiet();
    expect(await atTheFair()).toBe(0);
    await means('Marktstand', 'fair');
    const { clientId } = await engine.read('/clients/by-reference?system=erp&number=1');
    expect((await engine.read(`/clients/${clientId}/file`)).reactions.purchases).toMatchObject([{ amount: 1000, salesChannel: 'fair' }]);
    expect(await atTheFair()).toBe(1);
  });

  it('is forgotten with whom it was said of', async () => {
    await imported(`${HEAD}\n1;Kanarienfräulein;Keller;;;`, 'people');
    const { clientId } = await personOf('1');
    await engine.write(`/clients/${clientId}/erase`, { reason: 'requested', requestedBy: 'person' });
    expect(await waiting()).toEqual([]);
  });
});

describe('Consents and oppositions of a file', () => {
  const HEAD = 'Nr;Mail;newsletter_optin;optin_date;no_call';
  const columns = {
    client: 'Nr',
    email: 'Mail',
    'consents.email.newsletter': 'newsletter_optin',
    consentDate: 'optin_date',
    'oppositions.phone': 'no_call',
  };
  const values = { consentHow: 'web-form', consentWording: 'newsletter-2024' };
  const people = { source: 'shop', kind: 'clients', columns };
  const consentsOf = async (number: string) => {
    const { clientId } = await engine.read(`/clients/by-reference?system=shop&number=${number}&after=${await engine.quiet()}`);
    return { clientId, ...(await engine.read(`/clients/${clientId}/consents`)) };
  };
  const row = (optin: string, date: string, noCall = ''): string => `${HEAD}\n1;anna@example.org;${optin};${date};${noCall}`;

  it('are guessed by their headers', async () => {
    const { body } = await send('/mapping-guess', `${row('yes', '2024-05-01')}`);
    const { client: _, ...guessed } = columns;
    expect(body.mapping.columns).toEqual(guessed);
    expect(body.open).toContainEqual(expect.stringMatching(/^values\.consentHow, values\.consentWording: what proves the consents/));
  });

  it('are taken with their proof; without it the cell is refused, and the rest of the row is taken', async () => {
    await describeMapping('people', people);
    const unproved = await imported(row('yes', '2024-05-01', 'x'), 'people');
    expect(unproved).toMatchObject({
      tally: {
        ...{ rows: 1, accepted: 1, rejected: 0, created: 1 },
        ...{ changed: { 'oppositions.phone': 1 }, refused: { 'consents.email.newsletter': 1 } },
      },
      differences: [{ row: 2, field: 'consents.email.newsletter', reason: 'a consent without proof is none' }],
      hasRejected: true,
    });
    expect(await consentsOf('1')).toMatchObject({ consents: [], oppositions: [{ channel: 'phone', purpose: null }] });

    await describeMapping('people', { ...people, values });
    expect((await send('/mappings/people/previews', row('yes', '2024-05-01'))).body).toMatchObject({
      tally: { matched: 1, changed: { 'consents.email.newsletter': 1 }, refused: {} },
    });
    await imported(row('yes', '2024-05-01'), 'people');
    const given = await consentsOf('1');
    expect(given.consents).toMatchObject([
      {
        channel: 'email',
        purpose: 'newsletter',
        givenAt: '2024-05-01T00:00:00.000Z',
        proof: { how: 'web-form', wordingId: 'newsletter-2024' },
      },
    ]);
    expect(await imported(`${row('yes', '2024-05-01')}\n`, 'people')).toMatchObject({ tally: { repeated: 1, changed: {} } });
  });

  it('that cannot be read cost the row nothing else; what nobody is named by, or has too few fields, is rejected alone', async () => {
    await describeMapping('people', { ...people, values });
    const file = `${HEAD}\n1;anna@example.org;perhaps;;\n2;bea@example.org;;;\n3;too;short\n;nobody@example.org;;;\n4;dora@example.org;;;`;
    const report = await imported(file, 'people');
    expect(report).toMatchObject({
      tally: { rows: 5, accepted: 3, repeated: 0, rejected: 2, created: 3, refused: { 'consents.email.newsletter': 1 } },
      differences: [
        { row: 2, field: 'consents.email.newsletter' },
        { row: 4, field: 'row' },
        { row: 5, field: 'client', reason: 'the row does not say whom it is about' },
      ],
    });
  });

  it('never turn an opposition into a consent, unless it is proved and later', async () => {
    await describeMapping('people', { ...people, values });
    await imported(row('', ''), 'people');
    const { clientId } = await consentsOf('1');
    const opposition = { oppositionId: 'no', channel: 'email', occurredAt: '2025-03-01T10:00:00Z' };
    await engine.write(`/clients/${clientId}/oppositions`, opposition);
    const early = await imported(row('yes', '2025-02-01'), 'people');
    expect(early).toMatchObject({
      tally: { refused: { 'consents.email.newsletter': 1 } },
      differences: [{ reason: 'he opposed it on 2025-03-01, and no file turns that into a consent' }],
    });
    await imported(row('yes', '2025-04-01'), 'people');
    expect(await consentsOf('1')).toMatchObject({ consents: [{ givenAt: '2025-04-01T00:00:00.000Z' }] });
    await imported(row('no', ''), 'people');
    expect((await consentsOf('1')).consents[0].withdrawnAt).not.toBeNull();
  });
});
