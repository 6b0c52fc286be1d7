import { TemporaryFiles } from '@boucle/adapters';
import {
  causedBy,
  Clock,
  Consumer,
  DocumentStore,
  Door,
  DomainError,
  everyDestruction,
  EventStore,
  KeyVault,
  mustExecute,
  NAMESPACE,
  RecordedEvent,
  uuidv5,
} from '@boucle/eventsourcing';
import { clientsTopic } from '@boucle/contracts';
import { ClientEvent, clientIdOf, Erasure, erasuresProjection, forgettingPolicy, ownSuppressionsName } from '@boucle/clients';
import { exportsProjection } from '@boucle/exporting';
import { WebhookReading, webhooksProjection } from '@boucle/webhooks';
import { ClientErased, ERASURE_ACTOR, PlaceOfPersonalData, streamsOf } from './places-of-personal-data.js';

const DAY = 86_400_000;
/** Who asks for these messages must acknowledge them. */
const TOLD = clientsTopic.messages.ClientErased.type;

/** Takes erased clients out of every place. A crash in between repeats it. */
export const erasureWorker = (
  events: EventStore,
  documents: DocumentStore,
  vault: KeyVault,
  door: Door,
  places: readonly PlaceOfPersonalData[],
): Consumer => {
  let registerSeen = false;

  /** A log that was restored may not know who was erased since. */
  const eraseRegistered = async (): Promise<void> => {
    for await (const page of everyDestruction(vault)) {
      const known = await documents.getMany<Erasure>(
        erasuresProjection.name,
        page.flatMap(({ subject }) => clientIdOf(subject) ?? []),
      );
      const erased = new Set(known.map(({ key }) => key));
      const missing = page.filter(({ subject }) => !erased.has(clientIdOf(subject) ?? ''));
      const outcomes = await door.executeMany(
        missing.flatMap(({ subject, at, by }) => {
          const clientId = clientIdOf(subject);
          if (clientId === null) return [];
          const id = uuidv5(NAMESPACE, 'erasure-register', subject);
          const message = { type: 'EraseClient', data: { clientId, reason: 'erased-before', requestedBy: 'company' } };
          return [{ message, cause: { id, correlationId: id, now: at, actor: by } }];
        }),
      );
      for (const outcome of outcomes) if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
    }
  };

  return {
    name: 'erasure',
    types: ['ClientErased'],
    // what he opposed must stand on our own list before his key is gone
    needs: [ownSuppressionsName, exportsProjection.name],
    start: async () => {
      if (!registerSeen) await eraseRegistered();
      registerSeen = true;
    },
    take: async (batch) => {
      for (const erased of batch as readonly ClientErased[]) {
        const streams = streamsOf(erased.data.clientId);
        const history = (await Promise.all(streams.map((stream) => events.read(stream)))).flat() as RecordedEvent<ClientEvent>[];
        for (const place of places) await place.forget?.({ erased, streams, history });
      }
    },
  };
};

/** Removes the files that have expired. */
export const sweepFiles = async (events: EventStore, clock: Clock, files: TemporaryFiles): Promise<void> => {
  const { filesAfterDays } = await forgettingPolicy(events);
  files.expire(new Date(Date.parse(clock.now()) - filesAfterDays * DAY).toISOString());
};

/** Something whose deleted rows can still be read on the disk until it is purged. */
export type Purgeable = Pick<DocumentStore, 'purge'>;

/** Writes the receipt of an erasure once the read models are without the client, also on the disk. */
export const receiptWorker = (
  events: EventStore,
  documents: DocumentStore,
  door: Door,
  clock: Clock,
  places: readonly PlaceOfPersonalData[],
  reachedBy: (processor: string) => number,
  stores: readonly Purgeable[],
): Consumer => {
  const needs = ['erasure', ...places.flatMap(({ readModel }) => readModel ?? [])];
  let purged = 0;

  /** One purge serves everybody whom the read models have deleted before it. */
  const purge = async (position: number): Promise<void> => {
    if (position <= purged) return;
    const upTo = Math.min(...needs.map(reachedBy));
    for (const store of stores) await store.purge();
    purged = upTo;
  };

  const subscribers = async (): Promise<string[]> => {
    const told = await documents.find<WebhookReading>(webhooksProjection.name, { field: 'status', is: 'ne', value: 'disabled' });
    return told.flatMap(({ document }) => (document!.types.includes(TOLD) ? [document!.webhookId] : []));
  };

  return {
    name: 'erasure-receipts',
    types: ['ClientErased'],
    needs,
    take: async (batch) => {
      for (const erased of batch as readonly ClientErased[]) {
        await purge(erased.position);
        const { clientId } = erased.data;
        const policy = await forgettingPolicy(events);
        const acknowledgeBy = new Date(Date.parse(erased.metadata.occurredAt) + policy.acknowledgeWithinDays * DAY).toISOString();
        const all = [...new Set([...policy.subscribers, ...(await subscribers())])].sort();
        const data = { clientId, places: places.map(({ name }) => name), subscribers: all, acknowledgeBy };
        const cause = { ...causedBy(erased, ERASURE_ACTOR, 'receipt'), now: clock.now() };
        await mustExecute(door, [{ message: { type: 'CompleteErasure', data }, cause }]);
      }
    },
  };
};
