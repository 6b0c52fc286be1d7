import { Cause, Clock, Door, DomainError, EventStore, mustExecute, Outcome, RecordedEvent, Request, uuidv5 } from '@boucle/eventsourcing';
import { ClientEvent, clientStream } from '@boucle/clients';
import { ImportEvent, importStream, Left, takingBack, TakingBack, undoIdOf } from '@boucle/importing';

const AT_ONCE = 200;
const MOST_NAMED = 1000;
/** How often a client is looked at again of whom something was told meanwhile. */
const MOST_LOOKS = 5;

/** Something that stays of what an import brought, and why. */
export interface Kept extends Left {
  readonly clientId: string;
}

/** What became of an import that was undone. */
export interface Undone {
  readonly importId: string;
  /** Clients whom it had brought, and of whom nobody else told anything. */
  readonly erased: number;
  /** Purchases, returns, contacts, responses, consents, contact points and fields of clients who stay. */
  readonly takenBack: number;
  /** Sales to nobody known. */
  readonly withdrawn: number;
  /** Clients of whom something stays that it had brought. */
  readonly kept: number;
  /** The first thousand things that stay. */
  readonly named: readonly Kept[];
}

interface Surroundings {
  readonly door: Door;
  readonly events: EventStore;
  readonly clock: Clock;
}

type History = readonly RecordedEvent<ClientEvent>[];

/** Those with whom a client was ever one. */
const othersIn = (history: History): string[] =>
  history.flatMap((event) => {
    if (event.type === 'AliasBegun') return [event.data.survivorId];
    return event.type === 'ClientsMerged' ? [event.data.mergedId] : [];
  });

/** What came under an id and is counted under another. */
const creditedElsewhere = async (clientId: string, history: History, events: EventStore): Promise<ReadonlySet<string>> => {
  const others = await Promise.all([...new Set(othersIn(history))].map(async (id) => (await events.read(clientStream(id))) as History));
  return new Set(
    others
      .flat()
      .flatMap((event) =>
        event.type === 'ReactionCredited' && event.data.underId === clientId ? [`${event.data.reaction}/${event.data.reactionId}`] : [],
      ),
  );
};

/** Undoes an import: what it told and nothing later rests on is taken back by events, and all else stays and is named. A crash in between lets it be asked again. */
export const undoImport = async (importId: string, actor: string, { door, events, clock }: Surroundings): Promise<Undone> => {
  const [started] = (await events.read(importStream(importId), 0, 1)) as RecordedEvent<ImportEvent>[];
  if (started?.type !== 'ImportStarted') throw new DomainError('unknown-import', `There is no import ${importId}`, 'importId');
  const undoId = undoIdOf(importId);
  const cause = (...of: string[]): Cause => ({ id: uuidv5(undoId, ...of), correlationId: undoId, now: clock.now(), actor });
  const quietly = (one: Cause): Cause => (started.data.tense === 'history' ? { ...one, history: true } : one);
  let [erased, takenBack, withdrawn, kept] = [0, 0, 0, 0];
  const named: Kept[] = [];

  const keep = (clientId: string, left: readonly Left[]): void => {
    if (left.length === 0) return;
    kept++;
    for (const one of left) if (named.length < MOST_NAMED) named.push({ clientId, ...one });
  };

  const look = async (clientId: string): Promise<(TakingBack & { readonly revision: number }) | 'erased'> => {
    const history = (await events.read(clientStream(clientId))) as History;
    if (history.some(({ type }) => type === 'ClientErased')) return 'erased';
    const plan = takingBack(importId, clientId, history, await creditedElsewhere(clientId, history, events));
    return { ...plan, revision: history.length };
  };

  const requestOf = (clientId: string, { erase, retract }: TakingBack, revision: number): Request | null => {
    if (erase) {
      const data = { clientId, reason: 'registered-by-mistake', requestedBy: 'company' };
      return { message: { type: 'EraseClient', data }, cause: cause(clientId) };
    }
    return retract && { message: { type: 'RetractTold', data: retract }, cause: quietly(cause(clientId, String(revision))) };
  };

  /** Whether nothing more can be done about a client, with what stays of him. */
  const settled = (clientId: string, { takenBack: before, left }: TakingBack, outcome: Outcome | Error | null): void => {
    if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
    takenBack += before;
    keep(clientId, outcome instanceof DomainError ? [...left, { what: 'ClientRegistered', because: outcome.code }] : left);
  };

  /** Takes back what can be; whoever is not yet as he should be is looked at again, since something was told of him meanwhile. */
  const undoClients = async (clientIds: readonly string[], looks = 0): Promise<void> => {
    const plans = await Promise.all(clientIds.map(look));
    const sent = clientIds.flatMap((clientId, i) => {
      const plan = plans[i];
      if (plan === 'erased') {
        erased++;
        return [];
      }
      const request = requestOf(clientId, plan, plan.revision);
      if (!request || looks >= MOST_LOOKS) settled(clientId, plan, null);
      return request && looks < MOST_LOOKS ? [{ clientId, plan, request }] : [];
    });
    if (sent.length === 0) return;
    const outcomes = await door.executeMany(sent.map(({ request }) => request));
    const again: string[] = [];
    sent.forEach(({ clientId, plan }, i) => {
      const outcome = outcomes[i];
      if (outcome instanceof Error) settled(clientId, plan, outcome);
      else again.push(clientId);
    });
    if (again.length > 0) await undoClients(again, looks + 1);
  };

  const seen = new Set<string>();
  let [clientIds, sales]: [string[], string[]] = [[], []];
  const undo = async (): Promise<void> => {
    await undoClients(clientIds);
    const requests = sales.map((saleId) => ({
      message: { type: 'WithdrawAnonymousSale', data: { saleId } },
      cause: quietly(cause(saleId)),
    }));
    withdrawn += (await mustExecute(door, requests)).length;
    [clientIds, sales] = [[], []];
  };
  const until = await events.head();
  for await (const batch of events.subscribe({ after: started.position - 1, sealed: true })) {
    for (const event of batch.events) {
      if (event.metadata.correlationId !== importId || event.position > until) continue;
      const { clientId, saleId } = event.data as { clientId?: string; saleId?: string };
      if (event.type === 'AnonymousSaleRecorded') sales.push(saleId!);
      else if (clientId !== undefined && event.stream === clientStream(clientId) && !seen.has(clientId)) {
        seen.add(clientId);
        clientIds.push(clientId);
      }
      if (clientIds.length + sales.length >= AT_ONCE) await undo();
    }
    if (batch.position >= until || batch.caughtUp) break;
  }
  await undo();
  const counts = { importId, erased, takenBack, withdrawn, kept };
  await mustExecute(door, [{ message: { type: 'UndoImport', data: counts }, cause: cause() }]);
  return { ...counts, named };
};
