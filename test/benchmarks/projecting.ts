import { MongoClient } from 'mongodb';
import { EmbeddedEventStore, KafkaMessageBus, MongodbDocumentStore, partitionOf } from '@boucle/adapters';
import {
  Codec,
  MessageBus,
  PartitionedProcessor,
  POSITION,
  projectEvent,
  projectionConsumer,
  sha256,
  SharedCheckpoints,
} from '@boucle/eventsourcing';
import { targetingBarrier } from '@boucle/campaigns';
import { profileProjection } from '@boucle/clients';
import { INTERNAL_TOPIC } from '@boucle/contracts';
import { upcasters } from '../../apps/engine/src/adapters.js';
import { insideOf } from '../../apps/engine/src/outgoing.relay.js';
import { fieldsOf } from '../../libs/adapters/src/document-store/mongodb-fields.js';
import { bareKafka, hearAll, messageCounts } from './bare-kafka.js';
import { inGroups } from './events.js';
import { clock, compared, Pair, progress, Result, Taken, told } from './measure.js';
import { PARTITIONS, relayAll } from './relaying.js';
import { Servers } from './servers.js';

const ROUNDS = 3;
const LEASE_MS = 10_000;
/** As the adapter does. */
const MOST_PER_READ = 500;
const MOST_PER_WRITE = 1000;
const { name: PROFILES } = profileProjection;

/** A document as the adapter stores it. */
interface Row {
  readonly _id: string;
  readonly position: number;
  readonly text: string;
  readonly fields: object;
}

/** By position in the log: the profile after the event. */
const preparedRows = async (store: EmbeddedEventStore): Promise<ReadonlyMap<number, Row>> => {
  const rows = new Map<number, Row>();
  const profiles = new Map<string, object | null>();
  for await (const { events, caughtUp } of store.subscribe({ after: 0 })) {
    for (const event of events) {
      const { clientId } = event.data as { clientId: string };
      const profile = projectEvent(profileProjection, profiles.get(clientId) ?? null, event, clientId)!;
      profiles.set(clientId, profile);
      const { position } = event;
      rows.set(position, { _id: clientId, position, text: JSON.stringify(profile), fields: fieldsOf(profile) });
    }
    if (caughtUp) break;
  }
  return rows;
};

/** A database of its own while it works. */
const inDatabase = async <T>(url: string, work: (url: string, client: MongoClient) => Promise<T>): Promise<T> => {
  const client = new MongoClient(url);
  try {
    await client.db().dropDatabase();
    return await work(url, client);
  } finally {
    await client.db().dropDatabase();
    await client.close();
  }
};

/** The hash of every profile there. */
const hashOfProfiles = async (client: MongoClient): Promise<string> => {
  const rows = await client.db().collection<Row>(PROFILES).find().toArray();
  return sha256(
    rows
      .map(({ _id, position, text }) => `${_id} ${position} ${text}`)
      .sort()
      .join('\n'),
  );
};

/** From the first batch heard until every partition is at the head of the log. */
const projectByUs = async (store: EmbeddedEventStore, brokers: string, url: string, group: string): Promise<Taken> => {
  const kafka = new KafkaMessageBus({ brokers: brokers.split(',') });
  let taken: (() => Taken) | undefined;
  const bus: MessageBus = {
    prepare: (topics) => kafka.prepare(topics),
    publish: (topic, messages) => kafka.publish(topic, messages),
    unheard: (of, topics) => kafka.unheard(of, topics),
    consume: ({ take, ...consumption }) =>
      kafka.consume({
        ...consumption,
        group,
        take: (batch, signal) => {
          taken ??= clock();
          return take(batch, signal);
        },
      }),
  };
  const documents = await MongodbDocumentStore.open({ url, timeout: LEASE_MS });
  const processor = new PartitionedProcessor(
    store,
    bus,
    insideOf(PARTITIONS, partitionOf),
    new Codec(upcasters),
    new SharedCheckpoints(documents, group, LEASE_MS),
    () => (_, take) => take(),
    () => projectionConsumer(profileProjection, documents, targetingBarrier),
  );
  const stop = new AbortController();
  const following = processor.follow(stop.signal);
  try {
    await processor.reach(await store.head());
    return taken!();
  } finally {
    stop.abort();
    await following;
    await documents.close();
    await kafka.close();
  }
};

/** The drivers alone hear the same messages, look for the same documents and write them. */
const projectBare = (
  rows: ReadonlyMap<number, Row>,
  brokers: string,
  messages: number,
  client: MongoClient,
  group: string,
): Promise<Taken> => {
  const profiles = client.db().collection<Row>(PROFILES);
  return hearAll(bareKafka(brokers), INTERNAL_TOPIC, messages, group, async ({ batch }) => {
    const newest = new Map<string, Row>();
    for (const { key, headers } of batch.messages) {
      const row = rows.get(Number(String(headers![POSITION])));
      if (row?._id === String(key)) newest.set(row._id, row);
    }
    for (const some of inGroups(newest.keys(), MOST_PER_READ))
      await profiles.find({ _id: { $in: some } }, { projection: { fields: 0 } }).toArray();
    for (const some of inGroups(newest.values(), MOST_PER_WRITE)) {
      const writes = some.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id, position: { $lte: replacement.position } }, replacement, upsert: true },
      }));
      await profiles.bulkWrite(writes, { ordered: false });
    }
  });
};

/** The profiles kept over Kafka in MongoDB, all partitions in this process, against the drivers alone. */
export const projecting = async (store: EmbeddedEventStore, events: number, { kafka, mongodb }: Servers): Promise<Result[]> => {
  await relayAll(store, kafka);
  const { [INTERNAL_TOPIC]: messages } = await messageCounts(bareKafka(kafka));
  const rows = await preparedRows(store);
  const rounds: Pair[] = [];
  for (let number = 0; number <= ROUNDS; number++) {
    const group = `projecting-${number}`;
    const ours = await inDatabase(`${mongodb}/ours`, async (url, client) => {
      const taken = await projectByUs(store, kafka, url, `${group}-ours`);
      return { taken, hash: await hashOfProfiles(client) };
    });
    const bare = await inDatabase(`${mongodb}/bare`, async (_, client) => {
      const taken = await projectBare(rows, kafka, messages, client, `${group}-bare`);
      return { taken, hash: await hashOfProfiles(client) };
    });
    if (ours.hash !== bare.hash) throw new Error('the two did not write the same profiles');
    const pair = { ours: ours.taken, bare: bare.taken };
    progress(`projection, round ${number === 0 ? 'to warm up' : number}: ${told(pair)}`);
    if (number > 0) rounds.push(pair);
  }
  return compared(`profiles of ${events} events over Kafka in the MongoDB emulator, ratio to the drivers alone`, events, rounds, 0.6);
};
