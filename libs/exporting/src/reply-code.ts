import { Lookup } from '@boucle/eventsourcing';

/** Crockford's digits: no letter that one reads as a figure. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECKED = 4;
const CODE = /^(X[0-9A-Z]{9})-(\d{1,9})-([0-9A-Z]{4})$/;

/** What the ids of exports look like. */
export const EXPORT_ID = /^X[0-9A-HJKMNP-TV-Z]{9}$/;

const spelt = (bytes: Iterable<number>): string => [...bytes].map((byte) => DIGITS[byte % DIGITS.length]).join('');

/** The id of an export from nine random bytes. */
export const exportIdFrom = (bytes: Uint8Array): string => `X${spelt(bytes.subarray(0, 9))}`;

const checkOf = (lookup: Lookup, exportId: string, row: number): string =>
  spelt([...lookup('export-row', `${exportId}/${row}`).slice(0, CHECKED)].map((letter) => letter.charCodeAt(0)));

/** A row of an export. */
export interface RowPlace {
  readonly exportId: string;
  /** From 1. */
  readonly row: number;
}

/** What stands for a row on a letter or in a call list; says nothing of the person, and cannot be made up without the secret of the installation. */
export const replyCode = (lookup: Lookup, { exportId, row }: RowPlace): string => `${exportId}-${row}-${checkOf(lookup, exportId, row)}`;

/** The row that a code stands for, however somebody has typed it; null: it is none of ours. */
export const readReplyCode = (lookup: Lookup, text: string): RowPlace | null => {
  const typed = text
    .trim()
    .toUpperCase()
    .replace(/[\s\u2010-\u2015-]+/g, '-');
  const [, id, number, check] = CODE.exec(typed) ?? [];
  if (id === undefined) return null;
  const read = (letters: string): string => letters.replace(/O/g, '0').replace(/[IL]/g, '1');
  const place = { exportId: read(id), row: Number(number) };
  return place.row > 0 && read(check) === checkOf(lookup, place.exportId, place.row) ? place : null;
};
