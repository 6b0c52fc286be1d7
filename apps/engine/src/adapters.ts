import { EmbeddedDocumentStore, EmbeddedEventStore, Folder, openFolder, Outbox } from '@boucle/adapters';
import { Channel, Clock, Codec, DocumentStore, EventStore, Upcasters } from '@boucle/eventsourcing';
import { campaignUpcasters, waveUpcasters } from '@boucle/campaigns';
import { clientUpcasters } from '@boucle/clients';

/** The past shapes of every event. */
export const upcasters: Upcasters = { ...clientUpcasters, ...campaignUpcasters, ...waveUpcasters };

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
  readonly folder: Folder;
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly channel: Channel;
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
    const documents = keep(new EmbeddedDocumentStore(folder.path(DOCUMENTS_FILE), (line) => process.stderr.write(`${line}\n`)));
    return { folder, events, documents, channel: new Outbox(folder.path(OUTBOX_FOLDER)), close };
  } catch (error) {
    close();
    throw error;
  }
};
