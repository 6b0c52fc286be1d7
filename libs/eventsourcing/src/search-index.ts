import { Page, StoredDocument } from './ports.js';

/** Words that belong together, such as those of a name or of an address, without accents and capitals. */
export interface Text {
  /** What the words are of. */
  readonly kind: string;
  readonly words: readonly string[];
}

/** What a document is found by. */
export interface Findable {
  readonly texts: readonly Text[];
  /** Found by how they begin. */
  readonly keys: readonly string[];
  /** A whole number; of what matches alike the greatest comes first. */
  readonly rank: number;
}

/** How documents become findable. */
export interface Indexing<D extends object = object> {
  /** Another number whenever the same document is found by something else: an index of another version is made anew. */
  readonly version: number;
  findable(document: D): Findable;
  /** Words that may be meant for each other have one of these in common. */
  nearness(word: string): readonly string[];
  /** Whether a word may be meant for another that has some of its nearness. */
  alike(word: string, other: string): boolean;
}

/** One way to look for documents: by a key or its beginning, or by a text of a kind that has all these words. */
export type Way = { readonly key: string } | Text;

/** How well the word that matches worst does. */
export const MATCHES = ['exact', 'prefix', 'near'] as const;
export type Match = (typeof MATCHES)[number];

export interface Hit {
  readonly key: string;
  /** The way on which it was found, by its place in the list. */
  readonly way: number;
  readonly match: Match;
}

export interface Hits {
  readonly hits: readonly Hit[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** What the cursor of a page looks like. */
export const CURSOR = /^\d{1,3}\.-?\d{1,15}\.\d{1,15}$/;

/** Documents that are found by words, however they are spelt, and by keys; it can be dropped, and is rebuilt from the log since it keeps its own progress. */
export abstract class SearchIndex<D extends object = object> {
  /** Documents and tombstones of these keys, in any order, unknown ones left out. */
  abstract getMany(keys: readonly string[]): Promise<StoredDocument<D>[]>;
  /** Takes all or nothing: each document unless a newer one is there. */
  abstract put(documents: readonly StoredDocument<D>[]): Promise<void>;
  /** The position up to which everything has been put, 0 at first. */
  abstract position(): Promise<number>;
  /** Says that everything up to a position has been put. */
  abstract reach(position: number): Promise<void>;
  /** What is found on any of these ways: exact before prefix before near, then by rank. Somebody found on two ways may come again on a later page. */
  abstract find(ways: readonly Way[], page: { readonly after?: string; readonly limit: number }): Promise<Hits>;
  /** Documents that have one of these keys as a whole, each once; a key that more have than `most` is passed over. */
  abstract holding(keys: readonly string[], most: number): Promise<StoredDocument<D>[]>;
  /** Documents and tombstones in key order, one page at a time. */
  abstract scan(page?: Page): Promise<StoredDocument<D>[]>;
  /** Overwrites on the disk what deleted documents held; nothing is to be done where none was deleted since. */
  abstract purge(): Promise<void>;
}
