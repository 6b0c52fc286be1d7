import { projectEvent, Projection, RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { Mergeable, MergedEvent, mergedSteps } from '../merging/mergeable.js';
import { isMinor } from './birth-date.js';
import { changedPerson } from './person.js';
import { Address, AddressCheckNote, Line, Origin, Person, PersonEvent, Validity } from './person.events.js';

/** An address of a person and whether mail reaches him there; null: it was erased. */
export interface KnownAddress {
  readonly address: Address | null;
  readonly validity: Validity;
  readonly returned: string | null;
  /** What a list of localities said of it; left out: there was none to ask. */
  readonly checked?: AddressCheckNote;
}

/** Who a client is and where he can be reached, in clear: everything in here is personal. */
export interface Identity extends Mergeable {
  readonly clientId: string;
  readonly person: Person;
  readonly origin: Origin | null;
  readonly addresses: Readonly<Record<string, KnownAddress>>;
  readonly emails: Readonly<Record<string, string>>;
  readonly phones: Readonly<Record<string, { readonly given: string; readonly number: string; readonly line: Line }>>;
  /** His numbers in other systems. */
  readonly references: readonly { readonly system: string; readonly number: string; readonly lookup: string }[];
  readonly householdId: string | null;
  readonly state: { readonly deceased: boolean; readonly closed: boolean; readonly creditBlocked: boolean };
}

/** The state of a person's file on a day. */
export interface StateOnDay extends Readonly<Identity['state']> {
  /** He is known to be under age. */
  readonly minor: boolean;
}

/** The state of a person's file on a day, YYYY-MM-DD. */
export const stateOn = ({ state, person }: Identity, day: string): StateOnDay => ({ ...state, minor: isMinor(person.birthDate, day) });

type IdentityEvent =
  | PersonEvent
  | MergedEvent
  | Extract<ClientEvent, { type: 'ClientRegistered' | 'WaitingValueSettled' | 'ClientErased' | 'HouseholdJoined' | 'HouseholdLeft' }>;

const without = <T>(record: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== id));

const changedAddress = (identity: Identity, addressId: string, change: (address: KnownAddress) => KnownAddress): Identity => {
  const address = identity.addresses[addressId];
  return { ...identity, addresses: { ...identity.addresses, [addressId]: change(address) } };
};

const stated = (identity: Identity | null, state: Partial<Identity['state']>): Identity | null =>
  identity && { ...identity, state: { ...identity.state, ...state } };

/** One document per client. */
export const identityProjection: Projection<Identity, IdentityEvent> = {
  name: 'identities',
  key: ({ data }) => data.clientId,
  on: {
    ClientRegistered: (_, { data: { clientId, origin, personal } }) => ({
      clientId,
      person: personal ?? {},
      origin: origin ?? null,
      addresses: {},
      emails: {},
      phones: {},
      references: [],
      householdId: null,
      state: { deceased: false, closed: false, creditBlocked: false },
    }),
    ClientDetailsChanged: (identity, { data }) => identity && { ...identity, person: changedPerson(identity.person, data.personal ?? {}) },
    AddressAdded: (identity, { data: { addressId, validity, personal } }) =>
      identity && { ...identity, addresses: { ...identity.addresses, [addressId]: { address: personal, validity, returned: null } } },
    AddressChecked: (identity, { data: { addressId, result, edition } }) =>
      identity && changedAddress(identity, addressId, (address) => ({ ...address, checked: { result, edition } })),
    AddressEnded: (identity, { data: { addressId, until } }) =>
      identity && changedAddress(identity, addressId, (address) => ({ ...address, validity: { ...address.validity, until } })),
    MailReturned: (identity, { data: { addressId, reason } }) =>
      identity && changedAddress(identity, addressId, (address) => ({ ...address, returned: reason })),
    EmailAdded: (identity, { data: { emailId, personal } }) =>
      identity && personal ? { ...identity, emails: { ...identity.emails, [emailId]: personal.email } } : identity,
    PhoneAdded: (identity, { data: { phoneId, line, personal } }) =>
      identity && personal ? { ...identity, phones: { ...identity.phones, [phoneId]: { ...personal, line } } } : identity,
    ContactPointRemoved: (identity, { data: { pointId } }) =>
      identity && {
        ...identity,
        addresses: without(identity.addresses, pointId),
        emails: without(identity.emails, pointId),
        phones: without(identity.phones, pointId),
      },
    ReferenceAssigned: (identity, { data: { system, lookup, personal } }) =>
      identity && personal ? { ...identity, references: [...identity.references, { system, number: personal.number, lookup }] } : identity,
    WaitingValueSettled: (identity, { data: { field, code } }) =>
      identity?.origin && field === 'originHow' && code !== null ? { ...identity, origin: { ...identity.origin, how: code } } : identity,
    HouseholdJoined: (identity, { data: { householdId } }) => identity && { ...identity, householdId },
    HouseholdLeft: (identity) => identity && { ...identity, householdId: null },
    ClientDied: (identity) => stated(identity, { deceased: true }),
    DeathRefuted: (identity) => stated(identity, { deceased: false }),
    ClientClosed: (identity) => stated(identity, { closed: true }),
    ClientReopened: (identity) => stated(identity, { closed: false }),
    CreditBlocked: (identity) => stated(identity, { creditBlocked: true }),
    CreditReleased: (identity) => stated(identity, { creditBlocked: false }),
    ClientErased: () => null,
    ...mergedSteps<Identity>(),
  },
};

/** Who a client was once these events of his had happened; null: nobody yet, or nobody any more. */
export const identityAfter = (history: readonly RecordedEvent<ClientEvent>[]): Identity | null =>
  history.reduce<object | null>(
    (identity, event) => projectEvent(identityProjection, identity, event, event.data.clientId),
    null,
  ) as Identity | null;
