import { Findable, Indexing, Lookup, Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { Address, Person } from '../person/person.events.js';
import { digitsOf, emailKey, householdKey, numberKey, phoneKey } from './search-keys.js';
import { alike, nameWordsOf, nearness, streetWordsOf } from './spelling.js';

/** What a client is found by: names and addresses in clear, all else as keyed hashes. */
export interface SearchEntry {
  readonly name: Pick<Person, 'firstName' | 'lastName'>;
  /** By id: street, number and place. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Keys of e-mail addresses and phones by id. */
  readonly points: Readonly<Record<string, string>>;
  /** Keys of his numbers in other systems, and of his orders, invoices, contracts and cards. */
  readonly numbers: readonly string[];
  readonly household: string | null;
  /** The month of the last purchase: months since the year 0. */
  readonly month: number;
}

type SearchEvent = Extract<
  ClientEvent,
  {
    type:
      | 'ClientRegistered'
      | 'ClientDetailsChanged'
      | 'AddressAdded'
      | 'EmailAdded'
      | 'PhoneAdded'
      | 'ContactPointRemoved'
      | 'ReferenceAssigned'
      | 'OrderPlaced'
      | 'InvoiceIssued'
      | 'ContractStarted'
      | 'ClubJoined'
      | 'HouseholdJoined'
      | 'HouseholdLeft'
      | 'PurchaseRecorded'
      | 'PurchaseRetracted'
      | 'ClientErased';
  }
>;

const without = (record: Readonly<Record<string, string>>, id: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== id));

const renamed = (
  name: SearchEntry['name'],
  told: { readonly firstName?: string | null; readonly lastName?: string | null },
): SearchEntry['name'] => {
  const { firstName = name.firstName, lastName = name.lastName } = told;
  return { ...(firstName && { firstName }), ...(lastName && { lastName }) };
};

const written = ({ careOf, street, houseNumber, poBox, postalCode, locality }: Address): string =>
  [careOf, street, houseNumber, poBox, postalCode, locality].filter((part) => part !== undefined).join(' ');

const monthOf = (at: string): number => Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7)) - 1;

/** Also the name of its processor. */
export const searchName = 'search';

/** One entry per client, to be put into the search index. */
export const searchProjection = (lookup: Lookup): Projection<SearchEntry, SearchEvent> => {
  const numbered = (entry: SearchEntry | null, number: string | undefined): SearchEntry | null => {
    if (!entry || number === undefined) return entry;
    const key = numberKey(lookup, number);
    return entry.numbers.includes(key) ? entry : { ...entry, numbers: [...entry.numbers, key] };
  };
  return {
    name: searchName,
    key: ({ data }) => data.clientId,
    on: {
      ClientRegistered: (_, { data: { personal } }) => ({
        name: renamed({}, personal ?? {}),
        addresses: {},
        points: {},
        numbers: [],
        household: null,
        month: 0,
      }),
      ClientDetailsChanged: (entry, { data: { personal } }) => entry && { ...entry, name: renamed(entry.name, personal ?? {}) },
      AddressAdded: (entry, { data: { addressId, personal } }) =>
        entry && personal ? { ...entry, addresses: { ...entry.addresses, [addressId]: written(personal) } } : entry,
      EmailAdded: (entry, { data: { emailId, personal } }) =>
        entry && personal ? { ...entry, points: { ...entry.points, [emailId]: emailKey(lookup, personal.email) } } : entry,
      PhoneAdded: (entry, { data: { phoneId, personal } }) =>
        entry && personal ? { ...entry, points: { ...entry.points, [phoneId]: phoneKey(lookup, digitsOf(personal.number)) } } : entry,
      ContactPointRemoved: (entry, { data: { pointId } }) =>
        entry && { ...entry, addresses: without(entry.addresses, pointId), points: without(entry.points, pointId) },
      ReferenceAssigned: (entry, { data: { personal } }) => numbered(entry, personal?.number),
      OrderPlaced: (entry, { data: { orderId, personal } }) => numbered(entry, personal?.orderNumber ?? orderId),
      InvoiceIssued: (entry, { data: { personal } }) => numbered(entry, personal?.invoiceNumber),
      ContractStarted: (entry, { data: { personal } }) => numbered(entry, personal?.contractNumber),
      ClubJoined: (entry, { data: { personal } }) => numbered(entry, personal?.cardNumber),
      HouseholdJoined: (entry, { data: { householdId } }) => entry && { ...entry, household: householdId },
      HouseholdLeft: (entry, { data: { householdId } }) =>
        entry && entry.household === householdId ? { ...entry, household: null } : entry,
      PurchaseRecorded: (entry, { data: { purchaseId, personal }, metadata }) => {
        const bought = numbered(entry, personal?.orderNumber ?? purchaseId);
        return bought && { ...bought, month: Math.max(bought.month, monthOf(metadata.occurredAt)) };
      },
      // the month of the last purchase stays: it ranks, and answers nothing
      PurchaseRetracted: (entry, { data: { purchaseId, personal } }) => {
        const key = numberKey(lookup, personal?.orderNumber ?? purchaseId);
        return entry && { ...entry, numbers: entry.numbers.filter((number) => number !== key) };
      },
      ClientErased: () => null,
    },
  };
};

/** How a client is found; whoever bought last comes first. */
export const searchIndexing: Indexing<SearchEntry> = {
  version: 1,
  findable: ({ name, addresses, points, numbers, household, month }): Findable => ({
    texts: [
      { kind: 'name', words: nameWordsOf(name.firstName, name.lastName) },
      ...Object.values(addresses).map((address) => ({ kind: 'street', words: streetWordsOf(address) })),
    ],
    keys: [...Object.values(points), ...numbers, ...(household === null ? [] : [householdKey(household)])],
    rank: month,
  }),
  nearness,
  alike,
};
