import { DateForm, NumberForm, readCents, readDay, readFlag, readInstant, readNumber, readQuantity, readText, Refusal } from './cells.js';
import { MappingFields } from './import.commands.js';
import { IMPORT_FIELDS, importField, Reading } from './import-fields.js';
import { didYouMean, listed, quoted } from './nearest.js';

/** What a row says, by field; what its cells leave empty is not there. */
export type RowFacts = Readonly<Record<string, string | number | boolean>>;

/** A row as the file has it. */
export interface RawRow {
  /** As a spreadsheet counts, the header being row 1. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Which part of its invoice it was, in a file of rows that were rejected. */
  readonly part?: number;
}

/** What is wrong with a row, and what can be done. */
export interface RowProblem {
  readonly row: number;
  readonly field: string;
  readonly column: string | null;
  /** A stable word. */
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A row as it was read; what it says counts only where there is no problem. */
export interface ReadRow {
  readonly raw: RawRow;
  readonly facts: RowFacts;
  readonly problem: RowProblem | null;
  /** Rows behind each other with the same key belong together; null: to those before. */
  readonly key: string | null;
}

const readBirthDate = (text: string, form: DateForm | null): string => (/^--\d\d-\d\d$/.test(text) ? text : readDay(text, form));

const reading = (reads: Reading, dates: DateForm | null, numbers: NumberForm): ((text: string) => string | number | boolean) => {
  const readings: Record<Reading, (text: string) => string | number | boolean> = {
    text: readText,
    instant: (text) => readInstant(text, dates),
    day: (text) => readDay(text, dates),
    'birth-date': (text) => readBirthDate(text, dates),
    cents: (text) => readCents(text, numbers),
    quantity: (text) => readQuantity(text, numbers),
    number: (text) => readNumber(text, numbers),
    flag: readFlag,
  };
  return readings[reads];
};

/** Why a mapping does not fit a file; the remedy stands in the message. */
export class MappingError extends Error {}

const fieldOf = (name: string, { kind }: MappingFields): Reading => {
  const field = importField(name, kind);
  if (field) return field.reads;
  const names = Object.keys(IMPORT_FIELDS).filter((one) => importField(one, kind));
  const hint = didYouMean(name, names) || ` There are ${names.join(', ')}, fields.… and attributes.….`;
  throw new MappingError(`columns.${name}: rows that are ${kind} have no such field.${hint}`);
};

/** What each kind of row cannot be without. */
const NEEDED: Readonly<Record<MappingFields['kind'], readonly string[]>> = {
  clients: [],
  purchases: ['date', 'currency'],
  contacts: ['date', 'contactKind'],
  responses: ['date', 'responseKind'],
};

/** Refuses a mapping that cannot make anything of rows. */
const mustSuffice = (mapping: MappingFields): void => {
  const { kind, columns, values = {} } = mapping;
  const has = (name: string): boolean => name in columns || name in values;
  const missing = NEEDED[kind].find((name) => !has(name));
  if (missing) throw new MappingError(`${missing}: name its column in columns, or give it in values; ${kind} need it`);
  if (!has('client') && !has('clientId') && kind !== 'purchases')
    throw new MappingError(`client: name the column that tells the clients apart`);
  if (kind === 'purchases' && !has('amount') && !(has('unitPrice') && has('quantity')))
    throw new MappingError('amount: name the column of what a row comes to, or those of quantity and unitPrice');
};

/** A function that reads the rows of a file by a mapping; refused where the header has not the columns of the mapping. */
export const rowReader = (mapping: MappingFields, header: readonly string[]): ((raw: RawRow) => ReadRow) => {
  mustSuffice(mapping);
  const { columns, values = {}, format = {} } = mapping;
  const dates = format.dates ?? null;
  const numbers = { decimal: format.decimal ?? null, thousands: format.thousands ?? null };
  const fixed: Record<string, string | number | boolean> = {};
  for (const [name, text] of Object.entries(values))
    try {
      fixed[name] = reading(fieldOf(name, mapping), dates, numbers)(text);
    } catch (error) {
      if (error instanceof Refusal) throw new MappingError(`values.${name}: ${error.message}; ${error.remedy}`);
      throw error;
    }
  const wanted = Object.entries(columns).map(([name, column]) => {
    const read = reading(fieldOf(name, mapping), dates, numbers);
    const at = header.indexOf(column);
    if (at < 0) throw new MappingError(`columns.${name}: the file has no column ${quoted(column)}. It has ${listed(header)}.`);
    if (header.includes(column, at + 1)) throw new MappingError(`columns.${name}: two columns are called ${quoted(column)}: rename one`);
    return { name, column, at, read };
  });
  const keys = wanted.filter(({ name }) => KEYS.includes(name));
  const hasInvoice = keys.some(({ name }) => name === 'invoice' || name === 'purchaseId');
  return (raw) => {
    const { row, cells } = raw;
    if (cells.length !== header.length) {
      const reason = `the row has ${cells.length} fields, the header ${header.length}`;
      const remedy = 'put fields that hold the separator in quotes, and write empty ones too';
      return { raw, facts: {}, key: null, problem: { row, field: 'row', column: null, code: 'wrong-number-of-fields', reason, remedy } };
    }
    const key = hasInvoice ? keys.map(({ at }) => cells[at].trim()).join('\u0000') : String(row);
    const facts: Record<string, string | number | boolean> = { ...fixed };
    for (const { name, column, at, read } of wanted) {
      const text = cells[at].trim();
      if (text === '') continue;
      try {
        facts[name] = read(text);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return {
          raw,
          facts: {},
          key,
          problem: { row, field: name, column, code: error.code, reason: error.message, remedy: error.remedy },
        };
      }
    }
    return { raw, facts, key, problem: null };
  };
};

/** What tells the purchases of a file apart. */
const KEYS = ['client', 'clientId', 'invoice', 'purchaseId'];
