import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  Encoding,
  FormatFields,
  MappingError,
  MappingFields,
  RawRow,
  Separator,
  SEPARATORS,
  TableFields,
  writeNumber,
} from '@boucle/importing';
import { sheetRows } from './xlsx.js';
import { csvRecords, CsvFault } from './csv.js';
import { linesOf, LONGEST_ROW } from './lines.js';
import { REJECTED_HEADER } from './rejected-rows.js';
import { encodingOf, inspected, SourceFile, textOf } from './source-file.js';

/** The rows of a file behind its header. */
export interface Rows {
  /** How the file is written. */
  readonly written: Pick<FormatFields, 'separator' | 'sheet'> & { readonly encoding: Encoding };
  readonly header: readonly string[];
  readonly rows: AsyncIterable<RawRow>;
}

const isBlank = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === '';

/** The sign that stands most often in a header. */
export const separatorIn = (header: string): Separator => {
  const signs = SEPARATORS.filter((sign) => sign !== 'spaces');
  const times = signs.map((sign) => header.split(sign).length);
  const most = Math.max(...times);
  return most > 1 ? signs[times.indexOf(most)] : header.trim().includes(' ') ? 'spaces' : ',';
};

async function* spacedRecords(text: AsyncIterable<string>, path: string): AsyncGenerator<string[]> {
  for await (const line of linesOf(text, path)) yield line.trim().split(/[ \t]+/);
}

async function* csvRows(path: string, text: AsyncIterable<string>, separator: Separator): AsyncGenerator<RawRow> {
  let row = 0;
  try {
    for await (const cells of separator === 'spaces' ? spacedRecords(text, path) : csvRecords(text, separator)) {
      row++;
      if (isBlank(cells)) continue;
      yield { row, cells };
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw new MappingError(`${path}, row ${error.row}, field ${error.column + 1}: ${error.message}`);
  }
}

const textOfValue = (value: unknown, numberText: (value: number) => string): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const at = (record: unknown, place: string): unknown =>
  place.split('.').reduce<unknown>((inside, name) => (inside as Record<string, unknown> | null | undefined)?.[name], record);

async function* jsonRows(
  path: string,
  text: AsyncIterable<string>,
  columns: readonly string[],
  numberText: (value: number) => string,
): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const line of linesOf(text, path)) {
    row++;
    if (line.trim() === '') continue;
    if (line.length > LONGEST_ROW) throw new MappingError(`${path}, row ${row}: it has more than ${LONGEST_ROW} characters`);
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch (error) {
      throw new MappingError(`${path}, row ${row}: not JSON: ${(error as Error).message}`);
    }
    yield { row, cells: columns.map((column) => textOfValue(at(record, column), numberText)) };
  }
}

/** Rows that were rejected before, without what was said of them. */
async function* withoutReasons(rows: AsyncIterable<RawRow>): AsyncGenerator<RawRow> {
  const extra = REJECTED_HEADER.length;
  for await (const { row, cells } of rows) yield { row, cells: cells.slice(0, -extra), part: Number(cells.at(-extra)) };
}

const firstOf = async (rows: AsyncGenerator<RawRow>, path: string): Promise<RawRow> => {
  const first = await rows.next();
  if (first.done) throw new MappingError(`${path} is empty: give a file with a header and a row for each record`);
  return first.value;
};

/** Opens the rows of a file, each with what a table of the same folder adds to it. */
export const openRows = async (file: SourceFile, mapping: MappingFields): Promise<Rows> => {
  const own = await openOwnRows(file, mapping);
  return mapping.table ? withTable(own, file.path, mapping.table) : own;
};

/** Rows that a file of rejected rows repeats have what the table adds already. */
const withTable = async ({ written, header, rows }: Rows, path: string, { file, on }: TableFields): Promise<Rows> => {
  const table = await readTable(join(dirname(path), file), on);
  if (table.columns.every((column) => header.includes(column))) return { written, header, rows };
  const place = header.indexOf(on);
  if (place < 0) throw new MappingError(`table.on: ${path} has no column ${JSON.stringify(on)}`);
  const nothing = table.columns.map(() => '');
  async function* joined(): AsyncGenerator<RawRow> {
    for await (const { cells, ...rest } of rows) yield { ...rest, cells: [...cells, ...(table.rows.get(cells[place]) ?? nothing)] };
  }
  return { written, header: [...header, ...table.columns], rows: joined() };
};

const MOST_TABLE_ROWS = 100_000;

const readTable = async (path: string, on: string): Promise<{ columns: string[]; rows: Map<string, string[]> }> => {
  if (!existsSync(path)) throw new MappingError(`table.file: there is no file ${path}`);
  const file = await inspected(path);
  const { header, rows } = await openOwnRows(file, { columns: {} });
  const place = header.indexOf(on);
  if (place < 0) throw new MappingError(`table.on: ${path} has no column ${JSON.stringify(on)}`);
  const others = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => i !== place);
  const found = new Map<string, string[]>();
  for await (const { cells } of rows) {
    if (found.size >= MOST_TABLE_ROWS) throw new MappingError(`table.file: ${path} has more than ${MOST_TABLE_ROWS} rows`);
    found.set(cells[place], others(cells));
  }
  return { columns: others(header), rows: found };
};

const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');

/** Whether a file is a workbook. */
export const isWorkbook = ({ beginning }: SourceFile): boolean => beginning.subarray(0, ZIP.length).equals(ZIP);

/** Opens the rows of a file: a sheet of a workbook, JSON lines by their names, else a CSV by its header. */
const openOwnRows = async (file: SourceFile, mapping: Pick<MappingFields, 'format' | 'columns'>): Promise<Rows> => {
  const { path } = file;
  const { format = {}, columns } = mapping;
  const numberText = (value: number): string => writeNumber(value, format.decimal ?? null);
  if (isWorkbook(file)) {
    const { sheet } = format;
    const rows = sheetRows(path, sheet, numberText);
    const { cells } = await firstOf(rows, path);
    return { written: { encoding: 'utf-8', ...(sheet !== undefined && { sheet }) }, header: cells.map((cell) => cell.trim()), rows };
  }
  const encoding = encodingOf(file, format.encoding);
  const text = (): AsyncGenerator<string> => textOf(path, encoding);
  const beginning = new TextDecoder(encoding).decode(file.beginning);
  if (beginning.trimStart().startsWith('{')) {
    const named = Object.values(columns).length > 0 ? Object.values(columns) : fieldsOf(beginning);
    const header = [...new Set(named)];
    return { written: { encoding }, header, rows: jsonRows(path, text(), header, numberText) };
  }
  const [headline] = beginning.split(/\r\n|\n|\r/);
  const wasRejected = headline.endsWith(REJECTED_HEADER.join(','));
  const separator = wasRejected ? ',' : (format.separator ?? separatorIn(headline));
  const rows = csvRows(path, text(), separator);
  const { cells } = await firstOf(rows, path);
  const written = { encoding, separator };
  return wasRejected
    ? { written, header: cells.slice(0, -REJECTED_HEADER.length), rows: withoutReasons(rows) }
    : { written, header: cells, rows };
};

/** The names of what the first of some JSON lines holds. */
const fieldsOf = (beginning: string): string[] => {
  try {
    return Object.keys(JSON.parse(beginning.split('\n')[0]) as object);
  } catch {
    return [];
  }
};
