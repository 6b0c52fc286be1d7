import { Cause, RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { Subject } from '../history/subject.js';

/** A reason to read again where a client stands. */
export interface Occasion<Said extends object = object> {
  readonly clientId: string;
  /** null: he is an alias, and nobody of his own, or was erased. */
  readonly subject: Subject | null;
  /** ISO instants: what is to be read anew begins with the first and ends with the last. */
  readonly from: string;
  readonly at: string;
  /** What the reading said of him last; null: nothing. */
  readonly said: Said | null;
  /** Not he moved: his files were joined or parted, or the line was moved that he is measured by. */
  readonly rearranged?: true;
  /** The cause of what follows from it at an instant: however events are read together, it is the same. */
  readonly causeAt: (instant: string) => Cause;
}

/** What a reading says of a client. */
export interface Conclusion<Said extends object = object> {
  /** null: nothing that need be kept. */
  readonly said: Said | null;
  /** When passing time alone may change it, behind the end of the occasion; null: never. */
  readonly due: string | null;
}

/** Something that is concluded of each client from what happened with him, and from passing time. */
export interface Reading<Said extends object = object> {
  readonly name: string;
  /** Events, besides those of clients, after which everybody is read again. */
  readonly changedBy: readonly string[];
  /** Events after which it forgets what it knew besides clients, to learn it anew; left out: it keeps nothing in mind. */
  readonly forgets?: { readonly after: readonly string[]; now(): void };
  /** Whether an event may change what was said of its client. */
  concerns(event: RecordedEvent<ClientEvent>, said: Said | null): boolean;
  /** Told, at least once, that everybody has been read again after an event of `changedBy`. */
  everybodyRead?(event: RecordedEvent): Promise<void>;
  /** Writes what is to be concluded, and nothing if that has been written before. One conclusion per occasion, in their order. */
  read(occasions: readonly Occasion<Said>[]): Promise<readonly Conclusion<Said>[]>;
}
