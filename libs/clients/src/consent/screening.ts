import { DocumentStore, everyDocument, Lookup } from '@boucle/eventsourcing';
import { Suppression } from './contact-permission.js';
import { WholeFiles } from '../merging/whole-files.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { emailLookup, phoneLookup, residentLookup } from '../person/lookups.js';
import { OWN_LIST } from './suppression.events.js';
import {
  Suppressed,
  SuppressionEntry,
  SuppressionListReading,
  suppressionListsProjection,
  suppressionsProjection,
} from './suppressions.projection.js';

/** The contact points of a person by the hashes under which lists would hold them; who lives somewhere is known by surname and address. */
export const hashedPoints = (
  { person, emails, phones, addresses }: Identity,
  lookup: Lookup,
): readonly (readonly [pointId: string, hash: string])[] => [
  ...Object.entries(emails).map(([id, email]) => [id, emailLookup(lookup, email)] as const),
  ...Object.entries(phones).map(([id, { number }]) => [id, phoneLookup(lookup, number)] as const),
  ...Object.entries(addresses).flatMap(([id, { address }]) => {
    const hash = address && person.lastName !== undefined ? residentLookup(lookup, person.lastName, address) : null;
    return hash === null ? [] : [[id, hash] as const];
  }),
];

/** What lists say, by client; those of whom they say nothing are left out. */
export type Hits = ReadonlyMap<string, readonly Suppression[]>;

type Lists = ReadonlyMap<string, SuppressionListReading>;

const NO_HITS: Hits = new Map();

const endOf = ({ listId, edition, until }: SuppressionEntry, lists: Lists): string | null => {
  const ended = lists.get(listId)?.ended[edition] ?? null;
  return ended === null || (until !== null && until < ended) ? until : ended;
};

/** Asks suppression lists about people, by the read models of both. */
export class Screening {
  constructor(
    private readonly documents: DocumentStore,
    private readonly lookup: () => Promise<Lookup>,
  ) {}

  /** What lists say of clients as they are known now. */
  async clients(clientIds: readonly string[]): Promise<Hits> {
    const lists = await this.lists();
    if (lists.size === 0) return NO_HITS;
    const people = await this.documents.getMany<Identity>(identityProjection.name, clientIds);
    const whole = await new WholeFiles(this.documents).identities(people.flatMap(({ document }) => document ?? []));
    return this.hits(whole, lists);
  }

  /** What lists say of somebody, as he is or as he once was. */
  async person(identity: Identity): Promise<readonly Suppression[]> {
    return (await this.people([identity])).get(identity.clientId) ?? [];
  }

  /** What lists say of people, as they are given. */
  async people(identities: readonly Identity[]): Promise<Hits> {
    const lists = await this.lists();
    return lists.size === 0 ? NO_HITS : this.hits(identities, lists);
  }

  private async hits(people: readonly Identity[], lists: Lists): Promise<Hits> {
    const lookup = await this.lookup();
    const points = people.flatMap((identity) =>
      hashedPoints(identity, lookup).map(([pointId, hash]) => ({ clientId: identity.clientId, pointId, hash })),
    );
    const listed = await this.documents.getMany<Suppressed>(suppressionsProjection.name, [...new Set(points.map(({ hash }) => hash))]);
    const entriesOf = new Map(listed.map(({ key, document }) => [key, document?.entries ?? []]));
    const found = new Map<string, Suppression[]>();
    for (const { clientId, pointId, hash } of points)
      for (const entry of entriesOf.get(hash) ?? []) {
        const { listId, source, channels, purpose, from } = entry;
        const hit = { listId, source, own: listId === OWN_LIST, channels, purpose, pointId, from, until: endOf(entry, lists) };
        found.set(clientId, [...(found.get(clientId) ?? []), hit]);
      }
    return found;
  }

  private async lists(): Promise<Lists> {
    const lists = new Map<string, SuppressionListReading>();
    for await (const page of everyDocument<SuppressionListReading>(this.documents, suppressionListsProjection.name))
      for (const { key, document } of page) if (document) lists.set(key, document);
    return lists;
  }
}
