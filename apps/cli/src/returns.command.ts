import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Lookups } from '@boucle/adapters';
import { commandHandling, Order, Outcome, Request } from '@boucle/eventsourcing';
import { clientDecider } from '@boucle/clients';
import { RETURN_KINDS, ReturnKind } from '@boucle/exporting';
import { onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { CatalogueCheck } from '../../engine/src/catalogue-check.js';
import { readConfig } from '../../engine/src/config.js';
import { ShapeError } from '../../engine/src/http/problem.filter.js';
import { enterReturns } from '../../engine/src/returns.js';
import { oneOf } from './arguments.js';
import { UsageError } from './usage-error.js';

/** The title line of a file. */
const titleOf = async (file: string): Promise<string> => {
  const input = createReadStream(file, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) return line;
    return '';
  } finally {
    input.destroy();
  }
};

@Command({
  name: 'returns',
  description: 'Enter a CSV of returned mail or of call outcomes by the codes of an export; entering it again is harmless',
})
export class ReturnsCommand extends CommandRunner {
  async run(_: string[], { kind, file, dir }: { kind: ReturnKind; file: string; dir?: string }): Promise<void> {
    if (!existsSync(file)) throw new UsageError(`--file: there is no file ${file}`);
    const title = await titleOf(file);
    const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
    try {
      const { events, vault } = adapters;
      const handling = commandHandling(events);
      const catalogues = new CatalogueCheck(events);
      const executeMany = async (requests: readonly Request[]): Promise<(Outcome | Error)[]> => {
        const orders = requests.map(({ message: { type, data }, cause }): Order => {
          const known = clientDecider.commands[type as keyof typeof clientDecider.commands];
          return { command: Object.assign(new known(), data), cause };
        });
        const refusals = await catalogues.refusals(orders.map(({ command }) => command));
        const sound = orders.filter((_order, n) => !refusals?.[n]);
        const outcomes = await handling.handleMany(clientDecider, sound);
        return orders.map((_order, n) => refusals?.[n] ?? outcomes.shift()!);
      };
      const needs = { events, lookup: await new Lookups(vault).lookup(), clock: new SystemClock(), actor: 'command-line', executeMany };
      const { accepted, repeated, empty, rejected } = await enterReturns(kind, createReadStream(file), title, needs);
      for (const { line, field, reason } of rejected) process.stderr.write(`${file}, line ${line}, ${field}: ${reason}\n`);
      console.log(`${kind}: ${accepted} entered, ${repeated} known before, ${empty} empty, ${rejected.length} refused`);
      if (rejected.length > 0) process.exitCode = 1;
    } catch (error) {
      if (error instanceof ShapeError) throw new UsageError(`--file: ${error.errors.map(({ reason }) => reason).join('; ')}`);
      throw error;
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--kind <kind>', description: RETURN_KINDS.join(' or '), required: true })
  kind(value: string): string {
    return oneOf('--kind', RETURN_KINDS, value);
  }

  @Option({ flags: '--file <csv>', description: 'with a title line: code and reason, or code, outcome, at, opposes, note', required: true })
  file(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
