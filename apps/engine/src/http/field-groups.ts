import { FieldGroup, hiddenFrom, mayWrite, Role } from '@boucle/access';
import { ClientEvent, ClientFile, ConsentReading, Identity, MergePreview, Person, PersonChanges, Reactions } from '@boucle/clients';
import { ExportOrder } from '@boucle/exporting';
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

/** What he did; all else is behaviour. */
const REACTIONS = { invoices: 'money', payments: 'money', openBalances: 'money', reportedBalances: 'money' } as const;

/** What a client did, as far as it may be seen. */
export type ShownReactions = Omit<Reactions, keyof typeof REACTIONS> & Partial<Pick<Reactions, keyof typeof REACTIONS>>;

/** The file of a client, as far as it may be seen. */
export interface ShownFile extends Omit<ClientFile, 'personal' | 'reactions'>, Hiding {
  readonly personal: Identity & Hiding;
  readonly reactions: ShownReactions;
}

/** What happened with him; of all else only words are personal. */
const EVENTS: Readonly<Partial<Record<ClientEvent['type'], FieldGroup>>> = {
  InvoiceIssued: 'money',
  PaymentReceived: 'money',
  ReminderSent: 'money',
  OpenBalanceReported: 'money',
};

const shown = <T extends object>(fields: T, groups: Groups<T>, hidden: Hidden): T =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => {
      const group = groups[name as keyof T];
      return group === undefined || !hidden.includes(group);
    }),
  ) as T;

/** Who a client is, as far as it may be seen. */
export const shownIdentity = (identity: Identity, hidden: Hidden): Identity & Hiding => ({
  ...identity,
  person: shown(identity.person, PERSON, hidden),
  hidden,
});

/** The file of a client, as far as it may be seen. */
export const shownFile = (file: ClientFile, hidden: Hidden): ShownFile => ({
  ...file,
  personal: shownIdentity(file.personal, hidden),
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

type EventData = { readonly clientId?: string; readonly personal?: object | null };

/** The data of an event of a client, as far as it may be seen. */
export const shownData = (type: string, data: EventData, hidden: Hidden): { readonly data: object } & Hiding => {
  const group = EVENTS[type as ClientEvent['type']];
  if (group && hidden.includes(group)) return { data: { clientId: data.clientId }, hidden: [group] };
  const { personal, ...facts } = data;
  if (!personal) return { data, hidden: [] };
  if (hidden.includes('identity')) return { data: facts, hidden: ['identity'] };
  if (type !== 'ClientRegistered' && type !== 'ClientDetailsChanged') return { data, hidden: [] };
  const seen = shown(personal as Person, PERSON, hidden);
  const left = Object.keys(personal).filter((name) => !(name in seen));
  return { data: { ...facts, personal: seen }, hidden: [...new Set(left.map((name) => PERSON[name as keyof Person]))] };
};

/** Refuses what a role may not say of a person, field by field. */
export const mustMayWrite = (role: Role, person: PersonChanges = {}): void => {
  for (const field of Object.keys(person) as (keyof Person)[]) {
    const group = PERSON[field];
    if (!mayWrite(role, group))
      throw new RequestError(
        403,
        `person.${field}`,
        `${field} belongs to the group ${group}, which a key of the role ${role} may not change: leave it out`,
      );
  }
};

/** The group of a field that an export may be asked for; null: everybody sees it. */
const groupOfField = (name: string): FieldGroup | null => {
  if (Object.hasOwn(PERSON, name)) return PERSON[name as keyof Person];
  return name.startsWith('fields.') ? PERSON.fields : null;
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
