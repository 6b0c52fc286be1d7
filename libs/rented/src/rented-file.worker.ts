import {
  causedBy,
  Clock,
  Consumer,
  DocumentStore,
  DomainError,
  Door,
  everyDocument,
  EventStore,
  KeyVault,
  mustExecute,
  NAMESPACE,
  RecordedEvent,
  uuidv5,
} from '@boucle/eventsourcing';
import { RentedFileEvent } from './rented-file.events.js';
import { RentedFileReading, rentedFilesProjection } from './rented-files.projection.js';
import { rentedRowsStream } from './rented-rows.decider.js';
import { peopleOf, rentedFileOf } from './sifting.js';

const ACTOR = 'worker:rented-files';
/** How somebody came who answered: a code of the catalogue of origins. */
const HOW = 'rented-file';

type Answered = RecordedEvent<Extract<RentedFileEvent, { type: 'RentedRowAnswered' }>>;
type Expired = RecordedEvent<Extract<RentedFileEvent, { type: 'RentedFileExpired' }>>;

/** Makes clients of those who answer, and forgets the others in time. */
export interface RentedFileWorker {
  readonly consumer: Consumer;
  /** Ends the files whose last day is over. */
  sweep(): Promise<void>;
}

export const rentedFileWorker = (
  events: EventStore,
  documents: DocumentStore,
  vault: KeyVault,
  door: Door,
  clock: Clock,
): RentedFileWorker => {
  const register = async (answered: Answered): Promise<void> => {
    const { fileId, row, batchId, clientId } = answered.data;
    const { first } = (await rentedFileOf(events, fileId)).batches.find((batch) => batch.batchId === batchId)!;
    const { address, email, phone, ...person } = (await peopleOf(events, fileId, { batchId, first }))[row - first];
    /** The first that is refused, null: none is; who was erased meanwhile is not registered again. */
    const send = async (...messages: readonly (readonly [type: string, data: object])[]): Promise<DomainError | null> => {
      const outcomes = await door.executeMany(
        messages.map(([type, data]) => ({ message: { type, data: { clientId, ...data } }, cause: causedBy(answered, ACTOR, type) })),
      );
      for (const outcome of outcomes) if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
      return outcomes.find((outcome) => outcome instanceof DomainError) ?? null;
    };
    const registration = (known: object) =>
      ['RegisterClient', { attributes: {}, person: known, origin: { how: HOW, file: fileId } }] as const;
    const refused = await send(registration(person));
    const { civility: _, language: __, ...names } = person;
    // codes that have left their catalogue since are let go
    if (refused?.code === 'not-in-catalogue') await send(registration(names));
    await send(
      ...(address ? [['AddAddress', { addressId: 'home', address }] as const] : []),
      ...(email === undefined ? [] : [['AddEmail', { emailId: 'email', email }] as const]),
      ...(phone ? [['AddPhone', { phoneId: 'phone', phone: phone.given, country: address?.country }] as const] : []),
    );
  };

  const forget = async ({ data: { fileId }, metadata }: Expired): Promise<void> => {
    const { batches } = await rentedFileOf(events, fileId);
    await vault.destroy(
      batches.map(({ batchId }) => ({ subject: rentedRowsStream(fileId, batchId), at: metadata.occurredAt, by: metadata.actor })),
    );
  };

  return {
    consumer: {
      name: 'rented-people',
      types: ['RentedRowAnswered', 'RentedFileExpired'],
      take: async (batch) => {
        for (const event of batch as readonly (Answered | Expired)[])
          await (event.type === 'RentedRowAnswered' ? register(event) : forget(event));
      },
    },
    sweep: async () => {
      const now = clock.now();
      for await (const page of everyDocument<RentedFileReading>(documents, rentedFilesProjection.name))
        for (const { document } of page) {
          if (!document || document.expiredAt !== null || document.expiresOn >= now.slice(0, 10)) continue;
          const { fileId } = document;
          const id = uuidv5(NAMESPACE, ACTOR, fileId);
          const message = { type: 'ExpireRentedFile', data: { fileId } };
          await mustExecute(door, [{ message, cause: { id, correlationId: id, now, actor: ACTOR } }]);
        }
    },
  };
};
