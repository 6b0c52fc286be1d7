import { Cause, Clock, Outcome } from '@boucle/eventsourcing';
import { forgettingPolicy } from '@boucle/clients';
import {
  CsvWish,
  csvEncoding,
  Encoding,
  Export,
  fileOf,
  FinishTaking,
  Format,
  Making,
  ndjsonEncoding,
  TakeExport,
  xlsxEncoding,
} from '@boucle/exporting';

const DAY = 86_400_000;

/** What a file is to look like. */
export interface FileWish extends CsvWish {
  readonly format: Format;
}

/** How a file is written. */
export const encodingOf = (wish: FileWish): Encoding => {
  if (wish.format === 'csv') return csvEncoding(wish);
  return wish.format === 'ndjson' ? ndjsonEncoding() : xlsxEncoding();
};

/** What it takes to hand out a file. */
export interface TakingNeeds extends Making {
  readonly clock: Clock;
  readonly cause: Cause;
  readonly execute: (command: object, cause: Cause) => Promise<Outcome>;
}

/** Hands out the file of an export, bit by bit: that it is taken stands in the log before the first, how much it was after the last. */
export async function* takeExport(
  needs: TakingNeeds,
  exportId: string,
  encoding: Encoding,
  format: Format,
): AsyncGenerator<string | Uint8Array> {
  const { events, clock, cause, execute } = needs;
  const takingId = cause.id;
  const now = clock.now();
  const { filesAfterDays } = await forgettingPolicy(events);
  const expired = new Date(Date.parse(now) - filesAfterDays * DAY).toISOString();
  const { state } = await execute(Object.assign(new TakeExport(), { exportId, takingId, format, expired }), cause);
  const file = await fileOf(needs, exportId, (state as Export).order!, now);
  yield encoding.begin(file.columns);
  for await (const rows of file.rows) yield encoding.rows(rows);
  yield encoding.end();
  await execute(Object.assign(new FinishTaking(), { exportId, takingId, ...file.counts() }), { ...cause, now: clock.now(), key: 'finish' });
}
