import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { Command, CommandRunner, Option } from 'nest-commander';
import { commandHandling, Processor, projectionConsumer } from '@boucle/eventsourcing';
import { analysisDecider } from '@boucle/reports';
import { Adapters, onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { projections } from '../../engine/src/processors.js';
import { REPORTS } from '../../engine/src/reports/registry.js';
import { RENDERINGS, REPORT_FORMATS, ReportFormat } from '../../engine/src/reports/rendering.js';
import { makeReport, REPORTED_FROM } from '../../engine/src/reports/reporting.js';
import { oneOf } from './arguments.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';

interface Wishes {
  readonly format?: ReportFormat;
  readonly asOf?: string;
  readonly known?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly out?: string;
  readonly dir?: string;
}

/** Brings what reports are made of to the head of a log that no engine follows. */
const catchUp = async ({ events, documents, checkpoints }: Adapters): Promise<void> => {
  for (const { projection, barrier } of projections)
    if (REPORTED_FROM.some(({ name }) => name === projection.name))
      await new Processor(events, checkpoints, projectionConsumer(projection, documents, barrier)).toHead();
};

const offered = (): string =>
  REPORTS.map(({ name, title, parameters }) =>
    [`${name}: ${title}`, ...Object.entries(parameters).map(([key, what]) => `  --set ${key}=…  ${what}`)].join('\n'),
  ).join('\n');

@Command({
  name: 'report',
  arguments: '[name]',
  description: 'Tell what a manager wants to know, as values, as a sheet or as a page to print; without a name, list the reports',
})
export class ReportCommand extends CommandRunner {
  async run([name]: (string | undefined)[], { format = 'json', asOf, known, set: parameters = {}, out, dir }: Wishes): Promise<void> {
    if (name === undefined) return console.log(offered());
    if (out !== undefined && existsSync(out)) throw new UsageError(`--out: ${out} is there already: name a new file, or remove it`);
    const config = dir === undefined ? readConfig(process.env) : onFolder(dir);
    const adapters = await openAdapters(config);
    try {
      if (config.mongoUrl === null && config.eventStoreUrl === null) await catchUp(adapters);
      const { events, documents } = adapters;
      const clock = new SystemClock();
      const execute = (command: object): Promise<unknown> => {
        const id = randomUUID();
        const cause = { id, correlationId: id, now: clock.now(), actor: ACTOR };
        return commandHandling(events).handle(analysisDecider, { command: command, cause });
      };
      const text = RENDERINGS[format].write(await makeReport({ events, documents, clock, execute }, name, { asOf, known, parameters }));
      if (out === undefined) process.stdout.write(text);
      else writeFileSync(out, text, { flag: 'wx', mode: 0o600 });
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--format <format>', description: `${REPORT_FORMATS.join(', ')}; json if left out` })
  format(value: string): string {
    return oneOf('--format', REPORT_FORMATS, value);
  }

  @Option({ flags: '--as-of <when>', description: 'a day: what was so, by all that we know; or a position of the log: what we knew then' })
  asOf(value: string): string {
    return value;
  }

  @Option({ flags: '--known <when>', description: 'up to which day, or which position beside a day, is counted what we had learnt' })
  known(value: string): string {
    return value;
  }

  @Option({ flags: '--set <name=value>', description: 'what the report may be told besides; once for each' })
  set(value: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
    if (key === undefined) throw new UsageError(`--set must be a name and a value such as currency=EUR, not "${value}"`);
    return { ...before, [key]: text };
  }

  @Option({ flags: '--out <file>', description: 'a file that is not there yet; standard output if left out' })
  out(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
