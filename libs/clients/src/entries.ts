import { DomainError } from '@boucle/eventsourcing';

/** What stands under an id; ids may be called as what every object has by itself. */
export const entry = <T>(entries: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(entries, id) ? entries[id] : undefined;

/** What stands under an id, refused as `unknown-<what>` if nothing does. */
export const knownEntry = <T>(entries: Readonly<Record<string, T>>, id: string, what: string, field: string): T => {
  const found = entry(entries, id);
  if (found === undefined) throw new DomainError(`unknown-${what}`, `The client has no ${what} ${id}`, field);
  return found;
};

/** The entries without one. */
export const withoutEntry = <T>(entries: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(entries).filter(([other]) => other !== id));
