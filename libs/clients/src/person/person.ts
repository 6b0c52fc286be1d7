import { Address, AddressCheckNote, Line, Person, PersonChanges, Validity } from './person.events.js';

/** The fields of a person that need no declaring. */
export const PERSON_FIELDS: readonly (keyof Person)[] = [
  'civility',
  'firstName',
  'lastName',
  'birthDate',
  'language',
  'profession',
  'incomeBand',
  'familySituation',
  'childrenBirthYears',
  'housing',
  'tenure',
];

/** Somewhere a person can be reached. */
export type ContactPoint =
  | {
      readonly kind: 'address';
      readonly validity: Validity;
      readonly returned: string | null;
      readonly address: Address | null;
      readonly checked?: AddressCheckNote;
    }
  | { readonly kind: 'email'; readonly email: string | null }
  | { readonly kind: 'phone'; readonly line: Line; readonly number: string | null };

/** The contact points of a person by id. */
export type ContactPoints = Readonly<Record<string, ContactPoint>>;

/** A person once these changes are known. */
export const changedPerson = (person: Person, changes: PersonChanges): Person => {
  const { fields, ...own } = changes;
  const next: Record<string, unknown> = { ...person, ...own };
  if (fields) next.fields = { ...person.fields, ...fields };
  return withoutNull(next);
};

/** The changes that tell something new. */
export const newIn = (changes: PersonChanges, person: Person): PersonChanges => {
  const { fields, ...own } = changes;
  const known = person as Readonly<Record<string, unknown>>;
  const different = ([name, value]: [string, unknown], of: Readonly<Record<string, unknown>>): boolean =>
    JSON.stringify(value) !== JSON.stringify(of[name] ?? null);
  const fresh = Object.fromEntries(Object.entries(own).filter((entry) => different(entry, known)));
  const freshFields = Object.entries(fields ?? {}).filter((entry) => different(entry, person.fields ?? {}));
  return freshFields.length > 0 ? { ...fresh, fields: Object.fromEntries(freshFields) } : fresh;
};

/** The names of what changes; custom fields by their own names. */
export const namesOf = ({ fields, ...own }: PersonChanges): string[] => [...Object.keys(own), ...Object.keys(fields ?? {})].sort();

const withoutNull = (record: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): [string, unknown][] => {
      if (value === null) return [];
      if (name !== 'fields') return [[name, value]];
      const fields = Object.entries(value as object).filter(([, field]) => field !== null);
      return fields.length > 0 ? [[name, Object.fromEntries(fields)]] : [];
    }),
  );

/** Whether mail reaches somebody at an address on a day, YYYY-MM-DD. */
export const holdsOn = ({ from, until, season }: Validity, day: string): boolean => {
  if ((from !== null && day < from) || (until !== null && day > until)) return false;
  if (season === null) return true;
  const date = `-${day.slice(4)}`;
  return season.from <= season.until ? season.from <= date && date <= season.until : date >= season.from || date <= season.until;
};

/** Whether mail sent to an address has a chance of arriving. */
export const isDeliverable = (point: ContactPoint): boolean => point.kind === 'address' && point.returned === null;
