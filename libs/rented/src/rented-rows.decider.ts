import { Decider } from '@boucle/eventsourcing';
import { StoreRentedRows } from './rented-file.commands.js';
import { RentedRowsEvent } from './rented-file.events.js';

/** Of one batch: each has a stream, and so a key, of its own. */
export const rentedRowsStream = (fileId: string, batchId: string): string => `rented-rows-${fileId}.${batchId}`;

const commands = { StoreRentedRows };

/** Keeps the people of a batch apart from all others. */
export const rentedRowsDecider: Decider<{ readonly stored: boolean }, typeof commands, RentedRowsEvent> = {
  commands,
  stream: ({ fileId, batchId }) => rentedRowsStream(fileId, batchId),
  initial: { stored: false },
  decide: {
    StoreRentedRows: ({ stored }, { fileId, batchId, rows }) =>
      stored ? [] : [{ type: 'RentedRowsStored', data: { fileId, batchId, personal: { rows } } }],
  },
  evolve: { RentedRowsStored: () => ({ stored: true }) },
};
