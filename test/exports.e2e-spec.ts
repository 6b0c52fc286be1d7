import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { EventStore, NewEvent, RecordedEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { ExportEvent, exportStream } from '@boucle/exporting';
import { CommandDoor } from '../apps/engine/src/door.js';
import { boucle } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { daysLater, ServedEngine, START, until } from './support/served-engine.js';

type Row = Record<string, string>;

const home = { street: 'Bahnhofstrasse', houseNumber: '1', postalCode: '8001', locality: 'Zürich', country: 'CH' };

/** The log, but for the chunk of rows that it refuses for a while. */
const refusing = (found: EventStore, chunk: () => number | null) => {
  let refused = 0;
  const append = (stream: string, revision: number, events: readonly NewEvent[]) => {
    const rows = events.find(({ type }) => type === 'RowsExported')?.data as { chunk: number } | undefined;
    if (rows === undefined || rows.chunk !== chunk()) return found.append(stream, revision, events);
    refused++;
    return Promise.reject(new StoreUnavailableError('The store cannot answer: the disk is full'));
  };
  const events = new Proxy(found, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name === 'append') return append;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { events, refused: () => refused };
};

let engine: ServedEngine;
let refusedChunk: number | null = null;
let store: ReturnType<typeof refusing>;

const register = async (clientId: string, attributes: object, person?: object, more: object = {}): Promise<void> => {
  await engine.write('/clients', { clientId, attributes, ...(person && { person }), ...more });
};
const lives = (clientId: string, address: object = home) => engine.write(`/clients/${clientId}/addresses`, { addressId: 'home', address });
const order = async (fields: object): Promise<string> => (await engine.write('/exports', { purpose: 'marketing', ...fields })).exportId;
const done = (exportId: string) =>
  until(
    () => engine.get(`/exports/${exportId}`),
    ({ body }) => body.status === 'done' || body.status === 'abandoned',
  ).then(({ body }) => body);
const taken = async (exportId: string, query = ''): Promise<string> => {
  const { status, body } = await engine.get(`/exports/${exportId}/file${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};
const rowsOf = async (exportId: string): Promise<Row[]> => parse(await taken(exportId), { columns: true });
const ledger = async (exportId: string): Promise<RecordedEvent<ExportEvent>[]> =>
  (await engine.adapters.events.read(exportStream(exportId))) as RecordedEvent<ExportEvent>[];

const north = { field: 'attributes.region', is: 'eq', value: 'north' };

beforeAll(async () => {
  engine = await ServedEngine.start({
    outside: ({ events }) => {
      store = refusing(events, () => refusedChunk);
      return { events: store.events };
    },
  });
  const region = 'north';
  await register(
    'ann',
    { region, motto: '=1+1', score: -5 },
    { civility: 'ms', firstName: 'Anna', lastName: 'Keller', language: 'de' },
    { origin: { how: 'purchased-file', file: 'broker-7' } },
  );
  await lives('ann');
  await engine.write('/clients/ann/emails', { emailId: 'work', email: 'ann@example.org' });
  await engine.write('/clients/ann/phones', { phoneId: 'mobile', phone: '079 123 45 67', country: 'CH' });
  await register('bob', { region }, { lastName: 'Meier' });
  await lives('bob');
  await engine.write('/clients/bob/oppositions', { oppositionId: 'o-1', channel: 'post', how: 'letter' });
  await register('cid', { region }, { lastName: 'Graf' });
  await lives('cid');
  await engine.write('/clients/cid/death', {});
  await register('dora', { region }, { lastName: 'Moser' });
  await lives('dora');
  await engine.write('/clients/dora/addresses/home/returned', { reason: 'moved' });
  for (const [clientId, firstName] of [
    ['eve', 'Eva'],
    ['finn', 'Finn'],
  ]) {
    await register(clientId, { region }, { firstName, lastName: 'Weber', language: 'de' });
    await lives(clientId, { ...home, houseNumber: '2' });
    await engine.write(`/clients/${clientId}/household`, { householdId: 'h-1', role: 'adult', on: '2026-01-01' });
  }
  await engine.call('PUT', '/households/h-1', { addressee: 'finn', salutation: 'family' });
  await register('gus', { region }, { lastName: 'Listig' });
  await lives('gus', { ...home, houseNumber: '3' });
  await engine.call(
    'POST',
    '/suppressions/robinson/bulk?source=robinson&channels=post',
    `${JSON.stringify({ lastName: 'Listig', address: { ...home, houseNumber: '3' } })}\n`,
    { 'content-type': 'application/x-ndjson' },
  );
  await register('hal', { region: 'south' }, { lastName: 'Fern' });
  await engine.quiet();
});
afterAll(() => engine.discard());

describe('an export for letters', () => {
  let exportId: string;
  beforeAll(async () => {
    exportId = await order({ preset: 'post', universe: north, sender: 'CH', fields: ['attributes.motto', 'attributes.score'] });
  });

  it('counts whom it leaves out, and why', async () => {
    expect(await done(exportId)).toMatchObject({
      status: 'done',
      rows: 2,
      excluded: { 'outside-universe': 1, deceased: 1, opposed: 1, suppressed: 1, 'no-contact-point': 1, 'same-household': 1 },
      by: 'local',
      purpose: 'marketing',
    });
  });

  it('has address lines, a salutation and the source of the address, and opens in a spreadsheet without harm', async () => {
    const [ann, weber] = await rowsOf(exportId);
    expect(ann).toMatchObject({
      salutation: 'Sehr geehrte Frau Keller',
      ...{ line1: 'Frau Anna Keller', line2: 'Bahnhofstrasse 1', line3: '8001 Zürich', line4: '' },
      ...{ origin: 'purchased-file', originFile: 'broker-7', source: 'Herkunft Ihrer Adresse: Gekaufte Adressen (broker-7)' },
      ...{ 'attributes.motto': "'=1+1", 'attributes.score': '-5' },
    });
    expect(weber).toMatchObject({ salutation: 'Sehr geehrte Familie Weber', line1: 'Familie Weber', line2: 'Bahnhofstrasse 2' });
  });

  it('is the same in every format', async () => {
    const csv = await rowsOf(exportId);
    const ndjson = (await taken(exportId, '?format=ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(ndjson.map(({ code }) => code)).toEqual(csv.map(({ code }) => code));
    expect(ndjson[0]).toMatchObject({ 'attributes.motto': '=1+1', 'attributes.score': -5, line4: null });
    const answer = await fetch(`${engine.url}/exports/${exportId}/file?format=xlsx`);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${exportId}.xlsx"`);
    const sheet = strFromU8(unzipSync(new Uint8Array(await answer.arrayBuffer()))['xl/worksheets/sheet1.xml']);
    for (const { code } of csv) expect(sheet).toContain(`>${code}<`);
    expect(sheet).toContain('<c><v>-5</v></c>');
    const german = await fetch(`${engine.url}/exports/${exportId}/file?separator=semicolon&decimal=comma&byteOrderMark=true`);
    expect(Buffer.from(await german.arrayBuffer()).toString('utf8')).toMatch(/^\ufeffcode;salutation;line1;/);
  });

  it('tells who took it, and how much he was given', async () => {
    const { takings } = await engine.read(`/exports/${exportId}?after=${await engine.head()}`);
    expect(takings.length).toBeGreaterThan(3);
    for (const taking of takings) expect(taking).toMatchObject({ by: 'local', rows: 2, leftOut: {} });
  });

  it('holds no name and no address: its ledger has ids alone', async () => {
    const events = await ledger(exportId);
    expect(events.flatMap((event) => (event.type === 'RowsExported' ? event.data.rows : []))).toEqual([
      { clientId: 'ann', pointId: 'home' },
      { clientId: 'finn', pointId: 'home' },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/Keller|Bahnhof/);
  });
});

describe('an export of other kinds', () => {
  it('for e-mails needs a consent where the law asks for one', async () => {
    const before = await done(await order({ preset: 'email', universe: north }));
    expect(before).toMatchObject({ rows: 0, excluded: { 'no-consent': 1 } });
    const consent = {
      consentId: 'c-1',
      channel: 'email',
      purpose: 'marketing',
      basis: 'consent',
      proof: { how: 'web-form', wordingId: '2026-01' },
    };
    await engine.write('/clients/ann/consents', consent);
    const exportId = await order({ preset: 'email', universe: north });
    expect(await done(exportId)).toMatchObject({ rows: 1 });
    expect(await rowsOf(exportId)).toMatchObject([{ email: 'ann@example.org', salutation: 'Sehr geehrte Frau Keller', firstName: 'Anna' }]);
  });

  it('for calls has room for what came of them', async () => {
    const exportId = await order({ preset: 'calls', consent: 'not-checked', universe: north });
    await done(exportId);
    const [ann] = await rowsOf(exportId);
    expect(ann).toMatchObject({ phone: "'+41791234567", lastName: 'Keller', outcome: '', at: '', opposes: '', note: '' });
  });

  it('of fields addresses nobody, but who is restricted is used for nothing', async () => {
    await engine.write('/clients/hal/restriction', {});
    const exportId = await order({ preset: 'fields', purpose: 'statistics', fields: ['clientId', 'attributes.region'] });
    expect(await done(exportId)).toMatchObject({ rows: 6, excluded: { deceased: 1, restricted: 1 } });
    expect((await rowsOf(exportId)).map(({ clientId }) => clientId)).toEqual(['ann', 'bob', 'dora', 'eve', 'finn', 'gus']);
  });

  it('of a wave that never was is abandoned', async () => {
    const exportId = await order({ preset: 'post', mailings: { campaignId: 'none', wave: 1 } });
    expect(await done(exportId)).toMatchObject({ status: 'abandoned', reason: 'Campaign none has launched no wave 1' });
    expect(await engine.get(`/exports/${exportId}/file`)).toMatchObject({ status: 409, body: { code: 'export-abandoned' } });
  });
});

describe('what happened since it was made', () => {
  it('counts when it is taken: who opposed is left out', async () => {
    await register('ida', { region: 'west' }, { lastName: 'Spät' });
    await lives('ida');
    await register('jan', { region: 'west' }, { lastName: 'Früh' });
    await lives('jan');
    const exportId = await order({ preset: 'post', universe: { ...north, value: 'west' } });
    await done(exportId);
    const [{ code }, { code: second }] = await rowsOf(exportId);
    expect(code).toMatch(new RegExp(`^${exportId}-1-`));
    await engine.write('/clients/ida/oppositions', { oppositionId: 'o-1', how: 'call' });
    await engine.quiet();
    expect((await rowsOf(exportId)).map((row) => row.code)).toEqual([second]);
    const { takings } = await engine.read(`/exports/${exportId}?after=${await engine.head()}`);
    expect(takings.at(-1)).toMatchObject({ rows: 1, leftOut: { opposed: 1 } });
    await engine.write('/clients/jan/erase', { reason: 'requested', requestedBy: 'person' });
    await engine.quiet();
    expect(await rowsOf(exportId)).toEqual([]);
    const { files } = await engine.read('/erasures/jan');
    expect(files).toEqual([`export ${exportId}`]);
  });
});

describe('an export of the mailings of a wave', () => {
  it('holds those that left and can be carried so, with their offers, each household member his own', async () => {
    for (const clientId of ['kim', 'lea', 'max', 'nik']) {
      await register(clientId, { region: 'wave' }, { lastName: clientId === 'max' ? 'Moor' : 'Welle' });
      await lives(clientId, { ...home, houseNumber: '9' });
      await engine.write(`/clients/${clientId}/household`, { householdId: 'h-9', role: 'adult', on: '2026-01-01' });
    }
    const plan = {
      ...{ campaignId: 'spring', name: 'Spring', waveSize: 100, responseWindowDays: 14, holdOut: 0, stop: { waves: 1 } },
      universe: { ...north, value: 'wave' },
      offers: [
        { name: 'letter', channel: 'post', cost: 75, margin: 1200 },
        { name: 'parcel', channel: 'post', cost: 300, margin: 1200 },
      ],
      consent: 'not-checked',
    };
    await engine.write('/campaigns', plan);
    await engine.quiet();
    await engine.write('/campaigns/spring/launch');
    const mailed = await until(
      () => engine.get('/campaigns/spring/waves/1'),
      ({ body }) => body.mailed === 4,
    ).then(({ body }) => body.mailed as number);
    await engine.write('/clients/max/oppositions', { oppositionId: 'o-1', how: 'call' });
    await engine.quiet();
    const all = await order({ preset: 'post', mailings: { campaignId: 'spring', wave: 1 } });
    expect(await done(all)).toMatchObject({ rows: mailed - 1, excluded: { opposed: 1 } });
    const rows = await rowsOf(all);
    expect(rows.map(({ offer }) => offer).filter((offer) => !['letter', 'parcel'].includes(offer))).toEqual([]);
    const letters = await order({ preset: 'post', mailings: { campaignId: 'spring', wave: 1, offer: 'letter' } });
    await done(letters);
    expect((await rowsOf(letters)).length).toBe(rows.filter(({ offer }) => offer === 'letter').length);
    expect(await done(await order({ preset: 'email', mailings: { campaignId: 'spring', wave: 1 } }))).toMatchObject({
      rows: 0,
      excluded: {},
    });
  });
});

describe('many rows', () => {
  const CLIENTS = 1_207;
  it('are written once each, in order, also when the log refuses some in between', async () => {
    const door = engine.app.get(CommandDoor);
    const requests = Array.from({ length: CLIENTS }, (_, n) => {
      const clientId = `many-${String(n).padStart(5, '0')}`;
      const cause = { id: clientId, correlationId: clientId, now: START, actor: 'test' };
      return { message: { type: 'RegisterClient', data: { clientId, attributes: { region: n % 3 === 0 ? 'odd' : 'many' } } }, cause };
    });
    for (const outcome of await door.executeMany(requests)) if (outcome instanceof Error) throw outcome;
    refusedChunk = 1;
    const exportId = await order({ preset: 'fields', fields: ['clientId'], universe: { ...north, value: 'many' } });
    await until(
      async () => store.refused(),
      (refused) => refused >= 2,
    );
    refusedChunk = null;
    const reading = await done(exportId);
    const wanted = requests.flatMap(({ message: { data } }) => (data.attributes.region === 'many' ? [data.clientId] : []));
    expect(reading.rows).toBe(wanted.length);
    expect(Object.values(reading.excluded as Record<string, number>).reduce((sum, count) => sum + count, reading.rows)).toBe(CLIENTS + 13);
    const rows = await rowsOf(exportId);
    expect(rows.map(({ clientId }) => clientId)).toEqual(wanted);
    expect(rows.map(({ code }) => Number(code.split('-')[1]))).toEqual(wanted.map((_, n) => n + 1));
  });
});

describe('who may', () => {
  it('gets what his role may see, and nothing else', async () => {
    const administrator = await engine.keyOf('administrator');
    engine.key = administrator;
    const manager = await engine.keyOf('campaign-manager');
    const auditor = await engine.keyOf('auditor');
    const post = await order({ preset: 'post', universe: north });
    const figures = await order({ preset: 'fields', fields: ['attributes.region', 'purchases.last'] });
    await done(post);
    await done(figures);
    engine.key = manager;
    expect(await engine.post('/exports', { preset: 'post', purpose: 'marketing' })).toMatchObject({
      status: 403,
      body: { errors: [{ field: 'preset' }] },
    });
    expect(
      await engine.post('/exports', { preset: 'fields', purpose: 'marketing', fields: ['attributes.region', 'lastName'] }),
    ).toMatchObject({
      status: 403,
      body: { errors: [{ field: 'fields', reason: expect.stringContaining('lastName') }] },
    });
    expect((await engine.get(`/exports/${post}/file`)).status).toBe(403);
    expect((await engine.get(`/exports/${figures}/file`)).status).toBe(200);
    engine.key = auditor;
    expect((await engine.get(`/exports/${figures}/file`)).status).toBe(403);
    const { takings, by } = await engine.read(`/exports/${figures}?after=${await engine.head()}`);
    expect(by).toMatch(/^key:/);
    expect(takings).toMatchObject([{ by: expect.stringMatching(/^key:/) }]);
    engine.key = administrator;
  });

  it('takes it within thirty days', async () => {
    const exportId = await order({ preset: 'fields', fields: ['clientId'] });
    await done(exportId);
    engine.clock.moveTo(daysLater(31));
    expect(await engine.get(`/exports/${exportId}/file`)).toMatchObject({ status: 409, body: { code: 'export-expired' } });
  });
});

describe('a person with two files', () => {
  it('stands in it once, and is told who took him out', async () => {
    await register('rita', { region: 'twice' }, { lastName: 'Zweifel', civility: 'ms', language: 'de' });
    await register('rita-2', { region: 'twice' }, { lastName: 'Zweifel' });
    await lives('rita-2', { ...home, houseNumber: '14' });
    await engine.write('/clients/rita/merges', { mergedId: 'rita-2' });
    await engine.quiet();
    const exportId = await order({ preset: 'post', universe: { ...north, value: 'twice' } });
    expect(await done(exportId)).toMatchObject({ rows: 1, excluded: { merged: 1 } });
    const [rita] = await rowsOf(exportId);
    expect(rita).toMatchObject({ salutation: 'Sehr geehrte Frau Zweifel', line2: 'Bahnhofstrasse 14' });
    await engine.quiet();
    const { recipients } = await engine.write('/clients/rita/export', { purpose: 'requested-by-person' });
    expect(recipients.files).toMatchObject([{ exportId, preset: 'post', purpose: 'marketing', by: expect.stringMatching(/^key:/) }]);
    const back = await engine.call('POST', '/returned-mail/csv', `code,reason\n${rita.code},moved\n`, { 'content-type': 'text/csv' });
    expect(back.body).toMatchObject({ accepted: 1, rejected: [] });
    await engine.quiet();
    expect(await done(await order({ preset: 'post', universe: { ...north, value: 'twice' } }))).toMatchObject({ rows: 0 });
  });
});

describe('what comes back', () => {
  const enter = (what: string, csv: string) => engine.call('POST', `/${what}/csv`, csv, { 'content-type': 'text/csv' });
  const eventsOf = async (clientId: string): Promise<RecordedEvent[]> => engine.adapters.events.read(`client-${clientId}`);
  const home9 = { ...home, houseNumber: '12' };

  beforeAll(async () => {
    engine.clock.moveTo(daysLater(40));
    for (const clientId of ['olga', 'paul']) {
      await register(clientId, { region: 'back' }, { lastName: clientId === 'olga' ? 'Ost' : 'Post' });
      await lives(clientId, home9);
      await engine.write(`/clients/${clientId}/phones`, {
        phoneId: 'phone',
        phone: clientId === 'olga' ? '044 123 45 67' : '044 123 45 68',
        country: 'CH',
      });
    }
    await engine.quiet();
  });

  it('is returned mail by the code of the letter, once', async () => {
    const exportId = await order({ preset: 'post', universe: { ...north, value: 'back' } });
    await done(exportId);
    const [olga, paul] = await rowsOf(exportId);
    const csv = `\ufeffCode;remark;Reason\r\n${olga.code.toLowerCase()};;Moved\r\n${paul.code};x;gone\r\n;;moved\r\nX0000000000-1-AAAA;;moved\r\n`;
    const { status, body } = await enter('returned-mail', csv);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ accepted: 1, repeated: 0, empty: 0 },
      rejected: [
        { line: 3, field: 'reason', reason: expect.stringContaining('moved, unknown, refused') },
        { line: 4, field: 'code' },
        { line: 5, field: 'code' },
      ],
    });
    expect((await enter('returned-mail', csv)).body).toMatchObject({ accepted: 0, repeated: 1 });
    expect((await eventsOf('olga')).filter(({ type }) => type === 'MailReturned')).toMatchObject([
      { data: { addressId: 'home', reason: 'moved' } },
    ]);
    expect((await enter('call-outcomes', `code,outcome\n${paul.code},reached\n`)).body.rejected).toMatchObject([
      { line: 2, field: 'code' },
    ]);
    await engine.quiet();
    expect(await done(await order({ preset: 'post', universe: { ...north, value: 'back' } }))).toMatchObject({
      rows: 1,
      excluded: { 'no-contact-point': 1 },
    });
  });

  it('is what came of calls: the list itself, filled in', async () => {
    const exportId = await order({ preset: 'calls', consent: 'not-checked', universe: { ...north, value: 'back' } });
    await done(exportId);
    const [title, olga, paul] = (await taken(exportId))
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const filled = (line: string[], values: Record<string, string>): string => line.map((cell, n) => values[title[n]] ?? cell).join(',');
    const at = daysLater(39).slice(0, 10);
    const csv = [title.join(','), filled(olga, { outcome: 'reached', at, opposes: 'x', note: 'never again' }), filled(paul, {})].join('\n');
    expect((await enter('call-outcomes', csv)).body).toMatchObject({ accepted: 1, empty: 1, rejected: [] });
    expect((await enter('call-outcomes', csv)).body).toMatchObject({ accepted: 0, repeated: 1, empty: 1 });
    expect((await eventsOf('olga')).slice(-2)).toMatchObject([
      { type: 'OppositionDeclared', data: { channel: 'phone', how: 'call' }, metadata: { occurredAt: `${at}T00:00:00.000Z` } },
      { type: 'ContactRecorded', data: { kind: 'call', outcome: 'reached', personal: { note: 'never again' } } },
    ]);
    const bad = [
      filled(paul, { outcome: 'ghosted' }),
      filled(paul, { at: 'yesterday' }),
      filled(paul, { at: '2099-01-01' }),
      filled(paul, { opposes: 'perhaps' }),
    ];
    expect((await enter('call-outcomes', [title.join(','), ...bad].join('\n'))).body.rejected).toMatchObject(
      ['outcome', 'at', 'at', 'opposes'].map((field, n) => ({ line: n + 2, field })),
    );
    await engine.quiet();
    expect(await done(await order({ preset: 'calls', consent: 'not-checked', universe: { ...north, value: 'back' } }))).toMatchObject({
      rows: 1,
      excluded: { opposed: 1 },
    });
    expect((await rowsOf(exportId)).length).toBe(1);
  });

  it('is refused as a whole for a missing column, and line by line where it cannot be read', async () => {
    expect(await enter('returned-mail', 'code,why\nx,moved\n')).toMatchObject({ status: 400, body: { errors: [{ field: 'reason' }] } });
    const { body } = await enter('returned-mail', 'code,reason\nx,moved\nx"y",moved\ny,moved\n"x,moved\ny,moved');
    expect(body.rejected).toMatchObject([
      { line: 2, field: 'code' },
      { line: 3, field: 'line', reason: expect.stringContaining('the line was passed over') },
      { line: 4, field: 'code' },
      { line: 6, field: 'line', reason: expect.stringContaining('from where it opens to the end') },
    ]);
  });
});

describe('a file that was bought', () => {
  it('says in exports where the address is from, and expires: who never answered is erased', async () => {
    const dir = newFolder();
    let own = await ServedEngine.start({ dir });
    const described = {
      source: 'Adress AG',
      licence: 'L-17',
      wording: { de: 'Ihre Adresse: Adress AG, Bern' },
      expiresOn: daysLater(30).slice(0, 10),
    };
    expect((await own.call('PUT', '/external-files/broker-7', described)).status).toBe(200);
    for (const clientId of ['ann', 'bob', 'cid']) {
      const origin = clientId === 'cid' ? { how: 'advert' } : { how: 'purchased-file', file: 'broker-7' };
      await own.write('/clients', { clientId, attributes: {}, person: { lastName: clientId, language: 'de' }, origin });
    }
    await own.write('/responses', { clientId: 'bob', responseId: 'r-1', kind: 'coupon' });
    await own.quiet();
    const { exportId } = await own.write('/exports', { preset: 'fields', purpose: 'check', fields: ['clientId'] });
    await until(
      () => own.get(`/exports/${exportId}`),
      ({ body }) => body.status === 'done',
    );
    const rows: Row[] = parse((await own.get(`/exports/${exportId}/file`)).body, { columns: true });
    expect(rows.map(({ source }) => source)).toEqual([
      'Ihre Adresse: Adress AG, Bern',
      'Ihre Adresse: Adress AG, Bern',
      'Herkunft Ihrer Adresse: Inserat',
    ]);
    await own.close();
    own = await ServedEngine.start({ dir, at: daysLater(30) });
    await own.quiet();
    expect(await own.read('/external-files/broker-7')).toMatchObject({ expired: null });
    await own.close();
    own = await ServedEngine.start({ dir, at: daysLater(31) });
    const { expired } = await until(
      () => own.get('/external-files/broker-7'),
      ({ body }) => body.expired !== null,
    ).then(({ body }) => body);
    expect(expired).toEqual({ at: daysLater(31), erased: 1, kept: 1 });
    await own.quiet();
    expect((await own.get('/clients/ann/identity')).status).toBe(404);
    expect((await own.get('/clients/bob/identity')).status).toBe(200);
    expect((await own.get('/clients/cid/identity')).status).toBe(200);
    await own.discard();
  });
});

describe('boucle export', () => {
  it('writes a file from a folder that no engine holds, and the log remembers it', async () => {
    const dir = newFolder();
    const own = await ServedEngine.start({ dir });
    await own.write('/clients', { clientId: 'ann', attributes: { region: 'north' } });
    await own.write('/clients', { clientId: 'bob', attributes: { region: 'south' } });
    await own.close();
    const to = join(dir, 'people.csv');
    const wish = [
      '--preset',
      'fields',
      '--purpose',
      'statistics',
      '--fields',
      'clientId,attributes.region',
      '--where',
      JSON.stringify(north),
    ];
    const { code, stderr } = await boucle('export', ...wish, '--to', to, '--dir', dir);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^X\w{9}: 1 in it; not in it: 1 outside-universe\n$/) });
    expect(parse(readFileSync(to, 'utf8'), { columns: true })).toMatchObject([{ clientId: 'ann', 'attributes.region': 'north' }]);
    expect(await boucle('export', ...wish, '--to', to, '--dir', dir)).toMatchObject({ code: 1, stderr: expect.stringContaining(to) });
    expect(await boucle('export', '--preset', 'post', '--purpose', 'for fun', '--dir', dir)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--purpose'),
    });
    const back = join(dir, 'back.csv');
    writeFileSync(back, 'code,reason\nnonsense,moved\n');
    expect(await boucle('returns', '--kind', 'returned-mail', '--file', back, '--dir', dir)).toMatchObject({
      code: 1,
      stdout: 'returned-mail: 0 entered, 0 known before, 0 empty, 1 refused\n',
      stderr: expect.stringContaining('line 2, code: "nonsense" is no code'),
    });
    const again = await ServedEngine.start({ dir });
    await again.quiet();
    const [made] = await again.read('/exports');
    expect(made).toMatchObject({ by: 'command-line', purpose: 'statistics', rows: 1, takings: [{ rows: 1 }] });
    await again.discard();
  });
});
