import {
  canonicalJson,
  Cause,
  Clock,
  DomainError,
  Door,
  EventStore,
  fold,
  Lookup,
  mustExecute,
  NAMESPACE,
  uuidv5,
} from '@boucle/eventsourcing';
import { importDecider, ImportState, importStream, MappingError, MappingFields, rowReader, Tally } from '@boucle/importing';
import { CatalogueCheck } from '../catalogue-check.js';
import { Imported, ImportRun } from './import-run.js';
import { RejectedRows } from './rejected-rows.js';
import { openRows } from './rows.js';
import { inspected, SourceFile } from './source-file.js';

/** What an import stands on. */
export interface ImportSurroundings {
  readonly door: Door;
  readonly events: EventStore;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly catalogues: CatalogueCheck;
  /** Who brings the file. */
  readonly actor: string;
  /** Where a file of the engine's own stands. */
  readonly path: (name: string) => string;
  readonly progress: (row: number, tally: Tally) => void;
  /** The imports that this process is at. */
  readonly running?: Set<string>;
}

/** What became of an import. */
export interface ImportReport extends Imported {
  readonly importId: string;
  /** The same file was imported before: nothing was done. */
  readonly repeated: boolean;
  /** The file of the rows that were rejected, null if none was. */
  readonly rejectedRows: string | null;
}

/** The id of the import of a file by a mapping: the same file again is the same import, until it is undone. */
export const importIdOf = async (
  { sha256 }: Pick<SourceFile, 'sha256'>,
  mapping: MappingFields,
  events: Pick<EventStore, 'read'>,
): Promise<string> => {
  for (let edition = 0; ; edition++) {
    const importId = uuidv5(NAMESPACE, 'import', sha256, canonicalJson(mapping), edition);
    const { undone } = fold(importDecider, importDecider.initial, await events.read(importStream(importId)));
    if (!undone) return importId;
  }
};

/** What one row cannot decide for all others. */
const UNDECIDED = ['ambiguous-date', 'ambiguous-number'];
const ROWS_LOOKED_AT = 1000;

/** Reads every row once without doing anything, so that a file that breaks off in its middle is refused as a whole. */
const mustBeReadable = async (file: SourceFile, mapping: MappingFields): Promise<void> => {
  const { header, rows } = await openRows(file, mapping);
  const read = rowReader(mapping, header);
  let looked = 0;
  for await (const raw of rows) {
    if (looked++ >= ROWS_LOOKED_AT) continue;
    const { problem } = read(raw);
    if (problem && UNDECIDED.includes(problem.code))
      throw new MappingError(
        `${file.path}, row ${problem.row}, column ${JSON.stringify(problem.column)}: ${problem.reason}: ${problem.remedy}`,
      );
  }
};

/** Imports a file, or goes on where its import broke off. */
export const importFile = async (path: string, mapping: MappingFields, surroundings: ImportSurroundings): Promise<ImportReport> => {
  const { door, events, lookup, clock, catalogues, actor, progress, running = new Set() } = surroundings;
  const file = await inspected(path);
  await mustBeReadable(file, mapping);
  const importId = await importIdOf(file, mapping, events);
  const { source, kind, tense = 'history' } = mapping;
  const now = clock.now();
  const cause: Cause = { id: importId, correlationId: importId, now, actor: `import:${source}` };
  const data = { importId, source, kind, tense, sha256: file.sha256, by: actor };
  const [started] = await mustExecute(door, [{ message: { type: 'StartImport', data }, cause }]);
  const begun = started.state as ImportState;
  const name = `rejected/${importId}.csv`;
  const report = { importId, rejectedRows: begun.rejectedBytes > 0 ? name : null };
  if (begun.clients !== null) return { ...report, repeated: true, tally: begun.tally, clients: begun.clients, differences: [] };

  if (running.has(importId)) throw new DomainError('import-running', 'This very file is being imported: wait for its end', 'body');
  running.add(importId);
  const rows = await openRows(file, mapping);
  const rejected = new RejectedRows(surroundings.path(name), rows.header, begun.rejectedBytes);
  try {
    const run = new ImportRun(importId, mapping, begun, started.events.length === 0, {
      ...{ door, events, lookup, rejected, now, progress },
      catalogues: () => catalogues.now(),
    });
    const imported = await run.take(rows);
    await mustExecute(door, [
      { message: { type: 'CompleteImport', data: { importId, clients: imported.clients } }, cause: { ...cause, now: clock.now() } },
    ]);
    return { ...imported, importId, repeated: false, rejectedRows: rejected.bytes > 0 ? name : null };
  } finally {
    rejected.close();
    running.delete(importId);
  }
};
