import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Codec, DocumentStore, EventStore, Message, NewEvent, NO_STREAM, RecordedEvent, StoredDocument } from '@boucle/eventsourcing';
import { EmbeddedDocumentStore } from '../src/document-store/embedded.js';
import { EmbeddedEventStore } from '../src/event-store/embedded.js';

/** Documents on a disk that can be made to fail: the next writes to a collection are refused. */
export class FallibleDocuments extends EmbeddedDocumentStore {
  private readonly failures = new Map<string, number>();

  failNext(collection: string, times = 1): void {
    this.failures.set(collection, times);
  }

  override async put(collection: string, documents: readonly StoredDocument[]): Promise<void> {
    const left = this.failures.get(collection) ?? 0;
    if (left > 0) {
      this.failures.set(collection, left - 1);
      throw new Error(`no write to ${collection}`);
    }
    return super.put(collection, documents);
  }
}

export interface Stores {
  readonly log: EmbeddedEventStore;
  readonly documents: FallibleDocuments;
  close(): void;
}

export const openStores = (codec?: Codec): Stores => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-kernel-'));
  const log = new EmbeddedEventStore(join(folder, 'log.sqlite'), codec);
  const documents = new FallibleDocuments(join(folder, 'documents.sqlite'));
  return {
    log,
    documents,
    close: () => {
      log.close();
      documents.close();
      rmSync(folder, { recursive: true });
    },
  };
};

export const NOW = '2026-03-01T10:00:00.000Z';

let events = 0;

/** Appends to the end of a stream. */
export const append = async (log: EventStore, stream: string, ...facts: Message[]): Promise<number> => {
  const revision = (await log.read(stream)).at(-1)?.revision ?? NO_STREAM;
  const written = facts.map((fact): NewEvent => {
    const id = `event-${++events}`;
    return {
      ...fact,
      metadata: { id, schemaVersion: 1, occurredAt: NOW, correlationId: `first-${id}`, causationId: 'test', actor: 'test' },
    };
  });
  return (await log.append(stream, revision, written)).position;
};

/** All events of the log. */
export const history = async (log: EventStore): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const { events, caughtUp } of log.subscribe({ after: 0 })) {
    found.push(...events);
    if (caughtUp) break;
  }
  return found;
};

/** Waits for something that has no position, turn by turn. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise(setImmediate);
};

export const contents = async (documents: DocumentStore, collection: string): Promise<Record<string, unknown>> =>
  Object.fromEntries((await documents.scan(collection)).map(({ key, document }) => [key, document]));
