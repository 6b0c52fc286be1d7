import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MappingFields } from '@boucle/importing';
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
    const before = await engine.adapters.events.head();
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
    const before = await engine.adapters.events.head();
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
