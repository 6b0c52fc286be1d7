import { DomainError } from '@boucle/eventsourcing';
import { Variable } from '@boucle/analysis';
import { segmentFacts, SegmentSubject, SegmentSubjects, segmentVocabulary, Subject } from '@boucle/clients';
import { Field, fieldNamed as named, Found, nearest, namesOf, Vocabulary } from '@boucle/segments';
import { Asked } from './report-maker.js';

type Value = string | number | boolean | null;

/** Something that people can be compared by. */
export interface AnalysedField {
  readonly name: string;
  readonly label: string;
  readonly read: (subject: SegmentSubject, at: string) => Value;
}

/** All that people can be compared by: what rules of segments may ask of them. */
export type Fields = Vocabulary<SegmentSubject>;

/** What reports may compare people by, as it is known as of their moment. */
export const fieldsOf = async ({ sources: { events, documents }, asOf, policy }: Asked): Promise<Fields> =>
  segmentVocabulary({ ...(await segmentFacts(events, documents, asOf.at)), policy });

const AT_ONCE = 500;

/** People with all that fields ask of them. */
export async function* knownPeople({ people, sources }: Pick<Asked, 'people' | 'sources'>): AsyncGenerator<readonly SegmentSubject[]> {
  const subjects = new SegmentSubjects(sources.documents);
  for await (const page of people) yield await subjects.of(page);
}

/** Some people with all that fields ask of them. */
export const knownOf = async (people: readonly Subject[], { sources }: Pick<Asked, 'sources'>): Promise<readonly SegmentSubject[]> => {
  const subjects = new SegmentSubjects(sources.documents);
  const known: SegmentSubject[] = [];
  for (let first = 0; first < people.length; first += AT_ONCE) known.push(...(await subjects.of(people.slice(first, first + AT_ONCE))));
  return known;
};

const DAY = 86_400_000;

/** A list as what stands in it, a day or an instant as days that have passed since; ahead they are below nought. */
const comparable = (found: Found, { type }: Field<SegmentSubject>, at: string): Value => {
  if (Array.isArray(found)) return found.length === 0 ? null : [...new Set(found as readonly string[])].sort().join(' + ');
  if (typeof found !== 'string' || (type !== 'day' && type !== 'instant')) return found as Value;
  return Math.floor((Date.parse(at) - Date.parse(found)) / DAY);
};

const analysed = (field: Field<SegmentSubject>): AnalysedField => {
  // attributes and custom fields are called as they were named
  const label = field.type === 'open' ? field.label : `${field.label[0].toUpperCase()}${field.label.slice(1)}`;
  return {
    name: field.name,
    label: field.type === 'day' || field.type === 'instant' ? `${label} (days ago)` : label,
    read: (subject, at) => comparable(field.read(subject, at), field, at),
  };
};

/** The field of a name; the parameter is what names it. */
export const fieldNamed = (name: string, fields: Fields, parameter: string): AnalysedField => {
  const found = named(fields, name);
  if (found) return analysed(found);
  const meant = nearest(name, namesOf(fields));
  throw new DomainError(
    'not-a-field',
    `${parameter}: there is no field ${name}${meant === null ? ':' : `; did you mean ${meant}?`} GET /segment-fields, or boucle segment fields, lists them`,
    parameter,
  );
};

const CURRENCIES = ['spent.', 'averagePurchase.'];
/** The figures of areas; there may be as many distances as there are points of sale. */
const AREAS = 'area.';

/** All fields that these people can be compared by, with the currencies, attributes and custom fields that occur among them; free texts and ids set everybody apart. */
export const allFields = (people: readonly SegmentSubject[], fields: Fields): readonly AnalysedField[] => {
  const occurring = (names: (person: SegmentSubject) => readonly string[]): readonly string[] => [...new Set(people.flatMap(names))].sort();
  const currencies = occurring(({ history }) => history.purchases.map(({ currency }) => currency));
  const families = [
    ...CURRENCIES.flatMap((prefix) => currencies.map((currency) => `${prefix}${currency}`)),
    ...occurring(({ profile }) => Object.keys(profile.attributes)).map((name) => `attribute.${name}`),
    ...occurring(({ identity }) => Object.keys(identity?.person.fields ?? {})).map((name) => `field.${name}`),
    ...(fields.families ?? []).flatMap(({ prefix, names = [] }) => (prefix === AREAS ? names.map((name) => `${prefix}${name}`) : [])),
  ];
  return [...fields.fields.filter(({ type }) => type !== 'text'), ...families.map((name) => named(fields, name)!)].map(analysed);
};

const word = (value: Value): string | null => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? null : String(value);
};

/** What was read of people, as a number where all of it is one. */
export const variableOf = (name: string, values: readonly Value[]): Variable => {
  const isNumber = values.every((value) => value === null || typeof value === 'number') && values.some((value) => value !== null);
  return isNumber ? { name, kind: 'number', values: values } : { name, kind: 'category', values: values.map(word) };
};
