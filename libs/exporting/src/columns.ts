import { Catalogues, Household, Identity, Labels, Person, PERSON_FIELDS, Profile } from '@boucle/clients';
import { ADDRESS_LINES, addressLines } from './address-lines.js';
import { AREA_FIELD, Figures } from './area-figures.js';
import { Cell } from './cells.js';
import { ExportOrder, Preset } from './export.events.js';
import { envelopeName, salutationFor } from './salutation.js';

/** Whom a row is about. */
export interface Subject {
  readonly code: string;
  readonly profile: Profile;
  readonly identity: Identity;
  /** Where he is addressed; null: he is not. */
  readonly pointId: string | null;
  /** The offer that his mailing carries. */
  readonly offer: string | null;
  /** Whose mail he gets too. */
  readonly household: Household | null;
  readonly figures: Figures;
}

/** What a column is called, and what stands in it. */
export interface Column {
  readonly name: string;
  cell(subject: Subject): Cell;
}

const SOURCE: Readonly<Record<string, string>> = {
  de: 'Herkunft Ihrer Adresse',
  fr: 'Origine de votre adresse',
  it: 'Provenienza del Suo indirizzo',
  en: 'Source of your address',
};

const column = (name: string, cell: Column['cell']): Column => ({ name, cell });

const person =
  (field: keyof Person): Column['cell'] =>
  ({ identity }) => {
    const value = identity.person[field];
    return Array.isArray(value) ? value.join(' ') : ((value ?? null) as Cell);
  };

const salutationOf = ({ household }: Subject): string | null => household?.salutation ?? null;

const lines =
  (order: ExportOrder, n: number): Column['cell'] =>
  (subject) => {
    const { identity, pointId } = subject;
    const address = pointId === null ? null : (identity.addresses[pointId]?.address ?? null);
    if (address === null) return null;
    const { language = null } = identity.person;
    const name = envelopeName(identity.person, salutationOf(subject));
    return addressLines(address, { name, language, sender: order.sender })[n] ?? null;
  };

/** What columns are filled by, besides the people. */
export interface Words {
  readonly catalogues: Catalogues;
  /** What is to be said of the files that people came with, by file and language. */
  readonly wordings: ReadonlyMap<string, Labels>;
}

/** Where we have somebody from, in words that may stand on his letter. */
const source =
  ({ catalogues: { entries }, wordings }: Words): Column['cell'] =>
  ({ identity: { origin, person: of } }) => {
    if (!origin) return null;
    const language = of.language !== undefined && of.language in SOURCE ? of.language : 'en';
    const wording = wordings.get(origin.file ?? '');
    if (wording) return wording[of.language ?? ''] ?? wording.en ?? Object.values(wording)[0];
    const label = entries.origin[origin.how]?.labels[language] ?? origin.how;
    return `${SOURCE[language]}: ${label}${origin.file === undefined ? '' : ` (${origin.file})`}`;
  };

const origin = (words: Words): readonly Column[] => [
  column('origin', ({ identity }) => identity.origin?.how ?? null),
  column('originFile', ({ identity }) => identity.origin?.file ?? null),
  column('source', source(words)),
];

const named = (...fields: readonly (keyof Person)[]): readonly Column[] => fields.map((field) => column(field, person(field)));

const salutation = column('salutation', (subject) => salutationFor(subject.identity.person, salutationOf(subject)));

/** What a person fills in who makes the call; `boucle returns` reads it again. */
const blank = (name: string): Column => column(name, () => null);

const PRESET_COLUMNS: Readonly<Record<Preset, (order: ExportOrder) => readonly Column[]>> = {
  post: (order) => [
    salutation,
    ...Array.from({ length: ADDRESS_LINES }, (_, n) => column(`line${n + 1}`, lines(order, n))),
    ...named('language'),
  ],
  email: () => [
    column('email', ({ identity, pointId }) => identity.emails[pointId ?? ''] ?? null),
    salutation,
    ...named('civility', 'firstName', 'lastName', 'language'),
  ],
  calls: () => [
    column('phone', ({ identity, pointId }) => identity.phones[pointId ?? '']?.number ?? null),
    salutation,
    ...named('civility', 'firstName', 'lastName', 'language'),
    ...['outcome', 'at', 'opposes', 'note'].map(blank),
  ],
  fields: () => [],
};

const isPersonField = (name: string): name is keyof Person => PERSON_FIELDS.some((field) => field === name);

/** Of profiles, by dotted path. */
const PROFILE_FIELDS: Readonly<Record<string, (profile: Profile) => Cell>> = {
  clientId: ({ clientId }) => clientId,
  registeredAt: ({ registeredAt }) => registeredAt,
  'purchases.count': ({ purchases }) => purchases.count,
  'purchases.first': ({ purchases }) => purchases.first,
  'purchases.last': ({ purchases }) => purchases.last,
  'responses.count': ({ responses }) => responses.count,
  'responses.last': ({ responses }) => responses.last,
  'solicitations.mailings': ({ solicitations }) => solicitations.mailings,
  'solicitations.otherContacts': ({ solicitations }) => solicitations.otherContacts,
  'solicitations.sinceLastPurchase': ({ solicitations }) => solicitations.sinceLastPurchase,
};

const MONETARY = /^purchases\.monetary\.([A-Z]{3})$/;
const ATTRIBUTE = /^attributes\.([^.]{1,64})$/;
const CUSTOM = /^fields\.([A-Za-z][A-Za-z0-9-]{0,39})$/;

/** What may be asked for, with the patterns of what has names of its own. */
export const FIELD_NAMES: readonly string[] = [
  ...Object.keys(PROFILE_FIELDS),
  ...PERSON_FIELDS,
  'purchases.monetary.EUR',
  'attributes.…',
  'fields.… (custom ones)',
  'area.<measure>.<source>.<year>',
];

const fieldCell = (name: string): Column['cell'] | null => {
  if (Object.hasOwn(PROFILE_FIELDS, name)) return ({ profile }) => PROFILE_FIELDS[name](profile);
  if (isPersonField(name)) return person(name);
  const [, currency] = MONETARY.exec(name) ?? [];
  if (currency) return ({ profile: { purchases } }) => purchases.monetary[currency] ?? 0;
  const [, attribute] = ATTRIBUTE.exec(name) ?? [];
  if (attribute) return ({ profile: { attributes } }) => (Object.hasOwn(attributes, attribute) ? attributes[attribute] : null);
  const [, field] = CUSTOM.exec(name) ?? [];
  if (field) return ({ identity: { person: of } }) => (of.fields && Object.hasOwn(of.fields, field) ? of.fields[field] : null);
  if (AREA_FIELD.test(name)) return ({ figures }) => (Object.hasOwn(figures, name) ? figures[name] : null);
  return null;
};

const words = (texts: readonly string[]): string => texts.map((text) => text.replaceAll('.', '\\.')).join('|');

/** What the fields of an export are called. */
export const FIELD_NAME = new RegExp(
  `^(${words([...Object.keys(PROFILE_FIELDS), ...PERSON_FIELDS])}|${[MONETARY, ATTRIBUTE, CUSTOM, AREA_FIELD].map(({ source: text }) => text.slice(1, -1)).join('|')})$`,
);

/** The columns of an export: its code, what its preset brings, where we have the people from, and the fields that were asked for. */
export const columnsOf = (order: ExportOrder, words: Words): readonly Column[] => {
  const own = [
    column('code', ({ code }) => code),
    ...PRESET_COLUMNS[order.preset](order),
    ...(order.mailings ? [column('offer', ({ offer }) => offer)] : []),
    ...origin(words),
  ];
  const more = order.fields.filter((name) => own.every((known) => known.name !== name));
  return [...own, ...more.map((name) => column(name, fieldCell(name)!))];
};
