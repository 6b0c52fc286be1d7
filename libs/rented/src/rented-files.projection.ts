import { Projection } from '@boucle/eventsourcing';
import { Addressing, NetCounts, RentalTerms, RentedFileEvent } from './rented-file.events.js';

/** A use of a rented file. */
export interface UseReading {
  readonly useId: string;
  readonly addressing: Addressing;
  readonly purpose: string;
  readonly at: string;
  readonly by: string;
  /** Who was given the rows, and the counts for the broker. */
  readonly takings: readonly ({ readonly at: string; readonly by: string } & NetCounts)[];
}

/** A rented file as people read it. */
export interface RentedFileReading extends Omit<RentalTerms, 'uses'> {
  readonly fileId: string;
  readonly rentedAt: string;
  /** How often it may be used. */
  readonly licensed: number;
  readonly rows: number;
  readonly uses: readonly UseReading[];
  /** How many have become clients of ours. */
  readonly answered: number;
  /** null: not yet. */
  readonly expiredAt: string | null;
}

/** One document per rented file; nobody of it stands there. */
export const rentedFilesProjection: Projection<RentedFileReading, RentedFileEvent> = {
  name: 'rented-files',
  key: ({ data }) => data.fileId,
  on: {
    FileRented: (_, { data: { fileId, broker, uses, expiresOn }, metadata }) => ({
      ...{ fileId, broker, licensed: uses, expiresOn, rentedAt: metadata.occurredAt },
      ...{ rows: 0, uses: [], answered: 0, expiredAt: null },
    }),
    RentedRowsReceived: (file, { data }) => file && { ...file, rows: file.rows + data.rows },
    RentedFileUsed: (file, { data: { useId, addressing, purpose }, metadata: { occurredAt, actor } }) =>
      file && { ...file, uses: [...file.uses, { useId, addressing, purpose, at: occurredAt, by: actor, takings: [] }] },
    RentedRowsHandedOut: (file, { data: { useId, rows, net, leftOut }, metadata: { occurredAt, actor } }) => {
      const taking = { at: occurredAt, by: actor, rows, net, leftOut };
      return file && { ...file, uses: file.uses.map((use) => (use.useId === useId ? { ...use, takings: [...use.takings, taking] } : use)) };
    },
    RentedRowAnswered: (file) => file && { ...file, answered: file.answered + 1 },
    RentedFileExpired: (file, { metadata }) => file && { ...file, expiredAt: metadata.occurredAt },
  },
};
