import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  CachedKeyVault,
  EmbeddedDocumentStore,
  EmbeddedEventStore,
  EmbeddedKeyVault,
  EmbeddedSearchIndex,
  EventStoreDbEventStore,
  Folder,
  HttpKeyVault,
  KafkaMessageBus,
  MongodbDocumentStore,
  openFolder,
  Outbox,
  partitionOf,
  Sealing,
} from '@boucle/adapters';
import {
  Channel,
  Checkpoints,
  Clock,
  Codec,
  DocumentStore,
  EventStore,
  Inside,
  KeyVault,
  MessageBus,
  SearchIndex,
  SharedCheckpoints,
  StoreUnavailableError,
  Upcasters,
} from '@boucle/eventsourcing';
import { campaignUpcasters, waveUpcasters } from '@boucle/campaigns';
import {
  articleUpcasters,
  catalogueUpcasters,
  clientUpcasters,
  dayRateUpcasters,
  DuplicateIndex,
  duplicatesIndexing,
  recordUpcasters,
  SearchEntry,
  searchIndexing,
} from '@boucle/clients';
import { webhookUpcasters } from '@boucle/webhooks';
import { Config, readConfig, SettingError } from './config.js';
import { insideOf } from './outgoing.relay.js';

/** The past shapes of every event. */
export const upcasters: Upcasters = {
  ...clientUpcasters,
  ...catalogueUpcasters,
  ...recordUpcasters,
  ...articleUpcasters,
  ...dayRateUpcasters,
  ...campaignUpcasters,
  ...waveUpcasters,
  ...webhookUpcasters,
};

/** The wall clock. */
export class SystemClock extends Clock {
  now(): string {
    return new Date().toISOString();
  }
}

export const EVENTS_FILE = 'events.sqlite';
export const DOCUMENTS_FILE = 'documents.sqlite';
export const VAULT_FILE = 'vault.sqlite';
/** The erasure register. */
export const REGISTER_FILE = 'register.sqlite';
/** What clients are found by; rebuilt from the log if it is not there. */
export const SEARCH_FILE = 'search.sqlite';
/** Who may be the same person; rebuilt from the log if it is not there. */
export const DUPLICATES_FILE = 'duplicates.sqlite';
export const OUTBOX_FOLDER = 'outbox';
/** Seals the secrets of webhooks and the bodies of dead letters where no setting does. */
export const KEY_FILE = 'secrets.key';

/** Carries events to other processes and services. */
export abstract class Carrier {
  abstract readonly bus: MessageBus;
  abstract readonly inside: Inside;
}

/** Everything outside that an engine stands on. */
export interface Adapters {
  readonly events: EventStore;
  readonly vault: KeyVault;
  /** How the log is written and read. */
  readonly codec: Codec;
  readonly documents: DocumentStore;
  readonly checkpoints: Checkpoints;
  readonly channel: Channel;
  /** Where a file of the engine's own stands. */
  readonly path: (name: string) => string;
  /** Opens what clients are found by: an index of this process alone. */
  readonly openIndex: () => SearchIndex<SearchEntry>;
  /** Opens who may be the same person: an index of this process alone. */
  readonly openDuplicates: () => DuplicateIndex;
  /** null: there is no bus. */
  readonly carrier: Carrier | null;
  close(): Promise<void>;
}

/** An engine on its data folder alone. */
export const onFolder = (dir: string): Config => ({ ...readConfig({}), dir });

/** An engine on the servers whose URLs are set, and on a data folder for the rest. */
export const onServersAnd = (dir: string): Config => ({ ...readConfig(process.env), dir });

/** The first folder in a data folder that no other process holds. */
const ownFolder = (dir: string): Folder => {
  for (let n = 1; ; n++)
    try {
      return openFolder(join(dir, `process-${n}`));
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
};

/** The bus of these settings, null if they name none. */
export const openBus = (config: Config): KafkaMessageBus | null => {
  const { kafkaBrokers: brokers, kafkaTls: tls, kafkaCaFile: caFile, kafkaSasl, kafkaUsername, kafkaPassword, lease: session } = config;
  if (brokers.length === 0) return null;
  const sasl = kafkaSasl && { mechanism: kafkaSasl, username: kafkaUsername ?? '', password: kafkaPassword ?? '' };
  return new KafkaMessageBus({ brokers, tls, caFile, sasl, session });
};

/** The vault of these settings. */
const openVault = ({ vaultUrl: url, vaultToken: token, vaultTimeout: timeout }: Config, path: (name: string) => string): CachedKeyVault => {
  if (url === null) return new CachedKeyVault(new EmbeddedKeyVault(path(VAULT_FILE), path(REGISTER_FILE)));
  if (token === null) throw new SettingError('BOUCLE_VAULT_TOKEN must be set: the vault at BOUCLE_VAULT_URL answers nobody without it');
  return new CachedKeyVault(new HttpKeyVault({ url, token, timeout }));
};

/** Opens what an engine stands on: the one place that chooses the adapters. */
export const openAdapters = async (config: Config): Promise<Adapters> => {
  const opened: { close(): void | Promise<void> }[] = [];
  const keep = <T extends { close(): void | Promise<void> }>(one: T): T => {
    opened.unshift(one);
    return one;
  };
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0)) await one.close();
  };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { dir, eventStoreUrl, eventStoreTimeout, mongoUrl, mongoTimeout, partitions, lease } = config;
  try {
    // a folder that holds a store belongs to one engine; the outbox alone may be shared
    const folder = eventStoreUrl === null || mongoUrl === null ? keep(openFolder(dir)) : null;
    const path = (name: string): string => folder?.path(name) ?? join(dir, name);
    const vault = keep(openVault(config, path));
    const codec = new Codec(upcasters, new Sealing(vault));
    const events = keep(
      eventStoreUrl === null
        ? new EmbeddedEventStore(path(EVENTS_FILE), codec)
        : new EventStoreDbEventStore({ url: eventStoreUrl, timeout: eventStoreTimeout, codec }),
    );
    const documents = keep(
      mongoUrl === null
        ? new EmbeddedDocumentStore(path(DOCUMENTS_FILE), say)
        : await MongodbDocumentStore.open({ url: mongoUrl, timeout: mongoTimeout }),
    );
    const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
    const checkpoints = mongoUrl === null ? new Checkpoints(documents) : new SharedCheckpoints(documents, owner, lease);
    let own = folder;
    const ownPath = (name: string): string => (own ??= keep(ownFolder(dir))).path(name);
    const openIndex = () => keep(new EmbeddedSearchIndex<SearchEntry>(ownPath(SEARCH_FILE), searchIndexing, say));
    const openDuplicates = () => keep(new EmbeddedSearchIndex(ownPath(DUPLICATES_FILE), duplicatesIndexing, say));
    const bus = openBus(config);
    if (bus) keep(bus);
    const carrier = bus && { bus, inside: insideOf(partitions, partitionOf) };
    const channel = new Outbox(path(OUTBOX_FOLDER));
    return { events, vault, codec, documents, checkpoints, channel, path, openIndex, openDuplicates, carrier, close };
  } catch (error) {
    await close();
    throw error;
  }
};
