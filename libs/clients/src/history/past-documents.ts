import { AnyProjection, DocumentStore, EventStore, Page, projectEvent, RecordedEvent, StoredDocument } from '@boucle/eventsourcing';
import { clientStream } from '../client/client.decider.js';
import { profileProjection } from '../client/profile.projection.js';
import { identityProjection } from '../person/identity.projection.js';
import { PastScores, ScoringRun } from '../value/past-scores.js';
import { scoresProjection } from '../value/scores.projection.js';
import { historyProjection } from './history.projection.js';
import { PastRecords } from './past-log.js';

const FOLDED = new Map<string, AnyProjection>(
  [profileProjection, identityProjection, historyProjection, scoresProjection].map((one) => [one.name, one]),
);

/** How far the past is read. */
export interface Horizon {
  /** What we knew: everything up to this place in the log. */
  readonly position: number;
  /** What was true: only what had happened by this instant; null: whenever it happened. */
  readonly until: string | null;
  /** The run by which clients are scored, asked for when scores are; left out: nobody is. */
  readonly scoring?: () => Promise<ScoringRun | null>;
}

/** What a record was called is true since it was recorded, whenever it was understood. */
const isMeaning = ({ type, data }: RecordedEvent): boolean =>
  type === 'WaitingValueSettled' && (data as { recordId: string | null }).recordId !== null;

/** What had happened with a client by then; who did something before he was entered here was somebody all the same. */
export const happenedBy = (events: readonly RecordedEvent[], { position, until }: Horizon): readonly RecordedEvent[] => {
  const known = events.filter((event) => event.position <= position);
  if (until === null) return known;
  const isBy = ({ metadata }: RecordedEvent): boolean => metadata.occurredAt <= until;
  return known.some(isBy) ? known.filter((event) => event.type === 'ClientRegistered' || isMeaning(event) || isBy(event)) : [];
};

const inOrder = (events: readonly RecordedEvent[]): readonly RecordedEvent[] => [...events].sort((a, b) => a.position - b.position);

/**
 * Documents as they stood, or would have stood, at some time: those of clients are folded anew, each from his own stream.
 * One page of clients is in memory at a time. Who was erased since is there without anything personal.
 */
export class PastDocuments implements Pick<DocumentStore, 'getMany' | 'scan'> {
  private page = new Map<string, readonly RecordedEvent[]>();
  private readonly records: PastRecords;
  private scores: PastScores | undefined;

  constructor(
    private readonly events: Pick<EventStore, 'read' | 'subscribe'>,
    /** Knows the ids of everybody who ever was a client. */
    private readonly documents: Pick<DocumentStore, 'scan'>,
    private readonly horizon: Horizon,
  ) {
    this.records = new PastRecords(events, horizon.position);
  }

  async getMany<D extends object>(collection: string, clientIds: readonly string[]): Promise<StoredDocument<D>[]> {
    const projection = FOLDED.get(collection);
    if (!projection) return this.records.getMany(collection, clientIds);
    const scored = projection === scoresProjection ? await this.scored(clientIds) : undefined;
    return Promise.all(
      clientIds.map(async (key) => {
        const own = await this.streamOf(key);
        const score = scored?.get(key);
        const happened = score ? inOrder([...own, score]) : own;
        const document = happened.reduce<object | null>((told, event) => projectEvent(projection, told, event, key), null);
        return { key, document: document as D | null, position: happened.at(-1)?.position ?? 0 };
      }),
    );
  }

  async scan<D extends object>(collection: string, page?: Page): Promise<StoredDocument<D>[]> {
    if (!FOLDED.has(collection)) return this.records.scan(collection, page);
    const keys = (await this.documents.scan(profileProjection.name, page)).map(({ key }) => key);
    this.page = new Map();
    return this.getMany(collection, keys);
  }

  private async scored(clientIds: readonly string[]): Promise<ReadonlyMap<string, RecordedEvent> | undefined> {
    const scoring = await this.horizon.scoring?.();
    if (scoring) this.scores ??= new PastScores(this.events, scoring);
    return this.scores?.of(clientIds);
  }

  private async streamOf(clientId: string): Promise<readonly RecordedEvent[]> {
    const known = this.page.get(clientId);
    if (known) return known;
    const happened = happenedBy(await this.events.read(clientStream(clientId)), this.horizon);
    this.page.set(clientId, happened);
    return happened;
  }
}
