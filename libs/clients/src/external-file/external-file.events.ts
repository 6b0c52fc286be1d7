import { Message } from '@boucle/eventsourcing';
import { Labels } from '../catalogue/catalogue.events.js';

/** Addresses that were bought: clients name it as the file of their origin. */
export interface ExternalFile {
  /** Whose file it was: a company, and no person. */
  readonly source: string;
  /** What was bought: the number or words of the licence. */
  readonly licence: string;
  /** What letters have to say of where the address is from, by language. */
  readonly wording: Labels;
  /** The last day, YYYY-MM-DD, on which whoever has not answered may be kept; null: no end. */
  readonly expiresOn: string | null;
}

export type ExternalFileEvent =
  /** A file was bought, or more is known of it. */
  | Message<'ExternalFileDescribed', { fileId: string; file: ExternalFile }>
  /** Its licence is over: whoever came with it and never answered is erased, the others are ours. */
  | Message<'ExternalFileExpired', { fileId: string; erased: number; kept: number }>;
