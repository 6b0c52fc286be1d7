import { NestFactory } from '@nestjs/core';
import { Lookups } from '@boucle/adapters';
import { duplicatesName, profileProjection, searchName } from '@boucle/clients';
import { MappingFields } from '@boucle/importing';
import { onFolder, openAdapters, SystemClock } from '../../apps/engine/src/adapters.js';
import { CatalogueCheck } from '../../apps/engine/src/catalogue-check.js';
import { CommandDoor } from '../../apps/engine/src/door.js';
import { EngineModule } from '../../apps/engine/src/engine.module.js';
import { importFile } from '../../apps/engine/src/importing/import-file.js';
import { PROCESS_ROLES } from '../../apps/engine/src/process-roles.js';
import { Processors } from '../../apps/engine/src/processors.js';
import { clock, load, progress, Taken } from './measure.js';

/** A file, and what its columns mean. */
export interface Part {
  readonly path: string;
  readonly mapping: MappingFields;
}

/** What a process is to import into a data folder of its own. */
export interface Importing {
  readonly dir: string;
  readonly parts: readonly Part[];
  /** Its read models are to be brought up to date, too. */
  readonly withReadModels: boolean;
}

/** What it took. */
export interface ImportsTaken {
  /** Of each file until its last row was durable. */
  readonly parts: readonly (Taken & { readonly rows: number })[];
  /** The position of the last event that they led to. */
  readonly head: number;
  /** Of profiles, search index and duplicate candidates. */
  readonly found: Taken;
  /** Of all that is derived from the log besides. */
  readonly others: Taken;
  /** Resident memory while rows came in, MB: one figure for some hundred rows. */
  readonly memory: readonly number[];
  /** The most there was until the last row was durable, and the most there was at any time, MB. */
  readonly peaks: { readonly durable: number; readonly current: number };
}

/** The read models by which a client is found. */
const FOUND_BY = [profileProjection.name, searchName, duplicatesName];

const MEGABYTE = 1024 * 1024;
const ROWS_TOLD = 500_000;

/** Imports files as `boucle import` does. */
const importAll = async ({ dir, parts, withReadModels }: Importing): Promise<ImportsTaken> => {
  const config = onFolder(dir);
  const adapters = await openAdapters(config);
  const run = { follow: false, roles: PROCESS_ROLES, consumers: () => [] };
  const systemClock = new SystemClock();
  const app = await NestFactory.createApplicationContext(EngineModule.on(adapters, systemClock, run, config), { logger: ['error'] });
  const { events, path } = adapters;
  const catalogues = app.get(CatalogueCheck);
  const surroundings = {
    door: app.get(CommandDoor),
    lookup: await app.get(Lookups).lookup(),
    clock: systemClock,
    catalogues,
    events,
    path,
  };
  const memory: number[] = [];
  const taken: ImportsTaken['parts'][number][] = [];
  for (const part of parts) {
    let told = 0;
    const shown = (row: number): void => {
      memory.push(process.memoryUsage.rss() / MEGABYTE);
      if (row - told < ROWS_TOLD) return;
      told = row;
      progress(`${row} rows of ${part.path}, ${memory.at(-1)!.toFixed(0)} MB, load ${load()}`);
    };
    const since = clock();
    const { tally } = await importFile(part.path, part.mapping, { ...surroundings, actor: 'benchmark', progress: shown });
    taken.push({ ...since(), rows: tally.rows });
    if (tally.accepted !== tally.rows) throw new Error(`of ${tally.rows} rows of ${part.path} ${tally.accepted} were accepted`);
  }
  const peak = (): number => process.resourceUsage().maxRSS / 1024;
  const durable = peak();
  const head = await events.head();
  const settled = async (names?: readonly string[]): Promise<Taken> => {
    const since = clock();
    if (withReadModels) await app.get(Processors).settle(names);
    return since();
  };
  const found = await settled(FOUND_BY);
  const others = await settled();
  await app.close();
  await adapters.close();
  return { parts: taken, head, found, others, memory, peaks: { durable, current: peak() } };
};

process.once('message', (wanted: Importing) => {
  void importAll(wanted).then((taken) => process.send!(taken, () => process.disconnect()));
});
