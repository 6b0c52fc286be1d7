import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  EndSuppressionList,
  suppressionDecider,
  SuppressionListReading,
  suppressionListsProjection,
  SuppressionTerms,
} from '@boucle/clients';
import { Lookups } from '@boucle/adapters';
import { commandHandling, EventStore, Outcome, projectEvent } from '@boucle/eventsourcing';
import { Adapters, onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { shaped } from '../../engine/src/http/shape.js';
import { enterLines } from '../../engine/src/suppression-import.js';
import { progressLine } from './progress.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';
const clock = new SystemClock();
const DIR = { flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' };

/** Works on what the settings name, or on a data folder. */
const onEngine = async <T>(dir: string | undefined, work: (adapters: Adapters) => Promise<T>): Promise<T> => {
  const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
  try {
    return await work(adapters);
  } finally {
    await adapters.close();
  }
};

/** Sends commands that one call of the command line leads to. */
const sender = (events: EventStore): ((command: object, key?: string) => Promise<Outcome>) => {
  const handling = commandHandling(events);
  const id = randomUUID();
  return (command, key) => {
    const cause = { id, correlationId: id, now: clock.now(), actor: ACTOR, key };
    return handling.handle(suppressionDecider, { command, cause });
  };
};

/** The lists as the log has them: the read model may not have been kept since. */
const listsIn = async (events: EventStore): Promise<readonly SuppressionListReading[]> => {
  const lists = new Map<string, object | null>();
  const types = Object.keys(suppressionListsProjection.on);
  for await (const batch of events.subscribe({ after: 0, types, sealed: true })) {
    for (const event of batch.events) {
      const { listId } = event.data as { listId: string };
      lists.set(listId, projectEvent(suppressionListsProjection, lists.get(listId) ?? null, event, listId));
    }
    if (batch.caughtUp) break;
  }
  return [...lists.values()] as SuppressionListReading[];
};

interface Import {
  readonly list: string;
  readonly source: string;
  readonly channels: string;
  readonly file: string;
  readonly validUntil?: string;
  readonly country?: string;
  readonly dir?: string;
}

/** What each field of the terms is called on the command line. */
const FLAGS: Readonly<Record<string, string>> = { listId: 'list', validUntil: 'valid-until' };

@SubCommand({
  name: 'import',
  description: 'Enter a file in a list: on each line an e-mail address, a phone number, or JSON with email, phone, or lastName and address',
})
class ImportSuppressionsCommand extends CommandRunner {
  async run(_: string[], { list, source, channels, file, validUntil, country, dir }: Import): Promise<void> {
    const terms = shaped(SuppressionTerms, { listId: list, source, channels: channels.split(','), validUntil, country }, 'body');
    if (Array.isArray(terms)) throw new UsageError(terms.map(({ field, reason }) => `--${FLAGS[field] ?? field}: ${reason}`).join('; '));
    if (!existsSync(file)) throw new UsageError(`--file: there is no file ${file}`);
    const progress = progressLine();
    let read = 0;
    let rejected = 0;
    async function* lines(): AsyncGenerator<string> {
      for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
        yield line.replace(/^\ufeff/, '');
        progress.show(`${list}: ${++read} lines`);
      }
    }
    const { accepted, repeated } = await onEngine(dir, async ({ events, documents, vault }) => {
      const send = sender(events);
      return enterLines(terms, lines(), {
        events,
        documents,
        lookup: await new Lookups(vault).lookup(),
        clock,
        execute: (command) => send(command, command.batchId),
        reject: ({ line, field, reason }) => {
          rejected++;
          progress.clear();
          process.stderr.write(`${file}, line ${line}, ${field}: ${reason}\n`);
        },
      });
    });
    progress.clear();
    console.log(`${list}: ${accepted} entered, ${repeated} stood there before, ${rejected} refused`);
    if (rejected > 0) process.exitCode = 1;
  }

  @Option({ flags: '--list <id>', description: 'the list, for example bloctel', required: true })
  list(value: string): string {
    return value;
  }

  @Option({ flags: '--source <code>', description: 'whose list it is: robinson, bloctel, asterisk, broker …', required: true })
  source(value: string): string {
    return value;
  }

  @Option({ flags: '--channels <channels>', description: 'email, sms, post, phone; with commas between', required: true })
  channels(value: string): string {
    return value;
  }

  @Option({ flags: '--file <lines>', description: 'what is to be entered', required: true })
  file(value: string): string {
    return value;
  }

  @Option({ flags: '--valid-until <instant>', description: 'when the entries cease to count, for example 2027-03-01T12:00:00Z' })
  validUntil(value: string): string {
    return value;
  }

  @Option({ flags: '--country <code>', description: 'where numbers without a country code belong, for example FR' })
  country(value: string): string {
    return value;
  }

  @Option(DIR)
  dir(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'list', description: 'Every list: how many it holds, from whom, for what, until when' })
class ListSuppressionsCommand extends CommandRunner {
  async run(_: string[], { dir }: { dir?: string }): Promise<void> {
    const lists = await onEngine(dir, ({ events }) => listsIn(events));
    for (const { listId, sources, channels, entered, lastEnteredAt, until, ended } of lists)
      console.log(
        [
          listId.padEnd(16),
          `${entered} entries`.padEnd(16),
          `of ${sources.join(', ')} for ${channels.join(', ')}`.padEnd(40),
          `last entered ${lastEnteredAt}`,
          until === null ? 'for ever' : `until ${until}`,
          ...(ended.length > 0 ? [`ended ${ended.at(-1)}`] : []),
        ].join('  '),
      );
    if (lists.length === 0) process.stderr.write('There is no suppression list yet: enter one with boucle suppressions import.\n');
  }

  @Option(DIR)
  dir(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'end', arguments: '<list>', description: 'Let nothing that a list holds count any more, to begin it anew' })
class EndSuppressionsCommand extends CommandRunner {
  async run([listId]: string[], { dir }: { dir?: string }): Promise<void> {
    const command = Object.assign(new EndSuppressionList(), { listId });
    const { events } = await onEngine(dir, (adapters) => sender(adapters.events)(command));
    process.stderr.write(events.length > 0 ? `${listId}: nothing that it held counts any more.\n` : `${listId} was ended before.\n`);
  }

  @Option(DIR)
  dir(value: string): string {
    return value;
  }
}

@Command({
  name: 'suppressions',
  description: 'Enter, list and end the lists of those who must not be addressed',
  subCommands: [ImportSuppressionsCommand, ListSuppressionsCommand, EndSuppressionsCommand],
})
export class SuppressionsCommand extends CommandRunner {
  async run([stray]: string[]): Promise<void> {
    throw new UsageError(`${stray === undefined ? 'Say' : `"${stray}" is not known; say`} boucle suppressions import, list or end`);
  }
}

/** What the command line needs for its suppression lists. */
export const suppressionsCommands = [SuppressionsCommand, ImportSuppressionsCommand, ListSuppressionsCommand, EndSuppressionsCommand];
