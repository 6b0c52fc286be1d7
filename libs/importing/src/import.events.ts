import { Message } from '@boucle/eventsourcing';

/** What the rows of a file are. */
export const IMPORT_KINDS = ['clients', 'purchases', 'contacts', 'responses'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Whether rows tell of the past, from which nothing follows, or of what happens now. */
export const TENSES = ['history', 'news'] as const;
export type Tense = (typeof TENSES)[number];

/** What rows of a month and a currency come to, in cents: as the file says, and as it stands in the log. */
export interface Sums {
  readonly file: number;
  readonly log: number;
}

/** What became of rows. */
export interface Tally {
  /** Of the file, those that are blank left out. */
  readonly rows: number;
  /** Something was written for them. */
  readonly accepted: number;
  /** They stood there before. */
  readonly repeated: number;
  readonly rejected: number;
  /** Clients who were not there before. */
  readonly created: number;
  /** Clients who were. */
  readonly matched: number;
  /** How often a field of theirs changed, or a contact point was added. */
  readonly changed: Readonly<Record<string, number>>;
  /** How often something of a field waits that no catalogue knows. */
  readonly waiting?: Readonly<Record<string, number>>;
  /** How often a cell was refused whose row was taken, by field. */
  readonly refused?: Readonly<Record<string, number>>;
  /** Purchases, returns, contacts or responses of the file, and how many of them are in the log. */
  readonly records: number;
  readonly inLog: number;
  /** Those of them that are nobody's: the row names no client. */
  readonly anonymous: number;
  /** By month and currency: "2011-01 GBP". */
  readonly months: Readonly<Record<string, Sums>>;
}

export type ImportEvent =
  /** A file is read for the first time; which file, its hash tells, and who brought it. Nothing of its rows stands here. */
  | Message<'ImportStarted', { importId: string; source: string; kind: ImportKind; tense: Tense; sha256: string; by?: string }>
  /** All rows up to this one are done with: what became of those since the last one, and how long the file of rejected rows is. */
  | Message<'ImportProgressed', { importId: string; row: number; tally: Tally; rejectedBytes: number }>
  /** The whole file was read: what became of all of it, and how many different clients it names. */
  | Message<'ImportCompleted', { importId: string; tally: Tally; clients: number }>
  /** What only this import had brought is gone: so many clients were erased, so much of what it had told of others was taken back, and so many sales to nobody known; of so many clients something stays, since something else rests on it. */
  | Message<'ImportUndone', { importId: string; erased: number; takenBack: number; withdrawn: number; kept: number }>;
