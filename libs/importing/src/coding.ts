import { Catalogues, catalogueOf, codeFor, OPEN_PREFIX } from '@boucle/clients';
import { readDay, readFlag, readNumber, Refusal } from './cells.js';
import { MappingFields } from './import.commands.js';
import { ReadRow, RowFacts } from './row.js';

/** Something that a row says and no catalogue knows. */
export interface Uncoded {
  readonly field: string;
  readonly catalogue: string;
  readonly text: string;
}

/** What a text of a field stands for; undefined: nobody has said it, null: nothing. */
export type MeaningOf = (field: string, text: string) => string | null | undefined;

/** A row that says codes where fields hold codes; what has none is left out, and waits. */
export interface CodedRow {
  readonly row: ReadRow;
  readonly waiting: readonly Uncoded[];
}

/** What stands for a way into the client base until it is known. */
const ORIGIN_UNKNOWN = 'unknown';

/** What a custom field holds that is no code. */
const typed = (kind: string | undefined, text: string, { format = {} }: MappingFields): string | number | boolean => {
  if (kind === 'flag') return readFlag(text);
  if (kind === 'day') return readDay(text, format.dates ?? null);
  if (kind === 'number') return readNumber(text, { decimal: format.decimal ?? null, thousands: format.thousands ?? null });
  return text;
};

/** The row as catalogues and custom fields understand it. */
export const codedRow = (row: ReadRow, mapping: MappingFields, catalogues: Catalogues, meaningOf: MeaningOf): CodedRow => {
  const facts: Record<string, RowFacts[string]> = { ...row.facts };
  const waiting: Uncoded[] = [];
  for (const [field, text] of Object.entries(row.facts)) {
    if (typeof text !== 'string') continue;
    const catalogue = catalogueOf(catalogues, field);
    if (catalogue === null) {
      const name = field.slice(OPEN_PREFIX.length);
      if (!field.startsWith(OPEN_PREFIX) || !Object.hasOwn(catalogues.fields, name)) continue;
      try {
        facts[field] = typed(catalogues.fields[name].kind, text, mapping);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, message: reason, remedy } = error;
        const problem = { row: row.raw.row, field, column: mapping.columns[field] ?? null, code, reason, remedy };
        return { row: { ...row, problem }, waiting: [] };
      }
      continue;
    }
    const code = codeFor(catalogues, catalogue, text) ?? meaningOf(field, text);
    if (typeof code === 'string') facts[field] = code;
    else if (field === 'originHow') facts[field] = ORIGIN_UNKNOWN;
    else delete facts[field];
    if (code === undefined) waiting.push({ field, catalogue, text });
  }
  return { row: { ...row, facts }, waiting };
};
