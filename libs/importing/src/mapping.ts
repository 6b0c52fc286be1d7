import { DateForm, NumberForm, readCents, readDay, readFlag, readInstant, readNumber, readQuantity, readText, Refusal } from './cells.js';
import { MappingFields } from './import.commands.js';
import { CLEARABLE, IMPORT_FIELDS, importField, OPEN_FIELDS, Reading } from './import-fields.js';
import { didYouMean } from './nearest.js';

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

const readingOf = (name: string, mapping: MappingFields): ((text: string) => string | number | boolean) => {
  const { kind, format = {} } = mapping;
  const numbers = { decimal: format.decimal ?? null, thousands: format.thousands ?? null };
  const field = importField(name, kind);
  const codes = Object.hasOwn(mapping.codes ?? {}, name) ? mapping.codes![name] : {};
  if (field) {
    const read = reading(field.reads, format.dates ?? null, numbers);
    return (text) => (!Object.hasOwn(codes, text) ? read(text) : field.reads === 'text' ? codes[text] : read(codes[text]));
  }
  const names = Object.keys(IMPORT_FIELDS).filter((one) => importField(one, kind));
  const hint =
    didYouMean(name, names) ||
    ` There are ${names.join(', ')}, fields.…, attributes.…, consents.<channel>.<purpose> and oppositions.<channel or all>.`;
  throw new MappingError(`columns.${name}: rows that are ${kind} have no such field.${hint}`);
};

/** What each kind of row cannot be without. */
const NEEDED: Readonly<Record<MappingFields['kind'], readonly string[]>> = {
  clients: [],
  purchases: ['date', 'currency'],
  contacts: ['date', 'contactKind'],
  responses: ['date', 'responseKind'],
};

const mustSuffice = (mapping: MappingFields): void => {
  const { kind, columns, values = {} } = mapping;
  const has = (name: string): boolean => name in columns || name in values;
  const missing = NEEDED[kind].find((name) => !has(name));
  if (Object.values(mapping.existing ?? {}).includes('newer') && !has('changedOn'))
    throw new MappingError('changedOn: name the column that says when a row was changed; existing asks which is newer');
  if (missing) throw new MappingError(`${missing}: name its column in columns, or give it in values; ${kind} need it`);
  if (!has('client') && !has('clientId') && kind !== 'purchases')
    throw new MappingError(`client: name the column that tells the clients apart`);
  if (kind === 'purchases' && !has('amount') && !(has('unitPrice') && has('quantity')))
    throw new MappingError('amount: name the column of what a row comes to, or those of quantity and unitPrice');
};

/** An empty cell takes away only what a cell may overwrite, and what has a column. */
const mustClear = ({ kind, columns, existing = {}, emptyClears = [] }: MappingFields): void => {
  for (const name of emptyClears) {
    if (kind !== 'clients') throw new MappingError(`emptyClears: only rows that are clients take anything away, not ${kind}`);
    if (!CLEARABLE.includes(name) && !OPEN_FIELDS.some((prefix) => name.startsWith(prefix)))
      throw new MappingError(`emptyClears: ${name} cannot be taken away.${didYouMean(name, CLEARABLE)}`);
    if (!(name in columns) && !(name === 'address' && 'locality' in columns))
      throw new MappingError(`emptyClears: name the column of ${name === 'address' ? 'locality' : name} in columns`);
    if (!['overwrite', 'newer'].includes(existing[name] ?? existing['*'] ?? 'fill'))
      throw new MappingError(`existing.${name}: say overwrite or newer, since its empty cells are to take away what is known`);
  }
};

/** What a column fills. */
export interface MappedColumn {
  readonly name: string;
  readonly column: string;
  readonly read: (text: string) => string | number | boolean;
}

/** A mapping that makes sense: what its columns fill, and what is the same in every row. */
export interface ReadMapping {
  readonly columns: readonly MappedColumn[];
  readonly fixed: Readonly<Record<string, string | number | boolean>>;
}

/** Reads a mapping; refused where nothing could be made of rows by it. */
export const readMapping = (mapping: MappingFields): ReadMapping => {
  const columns = Object.entries(mapping.columns).map(([name, column]) => ({ name, column, read: readingOf(name, mapping) }));
  const fixed = Object.entries(mapping.values ?? {}).map(([name, text]): [string, string | number | boolean] => {
    try {
      return [name, readingOf(name, mapping)(text)];
    } catch (error) {
      if (error instanceof Refusal) throw new MappingError(`values.${name}: ${error.message}; ${error.remedy}`);
      throw error;
    }
  });
  mustSuffice(mapping);
  mustClear(mapping);
  for (const name of [...Object.keys(mapping.codes ?? {}), ...Object.keys(mapping.existing ?? {})])
    if (!['*', 'address'].includes(name)) readingOf(name, mapping);
  return { columns, fixed: Object.fromEntries(fixed) };
};
