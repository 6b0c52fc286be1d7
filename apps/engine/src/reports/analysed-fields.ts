import { DomainError } from '@boucle/eventsourcing';
import { Variable } from '@boucle/analysis';
import {
  ageAt,
  classOf,
  keptOf,
  LifeCyclePolicy,
  PastPurchase,
  purchasesUntil,
  reactionsUntil,
  solicitationsUntil,
  Subject,
  summaryOf,
} from '@boucle/clients';
import { nearest } from '@boucle/segments';

type Value = string | number | boolean | null;

/** Something that people can be compared by. */
export interface AnalysedField {
  readonly name: string;
  readonly label: string;
  readonly read: (subject: Subject, at: string) => Value;
}

const DAY = 86_400_000;
const AREA_DIGITS = 2;

const days = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / DAY);
const summary = ({ history }: Subject, at: string) => summaryOf(purchasesUntil(history, at));

const kept = ({ history }: Subject, at: string): readonly PastPurchase[] => {
  const until = purchasesUntil(history, at);
  return history.purchases.filter((purchase) => purchase.at <= at && keptOf(until, purchase) !== null);
};
const lastKept = (subject: Subject, at: string): PastPurchase | undefined =>
  kept(subject, at).reduce<PastPurchase | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined);

const address = ({ profile }: Subject) => Object.values(profile.person?.addresses ?? {}).find(({ returned }) => !returned);

const FIELDS: readonly AnalysedField[] = [
  {
    name: 'age',
    label: 'Age',
    read: ({ profile: { person } }, at) => (person?.birthDate ? ageAt(person.birthDate, at.slice(0, 10)) : null),
  },
  { name: 'language', label: 'Language', read: ({ profile }) => profile.person?.language ?? null },
  { name: 'country', label: 'Country', read: (subject) => address(subject)?.country ?? null },
  {
    name: 'area',
    label: `Postal area (country and ${AREA_DIGITS} digits)`,
    read: (subject) => {
      const { country, postalCode = null } = address(subject) ?? {};
      return postalCode === null ? null : `${country}-${postalCode.slice(0, AREA_DIGITS)}`;
    },
  },
  { name: 'hasEmail', label: 'Has an e-mail address', read: ({ profile }) => (profile.person?.emails ?? []).length > 0 },
  { name: 'hasMobile', label: 'Has a mobile phone', read: ({ profile }) => (profile.person?.mobiles ?? []).length > 0 },
  { name: 'hasAddress', label: 'Has an address', read: (subject) => address(subject) !== undefined },
  { name: 'daysKnown', label: 'Days since we know him', read: ({ profile }, at) => Math.max(0, days(profile.registeredAt, at)) },
  { name: 'bought', label: 'Has bought', read: (subject, at) => summary(subject, at).count > 0 },
  { name: 'purchases', label: 'Purchases', read: (subject, at) => summary(subject, at).count },
  { name: 'purchaseDays', label: 'Days on which he bought', read: (subject, at) => summary(subject, at).days.length },
  {
    name: 'daysSincePurchase',
    label: 'Days since the last purchase',
    read: (subject, at) => {
      const { last } = summary(subject, at);
      return last === null ? null : days(last, at);
    },
  },
  {
    name: 'articles',
    label: 'Different articles',
    read: (subject, at) => new Set(kept(subject, at).flatMap(({ lines = [] }) => lines.flatMap(({ articleId }) => articleId ?? []))).size,
  },
  { name: 'salesChannel', label: 'Sales channel of the last purchase', read: (subject, at) => lastKept(subject, at)?.salesChannel ?? null },
  { name: 'pointOfSale', label: 'Point of sale of the last purchase', read: (subject, at) => lastKept(subject, at)?.pointOfSaleId ?? null },
  { name: 'solicitations', label: 'Solicitations', read: ({ history }, at) => solicitationsUntil(history, at).length },
  { name: 'reactions', label: 'Reactions besides purchases', read: ({ history }, at) => reactionsUntil(history, at).length },
  { name: 'reacted', label: 'Has ever reacted', read: ({ history }, at) => reactionsUntil(history, at).length > 0 },
];

const spent = (currency: string): AnalysedField => ({
  name: `spent.${currency}`,
  label: `Spent, in ${currency}`,
  read: (subject, at) => (summary(subject, at).monetary[currency] ?? 0) / 100,
});

const averagePurchase = (currency: string): AnalysedField => ({
  name: `averagePurchase.${currency}`,
  label: `Average purchase, in ${currency}`,
  read: (subject, at) => {
    const until = purchasesUntil(subject.history, at);
    const amounts = until.bought.flatMap((one) => (one.currency === currency ? (keptOf(until, one) ?? []) : []));
    return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length / 100;
  },
});

const attribute = (name: string): AnalysedField => ({
  name: `attribute.${name}`,
  label: name,
  read: ({ profile: { attributes } }) => (Object.hasOwn(attributes, name) ? attributes[name] : null),
});

const classField = (policy: LifeCyclePolicy): AnalysedField => ({
  name: 'class',
  label: 'Life-cycle class',
  read: (subject, at) => classOf(subject, policy, at).class,
});

const FAMILIES: readonly [pattern: RegExp, field: (name: string) => AnalysedField][] = [
  [/^spent\.([A-Z]{3})$/, spent],
  [/^averagePurchase\.([A-Z]{3})$/, averagePurchase],
  [/^attribute\.(.{1,64})$/s, attribute],
];

/** The field of a name; the parameter is what names it. */
export const fieldNamed = (name: string, policy: LifeCyclePolicy, parameter: string): AnalysedField => {
  for (const [pattern, field] of FAMILIES) {
    const [, rest] = pattern.exec(name) ?? [];
    if (rest !== undefined) return field(rest);
  }
  const fields = [...FIELDS, classField(policy)];
  const found = fields.find((field) => field.name === name);
  if (found) return found;
  const names = fields.map((field) => field.name);
  const meant = nearest(name, names);
  throw new DomainError(
    'not-a-field',
    `${parameter}: there is no field ${name}${meant === null ? '' : `; did you mean ${meant}?`} There are ${names.join(', ')}, spent.EUR, averagePurchase.EUR, attribute.…`,
    parameter,
  );
};

/** All fields that these people can be compared by, currencies and attributes that occur among them included. */
export const fieldsOf = (people: readonly Subject[], policy: LifeCyclePolicy): readonly AnalysedField[] => {
  const currencies = new Set(people.flatMap(({ history }) => history.purchases.map(({ currency }) => currency)));
  const attributes = new Set(people.flatMap(({ profile }) => Object.keys(profile.attributes)));
  return [...FIELDS, classField(policy), ...[...currencies].sort().map(spent), ...[...attributes].sort().map(attribute)];
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
