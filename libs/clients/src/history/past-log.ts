import { AnyProjection, DocumentStore, EventStore, Folding, StoredDocument } from '@boucle/eventsourcing';
import { articlesProjection } from '../article/articles.projection.js';
import { classChangesProjection } from '../life-cycle/class-changes.projection.js';
import { dayRatesProjection } from '../purchase/day-rates.projection.js';
import { companiesProjection, householdsProjection, pointsOfSaleProjection } from '../record/records.projection.js';

/** The streams of a log as they were when it ended at a position. */
export const logUntil = (events: Pick<EventStore, 'read'>, position: number): Pick<EventStore, 'read'> => ({
  read: async (stream, fromRevision, count) =>
    (await events.read(stream, fromRevision, count)).filter((event) => event.position <= position),
});

/** What is known besides people, and is little: few documents, of few events. */
const RECORDED: readonly AnyProjection[] = [
  articlesProjection,
  dayRatesProjection,
  classChangesProjection,
  householdsProjection,
  companiesProjection,
  pointsOfSaleProjection,
];

/** Goes through the events of some types up to a position. */
export async function* eventsUntil(events: Pick<EventStore, 'subscribe'>, types: readonly string[], position: number) {
  for await (const batch of events.subscribe({ after: 0, types, sealed: true })) {
    yield batch.events.filter((event) => event.position <= position);
    if (batch.caughtUp || batch.position >= position) return;
  }
}

/** Documents of what is known besides people, as they stood at a position. */
export class PastRecords implements Pick<DocumentStore, 'getMany' | 'scan'> {
  /** Each in order of key. */
  private readonly folded = new Map<string, Promise<ReadonlyMap<string, StoredDocument>>>();

  constructor(
    private readonly events: Pick<EventStore, 'subscribe'>,
    private readonly position: number,
  ) {}

  async getMany<D extends object>(collection: string, keys: readonly string[]): Promise<StoredDocument<D>[]> {
    const all = await this.all<D>(collection);
    return keys.flatMap((key) => all.get(key) ?? []);
  }

  async scan<D extends object>(collection: string, { prefix = '', after = '', limit = 500 } = {}): Promise<StoredDocument<D>[]> {
    const all = [...(await this.all<D>(collection)).values()];
    return all.filter(({ key }) => key > after && key.startsWith(prefix)).slice(0, limit);
  }

  private all<D extends object>(collection: string): Promise<ReadonlyMap<string, StoredDocument<D>>> {
    const known = this.folded.get(collection) ?? this.fold(collection);
    this.folded.set(collection, known);
    return known as Promise<ReadonlyMap<string, StoredDocument<D>>>;
  }

  private async fold(collection: string): Promise<ReadonlyMap<string, StoredDocument>> {
    const projection = RECORDED.find(({ name }) => name === collection);
    if (!projection) throw new Error(`${collection} is not folded from the log`);
    const all: StoredDocument[] = [];
    const put = (_: string, documents: readonly StoredDocument[]): Promise<void> => {
      all.push(...documents);
      return Promise.resolve();
    };
    const folding = new Folding(projection, { getMany: () => Promise.resolve([]), put });
    for await (const page of eventsUntil(this.events, Object.keys(projection.on), this.position)) await folding.add(page);
    await folding.flush();
    return new Map(all.sort((a, b) => (a.key < b.key ? -1 : 1)).map((stored) => [stored.key, stored]));
  }
}
