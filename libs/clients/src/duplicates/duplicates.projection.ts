import { Findable, Indexing, Lookup, Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { emailLookup, phoneLookup } from '../person/lookups.js';
import { Roof, roofTrait, Traits, traitsOf } from './traits.js';
import { DuplicateEvent } from './pair.events.js';

/** What tells a client apart: names and addresses in clear, e-mail addresses and phones as keyed hashes, by id. */
export interface DuplicateEntry {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly birthDate?: string;
  readonly roofs: Readonly<Record<string, Roof>>;
  readonly emails: Readonly<Record<string, string>>;
  readonly phones: Readonly<Record<string, string>>;
  /** Clients of whom somebody said that they are others. */
  readonly apart: readonly string[];
  /** Keyed hashes of the blocks in which he stands. */
  readonly blocks: readonly string[];
}

/** Two clients who may be one person. */
export interface ProbablePair {
  /** In their order. */
  readonly clientIds: readonly [string, string];
  readonly probability: number;
}

type EntryEvent =
  | Extract<
      ClientEvent,
      {
        type:
          | 'ClientRegistered'
          | 'ClientDetailsChanged'
          | 'AddressAdded'
          | 'EmailAdded'
          | 'PhoneAdded'
          | 'ContactPointRemoved'
          | 'ClientErased';
      }
    >
  | DuplicateEvent;

/** Of whom nothing is known. */
export const NOTHING_KNOWN: DuplicateEntry = { roofs: {}, emails: {}, phones: {}, apart: [], blocks: [] };

const without = <T>(record: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== id));

type Told = { readonly firstName?: string | null; readonly lastName?: string | null; readonly birthDate?: string | null };

const renamed = (entry: DuplicateEntry | null, told: Told): DuplicateEntry | null => {
  const { firstName = entry?.firstName, lastName = entry?.lastName, birthDate = entry?.birthDate } = told;
  const { roofs, emails, phones, apart, blocks } = entry ?? NOTHING_KNOWN;
  if (!entry && !firstName && !lastName && !birthDate) return null;
  return {
    ...(firstName && { firstName }),
    ...(lastName && { lastName }),
    ...(birthDate && { birthDate }),
    ...{ roofs, emails, phones, apart, blocks },
  };
};

/** Also the name of its processor. */
export const duplicatesName = 'duplicates';

/** One entry per client of whom anything is known that tells him apart. */
export const duplicatesProjection = (lookup: Lookup): Projection<DuplicateEntry, EntryEvent> => ({
  name: duplicatesName,
  key: ({ data }) => ('clientId' in data ? data.clientId : data.clientIds),
  on: {
    ClientRegistered: (_, { data: { personal } }) => renamed(null, personal ?? {}),
    ClientDetailsChanged: (entry, { data: { personal } }) => renamed(entry, personal ?? {}),
    AddressAdded: (entry, { data: { addressId, personal } }) =>
      personal ? { ...(entry ?? NOTHING_KNOWN), roofs: { ...entry?.roofs, [addressId]: roofTrait(personal) } } : entry,
    EmailAdded: (entry, { data: { emailId, personal } }) =>
      personal ? { ...(entry ?? NOTHING_KNOWN), emails: { ...entry?.emails, [emailId]: emailLookup(lookup, personal.email) } } : entry,
    PhoneAdded: (entry, { data: { phoneId, personal } }) =>
      personal ? { ...(entry ?? NOTHING_KNOWN), phones: { ...entry?.phones, [phoneId]: phoneLookup(lookup, personal.number) } } : entry,
    ContactPointRemoved: (entry, { data: { pointId } }) =>
      entry && {
        ...entry,
        roofs: without(entry.roofs, pointId),
        emails: without(entry.emails, pointId),
        phones: without(entry.phones, pointId),
      },
    PeopleToldApart: (entry, { data: { clientIds } }, key) => {
      const known = entry ?? NOTHING_KNOWN;
      return { ...known, apart: [...known.apart, ...clientIds.filter((clientId) => clientId !== key)] };
    },
    ClientErased: () => null,
  },
});

/** What tells a client apart, folded. */
export const traitsIn = ({ firstName, lastName, birthDate, roofs, emails, phones }: DuplicateEntry): Traits => ({
  ...traitsOf({ person: { firstName, lastName, birthDate }, addresses: [], emails: Object.values(emails), phones: Object.values(phones) }),
  roofs: Object.values(roofs),
});

/** What the keys of pairs begin with, which no id of a client does. */
export const PAIRS = '~';

/** Where a pair stands. */
export const pairKey = ([a, b]: readonly string[]): string => `${PAIRS}${a}${PAIRS}${b}`;

/** What the pairs of a client are found by. */
export const pairsOf = (clientId: string): string => `${PAIRS}${clientId}${PAIRS}`;

/** Clients are found by their blocks, pairs by either client. */
export const duplicatesIndexing: Indexing<DuplicateEntry | ProbablePair> = {
  version: 1,
  findable: (document): Findable => ({
    texts: [],
    keys: 'blocks' in document ? document.blocks : document.clientIds.map(pairsOf),
    rank: 0,
  }),
  nearness: () => [],
  alike: () => false,
};
