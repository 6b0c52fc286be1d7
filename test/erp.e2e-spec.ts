import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStore, NewEvent, RecordedEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { startWith } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { daysLater, ServedEngine, START, until } from './support/served-engine.js';

const address = { street: 'Rue Neuve', houseNumber: '1', postalCode: '69001', locality: 'Lyon', country: 'FR' };
const customer = {
  record: 'customer',
  customer: '4711/A',
  person: { lastName: 'Keller' },
  address,
  email: 'ann@example.org',
  phone: '06 12 34 56 78',
};
const order = {
  ...{
    record: 'order',
    customer: '4711/A',
    order: 'B-2026/0815',
    state: 'delivered',
    amount: 2490,
    currency: 'EUR',
    discount: 10,
    occurredAt: START,
  },
  lines: [
    { line: 20, articleId: 'bag-1', quantity: 1, unitPrice: 0, gift: true },
    { line: 10, articleId: 'mug-7', quantity: 2, unitPrice: 1250 },
  ],
};
const invoice = {
  record: 'invoice',
  customer: '4711/A',
  invoice: 'R-1',
  order: order.order,
  amount: 2490,
  currency: 'EUR',
  occurredAt: START,
};
const payment = {
  record: 'payment',
  customer: '4711/A',
  payment: 'Z-1',
  invoice: 'R-1',
  amount: 2490,
  currency: 'EUR',
  means: 'transfer',
  occurredAt: START,
};
const back = { record: 'return', customer: '4711/A', return: 'RT-1', order: order.order, amount: 1250, currency: 'EUR', occurredAt: START };
const article = { record: 'article', article: 'mug-7', labels: { en: 'Mug' } };
const all = [customer, order, invoice, payment, back, article];
const text = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

let engine: ServedEngine;
const enter = async (...records: readonly object[]) => (await engine.lines('/erp/changes/bulk', text(records))).body;
const clientOf = async (number: string): Promise<string> =>
  (await engine.read(`/clients/by-reference?system=erp&number=${encodeURIComponent(number)}&after=${await engine.head()}`)).clientId;
const eventsOf = async (number: string): Promise<RecordedEvent[]> => engine.adapters.events.read(`client-${await clientOf(number)}`);
/** What was said of a client, without what the engine concludes from it. */
const typesOf = async (number: string): Promise<string[]> =>
  (await eventsOf(number)).map(({ type }) => type).filter((type) => type !== 'ClientClassChanged');

describe('the changes of an ERP over HTTP', () => {
  beforeAll(async () => {
    engine = await ServedEngine.start();
  });
  afterAll(() => engine.discard());

  it('enter by its own numbers, and again without effect', async () => {
    expect(await enter(...all)).toMatchObject({ accepted: 6, repeated: 0, rejected: [] });
    const head = await engine.quiet();
    expect(await enter(...all)).toMatchObject({ accepted: 0, repeated: 6, rejected: [] });
    expect(await engine.head()).toBe(head);
    const file = await engine.read(`/clients/${await clientOf('4711/a')}/file`);
    expect(file).toMatchObject({
      personal: { person: { lastName: 'Keller' }, references: [{ system: 'erp', number: '4711/A' }] },
      reactions: { invoices: [{ invoiceNumber: 'R-1', open: 0 }] },
    });
    expect(await engine.read(`/clients/${await clientOf('4711/A')}`)).toMatchObject({ monetary: { EUR: 1240 } });
  });

  it('seals its numbers in the log', async () => {
    for await (const { events, caughtUp } of engine.adapters.events.subscribe({ after: 0, sealed: true })) {
      expect(JSON.stringify(events)).not.toMatch(/4711\/A|B-2026|"R-1"|"Z-1"|"RT-1"/);
      if (caughtUp) break;
    }
  });

  it('are a source of their own: where ranks name it, they leave alone what a source before it has said', async () => {
    const person = { firstName: 'Otto', lastName: 'Frei' };
    const told = { record: 'customer', customer: '5000', person, attributes: { region: 'north' } };
    await enter(told);
    const clientId = await clientOf('5000');
    expect((await engine.read(`/clients/${clientId}/file?after=${await engine.head()}`)).said.lastName.by).toMatch(/^erp:/);
    await engine.call('PUT', '/source-ranks', { sources: ['people', 'erp'] });
    await engine.write(`/clients/${clientId}/details`, { person: { lastName: 'Frey' } });
    const news = { ...told, person: { firstName: 'Ottokar', lastName: 'Frei' }, attributes: { region: 'south' } };
    expect(await enter(news)).toMatchObject({ accepted: 1, rejected: [] });
    const identity = await engine.read(`/clients/${clientId}/identity?after=${await engine.head()}`);
    expect(identity.person).toMatchObject({ firstName: 'Ottokar', lastName: 'Frey' });
    expect(await enter(news)).toMatchObject({ repeated: 1 });
    await engine.call('PUT', '/source-ranks', { sources: [] });
    expect(await enter(news)).toMatchObject({ accepted: 1 });
  });

  it('follow a customer who moves, and leave alone what others said of him', async () => {
    const clientId = await clientOf('4711/A');
    await engine.write(`/clients/${clientId}/emails`, { emailId: 'private', email: 'ann@home.example' });
    engine.clock.moveTo(daysLater(2));
    const moved = {
      ...customer,
      address: { ...address, houseNumber: '7' },
      email: 'keller@example.org',
      person: { lastName: 'Keller-Meier' },
    };
    expect(await enter(moved)).toMatchObject({ accepted: 1 });
    expect(await enter(moved)).toMatchObject({ repeated: 1 });
    const identity = await engine.read(`/clients/${clientId}/identity?after=${await engine.head()}`);
    expect(Object.values(identity.emails).sort()).toEqual(['ann@home.example', 'keller@example.org']);
    expect(identity.person.lastName).toBe('Keller-Meier');
    const places = Object.values(
      identity.addresses as Record<string, { address: { houseNumber: string }; validity: { until: string | null } }>,
    );
    expect(places.map(({ address: { houseNumber }, validity }) => [houseNumber, validity.until]).sort()).toEqual([
      ['1', daysLater(2).slice(0, 10)],
      ['7', null],
    ]);
    engine.clock.moveTo(daysLater(3));
    expect(await enter(customer)).toMatchObject({ accepted: 1 });
    expect(await enter(customer)).toMatchObject({ repeated: 1 });
    engine.clock.moveTo(daysLater(4));
    expect(await enter(customer)).toMatchObject({ repeated: 1 });
  });

  it('name each line that cannot be entered, with its field and what helps, and enter the others', async () => {
    const { accepted, rejected } = await enter(
      { ...order, customer: '9999' },
      { ...order, order: 'B-2', amount: 1 },
      { ...order, amount: 2480, discount: 20 },
      { ...order, order: 'B-3', lines: [order.lines[0], order.lines[0]] },
      { record: 'offer' },
      { ...payment, payment: 'Z-2', invoice: 'R-9' },
      { ...order, order: 'B-4' },
      { ...payment, payment: 'Z-3', means: 'barter' },
      { record: 'customer', customer: '4711/A', attributes: { region: 'north' } },
    );
    expect(accepted).toBe(2);
    expect(rejected).toMatchObject([
      { line: 1, field: 'customer', reason: expect.stringContaining('send his customer record first') },
      { line: 2, field: 'amount' },
      { line: 3, field: 'amount', reason: expect.stringContaining('2490 EUR') },
      { line: 4, field: 'lines' },
      { line: 5, field: 'record' },
      { line: 6, field: 'invoice' },
      { line: 8, field: 'means' },
    ]);
  });

  it('take back what was placed, delivered or refused', async () => {
    const state = (number: string, how: string) => ({ ...order, order: number, state: how });
    expect(
      await enter(state('P-1', 'placed'), state('P-1', 'cancelled'), state('D-1', 'delivered'), state('D-1', 'cancelled')),
    ).toMatchObject({ accepted: 4, rejected: [] });
    expect(await enter(state('D-2', 'delivered'), state('D-2', 'refused'), state('X-1', 'cancelled'))).toMatchObject({
      accepted: 2,
      rejected: [{ line: 3, field: 'order' }],
    });
    expect((await typesOf('4711/A')).slice(-6)).toEqual([
      'OrderPlaced',
      'OrderCancelled',
      'PurchaseRecorded',
      'PurchaseCancelled',
      'PurchaseRecorded',
      'DeliveryRefused',
    ]);
    expect(await enter(state('P-1', 'placed'), state('P-1', 'cancelled'), state('D-1', 'cancelled'))).toMatchObject({
      accepted: 0,
      repeated: 3,
    });
  });

  it('make somebody new of a customer who was erased', async () => {
    const before = await clientOf('4711/A');
    await engine.write(`/clients/${before}/erase`, { reason: 'requested', requestedBy: 'person' });
    await engine.quiet();
    expect(await enter(customer)).toMatchObject({ accepted: 1, rejected: [] });
    await engine.quiet();
    expect(await clientOf('4711/A')).not.toBe(before);
  });
});

describe('the folder of an ERP', () => {
  let dir: string;
  let refuses = false;
  let refused = 0;
  const acknowledged = (folder: string, name: string) =>
    until(
      async () => existsSync(join(dir, folder, name)) && existsSync(join(dir, folder, `${name}.ack.ndjson`)),
      (there) => there,
    ).then(() =>
      readFileSync(join(dir, folder, `${name}.ack.ndjson`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  const put = (name: string, records: readonly object[]): void => {
    writeFileSync(join(dir, `.${name}`), text(records));
    renameSync(join(dir, `.${name}`), join(dir, name));
  };

  beforeAll(async () => {
    dir = join(newFolder(), 'erp');
    mkdirSync(dir);
    engine = await ServedEngine.start({
      limits: { erpDir: dir },
      outside: ({ events }) => ({
        events: new Proxy(events, {
          get: (target: EventStore, name) => {
            const value: unknown = Reflect.get(target, name);
            if (typeof value !== 'function') return value;
            if (name !== 'append') return value.bind(target);
            return (stream: string, revision: number, added: readonly NewEvent[]) => {
              if (!refuses || added.every(({ type }) => type !== 'PaymentReceived')) return target.append(stream, revision, added);
              refused++;
              return Promise.reject(new StoreUnavailableError('The store cannot answer: the disk is full'));
            };
          },
        }),
      }),
    });
  });
  afterAll(() => engine.discard());

  it('is emptied: a file goes to done with its acknowledgement', async () => {
    writeFileSync(join(dir, 'notes.txt'), 'not a file of changes');
    put('001.ndjson', all);
    expect(await acknowledged('done', '001.ndjson')).toMatchObject([{ file: '001.ndjson', accepted: 6, repeated: 0, rejected: 0 }]);
    expect(readdirSync(dir).sort()).toEqual(['done', 'notes.txt', 'rejected']);
    expect((await eventsOf('4711/A')).map(({ metadata }) => metadata.actor)).toContain('folder:erp');
  });

  it('says of each line that was refused why, beside the file', async () => {
    put('002.ndjson', [
      { ...order, order: 'B-2' },
      { ...order, order: 'B-3', customer: 'nobody' },
    ]);
    expect(await acknowledged('rejected', '002.ndjson')).toMatchObject([
      { accepted: 1, rejected: 1 },
      { line: 2, field: 'customer', reason: expect.stringMatching(/./) },
    ]);
  });

  it('keeps a file as long as the log cannot take all of it, and then enters nothing twice', async () => {
    refuses = true;
    const next = { ...customer, customer: '4712', person: { lastName: 'Moser' }, email: 'moser@example.org', phone: '06 88 88 88 88' };
    put('003.ndjson', [
      next,
      { ...order, customer: '4712' },
      { ...invoice, customer: '4712' },
      article,
      { ...payment, customer: '4712' },
      { ...next, phone: '06 99 99 99 99' },
    ]);
    await until(
      async () => refused,
      (times) => times > 0,
    );
    expect(existsSync(join(dir, '003.ndjson'))).toBe(true);
    refuses = false;
    expect(await acknowledged('done', '003.ndjson')).toMatchObject([{ rejected: 0, file: '003.ndjson' }]);
    const types = await typesOf('4712');
    for (const once of ['ClientRegistered', 'PurchaseRecorded', 'InvoiceIssued', 'PaymentReceived'])
      expect([once, types.filter((type) => type === once).length]).toEqual([once, 1]);
  });

  it('takes a file again that was entered and not acknowledged, without effect', async () => {
    const inTheWay = join(dir, 'done', '004.ndjson.ack.ndjson');
    mkdirSync(inTheWay);
    const head = await engine.head();
    put('004.ndjson', [{ ...order, order: 'B-9' }]);
    await until(
      () => engine.head(),
      (now) => now > head,
    );
    const entered = await engine.quiet();
    expect(existsSync(join(dir, '004.ndjson'))).toBe(true);
    rmdirSync(inTheWay);
    expect(await acknowledged('done', '004.ndjson')).toMatchObject([{ accepted: 0, repeated: 1, rejected: 0 }]);
    expect(await engine.quiet()).toBe(entered);
  });

  it('does not keep for ever who was told of there: an erasure finds the files', async () => {
    const clientId = await clientOf('4712');
    await engine.write(`/clients/${clientId}/erase`, { reason: 'requested', requestedBy: 'person' });
    const { files } = await until(
      () => engine.get(`/erasures/${clientId}`),
      ({ body }) => typeof body.completedAt === 'string',
    ).then(({ body }) => body as { files: string[] });
    expect(files).toEqual([expect.stringContaining('done/003.ndjson')]);
    expect(readdirSync(join(dir, 'done'))).not.toContain('003.ndjson');
  });
});

describe('a process that is killed', () => {
  const CUSTOMERS = 300;

  it('takes its file again from the beginning, and enters nothing twice', async () => {
    const folder = newFolder();
    const dir = join(folder, 'erp');
    mkdirSync(dir);
    const records = Array.from({ length: CUSTOMERS }, (_, n) => [
      { record: 'customer', customer: `K-${n}`, person: { lastName: 'Keller' }, email: `k-${n}@example.org` },
      { ...order, customer: `K-${n}`, order: `B-${n}` },
    ]).flat();
    writeFileSync(join(dir, 'all.ndjson'), text(records));
    const env = { BOUCLE_DIR: join(folder, 'engine'), BOUCLE_ERP_DIR: dir, PORT: '0' };
    for (const reached of [1, CUSTOMERS, 4 * CUSTOMERS]) {
      const { child, ended } = startWith(env, 'serve');
      const url = await new Promise<string>((resolve) => {
        let said = '';
        child.stderr!.on('data', (words: string) => (said += words));
        child.stdout!.on('data', (words: string) => (said += words));
        const look = setInterval(() => {
          const [, place] = /on (http:\/\/[\d.:]+)/.exec(said) ?? [];
          if (!place) return;
          clearInterval(look);
          resolve(place);
        }, 10);
      });
      await until(
        () => fetch(`${url}/health`).then((answer) => answer.json() as Promise<{ head: number }>),
        ({ head }) => head >= reached,
        60_000,
      );
      child.kill('SIGKILL');
      await ended;
    }
    expect(existsSync(join(dir, 'all.ndjson'))).toBe(true);
    engine = await ServedEngine.start({ dir: env.BOUCLE_DIR, limits: { erpDir: dir }, at: new Date().toISOString() });
    await until(
      async () => existsSync(join(dir, 'done', 'all.ndjson')),
      (there) => there,
    );
    const [summary] = readFileSync(join(dir, 'done', 'all.ndjson.ack.ndjson'), 'utf8').split('\n');
    const { accepted, repeated, rejected } = JSON.parse(summary);
    expect([accepted + repeated, rejected]).toEqual([2 * CUSTOMERS, 0]);
    expect(repeated).toBeGreaterThan(0);
    const counts: Record<string, number> = {};
    for await (const { events, caughtUp } of engine.adapters.events.subscribe({ after: 0, sealed: true })) {
      for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
      if (caughtUp) break;
    }
    for (const type of ['ClientRegistered', 'ReferenceClaimed', 'ReferenceAssigned', 'EmailAdded', 'PurchaseRecorded'])
      expect([type, counts[type]]).toEqual([type, CUSTOMERS]);
    await engine.discard();
  });
});
