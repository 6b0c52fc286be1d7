import { Consumer, Folding, Lookup, StoredDocument } from '@boucle/eventsourcing';
import { DuplicateIndex, DuplicateFinder } from './duplicate-finder.js';
import { DuplicateEntry, duplicatesName, duplicatesProjection } from './duplicates.projection.js';

/** Clients held in memory at once while far behind. */
const MOST_HELD = 5_000;

const types = Object.keys(duplicatesProjection(() => '').on);

/** Keeps the index of who may be the same person. */
export const duplicatesWorker = (index: DuplicateIndex, keyed: () => Promise<Lookup>): Consumer => {
  let folding: Folding;
  return {
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
    take: (events) => folding.add(events),
    settle: async () => {
      await folding.flush();
      await index.purge();
    },
    full: () => folding.size >= MOST_HELD,
  };
};
