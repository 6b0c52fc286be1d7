import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { CloudEvent } from '@boucle/contracts';
import { Batch, EventStore, RecordedEvent, Subscription } from '@boucle/eventsourcing';
import { ServedEngine, START, until } from './support/served-engine.js';

const PURCHASES = 'boucle.PurchaseRecorded.v1';
const CLIENTS = 'boucle.ClientRegistered.v1';

let engine: ServedEngine;

beforeEach(async () => {
  engine = await ServedEngine.start();
});
afterEach(() => engine.discard());

const messagesIn = (lines: string): CloudEvent[] =>
  lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as CloudEvent);

const read = async (query = ''): Promise<CloudEvent[]> => messagesIn(await engine.read(`/events${query}`));

const register = (clientId: string) => engine.write('/clients', { clientId, attributes: {} });
const buy = (clientId: string, purchaseId: string) =>
  engine.write('/purchases', { clientId, purchaseId, amount: 100, currency: 'EUR', occurredAt: START });

/** A campaign of one wave that decides so many clients. */
const runWave = async (clients: number): Promise<void> => {
  for (let i = 0; i < clients; i++) await register(`client-${i}`);
  const offers = [
    { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
    { name: 'mail', channel: 'email', cost: 1, margin: 4000 },
  ];
  await engine.write('/campaigns', {
    campaignId: 'spring',
    name: 'Spring',
    offers,
    waveSize: clients,
    consent: 'not-checked',
    responseWindowDays: 7,
    stop: { waves: 1 },
  });
  await engine.write('/campaigns/spring/launch');
  await engine.quiet();
};

describe('GET /events', () => {
  it('tells the whole log from position 0, in order, each message once', async () => {
    await runWave(30);
    const all = await read();
    const positions = all.map(({ position }) => Number(position));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const counts: Record<string, number> = {};
    for (const { type } of all) counts[type] = (counts[type] ?? 0) + 1;
    expect(counts).toMatchObject({ [CLIENTS]: 30, 'boucle.DecisionTaken.v1': 30, 'boucle.WaveDispatched.v1': 1 });
  });

  it('begins behind a position and tells only the types asked for', async () => {
    await register('ann');
    const { position } = await buy('ann', 'order-1');
    await buy('ann', 'order-2');
    await register('bob');
    const [message, ...more] = await read(`?after=${position}&types=${PURCHASES}`);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      specversion: '1.0',
      type: PURCHASES,
      subject: 'ann',
      time: START,
      dataschema: 'urn:boucle:schema:PurchaseRecorded:v1',
      data: { clientId: 'ann', purchaseId: 'order-2', amount: 100, currency: 'EUR', credit: null },
    });
    expect(await read(`?types=${PURCHASES},${CLIENTS}`)).toHaveLength(4);
  });

  it('can be read in small pages, which never end within an event', async () => {
    await runWave(30);
    const all = await read();
    const paged: CloudEvent[] = [];
    for (let after = 0, page = await read('?limit=7'); page.length > 0; page = await read(`?limit=7&after=${after}`)) {
      paged.push(...page);
      after = Number(paged.at(-1)!.position);
    }
    expect(paged).toEqual(all);
  });

  it('waits for something to happen, if it is asked to', async () => {
    const { position } = await register('ann');
    const waiting = read(`?after=${position}&types=${PURCHASES}&wait=60`);
    await register('bob');
    await buy('ann', 'order-1');
    expect(await waiting).toMatchObject([{ type: PURCHASES }]);
  });

  it('says how far it has looked in vain', async () => {
    await register('ann');
    const { position } = await register('bob');
    for (const query of ['', '&wait=1']) {
      const answer = await engine.get(`/events?types=${PURCHASES}${query}`);
      expect(answer).toMatchObject({ status: 200, type: 'application/x-ndjson', body: '' });
      expect(answer.headers.get('boucle-position')).toBe(String(position));
    }
  });

  it('refuses what it does not know, naming what it does', async () => {
    expect(await engine.get('/events?types=boucle.Nothing.v1')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'types', reason: expect.stringContaining(PURCHASES) }] },
    });
    for (const query of ['types=', `types=${CLIENTS}&types=${CLIENTS}`, 'after=-1', 'limit=0', 'wait=61'])
      expect(await engine.get(`/events?${query}`)).toMatchObject({ status: 400 });
    expect(await engine.get('/events?after=99')).toMatchObject({ status: 404, body: { code: 'unknown-position' } });
    const lastId = { 'last-event-id': 'x' };
    expect(await engine.call('GET', '/events', undefined, lastId)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'Last-Event-ID' }] },
    });
  });
});

interface ServerSent {
  readonly id: string | undefined;
  readonly message: CloudEvent;
}

/** Reads server-sent events until there are so many, and hangs up. */
const listen = async (count: number, lastEventId?: string, query = ''): Promise<ServerSent[]> => {
  const hangUp = new AbortController();
  const headers = { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
  const { body } = await fetch(`${engine.url}/events${query}`, { headers, signal: hangUp.signal });
  const heard: ServerSent[] = [];
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      heard.push({ id: field('id'), message: JSON.parse(field('data')!) as CloudEvent });
    }
    if (heard.length >= count) break;
  }
  hangUp.abort();
  return heard;
};

describe('GET /events as server-sent events', () => {
  it('goes on with what comes', async () => {
    await register('ann');
    const listening = listen(2);
    await buy('ann', 'order-1');
    expect((await listening).map(({ message }) => message.type)).toEqual([CLIENTS, PURCHASES]);
  });

  it('resumes behind the last event that was heard whole', async () => {
    await runWave(30);
    const all = await read();
    const heard = await listen(all.length);
    expect(heard.map(({ message }) => message)).toEqual(all);
    // the last message of each event, and no other, moves the id
    heard.forEach(({ id, message: { position } }, n) => {
      const isLast = heard[n + 1]?.message.position !== position;
      expect(id).toBe(isLast ? position : undefined);
    });
    const first = all.findIndex(({ type }) => type === 'boucle.DecisionTaken.v1');
    const before = heard[first - 1].id!;
    expect((await listen(3, before, '?after=99999')).slice(0, 3).map(({ message }) => message)).toEqual(all.slice(first, first + 3));
  });

  it('hangs up when the engine stops', async () => {
    await register('ann');
    const { body } = await fetch(`${engine.url}/events`, { headers: { accept: 'text/event-stream' } });
    const reader = body!.getReader();
    await reader.read();
    const [end] = await Promise.all([reader.read(), engine.app.close()]);
    expect(end.done).toBe(true);
  });
});

describe('A reader that does not read', () => {
  let pulled = 0;

  /** A log without end of one purchase; everything else is as it was. */
  const endless = (store: EventStore): EventStore => {
    const purchase = { type: 'PurchaseRecorded', data: { clientId: 'ann', purchaseId: 'p', amount: 1, currency: 'EUR', credit: null } };
    async function* subscribe(subscription: Subscription): AsyncGenerator<Batch> {
      if (subscription.types?.join() !== 'PurchaseRecorded') return yield* store.subscribe(subscription);
      const [registered] = await store.read('client-ann');
      for (let position = 500; !subscription.signal!.aborted; position += 500, pulled++)
        yield { events: new Array<RecordedEvent>(500).fill({ ...registered, ...purchase, position }), position, caughtUp: false };
    }
    return Object.assign(Object.create(store) as EventStore, { subscribe });
  };

  /** Turns of the event loop for which nothing more was pulled. */
  const STILL = 500;
  const standsStill = async (): Promise<number> => {
    for (let [seen, turns] = [pulled, 0]; ; [seen, turns] = pulled === seen ? [seen, turns + 1] : [pulled, 0]) {
      if (turns === STILL || pulled > 5000) return pulled;
      await new Promise(setImmediate);
    }
  };

  it('holds up the reading of the log, until he reads on', async () => {
    await engine.discard();
    engine = await ServedEngine.start({ outside: ({ events }) => ({ events: endless(events) }) });
    await register('ann');
    const asked = request(`${engine.url}/events?types=${PURCHASES}`).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const before = await standsStill();
    expect(before).toBeLessThan(500);
    answer.resume();
    await until(
      async () => pulled,
      (now) => now > before + 100,
    );
    asked.destroy();
    // and who hangs up is forgotten
    expect(await standsStill()).toBeLessThan(5000);
  });
});
