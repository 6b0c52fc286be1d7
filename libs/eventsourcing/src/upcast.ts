/** Steps from each past schema of an event type to the next; the current schema version is their number + 1. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each step takes a shape that no type describes any more
export type Upcasters = Readonly<Record<string, readonly ((past: any) => object)[]>>;

export const schemaVersion = (upcasters: Upcasters, type: string): number => (upcasters[type]?.length ?? 0) + 1;

/** The data of an event in today's shape; a shape of tomorrow is refused. */
export const upcast = (upcasters: Upcasters, type: string, version: number, data: object): object => {
  const current = schemaVersion(upcasters, type);
  if (version === current) return data;
  if (version > current)
    throw new Error(`${type} was written in schema ${version}, this version of Boucle knows ${current}: open the log with the newer one`);
  return upcasters[type].slice(version - 1).reduce<object>((past, step) => step(past), data);
};
