import { Message, RecordedEvent } from './message.js';
import { DocumentStore, StoredDocument } from './ports.js';

/** A read model as a pure fold: one document per key. */
export interface Projection<Document extends object, Event extends Message> {
  /** Also the name of its collection. */
  readonly name: string;
  /** The documents that an event touches. */
  key(event: RecordedEvent<Event>): string | readonly string[];
  /** The document after the event; null deletes it. */
  readonly on: {
    readonly [T in Event['type']]: (
      document: Document | null,
      event: RecordedEvent<Extract<Event, { type: T }>>,
      key: string,
    ) => Document | null;
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a list of projections of different documents
export type AnyProjection = Projection<any, any>;

type On = Readonly<Record<string, ((document: object | null, event: RecordedEvent, key: string) => object | null) | undefined>>;

/** The document after one event; an event that the projection does not name changes nothing. */
export const projectEvent = (projection: AnyProjection, document: object | null, event: RecordedEvent, key: string): object | null => {
  const step = (projection.on as On)[event.type];
  return step ? step(document, event, key) : document;
};

const keysOf = (projection: AnyProjection, event: RecordedEvent): readonly string[] => {
  const key = projection.key(event);
  return typeof key === 'string' ? [key] : key;
};

/** Folds events into documents held in memory until they are written; an event not newer than its document changes nothing. */
export class Folding {
  private readonly held = new Map<string, StoredDocument>();
  private readonly changed = new Set<string>();

  constructor(
    private readonly projection: AnyProjection,
    private readonly documents: DocumentStore,
  ) {}

  get size(): number {
    return this.held.size;
  }

  async add(events: readonly RecordedEvent[]): Promise<void> {
    const touched = events.map((event) => keysOf(this.projection, event));
    const missing = new Set(touched.flat().filter((key) => !this.held.has(key)));
    for (const stored of await this.documents.getMany(this.projection.name, [...missing])) this.held.set(stored.key, stored);
    events.forEach((event, i) => {
      for (const key of touched[i]) {
        const before = this.held.get(key);
        if (before && before.position >= event.position) continue;
        const document = projectEvent(this.projection, before?.document ?? null, event, key);
        if (document === null && !before) continue;
        this.held.set(key, { key, document, position: event.position });
        this.changed.add(key);
      }
    });
  }

  /** Writes what changed and forgets everything. */
  async flush(): Promise<void> {
    const changed = [...this.changed].map((key) => this.held.get(key)!);
    if (changed.length > 0) await this.documents.put(this.projection.name, changed);
    this.changed.clear();
    this.held.clear();
  }
}
