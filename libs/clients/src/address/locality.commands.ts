import { Locality } from './locality.events.js';

/** Brings some lines of a list. Comes from its installation only. */
export class EnterLocalities {
  /** The hash of the list: another one is another edition. */
  readonly edition: string;
  /** From 0. */
  readonly part: number;
  readonly localities: readonly Locality[];
}

/** Lets the lines of a list count instead of those of its countries that counted before. */
export class InstallLocalities {
  readonly edition: string;
  /** Whose list it is, a code. */
  readonly source: string;
}
