import { TemporaryFiles } from '@boucle/adapters';
import { causedBy, Channel, DocumentStore, Door, EventStore, KeyVault, mustExecute, RecordedEvent } from '@boucle/eventsourcing';
import {
  ClientEvent,
  clientIdOf,
  clientStream,
  duplicatesName,
  forgettingPolicy,
  identityAfter,
  identityProjection,
  mentions,
  portfoliosProjection,
  profileProjection,
  searchName,
  suppressionsProjection,
  waitingValuesProjection,
} from '@boucle/clients';
import { deliveriesOf } from '@boucle/delivery';
import { takenWith } from '@boucle/exporting';

export type ClientErased = RecordedEvent<Extract<ClientEvent, { type: 'ClientErased' }>>;

/** Who is to be forgotten. */
export interface Forgotten {
  readonly erased: ClientErased;
  /** The streams that are about him; of merged clients all. */
  readonly streams: readonly string[];
  /** What happened with him until now, opened as far as it still can be. */
  readonly history: readonly RecordedEvent<ClientEvent>[];
}

/** A place where something personal of a client stands. */
export interface PlaceOfPersonalData {
  readonly name: string;
  /** What stands there, and what becomes of it. */
  readonly says: string;
  /** The read model that stands there: its processor deletes his document. */
  readonly readModel?: string;
  /** Removes him; doing it again is harmless. */
  forget?(person: Forgotten): Promise<void>;
}

/** What places are made of. */
export interface Surroundings {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly vault: KeyVault;
  readonly door: Door;
  readonly channel: Channel;
  readonly files: TemporaryFiles;
}

export const ERASURE_ACTOR = 'worker:erasure';

const DAY = 86_400_000;

/** The folders, in the data folder, of files that expire by themselves. */
export const TEMPORARY_FOLDERS = ['uploads', 'rejected', 'exports'] as const;

/** The streams about a client. */
export const streamsOf = (clientId: string): readonly string[] => [clientStream(clientId)];

/** Every place of personal data, in the order in which an erasure walks them: first where his data is needed to find him. */
export const placesOfPersonalData = ({ events, documents, vault, door, channel, files }: Surroundings): readonly PlaceOfPersonalData[] => [
  {
    name: 'files',
    says: 'Uploads, rejected rows, exports and what was taken from the folder of an ERP: those that hold him are named in the receipt and removed; all of them expire.',
    forget: async (person) => {
      const identity = identityAfter(person.history.filter(({ position }) => position < person.erased.position));
      if (!identity) return;
      const { clientId } = identity;
      const found = await files.with(mentions(identity));
      const message = { type: 'ReportCopies', data: { clientId, files: found } };
      if (found.length > 0) await mustExecute(door, [{ message, cause: causedBy(person.erased, ERASURE_ACTOR, 'copies') }]);
      files.remove(found);
    },
  },
  {
    name: 'exports',
    says: 'Exports hold ids alone; those that were taken with him are named in the receipt as long as files are kept, since whoever took them holds him.',
    forget: async ({ erased, streams }) => {
      const { clientId } = erased.data;
      const { filesAfterDays } = await forgettingPolicy(events);
      const since = new Date(Date.parse(erased.metadata.occurredAt) - filesAfterDays * DAY).toISOString();
      const holding = await takenWith(
        events,
        documents,
        streams.flatMap((stream) => clientIdOf(stream) ?? []),
      );
      const taken = holding.filter(({ takings }) => takings.some(({ at }) => at >= since));
      const message = { type: 'ReportCopies', data: { clientId, files: taken.map(({ exportId }) => `export ${exportId}`) } };
      if (taken.length > 0) await mustExecute(door, [{ message, cause: causedBy(erased, ERASURE_ACTOR, 'exports') }]);
    },
  },
  {
    name: 'log',
    says: 'data.personal of his events, sealed with a key of his own: he enters the erasure register, and the key is destroyed.',
    forget: ({ streams, erased: { metadata } }) =>
      vault.destroy(streams.map((subject) => ({ subject, at: metadata.occurredAt, by: metadata.actor }))),
  },
  {
    name: 'rented-files',
    says: 'Rows of files that brokers lent us, sealed with a key of each batch that is destroyed when the file expires: nobody of them is found by what we know of a client, and nobody who answered is addressed by them again.',
  },
  { name: 'topics', says: 'The internal topic and what is retained of it: events as the log holds them, sealed with the same key.' },
  {
    name: 'references',
    says: 'Numbers of other systems, as keyed hashes that lead to him: they are given up, and the next registration makes a new client.',
    forget: async ({ erased, history }) => {
      const assigned = history.flatMap((event) => (event.type === 'ReferenceAssigned' ? [event.data] : []));
      await mustExecute(
        door,
        assigned.map(({ clientId, lookup }) => ({
          message: { type: 'ReleaseReference', data: { lookup, clientId } },
          cause: causedBy(erased, ERASURE_ACTOR, lookup),
        })),
      );
    },
  },
  {
    name: 'outbox',
    says: 'Mailings to him that have not left the outbox: they are taken out.',
    forget: async ({ history }) => {
      for (const event of history)
        if (event.type === 'MailingDispatched')
          await channel.retract(
            deliveriesOf(event.data.campaignId, event.data.wave),
            (message) => (message as { clientId?: unknown }).clientId === event.data.clientId,
          );
    },
  },
  {
    name: identityProjection.name,
    says: 'Who he is and where he can be reached: deleted and overwritten.',
    readModel: identityProjection.name,
  },
  { name: profileProjection.name, says: 'What rules know of him: deleted and overwritten.', readModel: profileProjection.name },
  {
    name: portfoliosProjection.name,
    says: 'What is planned with him, and what was noted for it: deleted and overwritten.',
    readModel: portfoliosProjection.name,
  },
  {
    name: waitingValuesProjection.name,
    says: 'What files said of him and no catalogue knows: deleted and overwritten.',
    readModel: waitingValuesProjection.name,
  },
  {
    name: searchName,
    says: 'What he is found by, in the index of each process that serves the API: deleted and overwritten there as soon as it hears of it.',
  },
  {
    name: duplicatesName,
    says: 'What tells him apart from others, in the index of each process that serves the API: deleted and overwritten there as soon as it hears of it.',
  },
  {
    name: suppressionsProjection.name,
    says: 'What he opposed, on our own list: it stays as keyed hashes of his contact points, which lead to nobody, so that nobody addresses him there again.',
  },
  {
    name: 'dead-letters',
    says: 'What another system said of him and was not taken: sealed with the key of the engine, until the topic expires.',
  },
  {
    name: 'memory',
    says: 'Keys, and what was folded to decide commands, in the processes of the engine: for two minutes at most.',
  },
];
