import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Lookups } from '@boucle/adapters';
import { MappingFields, RowFacts } from '@boucle/importing';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Adapters, onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { CommandDoor } from '../../engine/src/door.js';
import { EntryCheck } from '../../engine/src/entry-check.js';
import { EngineModule } from '../../engine/src/engine.module.js';
import { CatalogueCheck } from '../../engine/src/catalogue-check.js';
import { shaped } from '../../engine/src/http/shape.js';
import { importFile, ImportReport, ImportSurroundings } from '../../engine/src/importing/import-file.js';
import { undoImport } from '../../engine/src/importing/import-undo.js';
import { guessFile, previewFile } from '../../engine/src/importing/import-preview.js';
import { PROCESS_ROLES, ProcessRole } from '../../engine/src/process-roles.js';
import { Processors, Run } from '../../engine/src/processors.js';
import { progressLine } from './progress.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';

/** A file to be imported, and what its columns mean. */
interface Part {
  readonly path: string;
  readonly mapping: MappingFields;
}

const checked = (value: unknown, place: string): MappingFields => {
  const mapping = shaped(MappingFields, value, 'body');
  if (Array.isArray(mapping)) throw new UsageError(mapping.map(({ field, reason }) => `${place}, ${field}: ${reason}`).join('\n'));
  return mapping;
};

const readJson = (path: string): unknown => {
  if (!existsSync(path)) throw new UsageError(`--mapping: there is no file ${path}`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--mapping: ${path} is not JSON: ${(error as Error).message}`);
  }
};

/** What a mapping file says: one mapping for the file, or several, each for its own file in a folder. */
const partsOf = (mappingPath: string, file: string): Part[] => {
  if (!existsSync(file)) throw new UsageError(`--file: there is no file ${file}`);
  const value = readJson(mappingPath);
  if (!Array.isArray(value)) return [{ path: file, mapping: checked(value, mappingPath) }];
  return value.map((part: { file?: unknown }, n) => {
    const { file: name, ...mapping } = part;
    const path = join(file, String(name));
    if (typeof name !== 'string' || !existsSync(path)) throw new UsageError(`${mappingPath}, [${n}].file: there is no file ${path}`);
    return { path, mapping: checked(mapping, `${mappingPath}, [${n}]`) };
  });
};

const money = (cents: number): string =>
  `${cents < 0 ? '-' : ''}${Math.trunc(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;

const MOST_SHOWN = 20;

const counted = (what: string, counts: Readonly<Record<string, number>> = {}, says: string): string[] =>
  Object.keys(counts).length === 0
    ? []
    : [
        `  ${what}  ${Object.entries(counts)
          .map(([field, count]) => `${field} ${count}`)
          .join(', ')} (${says})`,
      ];

/** What a person reads of an import. */
const told = (path: string, { tally, clients, differences, repeated, rejectedRows }: ImportReport): string => {
  const { rows, accepted, repeated: before, rejected, created, records, inLog, anonymous, months } = tally;
  const sums = Object.entries(months).sort(([a], [b]) => (a < b ? -1 : 1));
  const total = (side: 'file' | 'log'): string => {
    const by: Record<string, number> = {};
    for (const [month, sum] of sums) by[month.slice(8)] = (by[month.slice(8)] ?? 0) + sum[side];
    return Object.entries(by)
      .map(([currency, cents]) => `${money(cents)} ${currency}`)
      .join(', ');
  };
  return [
    `${path}: ${repeated ? 'was imported before; ' : ''}${rows} rows: ${accepted} accepted, ${before} there before, ${rejected} rejected`,
    `  clients  ${clients} in the file, ${created} of them new`,
    ...counted('waiting', tally.waiting, 'no catalogue knows them: boucle waiting-values'),
    ...counted('refused', tally.refused, 'cells whose rows were taken'),
    ...(records > 0 ? [`  records  ${records} in the file, ${inLog} in the log, ${anonymous} of nobody known`] : []),
    ...sums.map(
      ([month, { file, log }]) =>
        `  ${month}  ${money(file).padStart(14)} in the file ${money(log).padStart(14)} in the log${file === log ? '' : '  DIFFERENT'}`,
    ),
    ...(sums.length > 0 ? [`  net      ${total('file')} in the file, ${total('log')} in the log`] : []),
    ...differences.slice(0, MOST_SHOWN).map(({ row, field, reason }) => `  row ${row}, ${field}: ${reason}`),
    ...(differences.length > MOST_SHOWN ? [`  … and ${differences.length - MOST_SHOWN} more`] : []),
    ...(rejectedRows ? [`  rejected rows: ${rejectedRows}; correct them there and import that file with the same mapping`] : []),
  ].join('\n');
};

/** Imports one file after the other, and says what became of each. */
const importParts = async (
  parts: readonly Part[],
  { events, path }: Adapters,
  surroundings: Pick<ImportSurroundings, 'door' | 'lookup' | 'clock' | 'catalogues'>,
  aloud: boolean,
): Promise<ImportReport[]> => {
  const reports: ImportReport[] = [];
  const progress = progressLine();
  for (const part of parts) {
    const shown = (row: number): void => progress.show(`${part.path}: row ${row}`);
    const report = await importFile(part.path, part.mapping, { ...surroundings, actor: ACTOR, events, path, progress: shown });
    progress.clear();
    const { rejectedRows } = report;
    reports.push({ ...report, rejectedRows: rejectedRows && path(rejectedRows) });
    if (aloud) console.log(told(part.path, reports.at(-1)!));
    if (report.tally.rejected > 0) process.exitCode = 1;
  }
  return reports;
};

/** Prints a mapping that may fit a file, to be looked at and kept. */
const guess = async (file: string, wanted: boolean): Promise<void> => {
  if (!wanted) throw new UsageError('--mapping: say what the columns mean; boucle import --preview --file … shows what they seem to mean');
  if (!existsSync(file)) throw new UsageError(`--file: there is no file ${file}`);
  const { mapping, encoding, separator, firstRows, header, unknown, open } = await guessFile(file);
  const rows = [header, ...firstRows].map((cells) => `  ${cells.join(' | ')}`);
  process.stderr.write(
    [
      `${file}: ${encoding}, separator ${JSON.stringify(separator)}`,
      ...rows,
      ...unknown.map((one) => `nothing is known of the column ${one}`),
      ...open.map((one) => `to be stated: ${one}`),
      '',
    ].join('\n'),
  );
  console.log(JSON.stringify(mapping, null, 2));
};

const clock = new SystemClock();

/** Works with an engine that serves nobody, and lets its read models come after. */
export const onEngine = async (
  dir: string | undefined,
  work: (app: INestApplicationContext, adapters: Adapters) => Promise<void>,
  roles: readonly ProcessRole[] = PROCESS_ROLES.filter((role) => role !== 'api'),
): Promise<void> => {
  const config = dir === undefined ? readConfig(process.env) : onFolder(dir);
  const adapters = await openAdapters(config);
  try {
    const run: Run = { follow: false, roles, consumers: () => [] };
    const app = await NestFactory.createApplicationContext(EngineModule.on(adapters, clock, run, config), { logger: ['error', 'warn'] });
    try {
      await work(app, adapters);
      // who shares his stores leaves the read models to those who follow them
      if (config.eventStoreUrl === null && config.mongoUrl === null) await app.get(Processors).settle();
    } finally {
      await app.close();
    }
  } finally {
    await adapters.close();
  }
};

const undoing = (importId: string, dir: string | undefined): Promise<void> =>
  onEngine(dir, async (app, { events }) => {
    const { erased, takenBack, withdrawn, kept, named } = await undoImport(importId, ACTOR, { door: app.get(CommandDoor), events, clock });
    console.log(
      `${importId}: ${erased} clients erased, ${takenBack} things told of others and ${withdrawn} sales to nobody known taken back, something stays of ${kept} clients`,
    );
    for (const { clientId, what, because } of named.slice(0, MOST_SHOWN)) console.log(`  kept ${clientId} ${what}: ${because}`);
  });

const surroundingsOf = async (app: INestApplicationContext) => ({
  door: app.get(CommandDoor),
  lookup: await app.get(Lookups).lookup(),
  clock,
  catalogues: app.get(CatalogueCheck),
});

/** Who is probably there already is known to processes that serve the API. */
const previewing = (parts: readonly Part[], dir: string | undefined): Promise<void> =>
  onEngine(
    dir,
    async (app, { events }) => {
      await app.get(Processors).settle();
      const entry = app.get(EntryCheck);
      const dry = { ...(await surroundingsOf(app)), events, isDoubtful: (facts: RowFacts) => entry.isThereAlready(facts) };
      for (const part of parts) console.log(JSON.stringify(await previewFile(part.path, part.mapping, dry), null, 2));
    },
    PROCESS_ROLES,
  );

interface Options {
  readonly file?: string;
  readonly mapping?: string;
  readonly dir?: string;
  readonly json?: boolean;
  readonly preview?: boolean;
  readonly undo?: string;
}

@Command({
  name: 'import',
  description: 'Bring in clients, purchases, contacts or responses from a file; the same file again adds nothing',
})
export class ImportCommand extends CommandRunner {
  async run(_: string[], { file, mapping, dir, json, preview, undo }: Options): Promise<void> {
    if (undo !== undefined) return undoing(undo, dir);
    if (file === undefined) throw new UsageError('--file: name the file to be imported');
    if (mapping === undefined) return guess(file, preview ?? false);
    const parts = partsOf(mapping, file);
    if (preview) return previewing(parts, dir);
    await onEngine(dir, async (app, adapters) => {
      const surroundings = await surroundingsOf(app);
      const reports = await importParts(parts, adapters, surroundings, !json);
      if (json) console.log(JSON.stringify(reports, null, 2));
    });
  }

  @Option({
    flags: '--file <path>',
    description: 'CSV or JSON lines, also packed with gzip; the folder of the files if the mapping names several',
  })
  file(value: string): string {
    return value;
  }

  @Option({
    flags: '--mapping <json>',
    description: 'what its columns mean; see examples/imports. Without it, --preview shows what they seem to mean',
  })
  mapping(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }

  @Option({
    flags: '--undo <import>',
    description: 'take back what that import told and nothing else rests on, and erase whom it alone had brought',
  })
  undo(value: string): string {
    return value;
  }

  @Option({ flags: '--preview', description: 'show what the import would do, by its first ten thousand rows, and write nothing' })
  preview(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print the reports as JSON' })
  json(): boolean {
    return true;
  }
}
