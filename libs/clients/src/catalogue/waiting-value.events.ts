import { Message } from '@boucle/eventsourcing';

/** What a file said of a field, in its own words; personal. */
export interface WaitingText {
  readonly text: string;
}

/** Where a value belongs that waits for its meaning. */
export interface WaitingPlace {
  readonly clientId: string;
  /** What the same text of the same field and source is known by, whoever it is said of; shows nothing of it. */
  readonly valueId: string;
  /** As mappings name it. */
  readonly field: string;
  /** What he did or we did, as `purchase/…`; null: it is said of himself. */
  readonly recordId: string | null;
}

export type WaitingValueEvent =
  /** A file says something that no catalogue knows: the rest was taken, and this waits until somebody says what it means. */
  | Message<'ValueLeftWaiting', WaitingPlace & { source: string; catalogue: string; personal: WaitingText | null }>
  /** Somebody said what it means: the client's field is filled with the code; null: it means nothing. */
  | Message<'WaitingValueSettled', WaitingPlace & { code: string | null }>;
