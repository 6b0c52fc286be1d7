import {
  AllStreamSubscription,
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
  streamNameFilter,
} from '@eventstore/db-client';
import { EventStoreDbEventStore } from '@boucle/adapters';
import { EventStoreDbServer } from './support/eventstoredb-server/server.js';

const met = (n: number) => jsonEvent({ type: 'Met', data: { n }, metadata: { by: 'the client' } });

/** The adapter makes its own calls, so the test server is held against those of the client. */
describe('The EventStoreDB test server, asked by the client itself', () => {
  let server: EventStoreDbServer;
  let client: EventStoreDBClient;
  beforeEach(async () => {
    server = await EventStoreDbServer.start();
    client = EventStoreDBClient.connectionString(server.url());
  });
  afterEach(async () => {
    await client.dispose();
    server.stop();
  });
  const namesOf = async (reading: AsyncIterable<{ event?: { data: unknown } }>): Promise<unknown[]> => {
    const all: unknown[] = [];
    for await (const { event } of reading) all.push((event?.data as { n?: number }).n);
    return all;
  };
  const until = async (subscription: AllStreamSubscription, count: number): Promise<string[]> => {
    const types: string[] = [];
    for await (const { event } of subscription) if (types.push(event!.type) === count) break;
    return types;
  };

  it('appends at an expected revision and says what is wrong', async () => {
    const first = await client.appendToStream('client-a', [met(0), met(1)], { expectedRevision: NO_STREAM });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const second = await client.appendToStream('client-a', met(2), { expectedRevision: 1n, credentials: { username: 'a', password: 'b' } });
    expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
    await client.appendToStream('client-a', met(3), { expectedRevision: STREAM_EXISTS });
    await client.appendToStream('client-b', met(4), { expectedRevision: ANY });
    for (const credentials of [undefined, { username: 'a', password: 'b' }])
      await expect(client.appendToStream('client-a', met(9), { expectedRevision: 1n, credentials })).rejects.toMatchObject({
        type: 'wrong-expected-version',
        streamName: 'client-a',
        expectedVersion: 1n,
        actualVersion: 3n,
      });
    const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(2 ** 20) } });
    await expect(client.appendToStream('client-c', large)).rejects.toMatchObject({ type: 'maximum-append-size-exceeded' });
  });

  it('answers the same append again', async () => {
    const events = [met(0), met(1)];
    await client.appendToStream('client-a', events, { expectedRevision: NO_STREAM });
    await client.appendToStream('client-a', met(2), { expectedRevision: 1n });
    const again = await client.appendToStream('client-a', events, { expectedRevision: NO_STREAM });
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(server.log.of('client-a')).toHaveLength(3);
  });

  it('reads streams and the log in both directions', async () => {
    await client.appendToStream('client-a', [met(0), met(1), met(2)]);
    await client.appendToStream('client-b', [met(3)]);
    expect(await namesOf(client.readStream('client-a'))).toEqual([0, 1, 2]);
    expect(await namesOf(client.readStream('client-a', { fromRevision: 1n, maxCount: 1 }))).toEqual([1]);
    expect(await namesOf(client.readStream('client-a', { direction: BACKWARDS, fromRevision: END, maxCount: 2 }))).toEqual([2, 1]);
    expect(await namesOf(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 2 }))).toEqual([3, 2]);
    expect(await namesOf(client.readAll())).toEqual([undefined, 0, 1, 2, 3]);
    const [{ event }] = [...(await collect(client.readStream('client-a', { fromRevision: 1n })))];
    const { position } = event!;
    expect(await namesOf(client.readAll({ fromPosition: position }))).toEqual([1, 2, 3]);
    expect(event).toMatchObject({ type: 'Met', revision: 1n, metadata: { by: 'the client' }, isJson: true });
    await expect(collect(client.readStream('nobody'))).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('lets subscribers follow, with filters and checkpoints', async () => {
    await client.appendToStream('client-a', [met(0), jsonEvent({ type: 'Rare', data: {} }), met(1)]);
    const checkpoints: bigint[] = [];
    const filter = eventTypeFilter({
      prefixes: ['Rare'],
      maxSearchWindow: 1,
      checkpointInterval: 1,
      checkpointReached: (_, { commit }) => void checkpoints.push(commit),
    });
    const rare = client.subscribeToAll({ filter });
    const caughtUp = new Promise((resolve) => rare.once('caughtUp', resolve));
    const reading = until(rare, 2);
    await caughtUp;
    await client.appendToStream('client-b', [jsonEvent({ type: 'Rare', data: {} })]);
    expect(await reading).toEqual(['Rare', 'Rare']);
    expect(checkpoints.length).toBeGreaterThan(2);
    const byStream = client.subscribeToAll({ filter: streamNameFilter({ regex: '^client-b$' }) });
    expect(await until(byStream, 1)).toEqual(['Rare']);
    const ofStream = client.subscribeToStream('client-a', { fromRevision: 0n });
    for await (const { event } of ofStream) {
      expect(event!.revision).toBe(1n);
      break;
    }
  });

  it('tells what the adapter has written as the client understands it', async () => {
    const store = new EventStoreDbEventStore({ url: server.url() });
    const metadata = {
      id: '6f1b7a52-0f0f-5c1e-9d55-0b0c1e5c0a12',
      schemaVersion: 1,
      occurredAt: '2026-01-05T09:00:00.000Z',
      correlationId: 'spring',
      causationId: 'plan',
      actor: 'test',
    };
    const { position } = await store.append('client-a', -1, [{ type: 'Met', data: { name: 'Zoë' }, metadata }]);
    const [{ event }] = await collect(client.readStream('client-a'));
    expect(event).toMatchObject({ id: metadata.id, type: 'Met', data: { name: 'Zoë' }, metadata, isJson: true, revision: 0n });
    expect(event!.position!.commit).toBe(BigInt(position));
    expect(event!.created.toISOString()).toBe((await store.read('client-a'))[0].recordedAt);
    await store.close();
  });
});

const collect = async <T>(reading: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of reading) all.push(one);
  return all;
};
