import { Clock, EventStore, Lookup } from '@boucle/eventsourcing';
import { Encoding, guessMapping, importDecider, MappingFields, RawRow, RowFacts, RowProblem, Separator, Tally } from '@boucle/importing';
import { CatalogueCheck } from '../catalogue-check.js';
import { DryDoor, LogOnTop } from './dry-door.js';
import { importIdOf } from './import-file.js';
import { ImportRun } from './import-run.js';
import { isWorkbook, openRows, Rows } from './rows.js';
import { sheetNames } from './xlsx.js';
import { inspected } from './source-file.js';

const ROWS_SHOWN = 5;
const ROWS_GUESSED_BY = 200;
/** What a preview tries is kept in memory. */
const ROWS_TRIED = 10_000;
const PROBLEMS_SHOWN = 20;

/** How a file is written, and what its columns seem to mean. */
export interface FileGuess {
  readonly encoding: Encoding;
  readonly separator: Separator | null;
  readonly header: readonly string[];
  readonly firstRows: readonly (readonly string[])[];
  readonly mapping: MappingFields;
  /** The columns that nothing is known of. */
  readonly unknown: readonly string[];
  /** What cannot be told from the file and must be stated. */
  readonly open: readonly string[];
}

/** What an import would do. */
export interface Preview {
  readonly encoding: Encoding;
  readonly separator: Separator | null;
  readonly header: readonly string[];
  readonly firstRows: readonly (readonly string[])[];
  /** Of the rows that were tried, the first ten thousand at most. */
  readonly tally: Tally;
  /** New clients who are probably registered already. */
  readonly doubtful: number;
  readonly problems: readonly RowProblem[];
}

export interface PreviewSurroundings {
  readonly events: EventStore;
  readonly catalogues: CatalogueCheck;
  readonly lookup: Lookup;
  readonly clock: Clock;
  /** Whether somebody who is new to a file is probably registered already. */
  readonly isDoubtful: (facts: RowFacts) => Promise<boolean>;
}

async function* first(rows: AsyncIterable<RawRow>, most: number): AsyncGenerator<RawRow> {
  let left = most;
  for await (const row of rows) {
    if (left-- === 0) return;
    yield row;
  }
}

const cellsOf = async ({ rows }: Rows, most: number): Promise<string[][]> => {
  const found: string[][] = [];
  for await (const { cells } of first(rows, most)) found.push([...cells]);
  return found;
};

/** Looks at a file of which nothing is known; an encoding that it cannot be in without saying so is taken for that of spreadsheets. */
export const guessFile = async (path: string): Promise<FileGuess> => {
  const file = await inspected(path);
  const encoding = !file.mark && !file.isUtf8 && !file.beginning.includes(0) ? ({ encoding: 'windows-1252' } as const) : {};
  const [sheet, ...others] = isWorkbook(file) ? await sheetNames(path) : [];
  const format = { ...encoding, ...(others.length > 0 && { sheet }) };
  const opened = await openRows(file, { source: 'file', kind: 'clients', format, columns: {} });
  const { written, header } = opened;
  const rows = await cellsOf(opened, ROWS_GUESSED_BY);
  const guess = guessMapping(header, rows, written);
  const passedOver = others.map((name) => `format.sheet: ${JSON.stringify(sheet)} is read, and ${JSON.stringify(name)} is not`);
  return {
    encoding: written.encoding,
    separator: written.separator ?? null,
    header,
    firstRows: rows.slice(0, ROWS_SHOWN),
    ...guess,
    open: [...guess.open, ...passedOver],
  };
};

/** Tries the first rows of a file by the code that imports them, on a log that is forgotten afterwards. */
export const previewFile = async (
  path: string,
  mapping: MappingFields,
  { events, catalogues, lookup, clock, isDoubtful }: PreviewSurroundings,
): Promise<Preview> => {
  const file = await inspected(path);
  const shown = await openRows(file, mapping);
  const firstRows = await cellsOf(shown, ROWS_SHOWN);
  const { written, header, rows } = await openRows(file, mapping);
  const problems: RowProblem[] = [];
  let doubtful = 0;
  const onTop = new LogOnTop(events);
  const now = clock.now();
  const importId = await importIdOf(file, mapping, events);
  const started = { ...importDecider.initial, startedAt: now };
  const door = new DryDoor(onTop, catalogues);
  const { source, kind, tense = 'history' } = mapping;
  const cause = { id: importId, correlationId: importId, now, actor: 'preview' };
  await door.executeMany([
    { message: { type: 'StartImport', data: { importId, source, kind, tense, sha256: file.sha256, by: 'preview' } }, cause },
  ]);
  const run = new ImportRun(importId, mapping, started, false, {
    door,
    events: onTop,
    lookup,
    now,
    progress: () => undefined,
    catalogues: () => catalogues.now(),
    rejected: {
      bytes: 0,
      sync: () => undefined,
      add: (_, __, problem) => void (problems.length < PROBLEMS_SHOWN && problems.push(problem)),
    },
    newcomer: async (facts: RowFacts) => {
      if (await isDoubtful(facts)) doubtful++;
    },
  });
  const { tally } = await run.take({ written, header, rows: first(rows, ROWS_TRIED) });
  const { encoding, separator = null } = written;
  return { encoding, separator, header, firstRows, tally, doubtful, problems };
};
