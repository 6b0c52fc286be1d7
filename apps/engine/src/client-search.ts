import { Inject, Injectable } from '@nestjs/common';
import { Lookups } from '@boucle/adapters';
import { Clock, DocumentStore, EventStore, fold, Match, SearchIndex } from '@boucle/eventsourcing';
import {
  Address,
  ClientWay,
  holdsOn,
  Identity,
  identityProjection,
  isPhone,
  Profile,
  profileProjection,
  referenceDecider,
  referenceLookup,
  referenceStream,
  SearchEntry,
  SearchKind,
  StateOnDay,
  stateOn,
  waysOf,
  WholeFiles,
} from '@boucle/clients';
import { Portfolios } from './portfolios.js';

const PAGE = 20;
/** Pages looked through for one that holds a client of a salesperson. */
const MOST_PAGES = 10;

/** Who was found, as far as it tells one from another and says how to speak with him. */
export interface ClientFound {
  readonly clientId: string;
  readonly name: string | null;
  readonly locality: string | null;
  readonly state: StateOnDay;
  readonly lastOrder: string | null;
  /** null: not known yet. */
  readonly opposed: boolean | null;
  /** The alias under which he was found; left out: his own id. */
  readonly alias?: string;
}

/** A client, what the text was taken for, and how well it fits. */
export interface ClientHit extends ClientFound {
  readonly kind: SearchKind;
  readonly match: Match;
}

/** A page of clients. */
export interface ClientsFound {
  readonly hits: readonly ClientHit[];
  readonly next: string | null;
}

/** Finds clients by what somebody types, and by their numbers in other systems. */
@Injectable()
export class ClientSearch {
  private readonly whole: WholeFiles;

  constructor(
    @Inject(SearchIndex) private readonly index: SearchIndex<SearchEntry>,
    private readonly documents: DocumentStore,
    private readonly events: EventStore,
    private readonly lookups: Lookups,
    private readonly clock: Clock,
    private readonly portfolios: Portfolios,
  ) {
    this.whole = new WholeFiles(documents);
  }

  /**
   * A page of those who may be meant; the cursor is that of the page before.
   * @param whose finds the clients of these salespeople only; everybody's if null
   */
  async search(text: string, kind: SearchKind | null, whose: ReadonlySet<string> | null, cursor?: string): Promise<ClientsFound> {
    const ways = waysOf(text, kind, await this.lookups.lookup());
    if (ways.length === 0) return { hits: [], next: null };
    if (whose === null) return this.page(text, ways, cursor);
    for (let [looked, after] = [1, cursor]; ; looked++) {
      const { hits, next } = await this.page(text, ways, after);
      const clientIds = hits.map(({ clientId }) => clientId);
      const own = await this.portfolios.among(clientIds, whose);
      if (own.size > 0 || next === null || looked === MOST_PAGES) return { hits: hits.filter(({ clientId }) => own.has(clientId)), next };
      after = next;
    }
  }

  private async page(text: string, ways: readonly ClientWay[], after: string | undefined): Promise<ClientsFound> {
    const { hits, next } = await this.index.find(
      ways.map(({ way }) => way),
      { after, limit: PAGE },
    );
    const identities = await this.identities(hits.map(({ key }) => key));
    // the index knows the end of a number only
    const fits = (identity: Identity, found: SearchKind): boolean =>
      found !== 'phone' || Object.values(identity.phones).some(({ number }) => isPhone(number, text));
    const clients = await this.clients([...identities.values()]);
    const found = hits.flatMap(({ key, way, match }): ClientHit[] => {
      const identity = identities.get(key);
      const client = clients.get(key);
      const { kind } = ways[way];
      return identity && client && fits(identity, kind) ? [{ ...client, kind, match }] : [];
    });
    // an alias and the file that it leads to are one person
    return { hits: found.filter(({ clientId }, n) => found.findIndex((hit) => hit.clientId === clientId) === n), next };
  }

  /** The client whom another system knows by a number, null if there is none. */
  async byReference(system: string, number: string, whose: ReadonlySet<string> | null): Promise<ClientFound | null> {
    const lookup = referenceLookup(await this.lookups.lookup(), system, number);
    const { clientId } = fold(referenceDecider, referenceDecider.initial, await this.events.read(referenceStream(lookup)));
    if (clientId === null) return null;
    const identities = await this.identities([clientId]);
    const found = (await this.clients([...identities.values()])).get(clientId) ?? null;
    if (whose && found && !(await this.portfolios.among([found.clientId], whose)).has(found.clientId)) return null;
    return found;
  }

  /** Those of these clients who are there, by id. */
  async those(clientIds: readonly string[]): Promise<ReadonlyMap<string, ClientFound>> {
    return this.clients([...(await this.identities(clientIds)).values()]);
  }

  private async identities(keys: readonly string[]): Promise<ReadonlyMap<string, Identity>> {
    const stored = await this.documents.getMany<Identity>(identityProjection.name, keys);
    return new Map(stored.flatMap(({ key, document }): [string, Identity][] => (document ? [[key, document]] : [])));
  }

  /** By the id under which each was found: an alias is who it leads to. */
  private async clients(found: readonly Identity[]): Promise<ReadonlyMap<string, ClientFound>> {
    const survivors = await this.identities(found.flatMap(({ mergedInto }) => mergedInto ?? []));
    const people = found.flatMap((identity) => {
      const survivor = identity.mergedInto === undefined ? identity : survivors.get(identity.mergedInto);
      return survivor ? [{ foundAs: identity.clientId, survivor }] : [];
    });
    const identities = await this.whole.identities(people.map(({ survivor }) => survivor));
    const stored = await this.documents.getMany<Profile>(profileProjection.name, [...new Set(identities.map(({ clientId }) => clientId))]);
    const known = await this.whole.profiles(stored.flatMap(({ document }) => document ?? []));
    const profiles = new Map(known.map((profile) => [profile.clientId, profile]));
    const today = this.clock.now().slice(0, 10);
    return new Map(
      identities.map((identity, n): [string, ClientFound] => {
        const { clientId, person } = identity;
        const { foundAs } = people[n];
        const profile = profiles.get(clientId);
        const name = [person.firstName, person.lastName].filter((part) => part !== undefined).join(' ');
        const found = {
          clientId,
          name: name || null,
          locality: addressOf(identity, today)?.locality ?? null,
          state: stateOn(identity, today),
        };
        const alias = foundAs === clientId ? {} : { alias: foundAs };
        return [foundAs, { ...found, lastOrder: profile?.purchases.last ?? null, opposed: profile?.opposed ?? null, ...alias }];
      }),
    );
  }
}

/** Where mail reaches him today, the newest first; else where it last did. */
const addressOf = ({ addresses }: Identity, today: string): Address | null => {
  const known = Object.values(addresses).reverse();
  const holds = known.find(({ address, validity, returned }) => address !== null && returned === null && holdsOn(validity, today));
  return (holds ?? known[0])?.address ?? null;
};
