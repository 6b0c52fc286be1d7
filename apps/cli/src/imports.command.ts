import { ImportReading, importsProjection, reconciles } from '@boucle/importing';
import { Command, CommandRunner, Option } from 'nest-commander';
import { ListImports } from '../../engine/src/import.queries.js';
import { Processors } from '../../engine/src/processors.js';
import { QueryDoor } from '../../engine/src/queries.js';
import { onEngine } from './import.command.js';

const MOST_SHOWN = 100;

/** An import on a line. */
const told = ({ importId, startedAt, by, source, kind, tense, tally, clients, undone }: ImportReading): string => {
  const { rows, created, changed, rejected } = tally;
  const changes = Object.values(changed).reduce((sum, count) => sum + count, 0);
  const state = undone ? `undone at ${undone.at} by ${undone.by}, ${undone.kept} clients kept` : clients === null ? 'stopped' : 'done';
  return [
    `${importId}  ${startedAt}  ${kind} of ${source} (${tense}) by ${by}: ${state}`,
    `  ${rows} rows, ${created} clients created, ${changes} fields changed, ${rejected} rejected, ${reconciles(tally) ? 'reconciles' : 'DIFFERENT from the file'}`,
  ].join('\n');
};

@Command({ name: 'imports', description: 'List what was imported, the latest first: when, by whom, and what became of it' })
export class ImportsCommand extends CommandRunner {
  async run(_: string[], { dir }: { readonly dir?: string }): Promise<void> {
    await onEngine(dir, async (app, { events }) => {
      await app.get(Processors).settle();
      const imports = await app
        .get(QueryDoor)
        .ask<ImportReading[]>(new ListImports(undefined, MOST_SHOWN), [importsProjection], await events.head());
      for (const one of imports) console.log(told(one));
      if (imports.length === 0) console.log('Nothing was imported yet.');
    });
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
