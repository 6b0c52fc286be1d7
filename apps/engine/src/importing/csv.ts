import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { LONGEST_ROW } from './lines.js';

/** What is wrong with the text of a CSV, and where; the row is the one a spreadsheet shows, the header being row 1. */
export class CsvFault extends Error {
  constructor(
    readonly row: number,
    /** From 0. */
    readonly column: number,
    problem: string,
  ) {
    super(problem);
  }
}

const REMEDIES: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed. Close it, or write a quote inside a field twice ("").',
  CSV_MAX_RECORD_SIZE: `a record of more than ${LONGEST_ROW} characters. Look for a quote that is opened and never closed.`,
  CSV_INVALID_CLOSING_QUOTE:
    'text follows a closing quote. Write a quote inside a field twice (""), or look above for a quote never closed.',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'text follows a closing quote. Write a quote inside a field twice ("").',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a field. Put the whole field in quotes, and write the quote inside twice ("").',
};

const explained = (error: unknown): unknown =>
  error instanceof CsvError ? new CsvFault(Number(error.records) + 1, Number(error.column), REMEDIES[error.code] ?? error.message) : error;

/** The records of a CSV as they stand, blank lines included; what is no CSV ends it with a `CsvFault`. */
export async function* csvRecords(text: AsyncIterable<string> | Iterable<string>, delimiter: string): AsyncGenerator<string[]> {
  const parser = parse({
    bom: true,
    delimiter,
    trim: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  });
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const fields of source.pipe(parser) as AsyncIterable<string[]>) yield fields;
  } catch (error) {
    throw explained(error);
  } finally {
    source.destroy();
  }
}
