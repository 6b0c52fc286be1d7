import { Catalogues, catalogueOf, codeFor, FieldKind, OPEN_PREFIX } from '@boucle/clients';
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

/** As much of a text as somebody needs to see what it means. */
const LONGEST_KEPT = 200;

/** What stands for a way into the client base until it is known. */
const ORIGIN_UNKNOWN = 'unknown';

/** What a custom field holds that is no code. */
const typed = (kind: Exclude<FieldKind, 'code'>, text: string, { format = {} }: MappingFields): string | number | boolean => {
  if (kind === 'flag') return readFlag(text);
  if (kind === 'day') return readDay(text, format.dates ?? null);
  return readNumber(text, { decimal: format.decimal ?? null, thousands: format.thousands ?? null });
};

/** A function that reads rows as catalogues and custom fields understand them. */
export const coding = (mapping: MappingFields, catalogues: Catalogues, meaningOf: MeaningOf): ((row: ReadRow) => CodedRow) => {
  const named = [...Object.keys(mapping.columns), ...Object.keys(mapping.values ?? {})];
  const coded = named.flatMap((field) => {
    const catalogue = catalogueOf(catalogues, field);
    return catalogue === null ? [] : [{ field, catalogue }];
  });
  const custom = named.flatMap((field) => {
    const name = field.slice(OPEN_PREFIX.length);
    const kind = field.startsWith(OPEN_PREFIX) && Object.hasOwn(catalogues.fields, name) ? catalogues.fields[name].kind : 'code';
    return kind === 'code' ? [] : [{ field, kind }];
  });
  if (coded.length + custom.length === 0) return (row) => ({ row, waiting: [] });
  return (row) => {
    const facts: Record<string, RowFacts[string]> = { ...row.facts };
    const waiting: Uncoded[] = [];
    for (const { field, kind } of custom) {
      try {
        if (typeof facts[field] === 'string') facts[field] = typed(kind, facts[field], mapping);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, message: reason, remedy } = error;
        const problem = { row: row.raw.row, field, column: mapping.columns[field] ?? null, code, reason, remedy };
        return { row: { ...row, problem }, waiting: [] };
      }
    }
    for (const { field, catalogue } of coded) {
      const text = facts[field];
      if (typeof text !== 'string') continue;
      const code = codeFor(catalogues, catalogue, text) ?? meaningOf(field, text);
      if (typeof code === 'string') facts[field] = code;
      else if (field === 'originHow') facts[field] = ORIGIN_UNKNOWN;
      else delete facts[field];
      if (code === undefined) waiting.push({ field, catalogue, text: text.slice(0, LONGEST_KEPT) });
    }
    return { row: { ...row, facts }, waiting };
  };
};
