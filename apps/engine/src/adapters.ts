import { EmbeddedDocumentStore, EmbeddedEventStore, Folder, KafkaMessageBus, openFolder, Outbox, SaslOptions } from '@boucle/adapters';
import { Channel, Clock, Codec, DocumentStore, EventStore, MessageBus, Upcasters } from '@boucle/eventsourcing';
import { campaignUpcasters, waveUpcasters } from '@boucle/campaigns';
import { clientUpcasters } from '@boucle/clients';
import { webhookUpcasters } from '@boucle/webhooks';
import { Config } from './config.js';

/** The past shapes of every event. */
export const upcasters: Upcasters = { ...clientUpcasters, ...campaignUpcasters, ...waveUpcasters, ...webhookUpcasters };

/** The wall clock. */
export class SystemClock extends Clock {
  now(): string {
    return new Date().toISOString();
  }
}

export const EVENTS_FILE = 'events.sqlite';
export const DOCUMENTS_FILE = 'documents.sqlite';
export const OUTBOX_FOLDER = 'outbox';
/** Seals the secrets of webhooks where no setting does. */
export const KEY_FILE = 'secrets.key';

/** Everything outside that an engine stands on. */
export interface Adapters {
  readonly folder: Folder;
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly channel: Channel;
  /** None: nothing is heard from other systems. */
  readonly bus?: MessageBus;
  close(): void;
}

/** Opens a data folder: the one place that chooses the adapters. */
export const openAdapters = (dir: string): Adapters => {
  const folder = openFolder(dir);
  const opened: { close(): void }[] = [folder];
  const keep = <T extends { close(): void }>(one: T): T => {
    opened.unshift(one);
    return one;
  };
  const close = (): void => opened.forEach((one) => one.close());
  try {
    const events = keep(new EmbeddedEventStore(folder.path(EVENTS_FILE), new Codec(upcasters)));
    const documents = keep(new EmbeddedDocumentStore(folder.path(DOCUMENTS_FILE)));
    return { folder, events, documents, channel: new Outbox(folder.path(OUTBOX_FOLDER)), close };
  } catch (error) {
    close();
    throw error;
  }
};

/** The bus of these settings, null if they name none. */
export const openBus = (config: Config): KafkaMessageBus | null => {
  const { kafkaBrokers: brokers, kafkaTls: tls, kafkaCaFile: caFile, kafkaSasl, kafkaUsername, kafkaPassword } = config;
  if (brokers.length === 0) return null;
  const sasl = kafkaSasl && {
    mechanism: kafkaSasl as SaslOptions['mechanism'],
    username: kafkaUsername ?? '',
    password: kafkaPassword ?? '',
  };
  return new KafkaMessageBus({ brokers, tls, caFile, sasl: sasl || null });
};
