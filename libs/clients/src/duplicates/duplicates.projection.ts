import { Findable, Indexing, Lookup, Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { emailLookup, phoneLookup } from '../person/lookups.js';
import { Mergeable, MergedEvent, mergedSteps } from '../merging/mergeable.js';
import { Roof, roofTrait, Traits, traitsOf } from './traits.js';
import { DuplicateEvent } from './pair.events.js';

/** What tells a client apart: names and addresses in clear, e-mail addresses and phones as keyed hashes, by id. */
export interface DuplicateEntry extends Mergeable {
  /** When the first of it was told, ISO instant. */
  readonly since: string;
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
  | MergedEvent
  | DuplicateEvent;

/** Of whom nothing is known. */
export const NOTHING_KNOWN: DuplicateEntry = { since: '', roofs: {}, emails: {}, phones: {}, apart: [], blocks: [] };

const without = <T>(record: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== id));

type Told = { readonly firstName?: string | null; readonly lastName?: string | null; readonly birthDate?: string | null };

const begun = (entry: DuplicateEntry | null, at: string): DuplicateEntry => entry ?? { ...NOTHING_KNOWN, since: at };

const renamed = (entry: DuplicateEntry | null, told: Told, at: string): DuplicateEntry | null => {
  const { firstName = entry?.firstName, lastName = entry?.lastName, birthDate = entry?.birthDate } = told;
  if (!entry && !firstName && !lastName && !birthDate) return null;
  const { firstName: _, lastName: __, birthDate: ___, ...rest } = begun(entry, at);
  return { ...(firstName && { firstName }), ...(lastName && { lastName }), ...(birthDate && { birthDate }), ...rest };
};

const toldApart = (entry: DuplicateEntry | null, clientIds: readonly string[], key: string, at: string): DuplicateEntry => {
  const known = begun(entry, at);
  return { ...known, apart: [...new Set([...known.apart, ...clientIds.filter((clientId) => clientId !== key)])] };
};

const merging = mergedSteps<DuplicateEntry>();

/** Also the name of its processor. */
export const duplicatesName = 'duplicates';

/** One entry per client of whom anything is known that tells him apart. */
export const duplicatesProjection = (lookup: Lookup): Projection<DuplicateEntry, EntryEvent> => ({
  name: duplicatesName,
  key: (event) => {
    if (event.type === 'PeopleToldApart') return event.data.clientIds;
    return event.type === 'ClientsUnmerged' ? [event.data.clientId, event.data.mergedId] : event.data.clientId;
  },
  on: {
    ClientRegistered: (_, { data: { personal }, metadata }) => renamed(null, personal ?? {}, metadata.occurredAt),
    ClientDetailsChanged: (entry, { data: { personal }, metadata }) => renamed(entry, personal ?? {}, metadata.occurredAt),
    AddressAdded: (entry, { data: { addressId, personal }, metadata }) =>
      personal ? { ...begun(entry, metadata.occurredAt), roofs: { ...entry?.roofs, [addressId]: roofTrait(personal) } } : entry,
    EmailAdded: (entry, { data: { emailId, personal }, metadata }) =>
      personal
        ? { ...begun(entry, metadata.occurredAt), emails: { ...entry?.emails, [emailId]: emailLookup(lookup, personal.email) } }
        : entry,
    PhoneAdded: (entry, { data: { phoneId, personal }, metadata }) =>
      personal
        ? { ...begun(entry, metadata.occurredAt), phones: { ...entry?.phones, [phoneId]: phoneLookup(lookup, personal.number) } }
        : entry,
    ContactPointRemoved: (entry, { data: { pointId } }) =>
      entry && {
        ...entry,
        roofs: without(entry.roofs, pointId),
        emails: without(entry.emails, pointId),
        phones: without(entry.phones, pointId),
      },
    PeopleToldApart: (entry, { data: { clientIds }, metadata }, key) => toldApart(entry, clientIds, key, metadata.occurredAt),
    ...merging,
    // who has parted two files has said that they are of two people
    ClientsUnmerged: (entry, event, key) => {
      const { clientId, mergedId } = event.data;
      const parted = key === clientId ? merging.ClientsUnmerged(entry, event, key) : entry;
      return toldApart(parted, [clientId, mergedId], key, event.metadata.occurredAt);
    },
    ClientErased: () => null,
  },
});

const folded = ({ firstName, lastName, birthDate, roofs, emails, phones }: DuplicateEntry): Traits => ({
  ...traitsOf({ person: { firstName, lastName, birthDate }, addresses: [], emails: Object.values(emails), phones: Object.values(phones) }),
  roofs: Object.values(roofs),
});

/** Whoever is compared with many is folded once. */
const known = new WeakMap<DuplicateEntry, Traits>();

/** What tells a client apart, folded. */
export const traitsIn = (entry: DuplicateEntry): Traits => {
  const before = known.get(entry);
  if (before) return before;
  const traits = folded(entry);
  known.set(entry, traits);
  return traits;
};

/** What the keys of pairs begin with, which no id of a client does. */
export const PAIRS = '~';

/** Where a pair stands. */
export const pairKey = ([a, b]: readonly string[]): string => `${PAIRS}${a}${PAIRS}${b}`;

/** What the pairs of a client are found by. */
export const pairsOf = (clientId: string): string => `${PAIRS}${clientId}${PAIRS}`;

/** Clients are found by their blocks, pairs by either client. */
export const duplicatesIndexing: Indexing<DuplicateEntry | ProbablePair> = {
  version: 2,
  findable: (document): Findable => ({
    texts: [],
    keys: 'blocks' in document ? document.blocks : document.clientIds.map(pairsOf),
    rank: 0,
  }),
  nearness: () => [],
  alike: () => false,
};
