import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readCsv } from './csv.js';
import { Arm, MarketError } from './market.js';
import { listed, quoted } from '@boucle/importing';
import { armsOf, checkProbabilities } from './trial-arms.js';
import { columnsOf } from './trial-columns.js';
import { TrialFile, readTrialFile } from './trial-file.js';
import { Seen, TrialRow, rowReader } from './trial-rows.js';

/** A randomised test that was run once, row by row. */
export interface RecordedTrial {
  name: string;
  /** ISO instant */
  start: string;
  /** in order of name */
  arms: readonly Arm[];
  /** the arm of those who got nothing: a place in `arms`; null: there were none */
  notContacted: number | null;
  attributes: readonly string[];
  cells: readonly string[];
  rows: readonly TrialRow[];
}

const EACH = 10_000;

async function findCsv(trialPath: string, file: string, searchIn: string): Promise<string> {
  const places = [resolve(dirname(trialPath), file), resolve(searchIn, file)];
  for (const place of places) {
    if (
      await stat(place).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return place;
  }
  const remedy = 'Put it there, or set BOUCLE_DATA_DIR to the folder that holds it.';
  throw new MarketError(`${trialPath}: "file" names ${quoted(file)}, found neither at ${places[0]} nor at ${places[1]}. ${remedy}`);
}

async function readRows(trial: TrialFile, path: string, onProgress: (rows: number) => void): Promise<{ rows: TrialRow[]; seen: Seen }> {
  const rows: TrialRow[] = [];
  const seen: Seen = { offers: new Map(), responses: new Set() };
  let read: ReturnType<typeof rowReader>;
  await readCsv(
    path,
    trial.delimiter,
    (header) => {
      read = rowReader(trial, columnsOf(trial, header, path), path, seen);
    },
    (fields, row) => {
      rows.push(read(fields, row));
      if (rows.length % EACH === 0) onProgress(rows.length);
    },
  );
  onProgress(rows.length);
  return { rows, seen };
}

/**
 * Loads the recorded trial that the JSON file at `path` describes. Its CSV is looked for beside that file, then in the folder `searchIn`.
 * `onProgress` hears the rows read so far, now and then and at the end. Whatever is wrong is a MarketError with place and remedy.
 */
export async function loadTrial(path: string, options: { searchIn: string; onProgress?(rows: number): void }): Promise<RecordedTrial> {
  const trial = await readTrialFile(path);
  const csv = await findCsv(path, trial.file, options.searchIn);
  const { rows, seen } = await readRows(trial, csv, (count) => options.onProgress?.(count));
  if (rows.length === 0) throw new MarketError(`${csv} has a header and no rows. Give a row per client.`);
  const found = [...seen.offers.keys()];
  const arms = armsOf(trial, found, csv);
  checkProbabilities(trial, rows, arms, csv);
  if (!rows.some((row) => row.positive)) {
    const problem = `no row has one of the positive values ${listed(trial.response.positive)}. The values found are ${listed([...seen.responses])}`;
    throw new MarketError(`${csv}, column ${quoted(trial.response.column)}: ${problem}. Correct "response.positive".`);
  }
  const place = found.map((name) => arms.findIndex((arm) => arm.name === name));
  for (const row of rows) row.arm = place[row.arm];
  const notContacted = arms.findIndex((arm) => arm.channel === null);
  return {
    name: trial.name,
    start: `${trial.start}T00:00:00.000Z`,
    arms,
    notContacted: notContacted < 0 ? null : notContacted,
    attributes: trial.attributes,
    cells: trial.cells,
    rows,
  };
}
