import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Lookups } from '@boucle/adapters';
import { commandHandling, Cause, DomainError, Door, fold, Outcome, Processor, projectionConsumer } from '@boucle/eventsourcing';
import { catalogueDecider, CATALOGUES_STREAM, Screening } from '@boucle/clients';
import {
  Export,
  EXPORTED_FROM,
  exportDecider,
  exportIdFrom,
  exportStream,
  exportWorker,
  FORMATS,
  Format,
  OrderExport,
  PRESETS,
  Preset,
} from '@boucle/exporting';
import { Adapters, onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { encodingOf, takeExport } from '../../engine/src/export-taking.js';
import { shaped } from '../../engine/src/http/shape.js';
import { projections } from '../../engine/src/processors.js';
import { oneOf, wholeNumber } from './arguments.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';
const SEPARATORS = { comma: ',', semicolon: ';', tab: '\t' } as const;
const DECIMALS = { point: '.', comma: ',' } as const;
const clock = new SystemClock();

interface Wishes {
  readonly preset: Preset;
  readonly purpose: string;
  readonly where?: string;
  readonly campaign?: string;
  readonly wave?: number;
  readonly offer?: string;
  readonly fields?: string;
  readonly consent?: string;
  readonly sender?: string;
  readonly format?: Format;
  readonly separator?: keyof typeof SEPARATORS;
  readonly decimal?: keyof typeof DECIMALS;
  readonly byteOrderMark?: boolean;
  readonly to?: string;
  readonly dir?: string;
}

/** What each field of the order is called on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  universe: 'where',
  'mailings.campaignId': 'campaign',
  'mailings.wave': 'wave',
  'mailings.offer': 'offer',
};

const conditionOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--where is no JSON: ${(error as Error).message}`);
  }
};

const orderOf = ({ preset, purpose, where, campaign, wave, offer, fields, consent, sender }: Wishes): OrderExport => {
  const asked = {
    ...{ preset, purpose, consent, sender },
    universe: where === undefined ? undefined : conditionOf(where),
    mailings: campaign === undefined && wave === undefined ? undefined : { campaignId: campaign, wave, offer },
    fields: fields?.split(','),
  };
  const order = shaped(OrderExport, JSON.parse(JSON.stringify(asked)), 'body');
  if (Array.isArray(order)) throw new UsageError(order.map(({ field, reason }) => `--${FLAGS[field] ?? field}: ${reason}`).join('; '));
  return order;
};

/** Executes the commands of exports. */
const doorOf = ({ events }: Adapters): Door & { execute: (command: object, cause: Cause) => Promise<Outcome> } => {
  const handling = commandHandling(events);
  const execute = (command: object, cause: Cause): Promise<Outcome> => handling.handle(exportDecider, { command, cause });
  return {
    execute,
    executeMany: (requests) =>
      handling.handleMany(
        exportDecider,
        requests.map(({ message: { type, data }, cause }) => {
          const known = exportDecider.commands[type as keyof typeof exportDecider.commands];
          return { command: Object.assign(new known(), data), cause };
        }),
      ),
  };
};

/** Makes what was ordered: here where the folder is ours alone, or else by the engine that runs. */
const made = async (adapters: Adapters, door: Door, exportId: string, shared: boolean): Promise<Export> => {
  const { events, documents, checkpoints, vault } = adapters;
  const screening = new Screening(documents, () => new Lookups(vault).lookup());
  const state = async (): Promise<Export> => fold(exportDecider, exportDecider.initial, await events.read(exportStream(exportId)));
  if (shared) {
    const types = ['ExportCompleted', 'ExportAbandoned'];
    for await (const batch of events.subscribe({ after: 0, types, sealed: true }))
      if (batch.events.some(({ stream }) => stream === exportStream(exportId))) return state();
  }
  for (const { projection, barrier } of projections)
    if (EXPORTED_FROM.includes(projection.name))
      await new Processor(events, checkpoints, projectionConsumer(projection, documents, barrier)).toHead();
  await new Processor(events, checkpoints, exportWorker({ events, documents, screening }, door)).toHead();
  return state();
};

@Command({
  name: 'export',
  description:
    'Write people into a file: for letters, e-mails, calls, or with fields of your choice; the log remembers who, whom and what for',
})
export class ExportCommand extends CommandRunner {
  async run(_: string[], wishes: Wishes): Promise<void> {
    const { to, dir, format = 'csv', separator = 'comma', decimal = 'point', byteOrderMark = false } = wishes;
    if (to !== undefined && existsSync(to)) throw new UsageError(`--to: ${to} is there already: name a new file, or remove it`);
    const exportId = exportIdFrom(randomBytes(9));
    const order = Object.assign(orderOf(wishes), { exportId });
    const config = dir === undefined ? readConfig(process.env) : onFolder(dir);
    const adapters = await openAdapters(config);
    try {
      const door = doorOf(adapters);
      const causeOf = (): Cause => {
        const id = randomUUID();
        return { id, correlationId: id, now: clock.now(), actor: ACTOR };
      };
      await door.execute(order, causeOf());
      const { status, rows, excluded } = await made(adapters, door, exportId, config.mongoUrl !== null || config.eventStoreUrl !== null);
      if (status !== 'done')
        throw new DomainError(
          'export-not-ready',
          `Export ${exportId} is ${status}: ask GET /exports/${exportId} of the engine, which tells what holds it up`,
        );
      const { events, documents, vault } = adapters;
      const lookups = new Lookups(vault);
      const needs = {
        ...{ events, documents, clock, cause: causeOf(), execute: door.execute },
        screening: new Screening(documents, () => lookups.lookup()),
        lookup: await lookups.lookup(),
        catalogues: fold(catalogueDecider, catalogueDecider.initial, await events.read(CATALOGUES_STREAM)),
      };
      const encoding = encodingOf({ format, separator: SEPARATORS[separator], decimal: DECIMALS[decimal], byteOrderMark });
      const file: Writable = to === undefined ? process.stdout : createWriteStream(to, { flags: 'wx', mode: 0o600 });
      await pipeline(takeExport(needs, exportId, encoding, format), file, { end: to !== undefined });
      const left = Object.entries(excluded).map(([reason, count]) => `${count} ${reason}`);
      process.stderr.write(`${exportId}: ${rows} in it${left.length > 0 ? `; not in it: ${left.join(', ')}` : ''}\n`);
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--preset <preset>', description: PRESETS.join(', '), required: true })
  preset(value: string): string {
    return oneOf('--preset', PRESETS, value);
  }

  @Option({
    flags: '--purpose <code>',
    description: 'what people are addressed for, such as marketing, or what the fields are for',
    required: true,
  })
  purpose(value: string): string {
    return value;
  }

  @Option({ flags: '--where <json>', description: 'whom it is about, as the universe of a campaign; everybody if left out' })
  where(value: string): string {
    return value;
  }

  @Option({ flags: '--campaign <id>', description: 'the mailings of a wave of this campaign instead' })
  campaign(value: string): string {
    return value;
  }

  @Option({ flags: '--wave <n>', description: 'which wave' })
  wave(value: string): number {
    return wholeNumber('--wave', value, 1000);
  }

  @Option({ flags: '--offer <name>', description: 'only those of this offer' })
  offer(value: string): string {
    return value;
  }

  @Option({ flags: '--fields <names>', description: 'more columns, with commas between: attributes.region,purchases.last' })
  fields(value: string): string {
    return value;
  }

  @Option({ flags: '--consent <rule>', description: 'required (the default) or not-checked' })
  consent(value: string): string {
    return value;
  }

  @Option({ flags: '--sender <country>', description: 'the country that letters leave from, for example CH' })
  sender(value: string): string {
    return value;
  }

  @Option({ flags: '--format <format>', description: `${FORMATS.join(', ')}; csv if left out` })
  format(value: string): string {
    return oneOf('--format', FORMATS, value);
  }

  @Option({ flags: '--separator <name>', description: `of csv: ${Object.keys(SEPARATORS).join(', ')}` })
  separator(value: string): string {
    return oneOf('--separator', Object.keys(SEPARATORS), value);
  }

  @Option({ flags: '--decimal <name>', description: `of numbers in csv: ${Object.keys(DECIMALS).join(', ')}` })
  decimal(value: string): string {
    return oneOf('--decimal', Object.keys(DECIMALS), value);
  }

  @Option({ flags: '--byte-order-mark', description: 'let csv begin with the mark by which spreadsheets know UTF-8' })
  byteOrderMark(): boolean {
    return true;
  }

  @Option({ flags: '--to <file>', description: 'a file that is not there yet; standard output if left out' })
  to(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
