import { Refusal } from './cells.js';
import { consentField } from './consent-field.js';
import { ADDRESS_LINES } from './import-fields.js';
import { MappingFields } from './import.commands.js';
import { MappingError, readMapping } from './mapping.js';
import { listed, quoted } from './nearest.js';

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
  /** What its empty cells take away, by field. */
  readonly cleared: readonly string[];
  /** Cells that say nothing, while the rest of the row does. */
  readonly unread: readonly RowProblem[];
  readonly problem: RowProblem | null;
  /** Rows behind each other with the same key belong together; null: to those before. */
  readonly key: string | null;
}

/** A function that reads the rows of a file by a mapping; refused where the header has not the columns of the mapping. */
export const rowReader = (mapping: MappingFields, header: readonly string[]): ((raw: RawRow) => ReadRow) => {
  const { columns, fixed } = readMapping(mapping);
  const { emptyClears = [] } = mapping;
  const wanted = columns.map(({ name, column, read }) => {
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
      return {
        raw,
        facts: {},
        cleared: [],
        unread: [],
        // it may be of the invoice before
        key: hasInvoice ? null : String(row),
        problem: { row, field: 'row', column: null, code: 'wrong-number-of-fields', reason, remedy },
      };
    }
    const key = hasInvoice ? keys.map(({ at }) => cells[at].trim()).join('\u0000') : String(row);
    const facts: Record<string, string | number | boolean> = { ...fixed };
    const unread: RowProblem[] = [];
    for (const { name, column, at, read } of wanted) {
      const text = cells[at].trim();
      if (text === '') continue;
      try {
        facts[name] = read(text);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const problem = { row, field: name, column, code: error.code, reason: error.message, remedy: error.remedy };
        if (!consentField(name)) return { raw, facts: {}, cleared: [], unread: [], key, problem };
        unread.push(problem);
      }
    }
    const cleared = emptyClears.filter((name) => (name === 'address' ? ADDRESS_LINES : [name]).every((one) => facts[one] === undefined));
    return { raw, facts, cleared, unread, key, problem: null };
  };
};

/** What tells the purchases of a file apart. */
const KEYS = ['client', 'clientId', 'invoice', 'purchaseId'];
