import { Consumer, Folding, Lookup, SearchIndex } from '@boucle/eventsourcing';
import { SearchEntry, searchName, searchProjection } from './search.projection.js';

/** Clients held in memory at once while far behind. */
const MOST_HELD = 20_000;

const types = Object.keys(searchProjection(() => '').on);

/** Keeps the search index. */
export const searchWorker = (index: SearchIndex<SearchEntry>, keyed: () => Promise<Lookup>): Consumer => {
  let folding: Folding;
  return {
    name: searchName,
    types,
    start: async () => {
      folding = new Folding(searchProjection(await keyed()), {
        getMany: (_, keys) => index.getMany(keys) as Promise<never[]>,
        put: (_, entries) => index.put(entries as never[]),
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
