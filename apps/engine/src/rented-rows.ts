import { Cause, Clock, EventStore, Lookup, Outcome } from '@boucle/eventsourcing';
import { Encoding, replyCode } from '@boucle/exporting';
import {
  HandOutRentedRows,
  ReceiveRentedRows,
  Registers,
  rentedFileOf,
  RENTED_COLUMNS,
  rentedPerson,
  RentedPerson,
  RentedRow,
  sifted,
  StoreRentedRows,
  UseRentedFile,
} from '@boucle/rented';
import { RejectedLine } from './http/bulk.js';
import { shaped } from './http/shape.js';

const AT_ONCE = 500;

type Execute = (command: object, cause: Cause) => Promise<Outcome>;

/** What it takes to receive rows. */
export interface ReceivingNeeds {
  readonly lookup: Lookup;
  readonly cause: Cause;
  readonly execute: Execute;
  readonly reject: (line: RejectedLine) => void;
}

/** How many rows have come, and how many were there before. */
export interface Received {
  readonly accepted: number;
  readonly repeated: number;
  readonly position: number;
}

const personIn = (text: string): RentedPerson | { readonly field: string; readonly reason: string } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { field: 'line', reason: `not JSON: ${(error as Error).message}` };
  }
  const row = shaped(RentedRow, value, 'line');
  return Array.isArray(row) ? row[0] : rentedPerson(row);
};

/** Takes the lines of a rented file, some hundreds together: the same lines again are the same rows. */
export const receiveRows = async (
  fileId: string,
  lines: Iterable<string>,
  { lookup, cause, execute, reject }: ReceivingNeeds,
): Promise<Received> => {
  let [line, accepted, repeated, position] = [0, 0, 0, 0];
  let rows: RentedPerson[] = [];
  const store = async (): Promise<void> => {
    // also lines that are nothing but refusals let others have their turn
    await new Promise(setImmediate);
    if (rows.length === 0) return;
    const batchId = lookup('rented-rows', JSON.stringify([fileId, rows])).slice(0, 24);
    const outcome = await execute(Object.assign(new ReceiveRentedRows(), { fileId, batchId, rows: rows.length }), {
      ...cause,
      key: batchId,
    });
    const stored = await execute(Object.assign(new StoreRentedRows(), { fileId, batchId, rows }), { ...cause, key: `${batchId}/rows` });
    if (outcome.events.length > 0) accepted += rows.length;
    else repeated += rows.length;
    position = Math.max(position, outcome.position, stored.position);
    rows = [];
  };
  for (const text of lines) {
    line++;
    if (text.trim() !== '') {
      const person = personIn(text);
      if ('reason' in person) reject({ line, ...person });
      else rows.push(person);
    }
    if (line % AT_ONCE === 0) await store();
  }
  await store();
  return { accepted, repeated, position };
};

/** What it takes to hand rows out. */
export interface HandingNeeds extends Registers {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly cause: Cause;
  readonly execute: Execute;
}

/** Hands out the rows of a use, bit by bit: that the file is used stands in the log before the first, what the broker is told after the last. */
export async function* handOutRows(needs: HandingNeeds, use: UseRentedFile, encoding: Encoding): AsyncGenerator<string | Uint8Array> {
  const { events, clock, cause, execute, lookup } = needs;
  const { fileId, useId, addressing } = use;
  await execute(use, cause);
  const { rows, counts } = sifted(needs, fileId, await rentedFileOf(events, fileId), use, clock.now());
  const columns = RENTED_COLUMNS[addressing];
  yield encoding.begin(['code', ...columns.map(([name]) => name)]);
  for await (const some of rows)
    yield encoding.rows(
      some.map(({ row, person }) => [replyCode(lookup, { exportId: fileId, row }), ...columns.map(([, cell]) => cell(person))]),
    );
  yield encoding.end();
  const handedOut = Object.assign(new HandOutRentedRows(), { fileId, useId, takingId: cause.id, ...counts() });
  await execute(handedOut, { ...cause, now: clock.now(), key: 'finish' });
}
