import { randomUUID } from 'node:crypto';
import { Cause, Door, DomainError, EventStore, Lookup, mustExecute, Outcome, RecordedEvent, Request } from '@boucle/eventsourcing';
import { Client, ClientEvent, clientStream, plainRecords, Reference, referenceLookup } from '@boucle/clients';
import { KnownClients } from '@boucle/importing';

/** Who a number stands for. */
export interface Holder {
  readonly clientId: string;
  /** The keyed hash of his number. */
  readonly lookup: string;
  /** `new`: he is to be registered; his file is asked for only where it is needed. */
  readonly file: Client | 'new' | 'registered';
}

/** Finds the clients of a file by their numbers, and takes numbers that are nobody's for new ones. */
export class ImportClients {
  readonly known = new KnownClients();

  constructor(
    private readonly door: Door,
    private readonly events: EventStore,
    private readonly lookup: Lookup,
    private readonly system: string,
  ) {}

  lookupOf(number: string): string {
    return referenceLookup(this.lookup, this.system, number);
  }

  /** Who these numbers, by lookup, stand for; `withFiles`: what is known of each is needed too. */
  async holders(numbers: ReadonlyMap<string, string>, cause: Cause, withFiles: boolean): Promise<Map<string, Holder>> {
    const found = new Map<string, Holder>();
    const asked: string[] = [];
    for (const lookup of numbers.keys()) {
      const clientId = withFiles ? null : this.known.of(lookup);
      if (clientId !== null) found.set(lookup, { clientId, lookup, file: 'registered' });
      else asked.push(lookup);
    }
    const gone: Holder[] = [];
    for (const holder of await this.claimed(asked, numbers, cause, withFiles))
      if (typeof holder.file === 'object' && holder.file.erased) gone.push(holder);
      else found.set(holder.lookup, holder);
    await this.free(gone, cause);
    for (const { lookup, clientId } of await this.claim(
      gone.map(({ lookup }) => lookup),
      cause,
    ))
      found.set(lookup, { clientId, lookup, file: 'new' });
    return found;
  }

  /** Claims numbers, and holds those that are somebody's already against what is known of him. */
  private async claimed(
    lookups: readonly string[],
    numbers: ReadonlyMap<string, string>,
    cause: Cause,
    withFiles: boolean,
  ): Promise<Holder[]> {
    const claims = await this.claim(lookups, cause);
    const taken = claims.filter(({ fresh }) => !fresh);
    const plain = await Promise.all(taken.map(async (holder) => !withFiles && (await this.isPlain(holder))));
    const others = taken.filter((_, i) => !plain[i]);
    const outcomes = await this.door.executeMany(
      others.map(({ lookup, clientId }) => this.assign(clientId, lookup, numbers.get(lookup)!, cause)),
    );
    const files = new Map(others.map(({ lookup }, i) => [lookup, fileIn(outcomes[i])]));
    return claims.map(({ lookup, clientId, fresh }) => ({ lookup, clientId, file: fresh ? 'new' : (files.get(lookup) ?? 'registered') }));
  }

  /** Remembers somebody of whom nothing is told that an import of purchases would have to know. */
  private async isPlain({ lookup, clientId }: Pick<Holder, 'lookup' | 'clientId'>): Promise<boolean> {
    const events = (await this.events.read(clientStream(clientId))) as RecordedEvent<ClientEvent>[];
    const records = plainRecords(events, lookup);
    if (records) this.known.remember(lookup, clientId, events.at(-1)!.revision, records);
    return records !== null;
  }

  /** Remembers what a command about a client came to. */
  remember({ lookup, clientId }: Holder, outcome: Outcome | Error): void {
    if (lookup === '') return;
    if (outcome instanceof Error) this.known.forget(lookup);
    else this.known.remember(lookup, clientId, outcome.revision, (outcome.state as Client).records);
  }

  /** Gives a client a number that was claimed for him. */
  assign(clientId: string, lookup: string, number: string, cause: Cause): Request {
    return { message: { type: 'AssignReference', data: { clientId, system: this.system, number, lookup } }, cause };
  }

  private async claim(lookups: readonly string[], cause: Cause): Promise<{ lookup: string; clientId: string; fresh: boolean }[]> {
    const outcomes = await mustExecute(
      this.door,
      lookups.map((lookup) => {
        const clientId = randomUUID();
        return { message: { type: 'ClaimReference', data: { lookup, clientId } }, cause: { ...cause, key: clientId } };
      }),
    );
    return outcomes.map(({ state, events }, i) => ({
      lookup: lookups[i],
      clientId: (state as Reference).clientId!,
      fresh: events.length > 0,
    }));
  }

  /** A number that still leads to somebody who was erased is free. */
  private async free(gone: readonly Holder[], cause: Cause): Promise<void> {
    const requests = gone.map(({ lookup, clientId }) => ({
      message: { type: 'ReleaseReference', data: { lookup, clientId } },
      cause: { ...cause, key: clientId },
    }));
    await mustExecute(this.door, requests);
  }
}

/** The file that a number was assigned to. */
const fileIn = (outcome: Outcome | Error): Client | 'new' => {
  if (!(outcome instanceof Error)) return outcome.state as Client;
  if (outcome instanceof DomainError && outcome.code === 'unknown-client') return 'new';
  if (outcome instanceof DomainError && outcome.code === 'client-erased') return { erased: true } as Client;
  throw outcome;
};
