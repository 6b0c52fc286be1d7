import { Message } from '@boucle/eventsourcing';
import { Address, Line } from '@boucle/clients';
import { Preset } from '@boucle/exporting';

/** What a rented file may be used for. */
export const ADDRESSINGS = ['post', 'email', 'calls'] as const satisfies readonly Preset[];
export type Addressing = (typeof ADDRESSINGS)[number];

/** Somebody in a rented file, as its broker has him. */
export interface RentedPerson {
  readonly civility?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly language?: string;
  readonly address?: Address;
  readonly email?: string;
  /** As it was given, and in E.164. */
  readonly phone?: { readonly given: string; readonly number: string; readonly line: Line };
}

/** What a broker lets us do, and for how long. */
export interface RentalTerms {
  /** Whose file it is, a code. */
  readonly broker: string;
  /** How often it may be used. */
  readonly uses: number;
  /** The last day on which it may be used or answered; YYYY-MM-DD. */
  readonly expiresOn: string;
}

/** Why a row is left out of a use: nobody can be reached so, the same stands in the file before, he is a client of ours, has answered, or does not want it. */
export const SIFTED_OUT = ['no-contact-point', 'double', 'ours', 'answered', 'suppressed'] as const;
export type SiftedOut = (typeof SIFTED_OUT)[number];

/** What the broker is told: rows, those left out by reason, and what is left of them. */
export interface NetCounts {
  readonly rows: number;
  readonly net: number;
  readonly leftOut: Readonly<Partial<Record<SiftedOut, number>>>;
}

export type RentedFileEvent =
  /** A broker lets us use a file of his. */
  | Message<'FileRented', { fileId: string } & RentalTerms>
  /** Rows of the file have come; `first` is the number of the first, from 1. */
  | Message<'RentedRowsReceived', { fileId: string; batchId: string; first: number; rows: number }>
  /** The file is used once more. */
  | Message<'RentedFileUsed', { fileId: string; useId: string; addressing: Addressing; purpose: string }>
  /** Somebody was given the rows of a use. */
  | Message<'RentedRowsHandedOut', { fileId: string; useId: string; takingId: string } & NetCounts>
  /** Whoever stands in a row has answered and becomes a client of ours. */
  | Message<'RentedRowAnswered', { fileId: string; row: number; batchId: string; clientId: string }>
  /** The file may not be used any more: whoever has not answered is forgotten. */
  | Message<'RentedFileExpired', { fileId: string }>;

/** The people of a batch, sealed with a key of the batch until the file expires; null: it has. */
export type RentedRowsEvent = Message<
  'RentedRowsStored',
  { fileId: string; batchId: string; personal: { readonly rows: readonly RentedPerson[] } | null }
>;
