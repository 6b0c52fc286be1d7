import { AnyProjection, DocumentStore, EventStore, Page, projectEvent, RecordedEvent, StoredDocument } from '@boucle/eventsourcing';
import { clientStream } from '../client/client.decider.js';
import { profileProjection } from '../client/profile.projection.js';
import { identityProjection } from '../person/identity.projection.js';
import { historyProjection } from './history.projection.js';

const FOLDED = new Map<string, AnyProjection>([profileProjection, identityProjection, historyProjection].map((one) => [one.name, one]));

/** How far the past is read. */
export interface Horizon {
  /** What we knew: everything up to this place in the log. */
  readonly position: number;
  /** What was true: only what had happened by this instant; null: whenever it happened. */
  readonly until: string | null;
}

/** What had happened with a client by then; who did something before he was entered here was somebody all the same. */
export const happenedBy = (events: readonly RecordedEvent[], { position, until }: Horizon): readonly RecordedEvent[] => {
  const known = events.filter((event) => event.position <= position);
  if (until === null) return known;
  const isBy = ({ metadata }: RecordedEvent): boolean => metadata.occurredAt <= until;
  return known.some(isBy) ? known.filter((event) => event.type === 'ClientRegistered' || isBy(event)) : [];
};

/**
 * The documents of clients as they stood, or would have stood, at some time: each is folded anew from his own stream.
 * One page of clients is in memory at a time. Who was erased since is there without anything personal.
 */
export class PastDocuments implements Pick<DocumentStore, 'getMany' | 'scan'> {
  private page = new Map<string, readonly RecordedEvent[]>();

  constructor(
    private readonly events: Pick<EventStore, 'read'>,
    /** Knows the ids of everybody who ever was a client. */
    private readonly documents: Pick<DocumentStore, 'scan'>,
    private readonly horizon: Horizon,
  ) {}

  async getMany<D extends object>(collection: string, clientIds: readonly string[]): Promise<StoredDocument<D>[]> {
    const projection = FOLDED.get(collection);
    if (!projection) throw new Error(`${collection} is not folded from streams of clients`);
    return Promise.all(
      clientIds.map(async (key) => {
        const happened = await this.streamOf(key);
        const document = happened.reduce<object | null>((told, event) => projectEvent(projection, told, event, key), null);
        return { key, document: document as D | null, position: happened.at(-1)?.position ?? 0 };
      }),
    );
  }

  async scan<D extends object>(collection: string, page?: Page): Promise<StoredDocument<D>[]> {
    const keys = (await this.documents.scan(profileProjection.name, page)).map(({ key }) => key);
    this.page = new Map();
    return this.getMany(collection, keys);
  }

  private async streamOf(clientId: string): Promise<readonly RecordedEvent[]> {
    const known = this.page.get(clientId);
    if (known) return known;
    const happened = happenedBy(await this.events.read(clientStream(clientId)), this.horizon);
    this.page.set(clientId, happened);
    return happened;
  }
}
