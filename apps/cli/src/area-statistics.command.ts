import { randomUUID } from 'node:crypto';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { AREA_STATISTICS_STREAM, areaStatisticsDecider, CODE, FiguresOf, RemoveAreaStatistics } from '@boucle/clients';
import { commandHandling, EventStore, fold, Outcome } from '@boucle/eventsourcing';
import { onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { installAreaStatistics, YEAR } from '../../engine/src/area-statistics-file.js';
import { readConfig } from '../../engine/src/config.js';
import { readReference } from './reference-file.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';

type Execute = (command: object, key: string) => Promise<Outcome>;

const onLog = async (dir: string | undefined, work: (events: EventStore, execute: Execute) => Promise<void>): Promise<void> => {
  const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
  try {
    const handling = commandHandling(adapters.events);
    const id = randomUUID();
    const cause = { id, correlationId: id, now: new SystemClock().now(), actor: ACTOR };
    await work(adapters.events, (command, key) => handling.handle(areaStatisticsDecider, { command, cause: { ...cause, key } }));
  } finally {
    await adapters.close();
  }
};

interface Options {
  readonly file?: string;
  readonly source?: string;
  readonly year?: string;
  readonly remove?: boolean;
  readonly dir?: string;
}

const figuresOf = ({ source = '', year = '' }: Options): FiguresOf => {
  if (!CODE.test(source)) throw new UsageError('--source: whose figures they are, a code such as bfs: letters, digits and hyphens');
  if (!YEAR.test(year)) throw new UsageError('--year: of which year the figures are, such as 2024');
  return { source, year: Number(year) };
};

@SubCommand({
  name: 'statistics',
  description:
    'List the statistics of areas; with --file install some, as CSV with country, kind, code, measure, value; with --remove remove some',
})
export class AreaStatisticsCommand extends CommandRunner {
  async run(_: string[], options: Options): Promise<void> {
    const { file, remove, dir } = options;
    if (file !== undefined && remove) throw new UsageError('--remove needs no --file: name the source and the year');
    await onLog(dir, async (events, execute) => {
      if (file !== undefined) {
        const of = figuresOf(options);
        const { figures, edition, repeated } = await installAreaStatistics(readReference(file), of, events, execute);
        console.log(`${figures} figures of ${of.source} ${of.year}, edition ${edition}${repeated ? ', were installed before' : ''}`);
      } else if (remove) {
        const of = figuresOf(options);
        const outcome = await execute(Object.assign(new RemoveAreaStatistics(), of), `${of.source}/${of.year}`);
        console.log(`${of.source} ${of.year}: ${outcome.events.length > 0 ? 'removed' : 'not installed'}`);
      } else {
        const { installed } = fold(areaStatisticsDecider, areaStatisticsDecider.initial, await events.read(AREA_STATISTICS_STREAM));
        for (const { source, year, installedAt, figures } of installed) {
          const measures = [...new Set(figures.map(({ measure }) => measure))].sort();
          console.log(`${source} ${year}: ${figures.length} figures (${measures.join(', ')}), installed at ${installedAt}`);
        }
        if (installed.length === 0) console.log('No statistics of areas are installed.');
      }
    });
  }

  @Option({ flags: '--file <csv>', description: 'figures to be installed: kind is commune or postal-area' })
  file(value: string): string {
    return value;
  }

  @Option({ flags: '--source <code>', description: 'whose figures they are' })
  source(value: string): string {
    return value;
  }

  @Option({ flags: '--year <year>', description: 'of which year they are' })
  year(value: string): string {
    return value;
  }

  @Option({ flags: '--remove', description: 'remove the figures of a source and a year' })
  remove(): boolean {
    return true;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
