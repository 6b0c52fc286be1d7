import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStore } from '@boucle/eventsourcing';
import { boucle } from './support/command-line.js';
import { outboxIn } from './support/engine-folder.js';
import { daysLater, ServedEngine, START, until } from './support/served-engine.js';

const proof = { how: 'paper', wordingId: 'w-1' };
const offers = [
  { name: 'mail', channel: 'email', cost: 1, margin: 1000 },
  { name: 'nothing', channel: null, cost: 0, margin: 0 },
];
const plan = { name: 'Spring', waveSize: 100, holdOut: 0, responseWindowDays: 7, stop: { waves: 1 }, offers, floor: 0 };

/** A log in which dispatch finds no decisions before it may: it reads them one event at a time. */
const waiting = (log: EventStore, held: Promise<void>): EventStore => {
  const read: EventStore['read'] = async (stream, from, count) => {
    if (stream.startsWith('wave-') && count === 1) await held;
    return log.read(stream, from, count);
  };
  return new Proxy(log, {
    get: (target, name) => {
      const value: unknown = name === 'read' ? read : Reflect.get(target, name);
      return typeof value === 'function' && name !== 'read' ? value.bind(target) : value;
    },
  });
};

let engine: ServedEngine;
beforeEach(async () => (engine = await ServedEngine.start()));
afterEach(() => engine.discard());

const lines = async (path: string, text: string) => {
  const { status, body } = await engine.lines(path, text);
  expect({ status, body }).toMatchObject({ status: 200, body: { rejected: [] } });
};
/** Somebody in Lyon with an e-mail address, who has consented to be written to. */
const register = async (clientId: string, consents = true, email = `${clientId}@example.org`): Promise<void> => {
  await engine.write('/clients', { clientId, attributes: {}, person: { lastName: `Dupont-${clientId}` } });
  const address = { street: 'Rue Neuve', houseNumber: '1', postalCode: '69001', locality: 'Lyon', country: 'FR' };
  await engine.write(`/clients/${clientId}/addresses`, { addressId: 'home', address });
  await engine.write(`/clients/${clientId}/emails`, { emailId: 'mail', email });
  const consent = { consentId: 'c-1', channel: 'email', purpose: 'marketing', basis: 'consent', proof };
  if (consents) await engine.write(`/clients/${clientId}/consents`, consent);
};
const launch = async (campaignId: string, changed: object = {}): Promise<void> => {
  await engine.quiet();
  await engine.write('/campaigns', { campaignId, ...plan, ...changed });
  await engine.write(`/campaigns/${campaignId}/launch`);
};
const carriedOut = async (campaignId: string): Promise<void> => {
  await until(
    () => engine.get(`/campaigns/${campaignId}/waves/1`),
    ({ body }) => body.status === 'open',
  );
  await engine.quiet();
};
const fate = async (campaignId: string, clientId: string): Promise<string> => {
  const { drawn, decision, reason } = await engine.read(`/campaigns/${campaignId}/waves/1/decisions/${clientId}`);
  return drawn ? decision.outcome : reason;
};
const mailed = (campaignId: string): { clientId: string; pointId: string }[] =>
  Object.entries(outboxIn(engine.dir))
    .filter(([name]) => name.startsWith(`${campaignId}.`))
    .flatMap(([, told]) => told.filter((line) => line !== '').map((line) => JSON.parse(line) as { clientId: string; pointId: string }));

it('reaches those alone who may be reached, and says why not the others', async () => {
  await register('ann');
  await register('bob', false);
  await register('cid');
  await register('dan');
  await register('eve');
  await engine.write('/clients', { clientId: 'fay', attributes: {} });
  await engine.write('/clients/cid/oppositions', { oppositionId: 'no', channel: 'email' });
  await engine.write('/clients/dan/restriction');
  await lines('/suppressions/robinson/bulk?source=robinson&channels=email', 'EVE@example.org \n{"email":"nobody@example.org"}');
  engine.clock.moveTo(daysLater(1));
  await launch('spring', { offers: [offers[0], { ...offers[0], name: 'other mail' }] });
  await carriedOut('spring');
  const fates = await Promise.all(['ann', 'bob', 'cid', 'dan', 'eve', 'fay'].map((clientId) => fate('spring', clientId)));
  expect(fates).toEqual(['mailed', 'no-consent', 'opposed', 'restricted', 'suppressed', 'no-contact-point']);
  expect(mailed('spring')).toMatchObject([{ clientId: 'ann', pointId: 'mail' }]);
  const excluded = { 'no-consent': 1, opposed: 1, restricted: 1, suppressed: 1, 'no-contact-point': 1 };
  expect((await engine.read('/campaigns/spring/waves/1')).targeting).toMatchObject({ eligible: 1, excluded });
  const { suppressions, answers } = await engine.read('/clients/eve/consents');
  expect(suppressions).toMatchObject([{ listId: 'robinson', source: 'robinson', pointId: 'mail', channels: ['email'] }]);
  expect(answers).toContainEqual(expect.objectContaining({ pointId: 'mail', allowed: false, reason: 'suppressed', by: 'robinson' }));
  expect((await engine.read('/clients/eve/consents?at=2026-02-01T00:00:00Z')).answers).toEqual([]);
  expect((await engine.write('/clients/eve/export', { purpose: 'requested-by-person' })).suppressions).toEqual(suppressions);
});

it('asks nobody for consent where the plan says not to, and still stops what clients object to', async () => {
  await register('ann', false);
  await register('bob', false);
  await engine.write('/clients/bob/oppositions', { oppositionId: 'no' });
  await launch('spring', { consent: 'not-checked', offers: [offers[0], { ...offers[0], name: 'other mail' }] });
  await carriedOut('spring');
  expect(await Promise.all(['ann', 'bob'].map((clientId) => fate('spring', clientId)))).toEqual(['mailed', 'opposed']);
});

it('knows a consent by the codes of its catalogues, and hears an opposition in any words', async () => {
  await register('ann', false);
  const consent = { consentId: 'c-1', channel: 'email', purpose: 'marketing', basis: 'consent', proof };
  for (const [field, told] of [
    ['purpose', { purpose: 'world-peace' }],
    ['proof.how', { proof: { ...proof, how: 'telepathy' } }],
  ] as const)
    expect(await engine.post('/clients/ann/consents', { ...consent, ...told })).toMatchObject({
      status: 409,
      body: { code: 'not-in-catalogue', errors: [{ field }] },
    });
  await engine.write('/clients/ann/consents', consent);
  await engine.write('/clients/ann/oppositions', { oppositionId: 'no', purpose: 'world-peace', how: 'telepathy' });
});

it('re-reads what was said when a mailing leaves, also what was said after the wave was decided', async () => {
  await engine.discard();
  let decided: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (decided = resolve));
  engine = await ServedEngine.start({ outside: ({ events }) => ({ events: waiting(events, held) }) });
  for (const clientId of ['ann', 'bob', 'cid']) await register(clientId);
  await launch('spring', { offers: [offers[0], { ...offers[0], name: 'other mail' }] });
  await until(
    () => engine.get('/campaigns/spring/waves/1'),
    ({ body }) => body.status !== undefined && body.targeting?.drawn === 3,
  );
  engine.clock.moveTo(daysLater(0.01));
  await engine.write('/clients/ann/oppositions', { oppositionId: 'late', channel: 'email' });
  await engine.write('/clients/bob/consents/c-1/withdraw', {});
  const position = (await engine.lines('/suppressions/broker/bulk?source=broker&channels=email', 'cid@example.org')).body.position;
  await until(
    () => engine.get(`/suppressions?after=${position}`),
    ({ status }) => status === 200,
  );
  decided();
  await carriedOut('spring');
  expect(await Promise.all(['ann', 'bob', 'cid'].map((clientId) => fate('spring', clientId)))).toEqual([
    'opposed',
    'no-consent',
    'suppressed',
  ]);
  expect(mailed('spring')).toEqual([]);
});

it('explains each hit, now and as of any past date', async () => {
  const broker = '/suppressions/broker/bulk?source=acme&channels=email';
  await register('eve');
  const onDay = async (day: number) => {
    const { suppressions, answers } = await engine.read(`/clients/eve/consents?at=${daysLater(day)}`);
    return { suppressions, answer: answers.find(({ channel }: { channel: string }) => channel === 'email') };
  };
  engine.clock.moveTo(daysLater(1));
  await lines(`${broker}&validUntil=${daysLater(3)}`, 'eve@example.org');
  engine.clock.moveTo(daysLater(5));
  await lines('/suppressions/robinson/bulk?source=robinson&channels=email', 'eve@example.org');
  engine.clock.moveTo(daysLater(7));
  await engine.write('/suppressions/robinson/end');
  // another address under the same id: what lists said of the one before stays true of that time
  await engine.write('/clients/eve/contact-points/mail/remove', {});
  await engine.write('/clients/eve/emails', { emailId: 'mail', email: 'new@example.org' });
  await engine.quiet();
  const acme = { listId: 'broker', source: 'acme', own: false, channels: ['email'], purpose: null, pointId: 'mail' };
  const entry = { ...acme, from: daysLater(1), until: daysLater(3) };
  expect(await onDay(0.5)).toMatchObject({ suppressions: [], answer: { allowed: true, reason: 'consent' } });
  expect(await onDay(2)).toMatchObject({ suppressions: [entry], answer: { allowed: false, reason: 'suppressed', by: 'broker' } });
  expect(await onDay(4)).toMatchObject({ suppressions: [entry], answer: { allowed: true } });
  expect(await onDay(6)).toMatchObject({
    suppressions: [entry, { listId: 'robinson', from: daysLater(5), until: daysLater(7) }],
    answer: { allowed: false, reason: 'suppressed', by: 'robinson' },
  });
  expect(await onDay(8)).toMatchObject({ suppressions: [], answer: { allowed: false, reason: 'no-consent' } });
});

it('enters each line of a list once, prolongs it, and begins a list anew', async () => {
  const send = async (query: string, text: string) => {
    const { body } = await engine.lines(`/suppressions/broker/bulk?source=broker&channels=phone&country=FR${query}`, text);
    await engine.quiet();
    return body;
  };
  const list = async () => (await engine.read('/suppressions')).find(({ listId }: { listId: string }) => listId === 'broker');
  const numbers = Array.from({ length: 1200 }, (_, i) => `06 12 34 ${String(i + 1000).replace(/(..)(..)/, '$1 $2')}`);
  const soon = `&validUntil=${daysLater(30)}`;
  expect(await send(soon, numbers.join('\n'))).toMatchObject({ accepted: 1200, repeated: 0, rejected: [] });
  expect(await send(soon, numbers.join('\n'))).toMatchObject({ accepted: 0, repeated: 1200 });
  // shifted by two lines, of which one says what another one says
  const more = await send(soon, ['+33 6 99 99 99 99', '06 99 99 99 99', 'nobody', ...numbers].join('\n'));
  expect(more).toMatchObject({ accepted: 1, repeated: 1201, rejected: [{ line: 3, field: 'phone' }] });
  expect(await list()).toMatchObject({ entered: 1201, until: daysLater(30), lastEnteredAt: START });
  expect(await send(`&validUntil=${daysLater(60)}`, numbers.join('\n'))).toMatchObject({ accepted: 1200, repeated: 0 });
  expect(await list()).toMatchObject({ entered: 1201, until: daysLater(60) });
  await engine.write('/suppressions/broker/end');
  expect(await send(soon, numbers.slice(0, 3).join('\n'))).toMatchObject({ accepted: 3, repeated: 0 });
  expect(await list()).toMatchObject({ entered: 3, until: daysLater(30), ended: [START] });
});

it('keeps who opposed on its own list, which outlives him', async () => {
  await register('ann');
  await engine.write('/clients/ann/oppositions', { oppositionId: 'no', channel: 'email' });
  await engine.write('/clients/ann/emails', { emailId: 'late', email: 'ann.late@example.org' });
  // his key is destroyed at once: what he opposes is on the list before
  await engine.write('/clients/ann/erase', { reason: 'requested', requestedBy: 'person' });
  await engine.quiet();
  expect(await engine.read('/suppressions')).toMatchObject([{ listId: 'own', entered: 2, channels: ['email'] }]);
  engine.clock.moveTo(daysLater(1));
  // the same person is bought with a file
  await register('anew', false, 'Ann@example.org');
  await engine.write('/clients/anew/emails', { emailId: 'other', email: 'Ann.Late@example.org' });
  await engine.quiet();
  const answerAbout = async (point: string): Promise<object> =>
    (await engine.read('/clients/anew/consents')).answers.find(({ pointId }: { pointId: string }) => pointId === point);
  for (const point of ['mail', 'other'])
    expect(await answerAbout(point)).toMatchObject({ allowed: false, reason: 'suppressed', by: 'own' });
  engine.clock.moveTo(daysLater(2));
  await engine.write('/clients/anew/consents', { consentId: 'c-1', channel: 'email', purpose: 'marketing', basis: 'consent', proof });
  expect(await answerAbout('mail')).toMatchObject({ allowed: true, reason: 'consent' });
});

it('takes lists from the command line too, while the engine stands still', async () => {
  await register('eve');
  await engine.close();
  const { dir } = engine;
  const file = join(dir, 'list.txt');
  writeFileSync(file, '\ufeffeve@example.org\r\n\r\nnonsense\r\n');
  const terms = ['--list', 'broker', '--source', 'acme', '--channels', 'email,phone', '--valid-until', '2099-01-01T00:00:00Z'];
  const first = await boucle('suppressions', 'import', ...terms, '--file', file, '--dir', dir);
  expect(first).toMatchObject({ code: 1, stdout: 'broker: 1 entered, 0 stood there before, 1 refused\n' });
  expect(first.stderr).toContain(`${file}, line 3, phone: not a phone number: write it with its country code, or name its country\n`);
  writeFileSync(file, 'eve@example.org');
  const second = await boucle('suppressions', 'import', ...terms, '--file', file, '--dir', dir);
  expect(second).toMatchObject({ code: 0, stdout: 'broker: 0 entered, 1 stood there before, 0 refused\n' });
  const { stdout } = await boucle('suppressions', 'list', '--dir', dir);
  expect(stdout).toMatch(/^broker +1 entries +of acme for email, phone +last entered \S+Z {2}until 2099-01-01T00:00:00.000Z\n$/);
  const wrong = await boucle('suppressions', 'import', ...terms, '--channels', 'pigeon', '--file', file, '--dir', dir);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('--channels: channels must be some of email, sms') });
  engine = await ServedEngine.start({ dir, at: new Date().toISOString() });
  await engine.quiet();
  const { answers } = await engine.read('/clients/eve/consents');
  expect(answers).toContainEqual(expect.objectContaining({ pointId: 'mail', reason: 'suppressed', by: 'broker' }));
  await engine.close();
  const replayed = await boucle('replay', '--dir', dir);
  expect(replayed).toMatchObject({ code: 0, stdout: expect.stringContaining('suppressions: 1 documents, byte-identical') });
  expect(await boucle('suppressions', 'end', 'broker', '--dir', dir)).toMatchObject({ code: 0 });
  engine = await ServedEngine.start({ dir, at: new Date().toISOString() });
  await engine.quiet();
  expect(await engine.read('/suppressions')).toMatchObject([{ listId: 'broker', entered: 0, ended: [expect.any(String)] }]);
});

it('stores nothing of a list in clear', async () => {
  await lines(
    '/suppressions/broker/bulk?source=broker&channels=email,phone,post&country=FR',
    [
      'unmistakable@example.org',
      '06 12 34 56 78',
      JSON.stringify({
        lastName: 'Unmistakable',
        address: { street: 'Rue Singuliere', houseNumber: '7', postalCode: '69001', locality: 'Lyon', country: 'FR' },
      }),
    ].join('\n'),
  );
  await engine.quiet();
  const files = readdirSync(engine.dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const text = readFileSync(join(file.parentPath, file.name), 'latin1').toLowerCase();
    for (const clear of ['unmistakable', '612345678', 'singuliere']) expect([file.name, text.includes(clear)]).toEqual([file.name, false]);
  }
  const [stored] = await engine.adapters.events.read('suppression-broker');
  expect(stored.data).toMatchObject({ hashes: [expect.stringMatching(/^[\w-]{43}$/), expect.anything(), expect.anything()] });
});
