import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { PUBLIC_TOPICS } from '@boucle/contracts';
import { Received, Receiver } from './support/receiver.js';
import { ServedEngine, until } from './support/served-engine.js';

const purchaseType = 'boucle.PurchaseRecorded.v1';
const clientType = 'boucle.ClientRegistered.v1';
const every = PUBLIC_TOPICS.flatMap(({ messages }) => Object.values(messages).map(({ type }) => type));
const settings = { webhooksPrivate: true, webhooksTimeout: 250 };
const CLIENTS = ['ann', 'bea', 'cy'];

let engine: ServedEngine;
const receivers: Receiver[] = [];

const receiver = async (): Promise<Receiver> => {
  const started = await Receiver.start();
  receivers.push(started);
  return started;
};

let bought = 0;
const buy = (clientId: string): Promise<{ position: number }> =>
  engine.write('/purchases', { clientId, purchaseId: `order-${++bought}`, amount: bought, currency: 'EUR' });

const subscribe = async (webhookId: string, to: Receiver, more: object = {}): Promise<{ secret: string; position: number }> =>
  engine.write('/webhooks', { webhookId, url: to.url, types: [purchaseType], ...more });

const webhookIs = (webhookId: string, wanted: (webhook: Record<string, unknown>) => boolean) =>
  until(
    () => engine.get(`/webhooks/${webhookId}`),
    ({ status, body }) => status === 200 && wanted(body),
  ).then(({ body }) => body);

const took = (to: Receiver, count: number): Promise<Received[]> =>
  until(
    async () => to.taken,
    (taken) => taken.length >= count,
  );

const orders = (taken: readonly Received[], clientId: string): unknown[] =>
  taken.filter(({ event }) => event.subject === clientId).map(({ event }) => (event.data as { purchaseId: string }).purchaseId);

const later = (milliseconds: number): void => engine.clock.moveTo(new Date(Date.parse(engine.clock.now()) + milliseconds).toISOString());

beforeAll(async () => {
  engine = await ServedEngine.start({ limits: settings, at: new Date().toISOString() });
  for (const clientId of CLIENTS) await engine.write('/clients', { clientId, attributes: {} });
});
afterEach(async () => {
  for (const { webhookId } of await engine.read('/webhooks')) await engine.call('DELETE', `/webhooks/${webhookId}`);
  for (const one of receivers.splice(0)) await one.stop();
});
afterAll(() => engine.discard());

describe('a subscriber', () => {
  it('is told everything from a position on, signed, in the words of GET /events', async () => {
    const till = await receiver();
    const { position } = await buy('ann');
    await engine.quiet();
    const events = await fetch(`${engine.url}/events?after=0`).then((answer) => answer.text());
    const lines = events
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: string; position: string });
    const { secret } = await subscribe('all', till, { types: every, after: 0 });
    const taken = await took(till, lines.length);
    for (const { headers, body, event } of taken) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(event);
      expect(headers['webhook-id']).toBe(event.id);
      expect(headers['content-type']).toContain('application/cloudevents+json');
    }
    const bySubject = (all: readonly object[]) => [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(bySubject(taken.map(({ event }) => event))).toEqual(bySubject(lines));
    expect(await webhookIs('all', (webhook) => Number(webhook.position) >= position)).toMatchObject({
      status: 'active',
      waiting: 0,
      lastError: null,
    });
  });

  it('is told only what he wants, and from now on if he names no position', async () => {
    const till = await receiver();
    await subscribe('purchases', till);
    await buy('bea');
    await engine.write('/responses', { clientId: 'bea', responseId: 'r-1', kind: 'coupon' });
    const last = await buy('bea');
    await webhookIs('purchases', (webhook) => Number(webhook.position) >= last.position);
    expect(till.taken.map(({ event }) => event.type)).toEqual([purchaseType, purchaseType]);
  });

  it('is told of the segments and indicators that he names, and of no others', async () => {
    for (const segmentId of ['buyers', 'others']) {
      await engine.call('PUT', `/segments/${segmentId}`, { name: segmentId, text: 'sum(amount.CHF of purchases) > 0' });
      await engine.write(`/segments/${segmentId}/activate`, {});
      await engine.call('PUT', `/indicators/came-to-${segmentId}`, { name: 'Came', kind: 'segment-entered', segmentId });
    }
    const till = await receiver();
    const [changed, raised] = ['boucle.SegmentMembersChanged.v1', 'boucle.IndicatorRaised.v1'];
    const choice = { segments: ['buyers'], indicators: ['came-to-others'] };
    await subscribe('choosy', till, { types: [changed, raised], ...choice });
    expect(await engine.read('/webhooks/choosy')).toMatchObject(choice);
    await engine.write('/purchases', { clientId: 'cy', purchaseId: 'francs', amount: 900, currency: 'CHF' });
    await engine.quiet();
    const { position } = await engine.write('/clients', { clientId: 'dan', attributes: {} });
    await webhookIs('choosy', (webhook) => Number(webhook.position) >= position);
    const told = till.taken.map(({ event: { type, subject, data } }) => ({ type, subject, ...data }));
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({ type: changed, subject: 'buyers', segmentId: 'buyers', entered: ['cy'], left: [], rearranged: false });
    expect(told).toContainEqual({
      ...{ type: raised, subject: 'cy', clientId: 'cy', indicatorId: 'came-to-others', kind: 'segment-entered' },
      occasion: expect.any(String),
    });
  });

  it.each([
    [{ types: ['boucle.SegmentMembersChanged.v1'], segments: ['nowhere'] }, 404, 'segments'],
    [{ types: ['boucle.IndicatorRaised.v1'], indicators: ['nothing'] }, 404, 'indicators'],
    [{ types: [purchaseType], segments: ['buyers'] }, 409, 'segments'],
    [{ types: ['boucle.IndicatorRaised.v1'], indicators: [] }, 400, 'indicators'],
  ])('cannot choose %j', async (wish, status, field) => {
    const refused = await engine.post('/webhooks', { webhookId: 'astray', url: 'https://till.example.com/boucle', ...wish });
    expect(refused).toMatchObject({ status, body: { errors: [{ field }] } });
  });

  it('learns his secret once; neither answers nor files hold it', async () => {
    const till = await receiver();
    const { secret } = await subscribe('secretive', till);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await engine.write('/webhooks', { webhookId: 'secretive', url: till.url, types: [purchaseType] })).toMatchObject({
      repeated: true,
      secret: null,
    });
    const shown = JSON.stringify([await engine.read('/webhooks'), await engine.read('/webhooks/secretive')]);
    for (const text of [secret, 'sealed']) expect(shown).not.toContain(text);
    for (const file of ['events.sqlite', 'events.sqlite-wal', 'documents.sqlite', 'documents.sqlite-wal'])
      expect(readFileSync(join(engine.dir, file)).includes(secret.slice('whsec_'.length))).toBe(false);
  });

  it('verifies with either secret for a day after a rotation, then with the new one only', async () => {
    const till = await receiver();
    const { secret: old } = await subscribe('rotating', till);
    const { secret } = await engine.write('/webhooks/rotating/rotate-secret');
    await engine.quiet();
    await buy('ann');
    const [first] = await took(till, 1);
    for (const one of [old, secret]) expect(() => new Webhook(one).verify(first.body, first.headers)).not.toThrow();
    later(25 * 3_600_000);
    await buy('ann');
    const [, second] = await took(till, 2);
    const at = new Date(Number(second.headers['webhook-timestamp']) * 1000);
    expect(second.headers['webhook-signature']).toBe(new Webhook(secret).sign(second.headers['webhook-id'], at, second.body));
  });
});

describe('a subscriber that fails', () => {
  it('for one client: the others go on, and that client is told in order once it works', async () => {
    const till = await receiver();
    const other = await receiver();
    till.answers = ({ subject }) => (subject === 'ann' ? 500 : 200);
    await subscribe('poisoned', till);
    await subscribe('healthy', other);
    const first = bought + 1;
    for (let round = 0; round < 3; round++) for (const clientId of CLIENTS) await buy(clientId);
    await took(other, 9);
    await took(till, 6);
    const failing = await webhookIs('poisoned', ({ waiting, status }) => waiting === 1 && status === 'failing');
    expect(failing).toMatchObject({ lastError: expect.stringContaining('500'), nextAttempt: expect.stringMatching(/Z$/) });
    expect(till.received.filter(({ event }) => event.subject === 'ann')).toHaveLength(1);
    till.answers = () => 200;
    await buy('ann');
    later(6_000);
    const taken = await took(till, 10);
    expect(orders(taken, 'ann')).toEqual([first, first + 3, first + 6, first + 9].map((n) => `order-${n}`));
    expect(orders(taken, 'bea')).toEqual([first + 1, first + 4, first + 7].map((n) => `order-${n}`));
    await webhookIs('poisoned', ({ waiting, lastError, status }) => waiting === 0 && lastError === null && status === 'active');
  });

  it.each([
    ['stalls', null, 'did not answer within'],
    ['redirects', 302, 'answered 302'],
    ['is overloaded', 503, 'answered 503'],
  ])('because it %s: the message comes again with the same id', async (_, answer, error) => {
    const till = await receiver();
    till.answers = () => answer;
    const webhookId = `again-${String(answer)}`;
    await subscribe(webhookId, till);
    await buy('cy');
    await webhookIs(webhookId, ({ lastError }) => String(lastError).includes(error));
    till.answers = () => 200;
    later(6_000);
    await took(till, 1);
    expect(new Set(till.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(till.received.length).toBeGreaterThanOrEqual(2);
  });

  it('is tried again by the schedule of the specification, over restarts, and disabled after three days', async () => {
    const till = await receiver();
    till.answers = () => 500;
    await subscribe('dead', till);
    await buy('cy');
    await webhookIs('dead', ({ nextAttempt }) => nextAttempt !== null);
    const hours: number[] = [];
    for (let attempt = 2; attempt <= 10; attempt++) {
      const { nextAttempt } = await webhookIs(
        'dead',
        (webhook) => typeof webhook.nextAttempt === 'string' && webhook.nextAttempt > engine.clock.now(),
      );
      if (attempt === 5) {
        const at = engine.clock.now();
        await engine.close();
        engine = await ServedEngine.start({ dir: engine.dir, limits: settings, at });
        expect((await engine.read('/webhooks/dead')).nextAttempt).toBe(nextAttempt);
      }
      hours.push((Date.parse(nextAttempt) - Date.parse(engine.clock.now())) / 3_600_000);
      engine.clock.moveTo(nextAttempt);
      await until(
        async () => till.received.length,
        (count) => count === attempt,
      );
    }
    const pauses = [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24];
    pauses.forEach((pause, i) => {
      expect(hours[i]).toBeGreaterThanOrEqual(pause - 1e-9);
      expect(hours[i]).toBeLessThanOrEqual(pause * 1.1);
    });
    expect(await webhookIs('dead', ({ status }) => status === 'disabled')).toMatchObject({
      reason: expect.stringContaining('failed 10 times'),
    });
    till.answers = () => 200;
    await engine.write('/webhooks/dead/resume');
    expect(orders(await took(till, 1), 'cy')).toEqual([`order-${bought}`]);
  });

  it('is left alone after 410, loses nothing, and is told the rest when it is resumed', async () => {
    const till = await receiver();
    till.answers = () => 410;
    await subscribe('gone', till);
    await buy('ann');
    expect(await webhookIs('gone', ({ status }) => status === 'disabled')).toMatchObject({ reason: expect.stringContaining('410') });
    await buy('ann');
    const sofar = till.received.length;
    await engine.quiet();
    expect(till.received.length).toBe(sofar);
    till.answers = () => 200;
    await engine.write('/webhooks/gone/resume');
    expect(orders(await took(till, 2), 'ann')).toEqual([`order-${bought - 1}`, `order-${bought}`]);
  });
});

describe('whoever runs the engine', () => {
  it('pauses and resumes a webhook, changes its address, and loses nothing', async () => {
    const [old, moved] = [await receiver(), await receiver()];
    await subscribe('moving', old);
    await buy('bea');
    await took(old, 1);
    const { position } = await engine.write('/webhooks/moving/pause', { reason: 'moving house' });
    expect(await engine.read(`/webhooks/moving?after=${position}`)).toMatchObject({ status: 'paused', reason: 'moving house' });
    await engine.quiet();
    await buy('bea');
    expect((await engine.call('PUT', '/webhooks/moving', { url: moved.url, types: [purchaseType, clientType] })).status).toBe(200);
    await engine.write('/webhooks/moving/resume');
    expect(orders(await took(moved, 1), 'bea')).toEqual([`order-${bought}`]);
    expect(old.taken).toHaveLength(1);
  });

  it('replays from a position: told again in order', async () => {
    const till = await receiver();
    const before = await engine.head();
    await subscribe('replayed', till);
    for (let i = 0; i < 5; i++) await buy('cy');
    await took(till, 5);
    await engine.write('/webhooks/replayed/replay', { after: before });
    const taken = await took(till, 10);
    const wanted = Array.from({ length: 5 }, (_, i) => `order-${bought - 4 + i}`);
    expect(orders(taken, 'cy')).toEqual([...wanted, ...wanted]);
  });

  it('deletes a webhook: nobody is called any more', async () => {
    const till = await receiver();
    await subscribe('leaving', till);
    const { body } = await engine.call('DELETE', '/webhooks/leaving');
    expect((await engine.get(`/webhooks/leaving?after=${body.position}`)).status).toBe(404);
    await engine.quiet();
    await buy('ann');
    await engine.quiet();
    expect(till.received).toEqual([]);
    expect((await engine.post('/webhooks', { webhookId: 'leaving', url: till.url, types: [purchaseType] })).status).toBe(409);
  });
});

describe('a flood', () => {
  it('reaches the subscriber whole, in order for each client', async () => {
    const till = await receiver();
    const ids = Array.from({ length: 40 }, (_, i) => `flood-${i}`);
    for (const clientId of ids) await engine.write('/clients', { clientId, attributes: {} });
    const after = await engine.head();
    const lines = Array.from({ length: 1000 }, (_, i) =>
      JSON.stringify({ clientId: ids[(i * 7) % ids.length], purchaseId: `f-${String(i).padStart(4, '0')}`, amount: 1, currency: 'EUR' }),
    );
    let calls = 0;
    till.answers = () => (++calls % 97 === 0 ? 500 : 200);
    await subscribe('flood', till, { after });
    await engine.lines('/purchases/bulk', lines.join('\n'));
    await until(
      async () => later(1000),
      () => new Set(till.taken.map(({ event }) => event.id)).size === 1000,
    );
    for (const clientId of ids) {
      const told = orders(till.taken, clientId) as string[];
      expect(told).toEqual([...told].sort());
    }
  });
});
