import { Clock, Consumer, DomainError, Door, EventStore, Folding, Lookup, NAMESPACE, StoredDocument, uuidv5 } from '@boucle/eventsourcing';
import { DuplicateFinder, DuplicateIndex } from './duplicate-finder.js';
import { duplicatePolicy } from './duplicate-policy.decider.js';
import { DuplicateEntry, duplicatesName, duplicatesProjection } from './duplicates.projection.js';
import { survivorFirst } from './survivorship.js';

/** Clients held in memory at once while far behind. */
const MOST_HELD = 5_000;

export const DUPLICATES_ACTOR = `worker:${duplicatesName}`;

const types = Object.keys(duplicatesProjection(() => '').on);

/** What keeps the index of who may be the same person. */
export interface DuplicatesWorker {
  readonly consumer: Consumer;
  /** Merges who is so certainly one person as the policy says; only to be called when the index has caught up with the log. */
  merge(): Promise<void>;
}

/** Keeps the index of who may be the same person, and merges by rule if there is one. */
export const duplicatesWorker = (
  index: DuplicateIndex,
  events: EventStore,
  door: Door,
  clock: Clock,
  keyed: () => Promise<Lookup>,
): DuplicatesWorker => {
  let folding: Folding;

  const mergePair = async (clientIds: readonly [string, string], now: string): Promise<void> => {
    const finder = new DuplicateFinder(index, await keyed());
    const [a, b] = await finder.known(clientIds);
    const ids = a && b ? survivorFirst(a, b) : null;
    if (ids === null) return;
    const [clientId, mergedId] = ids;
    const id = uuidv5(NAMESPACE, DUPLICATES_ACTOR, now);
    const message = { type: 'MergeClients', data: { clientId, mergedId } };
    const [outcome] = await door.executeMany([
      { message, cause: { id, correlationId: id, now, actor: DUPLICATES_ACTOR, key: `${clientId} ${mergedId}` } },
    ]);
    // a refusal is an answer: somebody was faster
    if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
  };

  return {
    consumer: {
      name: duplicatesName,
      types,
      start: async () => {
        const lookup = await keyed();
        const finder = new DuplicateFinder(index, lookup);
        folding = new Folding(duplicatesProjection(lookup), {
          getMany: (_, keys) => index.getMany(keys) as Promise<never[]>,
          put: (_, entries) => finder.put(entries as readonly StoredDocument<DuplicateEntry>[]),
        });
      },
      take: (batch) => folding.add(batch),
      settle: async () => {
        await folding.flush();
        await index.purge();
      },
      full: () => folding.size >= MOST_HELD,
    },
    merge: async () => {
      const { mergeFrom } = await duplicatePolicy(events);
      if (mergeFrom === null) return;
      const now = clock.now();
      const seen = new Set<string>();
      for await (const page of new DuplicateFinder(index, await keyed()).everyPair())
        for (const { clientIds, probability } of page) {
          // who is being merged is compared anew before he is merged again
          if (probability < mergeFrom || clientIds.some((clientId) => seen.has(clientId))) continue;
          clientIds.forEach((clientId) => seen.add(clientId));
          await mergePair(clientIds, now);
        }
    },
  };
};
