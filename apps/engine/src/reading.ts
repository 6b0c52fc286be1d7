import { DocumentStore, DomainError, everyDocument, Filter, Page } from '@boucle/eventsourcing';

/** What was found; a `DomainError` that names the field if nothing was. */
export const found = <T>(value: T | null | undefined, code: string, message: string, field: string): T => {
  if (value === null || value === undefined) throw new DomainError(code, message, field);
  return value;
};

const EVERYTHING: Filter = { all: [] };

type Collection = { readonly name: string };

/** A page of the documents of a read model. */
export const pageOf = async <D extends object>(
  documents: DocumentStore,
  { name }: Collection,
  page: Page,
  filter: Filter = EVERYTHING,
): Promise<D[]> => (await documents.find<D>(name, filter, page)).map(({ document }) => document!);

/** All documents of a small read model. */
export const allOf = async <D extends object>(documents: DocumentStore, { name }: Collection): Promise<D[]> => {
  const all: D[] = [];
  for await (const page of everyDocument<D>(documents, name)) all.push(...page.flatMap(({ document }) => document ?? []));
  return all;
};

/** The documents of these keys that are there, by key. */
export const byKey = async <D extends object>(
  documents: DocumentStore,
  collection: string,
  keys: readonly string[],
): Promise<Map<string, D>> => {
  const stored = await documents.getMany<D>(collection, keys);
  return new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));
};
