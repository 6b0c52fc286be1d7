import { Encoding } from './encoding.js';

/** Rows as JSON objects, one on each line. */
export const ndjsonEncoding = (): Encoding => {
  let names: readonly string[] = [];
  return {
    type: 'application/x-ndjson',
    begin: (columns) => {
      names = columns;
      return '';
    },
    rows: (rows) => rows.map((cells) => `${JSON.stringify(Object.fromEntries(cells.map((cell, n) => [names[n], cell])))}\n`).join(''),
    end: () => '',
  };
};
