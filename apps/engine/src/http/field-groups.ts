import { FieldGroup, hiddenFrom, mayWrite, Role } from '@boucle/access';
import {
  Attributes,
  BirthDateCheck,
  checkBirthDate,
  ClientEvent,
  ClientFile,
  ConsentReading,
  Identity,
  MergePreview,
  Person,
  PersonChanges,
  PersonFacts,
  Profile,
  Reactions,
  StateOnDay,
  stateOn,
} from '@boucle/clients';
import { ExportOrder } from '@boucle/exporting';
import { ADDRESS_LINES, MappingFields } from '@boucle/importing';
import { LifeCycleReading } from '../client.queries.js';
import { RequestError } from './problem.filter.js';

type Hidden = readonly FieldGroup[];
type Groups<T> = Readonly<Partial<Record<keyof T, FieldGroup>>>;

/** What is left out of an answer, as it says itself. */
export interface Hiding {
  readonly hidden: Hidden;
}

/** What is said of a person. */
const PERSON: Readonly<Record<keyof Person, FieldGroup>> = {
  civility: 'identity',
  firstName: 'identity',
  lastName: 'identity',
  birthDate: 'identity',
  language: 'identity',
  profession: 'identity',
  fields: 'identity',
  familySituation: 'family',
  childrenBirthYears: 'family',
  housing: 'family',
  tenure: 'family',
  incomeBand: 'money',
};

/** What rules may know of the person. */
const FACTS = {
  birthDate: 'identity',
  language: 'identity',
  addresses: 'contact-points',
  emails: 'contact-points',
  mobiles: 'contact-points',
  landlines: 'contact-points',
} as const;

/** What rules may know of the client; who he is one with, and since when he is there, everybody may know. */
const PROFILE = {
  attributes: 'analysis',
  purchases: 'behaviour',
  recencyDays: 'behaviour',
  area: 'contact-points',
  frequency: 'behaviour',
  monetary: 'behaviour',
  lifeCycle: 'behaviour',
  solicitations: 'behaviour',
  responses: 'behaviour',
  waves: 'behaviour',
  consent: 'consents',
  opposed: 'consents',
  restricted: 'consents',
  objectsToProfiling: 'consents',
} as const;

/** What he did; all else is behaviour. */
const REACTIONS = { invoices: 'money', payments: 'money', openBalances: 'money', reportedBalances: 'money' } as const;

/** What a client did, as far as it may be seen. */
export type ShownReactions = Hideable<Reactions, keyof typeof REACTIONS>;

/** A profile, how recent, how frequent and how large the purchases in it are, and where he stands by them. */
export interface ValuedProfile extends Profile {
  /** Figures of the area where he lives, by field; left out where no statistics are installed. */
  readonly area?: Readonly<Record<string, number>>;
  readonly recencyDays: number | null;
  readonly frequency: number;
  readonly monetary: Profile['purchases']['monetary'];
  readonly lifeCycle: LifeCycleReading;
}

type Hideable<T, Names extends string> = Omit<T, Names> & Partial<Pick<T, Names & keyof T>>;

/** What rules may know of a client, as far as it may be seen. */
export interface ShownProfile extends Omit<Hideable<ValuedProfile, keyof typeof PROFILE>, 'person'>, Hiding {
  readonly person: Hideable<PersonFacts, keyof typeof FACTS> | null;
}

/** Who a client is, as far as it may be seen today. */
export interface ShownIdentity extends Omit<Identity, 'state'>, Hiding {
  readonly state: StateOnDay;
  readonly birthday: BirthDateCheck | null;
}

/** The file of a client, as far as it may be seen. */
export interface ShownFile extends Omit<ClientFile, 'personal' | 'reactions'>, Hiding {
  readonly personal: ShownIdentity;
  readonly reactions: ShownReactions;
}

/** What happened with him; of all else only words are personal. */
const EVENTS: Readonly<Partial<Record<ClientEvent['type'], FieldGroup>>> = {
  InvoiceIssued: 'money',
  PaymentReceived: 'money',
  ReminderSent: 'money',
  OpenBalanceReported: 'money',
  AttributesChanged: 'analysis',
};

const shown = <T extends object>(fields: T, groups: Groups<T>, hidden: Hidden): T =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => {
      const group = groups[name as keyof T];
      return group === undefined || !hidden.includes(group);
    }),
  ) as T;

/** Who a client is, as far as it may be seen on a day, YYYY-MM-DD. */
export const shownIdentity = (identity: Identity, hidden: Hidden, day: string): ShownIdentity => {
  const person = shown(identity.person, PERSON, hidden);
  const birthday = person.birthDate === undefined ? null : checkBirthDate(person.birthDate, day);
  return { ...identity, person, state: stateOn(identity, day), birthday, hidden };
};

/** What rules may know of a client, as far as it may be seen. */
export const shownProfile = (profile: ValuedProfile, hidden: Hidden): ShownProfile => ({
  ...shown<Hideable<ValuedProfile, keyof typeof PROFILE>>(profile, PROFILE, hidden),
  person: profile.person && shown<Hideable<PersonFacts, keyof typeof FACTS>>(profile.person, FACTS, hidden),
  hidden,
});

/** The file of a client, as far as it may be seen. */
export const shownFile = (file: ClientFile, hidden: Hidden, day: string): ShownFile => ({
  ...file,
  personal: shownIdentity(file.personal, hidden, day),
  reactions: shown<ShownReactions>(file.reactions, REACTIONS, hidden),
  hidden,
});

/** What two files would be as one, as far as it may be seen; custom fields belong to who he is. */
export const shownPreview = (preview: MergePreview, hidden: Hidden): MergePreview & Hiding => ({
  ...preview,
  fields: preview.fields.filter(({ field }) => !hidden.includes(PERSON[field as keyof Person] ?? 'identity')),
  hidden,
});

/** What a client has said, without who witnessed it where nobody is to be known. */
export const shownConsents = (reading: ConsentReading, hidden: Hidden): ConsentReading & Hiding => {
  if (!hidden.includes('identity')) return { ...reading, hidden: [] };
  const unnamed = <T>(statement: T): T => ({ ...statement, by: null });
  const merged = reading.merged.map((one) => ({ ...one, consents: one.consents.map(unnamed), oppositions: one.oppositions.map(unnamed) }));
  return {
    ...reading,
    consents: reading.consents.map(unnamed),
    oppositions: reading.oppositions.map(unnamed),
    merged,
    hidden: ['identity'],
  };
};

type EventData = { readonly clientId?: string; readonly attributes?: object; readonly personal?: object | null };

/** The data of an event of a client, as far as it may be seen. */
export const shownData = (type: string, data: EventData, hidden: Hidden): { readonly data: object } & Hiding => {
  const group = EVENTS[type as ClientEvent['type']];
  if (group && hidden.includes(group)) return { data: { clientId: data.clientId }, hidden: [group] };
  const { personal, ...facts } = shown<EventData>(data, { attributes: 'analysis' }, hidden);
  const analysis: Hidden = 'attributes' in data && !('attributes' in facts) ? ['analysis'] : [];
  const whole = personal === undefined ? facts : { ...facts, personal };
  if (!personal) return { data: whole, hidden: analysis };
  if (hidden.includes('identity')) return { data: facts, hidden: ['identity', ...analysis] };
  if (type !== 'ClientRegistered' && type !== 'ClientDetailsChanged') return { data: whole, hidden: analysis };
  const seen = shown(personal as Person, PERSON, hidden);
  const left = Object.keys(personal).filter((name) => !(name in seen));
  const groups = new Set([...left.map((name) => PERSON[name as keyof Person]), ...analysis]);
  return { data: { ...facts, personal: seen }, hidden: [...groups] };
};

/** Refuses what a role may not say of a client, field by field. */
export const mustMayWrite = (
  role: Role,
  { person = {}, attributes = {} }: { readonly person?: PersonChanges; readonly attributes?: Attributes },
): void => {
  const refuse = (field: string, name: string, group: FieldGroup): void => {
    if (!mayWrite(role, group))
      throw new RequestError(
        403,
        field,
        `${name} belongs to the group ${group}, which a key of the role ${role} may not change: leave it out`,
      );
  };
  for (const field of Object.keys(person) as (keyof Person)[]) refuse(`person.${field}`, field, PERSON[field]);
  for (const name of Object.keys(attributes)) refuse('attributes', name, 'analysis');
};

/** The group of a field that an export may be asked for; null: everybody sees it. */
const groupOfField = (name: string): FieldGroup | null => {
  if (Object.hasOwn(PERSON, name)) return PERSON[name as keyof Person];
  if (name.startsWith('attributes.')) return PROFILE.attributes;
  if (name.startsWith('area.')) return PROFILE.area;
  return name.startsWith('fields.') ? PERSON.fields : null;
};

const POINTS: readonly string[] = [...ADDRESS_LINES, 'email', 'phone'];

/** The group of a field that an import may fill; null: everybody who may import fills it. */
const groupOfImported = (name: string): FieldGroup | null => {
  const field = groupOfField(name);
  if (field) return field;
  if (/^(consent|opposition)/.test(name)) return 'consents';
  return POINTS.includes(name) ? 'contact-points' : null;
};

/** Refuses the import of fields that a role may not change, by the columns and the values that a mapping names. */
export const mustMayImport = (role: Role, { kind, columns, values = {} }: Pick<MappingFields, 'kind' | 'columns' | 'values'>): void => {
  const refuse = (place: string, what: string, group: FieldGroup): void => {
    if (!mayWrite(role, group))
      throw new RequestError(
        403,
        place,
        `${what} belongs to the group ${group}, which a key of the role ${role} may not change: leave it out of the mapping, or let another key import it`,
      );
  };
  if (kind !== 'clients') refuse('kind', kind, 'behaviour');
  for (const [place, fields] of Object.entries({ columns, values }))
    for (const name of Object.keys(fields)) {
      const group = groupOfImported(name);
      if (group) refuse(`${place}.${name}`, name, group);
    }
};

/** Refuses an export of what a role may not see, by its name. */
export const mustMayExport = (
  role: Role,
  { preset, fields = [] }: Pick<ExportOrder, 'preset'> & Partial<Pick<ExportOrder, 'fields'>>,
): void => {
  const hidden = hiddenFrom(role);
  const refuse = (field: string, what: string, group: FieldGroup): void => {
    if (hidden.includes(group))
      throw new RequestError(
        403,
        field,
        `${what} belongs to the group ${group}, which a key of the role ${role} may not see: leave it out`,
      );
  };
  if (preset !== 'fields') for (const group of ['identity', 'contact-points'] as const) refuse('preset', `The preset ${preset}`, group);
  for (const name of fields) {
    const group = groupOfField(name);
    if (group) refuse('fields', name, group);
  }
};
