import { Message, RecordedEvent } from './message.js';
import { DocumentStore, StoredDocument } from './ports.js';

/** The position of a document that does not exist: before every event. */
const NEVER = -1;

/** A read model as a pure fold: one document per key. */
export interface Projection<Document extends object, Event extends Message> {
  /** Also the name of its collection. */
  readonly name: string;
  /** Fields, by dotted paths, that queries find its documents by. */
  readonly indexes?: readonly string[];
  /** It asks nothing of what is sealed. */
  readonly sealed?: boolean;
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

/** A document in memory, changed in place: a rebuild folds a million events, and an object for each would be a million more to clear away. */
interface Held {
  document: object | null;
  position: number;
  changed: boolean;
}

/** Folds events into documents held in memory until they are written; an event not newer than its document changes nothing. */
export class Folding {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly projection: AnyProjection,
    private readonly documents: Pick<DocumentStore, 'getMany' | 'put'>,
  ) {}

  get size(): number {
    return this.held.size;
  }

  async add(events: readonly RecordedEvent[]): Promise<void> {
    const touched = events.map((event) => keysOf(this.projection, event));
    const missing = new Set(touched.flat().filter((key) => !this.held.has(key)));
    if (missing.size > 0) await this.load([...missing]);
    events.forEach((event, i) => {
      for (const key of touched[i]) {
        const held = this.held.get(key)!;
        if (held.position >= event.position) continue;
        const document = projectEvent(this.projection, held.document, event, key);
        if (document === null && held.position === NEVER) continue;
        held.document = document;
        held.position = event.position;
        held.changed = true;
      }
    });
  }

  /** Writes what changed and forgets everything. */
  async flush(): Promise<void> {
    const changed: StoredDocument[] = [];
    for (const [key, { document, position, changed: dirty }] of this.held) if (dirty) changed.push({ key, document, position });
    if (changed.length > 0) await this.documents.put(this.projection.name, changed);
    this.held.clear();
  }

  private async load(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.held.set(key, { document: null, position: NEVER, changed: false });
    for (const { key, document, position } of await this.documents.getMany(this.projection.name, keys))
      this.held.set(key, { document, position, changed: false });
  }
}
