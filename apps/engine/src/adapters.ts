import { EmbeddedDocumentStore, EmbeddedEventStore, Folder, openFolder, Outbox } from '@boucle/adapters';
import { Channel, Clock, Codec, DocumentStore, EventStore, Upcasters } from '@boucle/eventsourcing';
import { campaignUpcasters, waveUpcasters } from '@boucle/campaigns';
import { clientUpcasters } from '@boucle/clients';

/** The past shapes of every event. */
export const upcasters: Upcasters = { ...clientUpcasters, ...campaignUpcasters, ...waveUpcasters };

/** How every adapter encodes events. */
export const codec = new Codec(upcasters);

/** The wall clock. */
export class SystemClock extends Clock {
  now(): string {
    return new Date().toISOString();
  }
}

export const EVENTS_FILE = 'events.sqlite';
export const DOCUMENTS_FILE = 'documents.sqlite';
export const OUTBOX_FOLDER = 'outbox';

/** Everything outside that an engine stands on. */
export interface Adapters {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly checkpoints: Checkpoints;
  readonly channel: Channel;
  /** Carries events to other processes and services, if there is a bus. */
  readonly carrier: Carrier | null;
  close(): Promise<void>;
}

/** The settings that choose the adapters. */
export type Outside = Pick<
  Config,
  | 'dir'
  | 'eventStoreUrl'
  | 'eventStoreTimeout'
  | 'mongoUrl'
  | 'mongoTimeout'
  | 'kafkaBrokers'
  | 'kafkaTls'
  | 'kafkaCaFile'
  | 'kafkaSasl'
  | 'kafkaUsername'
  | 'kafkaPassword'
  | 'partitions'
  | 'lease'
>;

/** The settings of an engine that stands on its data folder alone. */
export const onFolder = (dir: string): Outside => ({ ...readConfig({}), dir });

/** Opens what an engine stands on: the one place that chooses the adapters. */
export const openAdapters = async (outside: Outside): Promise<Adapters> => {
  const opened: { close(): void | Promise<void> }[] = [];
  const keep = <T extends { close(): void | Promise<void> }>(one: T): T => {
    opened.unshift(one);
    return one;
  };
  const close = async (): Promise<void> => {
    for (const one of opened) await one.close();
  };
  const { dir, eventStoreUrl, mongoUrl, kafkaBrokers, partitions, lease } = outside;
  try {
    // a folder that holds a store is one engine's; an outbox alone may be shared
    const alone = eventStoreUrl === null || mongoUrl === null;
    const path = alone ? keep(openFolder(dir)).path : (name: string): string => join(dir, name);
    const events =
      eventStoreUrl === null
        ? new EmbeddedEventStore(path(EVENTS_FILE), codec)
        : new EventStoreDb(eventStoreUrl, outside.eventStoreTimeout, codec);
    keep(events);
    const documents =
      mongoUrl === null ? new EmbeddedDocumentStore(path(DOCUMENTS_FILE)) : new MongoDocumentStore(mongoUrl, outside.mongoTimeout);
    keep(documents);
    const checkpoints =
      mongoUrl === null
        ? new Checkpoints(documents)
        : new SharedCheckpoints(documents, `${hostname()}:${process.pid}:${randomUUID()}`, lease);
    const carrier = kafkaBrokers.length > 0 ? { bus: keep(new KafkaMessageBus(outside)), inside: insideOf(partitions, partitionOf) } : null;
    return { events, documents, checkpoints, channel: new Outbox(path(OUTBOX_FOLDER)), carrier, close };
  } catch (error) {
    await close();
    throw error;
  }
};
