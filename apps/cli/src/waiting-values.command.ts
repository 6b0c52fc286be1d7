import { Adapters } from '../../engine/src/adapters.js';
import { randomUUID } from 'node:crypto';
import { INestApplicationContext } from '@nestjs/common';
import { CODE, listWaitingValues, mappingOf } from '@boucle/clients';
import { Command, CommandRunner, Option } from 'nest-commander';
import { CommandDoor } from '../../engine/src/door.js';
import { Processors } from '../../engine/src/processors.js';
import { onEngine } from './import.command.js';
import { UsageError } from './usage-error.js';

interface Options {
  readonly value?: string;
  readonly code?: string;
  readonly leaveOut?: boolean;
  readonly dir?: string;
}

const ACTOR = 'command-line';

@Command({
  name: 'waiting-values',
  description:
    'List what files say and no catalogue knows; with --value say once what it means, for all of whom it waits and for files to come',
})
export class WaitingValuesCommand extends CommandRunner {
  async run(_: string[], { value, code, leaveOut, dir }: Options): Promise<void> {
    if (value === undefined) return onEngine(dir, (app, adapters) => this.list(app, adapters));
    if ((code === undefined) === (leaveOut === undefined)) throw new UsageError('--code or --leave-out: say which of both it means');
    if (code !== undefined && !CODE.test(code)) throw new UsageError('--code: give a code of its catalogue, letters, digits and hyphens');
    return onEngine(dir, async (app, { documents }) => {
      await app.get(Processors).settle();
      const id = randomUUID();
      const cause = { id, correlationId: id, now: new Date().toISOString(), actor: ACTOR };
      await app.get(CommandDoor).execute(await mappingOf(documents, value, code ?? null), cause);
      console.log(`${value}: ${code ?? 'left out'}`);
    });
  }

  private async list(app: INestApplicationContext, { documents }: Adapters): Promise<void> {
    await app.get(Processors).settle();
    const waiting = await listWaitingValues(documents);
    for (const { valueId, source, field, catalogue, text, rows, clients } of waiting)
      console.log(`${valueId}  ${source}, ${field} (catalogue ${catalogue}): ${JSON.stringify(text)} ${rows} times, ${clients} clients`);
    if (waiting.length === 0) console.log('Nothing waits.');
  }

  @Option({ flags: '--value <id>', description: 'the value, by the id that the list shows' })
  value(value: string): string {
    return value;
  }

  @Option({ flags: '--code <code>', description: 'the code of its catalogue that it stands for' })
  code(value: string): string {
    return value;
  }

  @Option({ flags: '--leave-out', description: 'it stands for nothing' })
  leaveOut(): boolean {
    return true;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
