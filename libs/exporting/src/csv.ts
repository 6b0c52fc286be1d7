import { Cell, safeText } from './cells.js';
import { Encoding } from './encoding.js';

export const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** How a CSV is to be written. */
export interface CsvWish {
  readonly separator: Separator;
  /** Whether the mark stands first that tells spreadsheets that it is UTF-8. */
  readonly byteOrderMark: boolean;
  readonly decimal: '.' | ',';
}

const BYTE_ORDER_MARK = '\ufeff';

/** Numbers stay numbers; texts cannot be formulas. */
const written = (cell: Cell, { separator, decimal }: CsvWish): string => {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return String(cell);
  const text = typeof cell === 'number' ? String(cell).replace('.', decimal) : safeText(cell);
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Rows as CSV (RFC 4180) in UTF-8. */
export const csvEncoding = (wish: CsvWish): Encoding => {
  const line = (cells: readonly Cell[]): string => `${cells.map((cell) => written(cell, wish)).join(wish.separator)}\r\n`;
  return {
    type: 'text/csv',
    begin: (columns) => `${wish.byteOrderMark ? BYTE_ORDER_MARK : ''}${line(columns)}`,
    rows: (rows) => rows.map(line).join(''),
    end: () => '',
  };
};
