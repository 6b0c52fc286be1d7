import { Filter } from './filter.js';
import { NewEvent, RecordedEvent } from './message.js';

/** The revision of a stream that does not exist yet. */
export const NO_STREAM = -1;

/** Where an append has put its last event. */
export interface Appended {
  readonly revision: number;
  readonly position: number;
}

/** A run of events in log order. */
export interface Batch {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here has been seen, filtered out or not. */
  readonly position: number;
  /** Nothing was left in the log behind this batch when it was read. */
  readonly caughtUp: boolean;
}

export interface Subscription {
  /** Start behind this position; 0 is the beginning of the log. */
  readonly after: number;
  /** Only events of these types; all if left out. */
  readonly types?: readonly string[];
  /** As the log holds them: what is sealed stays so. */
  readonly sealed?: boolean;
  readonly signal?: AbortSignal;
}

/** The log: the only truth. */
export abstract class EventStore {
  /** The events of a stream from a revision on, at most `count`; empty for an unknown stream. */
  abstract read(stream: string, fromRevision?: number, count?: number): Promise<RecordedEvent[]>;
  /** All or nothing at the expected revision, durable before it answers; the same events again at the same place answer as the first time. Throws `ConcurrencyError`. */
  abstract append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended>;
  /** Events in log order, one batch at a time, at the pace of the reader; goes on with new ones until the signal aborts. */
  abstract subscribe(subscription: Subscription): AsyncIterable<Batch>;
  /** The position of the newest event, 0 for an empty log. */
  abstract head(): Promise<number>;
}

/** A document with the position of the last event folded into it; a null document is a tombstone. */
export interface StoredDocument<D extends object = object> {
  readonly key: string;
  readonly document: D | null;
  readonly position: number;
}

/** Read models: everything in here can be dropped and rebuilt from the log. */
export abstract class DocumentStore {
  /** The document, or null if there is none or only a tombstone. */
  abstract get<D extends object>(collection: string, key: string): Promise<D | null>;
  /** Documents and tombstones of these keys, in any order, unknown ones left out. */
  abstract getMany<D extends object>(collection: string, keys: readonly string[]): Promise<StoredDocument<D>[]>;
  /** Stores each document unless a newer position is already there. */
  abstract put(collection: string, documents: readonly StoredDocument[]): Promise<void>;
  /** Live documents that match, in key order. */
  abstract find<D extends object>(collection: string, filter: Filter, page?: Page): Promise<StoredDocument<D>[]>;
  /** Documents and tombstones in key order, one page at a time. */
  abstract scan<D extends object>(collection: string, page?: Page): Promise<StoredDocument<D>[]>;
  /** Stores one document in place of the version at this position (null: of none), and only then; tells whether it did. Its own position must be greater. */
  abstract swap(collection: string, document: StoredDocument, inPlaceOf: number | null): Promise<boolean>;
  /** Readies a collection for finds by each of these fields, dotted paths; changes no answer and may be repeated. */
  abstract index(collection: string, fields: readonly string[]): Promise<void>;
  abstract drop(collection: string): Promise<void>;
  /** Overwrites on the disk what documents held before they were replaced, deleted or dropped, as far as that is in the store's hands; changes no answer. */
  abstract purge(): Promise<void>;
  abstract collections(): Promise<string[]>;
}

export interface Page {
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Only keys behind this one. */
  readonly after?: string;
  /** At most this many; 500 if left out. */
  readonly limit?: number;
}

/** Every document of a collection in key order, a page at a time. */
export async function* everyDocument<D extends object>(
  store: Pick<DocumentStore, 'scan'>,
  collection: string,
  prefix = '',
): AsyncGenerator<StoredDocument<D>[]> {
  const limit = 1000;
  for (let after: string | undefined; ;) {
    const page = await store.scan<D>(collection, { prefix, after, limit });
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    after = page[page.length - 1].key;
  }
}

/** The key of a subject: 32 bytes. */
export type SealingKey = Uint8Array;

/** A subject whose key was destroyed for good. */
export interface Destruction {
  readonly subject: string;
  /** ISO instant. */
  readonly at: string;
  readonly by: string;
}

/** Keeps a key for each subject, the stream that is sealed with it: with the key goes, for good, what the log says about a person. */
export abstract class KeyVault {
  /** The key of a subject as far as it is known without waiting, null: destroyed; undefined: the vault must be asked. */
  atHand(_subject: string): SealingKey | null | undefined {
    return undefined;
  }
  /** The keys to seal with, made where there is none yet and durable before it answers; null: destroyed, and none is ever made again. */
  abstract keysToSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>>;
  /** The keys to open with, null: destroyed; subjects that never had one are left out. */
  abstract keysToOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>>;
  /** Enters them in the erasure register and destroys their keys in every file of the vault, all that before it answers; what was entered before stays as it was. */
  abstract destroy(destructions: readonly Destruction[]): Promise<void>;
  /** The erasure register in order: at most `limit` behind the first `after`. */
  abstract register(after?: number, limit?: number): Promise<readonly Destruction[]>;
  /** The secret of the installation, for keyed lookups; made when it is first asked for. */
  abstract secret(): Promise<Uint8Array>;
}

/** The whole erasure register of a vault in order, a page at a time. */
export async function* everyDestruction(vault: KeyVault): AsyncGenerator<readonly Destruction[]> {
  for (let after = 0; ;) {
    const page = await vault.register(after);
    if (page.length === 0) return;
    yield page;
    after += page.length;
  }
}

/** A keyed hash of a value of some kind, fit for an id: whoever has not the secret of the installation cannot guess the value. */
export type Lookup = (kind: string, value: string) => string;

/** Says what time it is. */
export abstract class Clock {
  /** ISO instant. */
  abstract now(): string;
}

/** Messages that leave together. */
export interface Delivery {
  /** Stands for exactly these messages: offered again, it must not go out twice. */
  readonly id: string;
  readonly messages: readonly object[];
}

/** Takes what goes out to clients; idempotent by the id of the delivery. */
export abstract class Channel {
  /** Resolves once the delivery is safe on the other side. */
  abstract send(delivery: Delivery): Promise<void>;
  /** Takes messages out of the deliveries whose ids begin so, as far as they are still on this side. */
  abstract retract(deliveries: string, concerned: (message: object) => boolean): Promise<void>;
}

/** A topic of the bus. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  /** How long a message is kept at most, ms; as long as the bus likes if left out. */
  readonly retention?: number;
}

/** What is said on a topic. */
export interface BusMessage {
  /** Messages with the same key stay in order. */
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  /** Where it goes; chosen by the key if left out. */
  readonly partition?: number;
}

/** What was heard on a topic. */
export interface HeardMessage extends BusMessage {
  readonly partition: number;
  readonly offset: number;
}

/** Messages of one partition in order. */
export interface BusBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly HeardMessage[];
}

/** A partition that a consumer has been given. */
export interface Assignment {
  readonly topic: string;
  readonly partition: number;
}

export interface Consumption {
  /** Consumers of the same group share the partitions. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Told before the first batch whenever partitions are given, or given back; told again until it succeeds. */
  assigned?(assignments: readonly Assignment[]): Promise<void>;
  /** Told what keeps the group from hearing anything, and null when it hears again. */
  hindered?(error: Error | null): void;
  /** Takes a batch, never two of one partition at a time, and again until it succeeds; afterwards it counts as heard, unless the signal has aborted: then the partition is taken away and another will hear it again. */
  take(batch: BusBatch, signal: AbortSignal): Promise<void>;
  readonly signal: AbortSignal;
}

/** Carries events to other processes and services: transport, not truth. */
export abstract class MessageBus {
  /** Creates the topics that are missing; refuses one that has other partitions, or keeps messages longer than it may. */
  abstract prepare(topics: readonly Topic[]): Promise<void>;
  /** Durable before it answers, in order; after a failure they may be offered again, then some stand twice. */
  abstract publish(topic: string, messages: readonly BusMessage[]): Promise<void>;
  /** How many messages of these topics, which must be there, a group has not heard yet. */
  abstract unheard(group: string, topics: readonly string[]): Promise<number>;
  /** Hears what a group has not heard yet, from the first message that is kept: what is kept no longer is passed over without a word. Resolves once the signal has aborted. */
  abstract consume(consumption: Consumption): Promise<void>;
}
