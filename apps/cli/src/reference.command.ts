import { randomUUID } from 'node:crypto';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { ADDRESS_RESULTS, CODE, localitiesDecider, LOCALITIES_STREAM, recheckAddresses } from '@boucle/clients';
import { csvEncoding } from '@boucle/exporting';
import { commandHandling, fold } from '@boucle/eventsourcing';
import { onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { installLocalities } from '../../engine/src/locality-file.js';
import { Processors } from '../../engine/src/processors.js';
import { AreaStatisticsCommand } from './area-statistics.command.js';
import { onEngine } from './import.command.js';
import { readReference } from './reference-file.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';

interface Installing {
  readonly file: readonly string[];
  readonly source: string;
  readonly dir?: string;
}

@SubCommand({
  name: 'install',
  description:
    'Install a list of localities: the official Swiss index as swisstopo publishes it, the French base of postal codes of La Poste, or CSV with country, postalCode, locality and, if known, communeCode and cedex',
})
class InstallReferenceCommand extends CommandRunner {
  async run(_: string[], { file, source, dir }: Installing): Promise<void> {
    if (!CODE.test(source)) throw new UsageError('--source must be a code such as swisstopo: letters, digits and hyphens');
    const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
    try {
      const handling = commandHandling(adapters.events);
      const id = randomUUID();
      const cause = { id, correlationId: id, now: new SystemClock().now(), actor: ACTOR };
      const { countries, edition, repeated } = await installLocalities(file.map(readReference), source, adapters.events, (command, key) =>
        handling.handle(localitiesDecider, { command, cause: { ...cause, key } }),
      );
      const counts = Object.entries(countries).map(([country, count]) => `${country} ${count}`);
      console.log(`${counts.join(', ')} localities, edition ${edition}${repeated ? ', were installed before' : ''}`);
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--file <csv...>', description: 'the list; several files are one list', required: true })
  file(value: string, before: readonly string[] = []): readonly string[] {
    return [...before, value];
  }

  @Option({ flags: '--source <code>', description: 'whose list it is', defaultValue: 'swisstopo' })
  source(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}

@SubCommand({
  name: 'check',
  description:
    'Print as CSV the addresses of clients that the lists of localities as they are installed now do not know, with what may be meant',
})
class CheckReferenceCommand extends CommandRunner {
  run(_: string[], { dir }: Pick<Installing, 'dir'>): Promise<void> {
    return onEngine(dir, async (app, { events, documents }) => {
      await app.get(Processors).settle();
      const lists = fold(localitiesDecider, localitiesDecider.initial, await events.read(LOCALITIES_STREAM));
      const csv = csvEncoding({ separator: ',', decimal: '.', byteOrderMark: false });
      const total = { checked: 0, doubtful: 0, unchecked: 0 };
      process.stdout.write(csv.begin(['client', 'address', 'country', 'postalCode', 'locality', 'whenEntered', 'suggestions']));
      for await (const { counts, doubtful } of recheckAddresses(documents, lists, new SystemClock().now().slice(0, 10))) {
        for (const result of ADDRESS_RESULTS) total[result] += counts[result];
        const cells = doubtful.map(({ clientId, addressId, country, postalCode, locality, was, suggestions }) => {
          const meant = suggestions.map((place) => `${place.postalCode} ${place.locality}`).join(' / ');
          return [clientId, addressId, country, postalCode, locality, was, meant];
        });
        process.stdout.write(csv.rows(cells));
      }
      console.error(`${total.checked} addresses checked, ${total.doubtful} doubtful, ${total.unchecked} of countries without a list`);
    });
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}

@Command({
  name: 'reference',
  description: 'Install what entries are checked against',
  subCommands: [InstallReferenceCommand, CheckReferenceCommand, AreaStatisticsCommand],
})
export class ReferenceCommand extends CommandRunner {
  async run([stray]: string[]): Promise<void> {
    throw new UsageError(
      `${stray === undefined ? 'Say' : `"${stray}" is not known; say`} boucle reference install or boucle reference statistics`,
    );
  }
}

/** What the command line needs for its reference files. */
export const referenceCommands = [ReferenceCommand, InstallReferenceCommand, CheckReferenceCommand, AreaStatisticsCommand];
