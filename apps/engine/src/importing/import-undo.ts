import { Clock, Door, DomainError, EventStore, mustExecute, NAMESPACE, RecordedEvent, uuidv5 } from '@boucle/eventsourcing';
import { clientStream } from '@boucle/clients';
import { importStream } from '@boucle/importing';

const AT_ONCE = 200;
const MOST_NAMED = 1000;

/** What is left of what an import brought, and why. */
export interface Kept {
  readonly clientId: string;
  /** What happened with him besides: the type of an event. */
  readonly because: string;
}

/** What became of an import that was undone. */
export interface Undone {
  readonly importId: string;
  /** Clients whom it had brought, and of whom nobody else told anything. */
  readonly erased: number;
  /** Sales to nobody known. */
  readonly withdrawn: number;
  /** Clients who stay as they are. */
  readonly kept: number;
  /** The first thousand of them. */
  readonly named: readonly Kept[];
}

/** Undoes an import as far as it stands alone: clients of whom anything else is known stay, with all that it told of them. */
export const undoImport = async (
  importId: string,
  actor: string,
  { door, events, clock }: { readonly door: Door; readonly events: EventStore; readonly clock: Clock },
): Promise<Undone> => {
  const [started] = await events.read(importStream(importId), 0, 1);
  if (!started) throw new DomainError('unknown-import', `There is no import ${importId}`, 'importId');
  const cause = (...of: string[]) => ({
    id: uuidv5(NAMESPACE, 'undo-import', importId, ...of),
    correlationId: uuidv5(NAMESPACE, 'undo-import', importId),
    now: clock.now(),
    actor,
  });
  const isOurs = ({ metadata }: RecordedEvent): boolean => metadata.correlationId === importId;
  let [erased, withdrawn, kept] = [0, 0, 0];
  const named: Kept[] = [];

  const undoClients = async (clientIds: readonly string[]): Promise<void> => {
    const others = await Promise.all(
      clientIds.map(async (clientId) => (await events.read(clientStream(clientId))).find((event) => !isOurs(event))),
    );
    const alone = clientIds.filter((_, i) => !others[i]);
    const outcomes = await door.executeMany(
      alone.map((clientId) => ({
        message: { type: 'EraseClient', data: { clientId, reason: 'registered-by-mistake', requestedBy: 'company' } },
        cause: cause(clientId),
      })),
    );
    const refused = outcomes.map((outcome) => {
      if (!(outcome instanceof Error)) return null;
      if (outcome instanceof DomainError) return outcome.code;
      throw outcome;
    });
    const stays = (clientId: string, because: string): void => {
      kept++;
      if (named.length < MOST_NAMED) named.push({ clientId, because });
    };
    clientIds.forEach((clientId, i) => {
      const because = others[i]?.type ?? refused[alone.indexOf(clientId)];
      if (because === null) erased++;
      // who was erased before, by this very undoing or otherwise, is not there to be kept
      else if (because === 'ClientErased') erased++;
      else stays(clientId, because);
    });
  };

  const created = new Set<string>();
  const touched = new Set<string>();
  let [clientIds, sales]: [string[], string[]] = [[], []];
  const undo = async (): Promise<void> => {
    await undoClients(clientIds);
    const requests = sales.map((saleId) => ({ message: { type: 'WithdrawAnonymousSale', data: { saleId } }, cause: cause(saleId) }));
    withdrawn += (await mustExecute(door, requests)).length;
    [clientIds, sales] = [[], []];
  };
  const until = await events.head();
  for await (const batch of events.subscribe({ after: started.position - 1, sealed: true })) {
    for (const event of batch.events) {
      if (!isOurs(event) || event.position > until) continue;
      const { clientId, saleId } = event.data as { clientId?: string; saleId?: string };
      if (event.type === 'ClientRegistered') {
        created.add(clientId!);
        clientIds.push(clientId!);
      } else if (event.type === 'AnonymousSaleRecorded') sales.push(saleId!);
      else if (event.stream === clientStream(clientId ?? '') && !created.has(clientId!)) touched.add(clientId!);
      if (clientIds.length + sales.length >= AT_ONCE) await undo();
    }
    if (batch.position >= until || batch.caughtUp) break;
  }
  await undo();
  for (const clientId of touched) {
    kept++;
    if (named.length < MOST_NAMED) named.push({ clientId, because: 'there-before' });
  }
  await mustExecute(door, [{ message: { type: 'UndoImport', data: { importId, erased, withdrawn, kept } }, cause: cause() }]);
  return { importId, erased, withdrawn, kept, named };
};
