import { Inject, Injectable } from '@nestjs/common';
import { Lookups } from '@boucle/adapters';
import { DocumentStore, DomainError } from '@boucle/eventsourcing';
import {
  compared,
  DuplicateFinder,
  DuplicateIndex,
  explained,
  Explanation,
  inOrder,
  ProbablePair,
  Profile,
  profileProjection,
  survivorFirst,
  UNKNOWN,
} from '@boucle/clients';
import { ClientFound, ClientSearch } from './client-search.js';
import { byKey } from './reading.js';

export class ListDuplicates {
  constructor(
    readonly currency: string | null,
    readonly limit: number,
  ) {}
}
export class GetDuplicatesOf {
  constructor(readonly clientId: string) {}
}
export class ExplainPair {
  constructor(
    readonly clientId: string,
    readonly otherId: string,
  ) {}
}

/** Two files that may be of one person, and what is at stake. */
export interface DuplicateLine extends ProbablePair {
  /** What both have bought, in cents of the currency asked for; the number of their purchases if none was. */
  readonly value: number;
  readonly clients: readonly ClientFound[];
}

/** Two files side by side, and why they are taken for one person or not. */
export interface ExplainedPair extends Explanation {
  /** Somebody said that they are different people. */
  readonly apart: boolean;
  /** Under whose id both would go on; null where only a person can say. */
  readonly survivorId: string | null;
  readonly clients: readonly ClientFound[];
}

type Valued = Omit<DuplicateLine, 'clients'>;

/** The most certain and valuable first; what nobody bought anything by is worth as little as can be, and not nothing. */
const byStake = (a: Valued, b: Valued): number =>
  b.probability * Math.max(b.value, 1) - a.probability * Math.max(a.value, 1) || (a.clientIds.join() < b.clientIds.join() ? -1 : 1);

/** Answers questions about who may be the same person. */
@Injectable()
export class DuplicateReading {
  constructor(
    // named: of a type with null the build knows nothing
    @Inject(DuplicateIndex) private readonly index: DuplicateIndex,
    private readonly documents: DocumentStore,
    private readonly search: ClientSearch,
    private readonly lookups: Lookups,
  ) {}

  /** What finds them. */
  async finder(): Promise<DuplicateFinder> {
    return new DuplicateFinder(this.index, await this.lookups.lookup());
  }

  /** The pairs that are most worth a look. */
  async list({ currency, limit }: ListDuplicates): Promise<DuplicateLine[]> {
    let first: Valued[] = [];
    for await (const pairs of (await this.finder()).everyPair())
      first = [...first, ...(await this.valued(pairs, currency))].sort(byStake).slice(0, limit);
    return this.withClients(first);
  }

  /** The pairs in which a client stands, the most likely first. */
  async of({ clientId }: GetDuplicatesOf): Promise<DuplicateLine[]> {
    await this.known([clientId]);
    const pairs = (await (await this.finder()).pairs(clientId)).flatMap(({ document }) => document ?? []);
    const valued = await this.valued(pairs, null);
    return this.withClients(valued.sort((a, b) => b.probability - a.probability));
  }

  /** Any two files, compared now: nothing of it is stored. */
  async explain({ clientId, otherId }: ExplainPair): Promise<ExplainedPair> {
    const clientIds = inOrder(clientId, otherId);
    const clients = await this.known(clientIds);
    const finder = await this.finder();
    const [a, b] = await finder.known(clientIds);
    const [ours, others] = await Promise.all(clientIds.map((id) => finder.files(id)));
    const all = ours.flatMap((one) => others.map((other) => explained(compared(one, other))));
    const best = all.reduce((so, next) => (next.probability > so.probability ? next : so), explained(UNKNOWN));
    const order = a && b && survivorFirst(a, b);
    return { ...best, apart: a?.entry.apart.includes(clientIds[1]) ?? false, survivorId: order && order[0], clients };
  }

  private async known(clientIds: readonly string[]): Promise<ClientFound[]> {
    const known = await this.search.those(clientIds);
    return clientIds.map((clientId) => {
      const client = known.get(clientId);
      if (!client) throw new DomainError('unknown-client', `There is no client ${clientId}`, 'clientId');
      return client;
    });
  }

  private async valued(pairs: readonly ProbablePair[], currency: string | null): Promise<Valued[]> {
    const profiles = await byKey<Profile>(this.documents, profileProjection.name, [
      ...new Set(pairs.flatMap(({ clientIds }) => clientIds)),
    ]);
    const valueOf = (clientId: string): number => {
      const { count = 0, monetary = {} } = profiles.get(clientId)?.purchases ?? {};
      return currency === null ? count : (monetary[currency] ?? 0);
    };
    return pairs.map((pair) => ({ ...pair, value: pair.clientIds.reduce((sum, clientId) => sum + valueOf(clientId), 0) }));
  }

  private async withClients(pairs: readonly Valued[]): Promise<DuplicateLine[]> {
    const clients = await this.search.those([...new Set(pairs.flatMap(({ clientIds }) => clientIds))]);
    return pairs.map((pair) => ({ ...pair, clients: pair.clientIds.flatMap((clientId) => clients.get(clientId) ?? []) }));
  }
}
