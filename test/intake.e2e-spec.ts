import { BusMessage, EventStore, NewEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { EmbeddedMessageBus, partitionOf } from '@boucle/adapters';
import { IN_TOPICS, InTopicName } from '@boucle/contracts';
import { Intake } from '../apps/engine/src/intake.worker.js';
import { DeadLetter, deadLetters, replayDeadLetters } from '../apps/engine/src/dead-letters.js';
import { insideOf } from '../apps/engine/src/outgoing.relay.js';
import { Secrets } from '../apps/engine/src/secrets.js';
import { Heard, hear } from './support/heard.js';
import { ServedEngine, START, until } from './support/served-engine.js';

const { clients, consents, contacts, purchases, responses } = IN_TOPICS;

/** The log, but for the times when it takes nothing. */
const failing = (found: EventStore) => {
  const state = { down: false, refused: 0, refuses: null as string | null };
  const append = (stream: string, revision: number, events: readonly NewEvent[]) => {
    if (!state.down && events.every(({ type }) => type !== state.refuses)) return found.append(stream, revision, events);
    state.refused++;
    return Promise.reject(new StoreUnavailableError('The store cannot answer: the disk is full'));
  };
  const events = new Proxy(found, { get: (target, name) => (name === 'append' ? append : bound(target, name)) });
  return { events, state };
};
const bound = (target: object, name: string | symbol): unknown => {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
};

let engine: ServedEngine;
let bus: EmbeddedMessageBus;
let said = 0;
const PARTITIONS = 2;
let store: ReturnType<typeof failing>;

beforeAll(async () => {
  bus = new EmbeddedMessageBus();
  engine = await ServedEngine.start({
    limits: { partitions: PARTITIONS },
    outside: ({ events }) => {
      store = failing(events);
      return { carrier: { bus, inside: insideOf(PARTITIONS, partitionOf) }, events: store.events };
    },
  });
  await say(
    clients.topic,
    ['ann', 'bea'].map((clientId) => message(clientId, { clientId, attributes: { region: 'north' } })),
  );
  await heard();
});
afterAll(() => engine.discard());

const message = (key: string, value: unknown, headers: Record<string, string> = {}): BusMessage => ({
  key,
  headers,
  value: typeof value === 'string' ? value : JSON.stringify(value),
});
const say = async (topic: string, messages: readonly BusMessage[]): Promise<void> => {
  await bus.prepare([{ name: topic, partitions: PARTITIONS }]);
  await bus.publish(topic, messages);
  said += messages.length;
};
const told = (): number =>
  Object.values(engine.app.get(Intake).counts).reduce((sum, { accepted, repeated, rejected }) => sum + accepted + repeated + rejected, 0);
const heard = () =>
  until(
    async () => told(),
    (count) => count === said,
  );
const purchase = (clientId: string, purchaseId: string, changed: object = {}) => ({
  clientId,
  purchaseId,
  amount: 4990,
  currency: 'EUR',
  occurredAt: START,
  ...changed,
});
interface Entry {
  readonly type: string;
  readonly actor: string;
  readonly data: Record<string, unknown>;
}

/** What others said of a client, without what the engine concludes from it. */
const timeline = async (clientId: string): Promise<Entry[]> =>
  ((await engine.read(`/clients/${clientId}/timeline`)) as Entry[]).filter(({ type }) => type !== 'ClientClassChanged');
const counts = (topic: string) => engine.app.get(Intake).counts[topic];
const dead = (name: InTopicName): Promise<DeadLetter[]> => deadLetters(bus, name, PARTITIONS, engine.app.get(Secrets));

describe('what other systems say', () => {
  it('enters by the same door as HTTP, with its producer as the actor', async () => {
    await say(purchases.topic, [message('ann', purchase('ann', 'p-1'), { ce_id: 'm-1', ce_source: '/shops/lyon' })]);
    await say(responses.topic, [message('ann', { clientId: 'ann', responseId: 'r-1', kind: 'coupon' })]);
    await heard();
    expect(await timeline('ann')).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ type: 'ClientRegistered', actor: 'topic:boucle.in.clients.v1' }),
        expect.objectContaining({ type: 'PurchaseRecorded', actor: 'producer:/shops/lyon', occurredAt: START }),
        expect.objectContaining({ type: 'ResponseRecorded', actor: 'topic:boucle.in.responses.v1' }),
      ]),
    );
  });

  it('has no second effect when it is said again, on the bus or by HTTP', async () => {
    const before = (await timeline('ann')).length;
    const { repeated } = counts(purchases.topic);
    await say(purchases.topic, [message('ann', purchase('ann', 'p-1'), { ce_id: 'm-1' }), message('ann', purchase('ann', 'p-1'))]);
    await heard();
    expect(await engine.write('/purchases', purchase('ann', 'p-1'))).toMatchObject({ repeated: true });
    expect((await timeline('ann')).length).toBe(before);
    expect(counts(purchases.topic).repeated).toBe(repeated + 2);
  });
});

describe('a contact of somebody else', () => {
  const call = {
    clientId: 'bea',
    contactId: 'call-7',
    kind: 'call',
    outcome: 'not-reached',
    note: 'She is away until Monday',
    occurredAt: START,
  };

  it('counts as one of ours, once, and what was noted is sealed', async () => {
    await say(contacts.topic, [message('bea', call), message('bea', call)]);
    await heard();
    expect((await timeline('bea')).filter(({ type }) => type === 'ContactRecorded')).toHaveLength(1);
    await engine.quiet();
    expect(await engine.read('/clients/bea')).toMatchObject({ solicitations: { otherContacts: 1, sinceLastPurchase: 1 } });
    const [first] = await engine.adapters.events.read('client-bea', 1, 1);
    expect(first.data).toMatchObject({ contactId: 'call-7', personal: { note: call.note } });
    for await (const { events, caughtUp } of engine.adapters.events.subscribe({ after: 0, sealed: true })) {
      expect(JSON.stringify(events)).not.toContain(call.note);
      if (caughtUp) break;
    }
  });

  it('with an outcome that no catalogue knows is a dead letter', async () => {
    await say(contacts.topic, [message('bea', { ...call, contactId: 'call-8', outcome: 'ghosted' })]);
    await heard();
    expect(await dead('contacts')).toMatchObject([{ key: 'bea', field: 'outcome', reason: expect.stringContaining('contactOutcome') }]);
  });
});

describe('a bad message', () => {
  it('goes to the dead letters as it was, with the reason and its origin, and the others enter', async () => {
    const late = '2099-01-01T00:00:00Z';
    const bad: [message: BusMessage, field: string][] = [
      [message('bea', '{"clientId":'), 'message'],
      [message('bea', ''), 'message'],
      [message('bea', '[]'), 'message'],
      [message('bea', purchase('bea', 'p-2', { amount: -1 })), 'amount'],
      [message('bea', purchase('bea', 'p-2', { name: 'Bea' })), 'name'],
      [message('bea', purchase('bea', 'p-2', { occurredAt: late })), 'occurredAt'],
      [message('nobody', purchase('nobody', 'p-2'), { ce_id: 'm-9', trace: 'x' }), 'clientId'],
    ];
    const { accepted } = counts(purchases.topic);
    await say(purchases.topic, [...bad.map(([one]) => one), message('bea', purchase('bea', 'p-3'))]);
    await heard();
    const letters = await dead('purchases');
    expect(letters).toHaveLength(bad.length);
    for (const [{ key, value, headers }, field] of bad)
      expect(letters).toContainEqual({
        id: expect.stringMatching(/^[01]\/\d+$/),
        field,
        reason: expect.stringMatching(/./),
        key,
        value,
        headers,
      });
    expect(counts(purchases.topic)).toMatchObject({ accepted: accepted + 1, rejected: bad.length, lastError: null });
  });
});

describe('a bad message that tells of a person', () => {
  it('stands sealed among the dead letters, opened only by who has the key', async () => {
    const before = await dead('clients');
    const person = { clientId: 'carl', attributes: {}, person: { lastName: 'Unmistakable', birthDate: 'never' } };
    await say(clients.topic, [message('carl', person)]);
    await heard();
    const isThere = (all: Heard): boolean => all.get(clients.deadLetters)!.some(({ key }) => key === 'carl');
    const stored = [...(await hear(bus, [clients.deadLetters], isThere)).values()].flat();
    expect(JSON.stringify(stored)).toContain('carl');
    expect(JSON.stringify(stored)).not.toContain('Unmistakable');
    const letters = await dead('clients');
    expect(letters).toHaveLength(before.length + 1);
    expect(letters.at(-1)).toMatchObject({ key: 'carl', field: expect.stringContaining('birthDate'), value: JSON.stringify(person) });
    const other = new Secrets(Buffer.alloc(32).toString('base64'), '');
    await expect(deadLetters(bus, 'clients', PARTITIONS, other)).rejects.toThrow(
      /boucle\.in\.clients\.v1\/\d\/\d+ was sealed with another key/,
    );
  });
});

describe('what somebody does not want', () => {
  const oppose = (clientId: string, oppositionId: string) => message(clientId, { clientId, oppositionId, channel: 'email', how: 'call' });

  it('is taken before whatever else is heard', async () => {
    await engine.write('/clients', { clientId: 'eve', attributes: {} });
    store.state.refuses = 'OppositionDeclared';
    const { refused } = store.state;
    await say(consents.topic, [oppose('eve', 'no')]);
    await until(
      async () => store.state.refused,
      (now) => now > refused,
    );
    await say(purchases.topic, [message('eve', purchase('eve', 'p-1'))]);
    // the same is refused again, and the purchase still waits
    await until(
      async () => store.state.refused,
      (now) => now > refused + 3,
    );
    expect(await timeline('eve')).toHaveLength(1);
    store.state.refuses = null;
    await heard();
    expect((await timeline('eve')).map(({ type }) => type)).toEqual(['ClientRegistered', 'OppositionDeclared', 'PurchaseRecorded']);
    expect(counts(consents.topic)).toMatchObject({ accepted: 1, rejected: 0, lastError: null });
  });

  it('waits for those who are about to enter, and for nobody else', async () => {
    store.state.down = true;
    const { refused } = store.state;
    await say(
      clients.topic,
      ['fay', 'gus'].map((clientId) => message(clientId, { clientId, attributes: {} })),
    );
    await until(
      async () => store.state.refused,
      (now) => now > refused,
    );
    await say(consents.topic, [oppose('fay', 'no'), oppose('nobody', 'no'), oppose('gus', 'no'), oppose('ann', 'no')]);
    store.state.down = false;
    await heard();
    for (const clientId of ['fay', 'gus', 'ann'])
      expect((await timeline(clientId)).map(({ type }) => type)).toContain('OppositionDeclared');
    expect(await dead('consents')).toMatchObject([{ key: 'nobody', field: 'clientId' }]);
  });
});

describe('a store that is down', () => {
  it('is no fault of the message: the partition waits, and everything enters once it is back', async () => {
    store.state.down = true;
    store.state.refused = 0;
    const letters = (await dead('purchases')).length;
    await say(purchases.topic, [
      message('ann', purchase('ann', 'p-4')),
      message('ann', purchase('nobody', 'p-4')),
      message('ann', purchase('ann', 'p-5')),
    ]);
    await until(
      async () => store.state.refused,
      (refused) => refused >= 2,
    );
    expect(told()).toBeLessThan(said);
    expect(counts(purchases.topic).lastError).toContain('the disk is full');
    store.state.down = false;
    await heard();
    const ids = (await timeline('ann')).map(({ data }) => data.purchaseId).filter(Boolean);
    expect(ids).toEqual(['p-1', 'p-4', 'p-5']);
    expect(await dead('purchases')).toHaveLength(letters + 1);
    expect(counts(purchases.topic).lastError).toBeNull();
  });
});

describe('dead letters', () => {
  const refusedIds = async () => (await dead('responses')).map(({ id }) => id);
  const replay = async (corrected?: Map<string, string>): Promise<number> => {
    const { length } = await replayDeadLetters(bus, 'responses', PARTITIONS, engine.app.get(Secrets), corrected);
    said += length;
    await heard();
    return length;
  };

  it('go back unchanged once their cause is gone, and are no longer listed; those that fail again are', async () => {
    const response = (clientId: string) =>
      message(clientId, { clientId, responseId: 'late', kind: 'visit' }, { ce_id: `late-${clientId}` });
    await say(responses.topic, [response('dora'), response('nobody')]);
    await heard();
    expect(await refusedIds()).toHaveLength(2);
    await engine.write('/clients', { clientId: 'dora', attributes: {} });
    expect(await replay()).toBe(2);
    expect(await timeline('dora')).toHaveLength(2);
    expect(await dead('responses')).toMatchObject([{ key: 'nobody', field: 'clientId', headers: { ce_id: 'late-nobody' } }]);
  });

  it('go back corrected, and the others stay', async () => {
    await say(responses.topic, [message('dora', { clientId: 'dora', responseId: 'typo', kind: 'vist' })]);
    await heard();
    const typo = (await dead('responses')).find(({ key }) => key === 'dora')!;
    const corrected = JSON.stringify({ clientId: 'dora', responseId: 'typo', kind: 'visit' });
    expect(await replay(new Map([[typo.id, corrected]]))).toBe(1);
    expect((await timeline('dora')).map(({ data }) => data.responseId)).toEqual([undefined, 'late', 'typo']);
    expect(await dead('responses')).toMatchObject([{ key: 'nobody' }]);
  });

  it('have no second effect when they are replayed twice', async () => {
    const before = await timeline('dora');
    await say(responses.topic, [message('dora', { clientId: 'dora', responseId: 'twice', kind: 'vist' })]);
    await heard();
    const [{ id }] = (await dead('responses')).filter(({ key }) => key === 'dora');
    const corrected = new Map([[id, JSON.stringify({ clientId: 'dora', responseId: 'twice', kind: 'visit' })]]);
    expect(
      await Promise.all([
        replayDeadLetters(bus, 'responses', PARTITIONS, engine.app.get(Secrets), corrected),
        replayDeadLetters(bus, 'responses', PARTITIONS, engine.app.get(Secrets), corrected),
      ]),
    ).toHaveLength(2);
    said += 2;
    await heard();
    expect(await timeline('dora')).toHaveLength(before.length + 1);
    expect(await replayDeadLetters(bus, 'responses', PARTITIONS, engine.app.get(Secrets), corrected)).toEqual([]);
  });
});
