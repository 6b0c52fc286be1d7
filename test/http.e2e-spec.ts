import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTBOX_FOLDER } from '../apps/engine/src/adapters.js';
import { CommandDoor } from '../apps/engine/src/door.js';
import { HeldChannel } from './support/held-channel.js';
import { daysLater, ServedEngine, START, until } from './support/served-engine.js';

const letter = { name: 'letter', channel: 'post', cost: 80, margin: 4000 };
const mail = { name: 'mail', channel: 'email', cost: 5, margin: 4000 };

let engine: ServedEngine;
let channel: HeldChannel;

const idsOf = (world: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${world}-${String(i).padStart(4, '0')}`);

/** Registers the clients of one test; the universe of its campaign is their world. */
const registerAll = async (world: string, count: number): Promise<string[]> => {
  const ids = idsOf(world, count);
  const cause = { id: '00000000-0000-5000-8000-000000000000', correlationId: world, now: START, actor: 'spec' };
  const outcomes = await engine.app
    .get(CommandDoor)
    .executeMany(ids.map((clientId) => ({ message: { type: 'RegisterClient', data: { clientId, attributes: { world } } }, cause })));
  expect(outcomes.filter((outcome) => outcome instanceof Error)).toEqual([]);
  return ids;
};

const planFor = (campaignId: string, changed: object = {}) => ({
  campaignId,
  name: 'Spring sale',
  offers: [letter, mail],
  universe: { field: 'attributes.world', is: 'eq', value: campaignId },
  waveSize: 60,
  consent: 'not-checked',
  holdOut: 0.2,
  responseWindowDays: 7,
  stop: { waves: 2 },
  ...changed,
});

const wave = (campaignId: string, number: number, status: string) =>
  until(
    () => engine.get(`/campaigns/${campaignId}/waves/${number}`),
    ({ body }) => body.status === status,
  ).then(({ body }) => body);

const campaignIs = (campaignId: string, wanted: (campaign: { status: string; proposal: object | null }) => boolean) =>
  until(
    () => engine.get(`/campaigns/${campaignId}`),
    ({ body }) => wanted(body),
  ).then(({ body }) => body);

const delivered = (campaignId: string): { clientId: string; offer: string; wave: number }[] =>
  readdirSync(join(engine.dir, OUTBOX_FOLDER))
    .filter((file) => file.startsWith(`${campaignId}.`) && file.endsWith('.ndjson'))
    .flatMap((file) => readFileSync(join(engine.dir, OUTBOX_FOLDER, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const total = (
  arms: Record<string, Record<string, { clients: number; responded: number; purchased: number }>>,
  what: 'clients' | 'responded' | 'purchased',
) =>
  Object.values(arms)
    .flatMap((ofCell) => Object.values(ofCell))
    .reduce((sum, tally) => sum + tally[what], 0);

beforeAll(async () => {
  engine = await ServedEngine.start({ outside: (found) => ({ channel: (channel = new HeldChannel(found.channel)) }) });
});
afterAll(() => engine.discard());

describe('a campaign from plan to end', () => {
  const id = 'spring';
  let clients: string[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as it came back
  let decisions: Map<string, any>;

  it('reads the position that a write answered', async () => {
    const { position, repeated } = await engine.write('/clients', {
      clientId: 'ann',
      attributes: { world: 'elsewhere', age: 41, title: null },
    });
    expect(repeated).toBe(false);
    expect(await engine.read(`/clients/ann?after=${position}`)).toMatchObject({
      clientId: 'ann',
      attributes: { world: 'elsewhere', age: 41, title: null },
      registeredAt: START,
      recencyDays: null,
      frequency: 0,
      lifeCycle: { class: 'suspect', lapsing: false, cause: 'unknown', nextDue: null, policyVersion: 0 },
    });
    expect(await engine.write('/clients', { clientId: 'ann', attributes: { world: 'elsewhere', age: 41, title: null } })).toEqual({
      clientId: 'ann',
      position,
      repeated: true,
    });
  });

  it('waits for a position that is still to come', async () => {
    const next = (await engine.quiet()) + 1;
    const waiting = engine.read(`/clients/ann?after=${next}`);
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'order-1', amount: 4990, currency: 'EUR' });
    expect(await waiting).toMatchObject({ frequency: 1, recencyDays: 0, monetary: { EUR: 4990 } });
  });

  it('plans', async () => {
    clients = await registerAll(id, 120);
    await engine.write('/responses', { clientId: clients[0], responseId: 'r-0', kind: 'complaint' });
    for (const contactId of ['call-1', 'call-2'])
      await engine.write('/contacts', { clientId: clients[1], contactId, kind: 'call', channel: 'phone' });
    const { position } = await engine.write('/campaigns', planFor(id, { contactCap: { contacts: 2, days: 5 }, drawOnce: true }));
    expect(await engine.read(`/campaigns/${id}?after=${position}`)).toMatchObject({
      campaignId: id,
      status: 'planned',
      wave: 0,
      plan: { holdOut: 0.2, launch: 'autopilot', seed: id, floor: 0.02 },
    });
  });

  it('refuses a wave before the launch', async () => {
    expect(await engine.post(`/campaigns/${id}/waves`, { wave: 1 })).toMatchObject({ status: 409, body: { code: 'campaign-planned' } });
  });

  it('tries out whom the next wave would find', async () => {
    const { wave: number, counts } = await engine.read(`/campaigns/${id}/dry-run?after=${await engine.head()}`);
    expect(number).toBe(1);
    expect(counts).toMatchObject({ eligible: 118, drawn: 60, excluded: { opposed: 1, 'contact-cap': 1, 'outside-universe': 1 } });
  });

  it('sends a wave out', async () => {
    const dryRun = (await engine.read(`/campaigns/${id}/dry-run`)).counts;
    await engine.write(`/campaigns/${id}/launch`);
    const results = await wave(id, 1, 'open');
    expect(results).toMatchObject({ targeting: dryRun, launchedAt: START, analysis: null, skipped: 0 });
    expect(results.mailed + results.heldOut.clients).toBe(60);
    expect(total(results.arms, 'clients')).toBe(results.mailed);
    expect(delivered(id)).toHaveLength(results.mailed);
    expect(results.cost).toBe(delivered(id).reduce((sum, { offer }) => sum + (offer === 'letter' ? 80 : 5), 0));
  });

  it('explains the decision for every client', async () => {
    const after = await engine.head();
    const explained = await Promise.all(
      [...clients, 'ann'].map((clientId) => engine.read(`/campaigns/${id}/waves/1/decisions/${clientId}?after=${after}`)),
    );
    decisions = new Map(explained.map((one) => [one.clientId, one]));
    const drawn = explained.filter((one) => one.drawn);
    expect(drawn).toHaveLength(60);
    for (const { clientId, decision } of drawn.filter((one) => one.decision.arm !== null)) {
      expect(decision).toMatchObject({ wave: 1, cell: 'all', outcome: 'mailed', propensities: { letter: 500_000, mail: 500_000 } });
      expect(delivered(id).find((message) => message.clientId === clientId)).toMatchObject({ offer: decision.arm, wave: 1 });
    }
    const heldOut = drawn.filter((one) => one.decision.arm === null);
    expect(heldOut.length).toBe((await engine.read(`/campaigns/${id}/waves/1`)).targeting.heldOut);
    for (const { decision } of heldOut) expect(decision).toMatchObject({ outcome: 'hold-out', propensities: null });
    expect(explained.filter((one) => one.reason === 'eligible-not-drawn')).toHaveLength(58);
    expect(decisions.get(clients[0])).toEqual({ campaignId: id, wave: 1, clientId: clients[0], drawn: false, reason: 'opposed' });
    expect(decisions.get(clients[1]).reason).toBe('contact-cap');
    expect(decisions.get('ann').reason).toBe('outside-universe');
    await engine.write('/clients', { clientId: 'late', attributes: { world: id } });
    expect((await engine.read(`/campaigns/${id}/waves/1/decisions/late`)).reason).toBe('not-registered-yet');
  });

  it('counts what comes back', async () => {
    const mailed = clients.filter((clientId) => decisions.get(clientId).decision?.outcome === 'mailed');
    const [held] = clients.filter((clientId) => decisions.get(clientId).decision?.outcome === 'hold-out');
    for (const clientId of [...mailed.slice(0, 5), held])
      await engine.write('/responses', { clientId, responseId: `answer-${clientId}`, kind: 'coupon' });
    const bought = { purchaseId: 'order-2', amount: 1500, currency: 'EUR' };
    const lines = [mailed[0], mailed[0], mailed[1]].map((clientId, i) => JSON.stringify({ ...bought, clientId, purchaseId: `order-${i}` }));
    const { position } = (await engine.lines('/purchases/bulk', lines.join('\n'))).body;
    const results = await engine.read(`/campaigns/${id}/waves/1?after=${position}`);
    expect(total(results.arms, 'responded')).toBe(5);
    expect(total(results.arms, 'purchased')).toBe(2);
    expect(results.heldOut.responded).toBe(1);
    expect(results.amounts).toEqual({ EUR: 4500 });
    expect((await engine.read(`/campaigns/${id}/waves/1/decisions/${mailed[0]}?after=${position}`)).decision).toMatchObject({
      responded: true,
      purchased: true,
    });
    const types = (await engine.read(`/clients/${mailed[0]}/timeline`)).map(({ type }: { type: string }) => type);
    expect(types.filter((type: string) => type !== 'ClientClassChanged')).toEqual([
      'ClientRegistered',
      'MailingDispatched',
      'ResponseRecorded',
      'PurchaseRecorded',
      'PurchaseRecorded',
    ]);
  });

  it('closes the wave when its window elapses, measures it and launches the next', async () => {
    engine.clock.moveTo(daysLater(8));
    const first = await wave(id, 1, 'analysed');
    expect(first.analysis).toMatchObject({
      decided: 60,
      responses: 6,
      contacted: first.mailed,
      heldOut: first.heldOut.clients,
      cost: first.cost,
    });
    const second = await wave(id, 2, 'open');
    expect(second.targeting.excluded).toMatchObject({ 'already-drawn': 60, opposed: 1, 'outside-universe': 1 });
    expect(second.targeting.eligible).toBe(60);
    const already = clients.find((clientId) => decisions.get(clientId).drawn)!;
    expect((await engine.read(`/campaigns/${id}/waves/2/decisions/${already}`)).reason).toBe('already-drawn');
    const late = clients.find((clientId) => decisions.get(clientId).decision?.outcome === 'mailed')!;
    const { position } = await engine.write('/responses', { clientId: late, responseId: 'late', kind: 'click', occurredAt: daysLater(1) });
    const reread = await engine.read(`/campaigns/${id}/waves/1?after=${position}`);
    expect(reread).toEqual({ ...first, late: { responses: 1, purchases: 0 } });
  });

  it('ends by its stop rule', async () => {
    engine.clock.moveTo(daysLater(16));
    await wave(id, 2, 'analysed');
    const campaign = await campaignIs(id, ({ status }) => status === 'completed');
    expect(campaign).toMatchObject({ wave: 2, reason: 'the stop rule of 2 waves is met', verdict: { look: 2 } });
    expect((await engine.read(`/campaigns/${id}/waves`)).map((one: { wave: number }) => one.wave)).toEqual([1, 2]);
    expect(await engine.post(`/campaigns/${id}/waves`, { wave: 3 })).toMatchObject({ status: 409, body: { code: 'campaign-completed' } });
  });
});

describe('a pause', () => {
  const id = 'summer';

  it('says how many are out, and holds the rest', async () => {
    await registerAll(id, 1500);
    await engine.write('/campaigns', planFor(id, { waveSize: 2000 }));
    channel.hold();
    await engine.write(`/campaigns/${id}/launch`);
    await until(
      async () => channel.held,
      (held) => held === 1,
    );
    channel.next();
    await until(
      async () => channel.held,
      (held) => held === 1,
    );
    const pausing = engine.write(`/campaigns/${id}/pause`, { reason: 'a strike' });
    await campaignIs(id, ({ status }) => status === 'paused');
    channel.release();
    const paused = await pausing;
    expect(paused).toMatchObject({ repeated: false, wave: 1, halted: true });
    expect(paused.out).toBe(delivered(id).length);
    const results = await engine.read(`/campaigns/${id}/waves/1?after=${await engine.quiet()}`);
    expect(results).toMatchObject({ status: 'dispatching', mailed: paused.out });
    expect(results.mailed + results.heldOut.clients).toBe(1000);
    expect(await engine.write(`/campaigns/${id}/pause`, { reason: 'again' })).toMatchObject({
      repeated: true,
      out: paused.out,
      halted: true,
    });
  });

  it('refuses a wave meanwhile', async () => {
    const before = await engine.head();
    const refused = await engine.post(`/campaigns/${id}/waves`, { wave: 2 });
    expect(refused).toMatchObject({ status: 409, type: 'application/problem+json', body: { code: 'campaign-paused' } });
    expect(refused.body.errors[0]).toEqual({ field: 'campaignId', reason: expect.stringContaining('paused') });
    expect(await engine.head()).toBe(before);
  });

  it('ends with a resume, and nobody is missed or mailed twice', async () => {
    await engine.write(`/campaigns/${id}/resume`);
    const results = await wave(id, 1, 'open');
    expect(results.mailed + results.heldOut.clients).toBe(1500);
    expect(new Set(delivered(id).map(({ clientId }) => clientId)).size).toBe(results.mailed);
    expect(delivered(id)).toHaveLength(results.mailed);
    await engine.write(`/campaigns/${id}/complete`, { reason: 'enough learnt' });
  });
});

describe('a campaign that a person approves', () => {
  const id = 'autumn';

  it('proposes, waits and goes out once approved', async () => {
    await registerAll(id, 40);
    await engine.write('/campaigns', planFor(id, { launch: 'approval', waveSize: 10 }));
    await engine.write(`/campaigns/${id}/launch`);
    const { proposal } = await campaignIs(id, ({ proposal }) => proposal !== null);
    expect(proposal).toMatchObject({ wave: 1, shares: { letter: 0.5, mail: 0.5 } });
    expect(await engine.post(`/campaigns/${id}/waves`, { wave: 1 })).toMatchObject({ status: 409, body: { code: 'not-approved' } });
    expect(await engine.post(`/campaigns/${id}/waves/2/approve`)).toMatchObject({ status: 409, body: { code: 'not-proposed' } });
    expect(await engine.write(`/campaigns/${id}/waves/1/approve`)).toMatchObject({ repeated: false });
    expect(await engine.write(`/campaigns/${id}/waves/1/approve`)).toMatchObject({ repeated: true });
    expect((await wave(id, 1, 'open')).targeting.drawn).toBe(10);
  });

  it('ends when a proposal is rejected', async () => {
    engine.clock.moveTo(daysLater(24));
    await campaignIs(id, ({ proposal }) => (proposal as { wave: number } | null)?.wave === 2);
    await engine.write(`/campaigns/${id}/waves/2/reject`, { reason: 'too dear' });
    expect(await campaignIs(id, ({ status }) => status === 'completed')).toMatchObject({
      reason: 'wave 2 was rejected: too dear',
      proposal: null,
    });
  });
});

describe('reading', () => {
  it('lists campaigns page by page', async () => {
    const ids = async (path: string) => (await engine.read(path)).map(({ campaignId }: { campaignId: string }) => campaignId);
    expect(await ids('/campaigns')).toEqual(['autumn', 'spring', 'summer']);
    expect(await ids('/campaigns?limit=2')).toEqual(['autumn', 'spring']);
    expect(await ids('/campaigns?behind=spring&limit=2')).toEqual(['summer']);
  });

  it('lists campaigns by where they stand', async () => {
    const all: { campaignId: string; status: string }[] = await engine.read('/campaigns');
    for (const status of ['planned', 'running', 'paused', 'completed'])
      expect(await engine.read(`/campaigns?status=${status}`)).toEqual(all.filter((campaign) => campaign.status === status));
    expect(all.map(({ status }) => status)).toContain('completed');
  });

  it('shows a long timeline page by page', async () => {
    await engine.write('/clients', { clientId: 'busy', attributes: {} });
    const lines = Array.from({ length: 2500 }, (_, i) => JSON.stringify({ clientId: 'busy', responseId: `r-${i}`, kind: 'click' }));
    await engine.lines('/responses/bulk', lines.join('\n'));
    const seen: number[] = [];
    for (let from = 0; ; from = seen.at(-1)! + 1) {
      const page: { revision: number }[] = await engine.read(`/clients/busy/timeline?from=${from}`);
      seen.push(...page.map(({ revision }) => revision));
      if (page.length === 0) break;
    }
    expect(seen).toEqual(Array.from({ length: 2501 }, (_, i) => i));
    expect(await engine.read('/clients/busy/timeline?from=2499&limit=1')).toMatchObject([{ revision: 2499 }]);
    expect(await engine.get('/clients/nobody/timeline')).toMatchObject({ status: 404 });
  });

  it('gives up on a position that does not come, and names the field', async () => {
    const answers = await Promise.all(
      ['/clients/ann', '/clients/ann/timeline', '/campaigns', '/campaigns/spring/waves/1/decisions/ann'].map((path) =>
        engine.get(`${path}?after=${Number.MAX_SAFE_INTEGER}`),
      ),
    );
    for (const answer of answers) {
      const body = { code: 'unknown-position', errors: [{ field: 'after' }] };
      expect(answer).toMatchObject({ status: 404, type: 'application/problem+json', body });
    }
  });

  it('answers HEAD like GET, without the body', async () => {
    expect(await engine.call('HEAD', '/health')).toMatchObject({ status: 200, type: 'application/json' });
    expect(await engine.call('HEAD', '/clients/nobody')).toMatchObject({ status: 404 });
  });

  it('shows every processor at the head of the log', async () => {
    const head = await engine.quiet();
    const health = await engine.read('/health');
    expect(health).toMatchObject({ status: 'up', head });
    const names = [
      ...['profiles', 'decisions', 'identities', 'suppressions', 'suppression-lists', 'histories', 'client-sample'],
      ...['field-changes', 'erasures', 'erasure-proposals'],
      ...['households', 'companies', 'points-of-sale', 'salespeople', 'portfolios', 'calendars'],
      ...['articles', 'article-mentions', 'day-rates', 'class-changes', 'anonymous-sales'],
      ...['wave-results', 'campaigns', 'webhooks', 'views', 'exports', 'imports', 'rented-files', 'external-files', 'waiting-values'],
      ...['scorings', 'segments', 'segment-members', 'client-segments', 'scores'],
      ...[
        'closed-loop',
        'targeting',
        'merging',
        'dispatch',
        'own-suppressions',
        'waiting-values-settled',
        'export-rows',
        'scoring',
        'rented-people',
        'erasure',
        'erasure-receipts',
      ],
      ...['standing', 'indicators', 'analysis', 'handover', 'retention', 'webhook-delivery', 'search', 'duplicates'],
    ];
    expect(health.processors).toEqual(names.map((name) => ({ name, position: head, lag: 0, lastError: null, heldBy: null })));
  });
});

describe('bulk ingestion', () => {
  const purchase = (clientId: string, purchaseId: string, changed: object = {}) =>
    JSON.stringify({ clientId, purchaseId, amount: 100, currency: 'EUR', ...changed });

  it('takes every line for itself', async () => {
    const [clientId] = await registerAll('bulk', 1);
    const text = [
      `\ufeff${purchase(clientId, 'b-1')}\r`,
      '',
      '   \r',
      'not JSON',
      '[1, 2]',
      '"text"',
      purchase(clientId, 'b-2', { amount: -1 }),
      JSON.stringify({ clientId, amount: 100, currency: 'EUR' }),
      purchase('nobody', 'b-3'),
      purchase(clientId, 'b-1'),
      purchase(clientId, 'b-4', { occurredAt: daysLater(400) }),
      purchase(clientId, 'b-5', { occurredAt: null }),
      purchase(clientId, 'b-6', { note: 'x' }),
      `{"clientId":"${clientId}","__proto__":{"purchaseId":"b-7","amount":1,"currency":"EUR"}}`,
      ` ${purchase(clientId, 'b-8', { occurredAt: START })}`,
    ].join('\n');
    const before = await engine.quiet();
    const answer = await engine.lines('/purchases/bulk', text);
    expect(answer).toMatchObject({ status: 200, type: 'application/json', body: { accepted: 2, repeated: 1, position: before + 2 } });
    expect(answer.body.rejected).toEqual([
      { line: 4, field: 'line', reason: expect.stringContaining('not JSON') },
      { line: 5, field: 'line', reason: 'a JSON object is expected' },
      { line: 6, field: 'line', reason: 'a JSON object is expected' },
      { line: 7, field: 'amount', reason: 'amount must not be less than 0' },
      { line: 8, field: 'purchaseId', reason: expect.stringContaining('purchaseId must be') },
      { line: 9, field: 'clientId', reason: expect.stringContaining('nobody is not registered') },
      { line: 11, field: 'occurredAt', reason: expect.stringContaining('future') },
      { line: 12, field: 'occurredAt', reason: expect.stringContaining('instant') },
      { line: 13, field: 'note', reason: 'property note should not exist' },
      { line: 14, field: '__proto__', reason: 'nothing can be called __proto__' },
    ]);
    const after = await engine.quiet();
    expect((await engine.lines('/purchases/bulk', text)).body).toMatchObject({ accepted: 0, repeated: 3 });
    expect(await engine.quiet()).toBe(after);
    expect((await engine.read(`/clients/${clientId}?after=${before + 2}`)).purchases).toMatchObject({ count: 2, first: START });
  });

  it('takes an empty body for no lines', async () => {
    expect((await engine.lines('/responses/bulk', '\n\n')).body).toEqual({ accepted: 0, repeated: 0, rejected: [], position: 0 });
  });

  it('refuses more lines than it can answer for', async () => {
    expect(await engine.lines('/responses/bulk', '\n'.repeat(1_000_000))).toMatchObject({
      status: 413,
      body: { errors: [{ field: 'body' }] },
    });
  });

  it('has 20,000 lines on disk before it answers, and takes them again as repeated', async () => {
    const first = await ServedEngine.start();
    const ids = idsOf('many', 2000);
    const cause = { id: '00000000-0000-5000-8000-000000000000', correlationId: 'many', now: START, actor: 'spec' };
    await first.app
      .get(CommandDoor)
      .executeMany(ids.map((clientId) => ({ message: { type: 'RegisterClient', data: { clientId, attributes: {} } }, cause })));
    const text = Array.from({ length: 20_000 }, (_, i) =>
      JSON.stringify({ clientId: ids[i % ids.length], responseId: `r-${i}`, kind: 'click' }),
    ).join('\n');
    const { body } = await first.lines('/responses/bulk', text);
    expect(body).toEqual({ accepted: 20_000, repeated: 0, rejected: [], position: 22_000 });
    await first.close();

    const second = await ServedEngine.start({ dir: first.dir });
    expect(await second.head()).toBe(22_000);
    expect((await second.read(`/clients/${ids[7]}/timeline`)).length).toBe(11);
    expect((await second.lines('/responses/bulk', text)).body).toMatchObject({ accepted: 0, repeated: 20_000, rejected: [] });
    expect(await second.head()).toBe(22_000);
    await second.discard();
  });
});
