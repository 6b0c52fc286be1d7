import { Countries, MergedFacts, MergedReach, Undecided, Winners } from './merge.events.js';

/** A file that was merged into another. */
export interface MergedFile extends MergedFacts {
  readonly reach: MergedReach;
  /** Those that were erased are left out. */
  readonly countries: Countries;
  readonly winners: Winners;
  readonly undecided: readonly Undecided[];
}

/** With whom a client is one. */
export interface Merging {
  /** The survivor whose alias he is. */
  readonly into: string | null;
  /** Those of whom it is not known yet whether they can be merged into him, with the fields that somebody chose. */
  readonly begun: Readonly<Record<string, Winners>>;
  /** Those that were merged into him, in their order. */
  readonly files: Readonly<Record<string, MergedFile>>;
  /** Those who were, and are people of their own again. */
  readonly ended: readonly string[];
}

export const UNMERGED: Merging = { into: null, begun: {}, files: {}, ended: [] };
