import { Subject } from '../history/subject.js';

/** A reason to read again where a person stands. */
export interface Occasion {
  readonly clientId: string;
  /** null: he is an alias, and nobody of his own. */
  readonly subject: Subject | null;
  /** When he was read last; null: never, or what has been told of the past since has not been read. */
  readonly since: string | null;
  /** ISO instant, not before `since`. */
  readonly at: string;
  /** It was told later, of the past: nobody outside hears of what follows at once. */
  readonly history: boolean;
}

/** Something that is concluded of each person from what happened with him, and from passing time. */
export interface Reading {
  readonly name: string;
  /** Events, besides those of clients, after which everybody is read again. */
  readonly changedBy: readonly string[];
  /**
   * Writes what is to be concluded, and nothing if that has been written before.
   * Tells when passing time alone may change it: an instant behind `at` by client, those left out never.
   */
  read(occasions: readonly Occasion[]): Promise<ReadonlyMap<string, string>>;
}
