import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { MarketError } from './market.js';
import { listed, quoted } from '@boucle/importing';

/** Where in a CSV file something is wrong; the row is the one a spreadsheet shows, the header being row 1. */
export const cellError = (path: string, column: string, row: number, problem: string): MarketError =>
  new MarketError(`${path}, column ${quoted(column)}, row ${row}: ${problem}`);

const LONGEST_RECORD = 1_000_000;

const remedies: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed. Close it, or write a quote inside a field twice ("").',
  CSV_MAX_RECORD_SIZE: `a record of more than ${LONGEST_RECORD} characters. Look for a quote that is opened and never closed.`,
  CSV_INVALID_CLOSING_QUOTE:
    'text follows a closing quote. Write a quote inside a field twice (""), or look above for a quote never closed.',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'text follows a closing quote. Write a quote inside a field twice ("").',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a field. Put the whole field in quotes, and write the quote inside twice ("").',
};

const explained = (error: unknown, path: string, header: readonly string[]): unknown => {
  if (!(error instanceof CsvError)) return error;
  const row = Number(error.records) + 1;
  return cellError(path, header[Number(error.column)] ?? `no. ${Number(error.column) + 1}`, row, remedies[error.code] ?? error.message);
};

/** The end of a pipeline that takes one record after the other; what `take` throws, the pipeline throws. */
const eachOf = (take: (fields: string[]) => void): Writable =>
  new Writable({
    objectMode: true,
    write(fields: string[], _, done) {
      try {
        take(fields);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });

/**
 * Streams a CSV file: `onHeader` once with the column names, then `onRecord` per record with as many fields and its row.
 * Blank lines are passed over; what is no CSV is refused with column, row and remedy.
 */
export async function readCsv(
  path: string,
  delimiter: string,
  onHeader: (header: string[]) => void,
  onRecord: (fields: string[], row: number) => void,
): Promise<void> {
  let header: string[] = [];
  let row = 0;
  const parser = parse({
    bom: true,
    delimiter,
    trim: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: LONGEST_RECORD,
  });
  const take = (fields: string[]): void => {
    row += 1;
    if (fields.length === 1 && fields[0] === '') return;
    if (header.length === 0) {
      header = fields.map((name) => name.trim());
      onHeader(header);
    } else if (fields.length !== header.length) {
      const problem = `the row has ${fields.length} fields, the header ${header.length}. Put fields that hold ${quoted(delimiter)} in quotes.`;
      throw cellError(path, header[Math.min(fields.length, header.length) - 1], row, problem);
    } else {
      onRecord(fields, row);
    }
  };
  try {
    await pipeline(createReadStream(path), parser, eachOf(take));
  } catch (error) {
    throw explained(error, path, header);
  }
  if (header.length === 0) throw new MarketError(`${path} is empty. Give a CSV file with a header and a row per client.`);
}

/** What a header without the column looked for suggests: another delimiter or encoding, or else the columns there are. */
export function headerHint(header: readonly string[], delimiter: string): string {
  const likely = header.length === 1 && [';', '\t', ',', '|'].find((sign) => sign !== delimiter && header[0].includes(sign));
  if (header.some((name) => name.includes('\uFFFD'))) return ' The file is not in UTF-8: save it as UTF-8.';
  return likely ? ` The header is one column: set "delimiter" to ${quoted(likely)}.` : ` The columns found are ${listed(header)}.`;
}
