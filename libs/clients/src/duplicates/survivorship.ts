import { DuplicateEntry } from './duplicates.projection.js';

/** A client and what tells him apart. */
export interface Known {
  readonly clientId: string;
  readonly entry: DuplicateEntry;
}

const hasFiles = ({ entry: { merged = [] } }: Known): boolean => merged.length > 0;

/** The ids of two clients, first that under which both go on: who has other files already, else whose file is older; null if both have others, since those cannot become an alias. */
export const survivorFirst = (a: Known, b: Known): readonly [survivorId: string, mergedId: string] | null => {
  if (hasFiles(a) && hasFiles(b)) return null;
  const isFirst = hasFiles(a) !== hasFiles(b) ? hasFiles(a) : `${a.entry.since} ${a.clientId}` < `${b.entry.since} ${b.clientId}`;
  return isFirst ? [a.clientId, b.clientId] : [b.clientId, a.clientId];
};
