import { randomUUID } from 'node:crypto';
import { Command, CommandRunner, Option } from 'nest-commander';
import {
  Cause,
  commandHandling,
  DomainError,
  Door,
  EventStore,
  Outcome,
  projectEvent,
  Processor,
  projectionConsumer,
} from '@boucle/eventsourcing';
import {
  BASKETS,
  FREQUENCY_UNITS,
  MONETARY_MEASURES,
  ScoreClients,
  SCORED_FROM,
  scoresProjection,
  scoringDecider,
  ScoringReading,
  scoringsProjection,
  scoringStream,
  scoringWorker,
} from '@boucle/clients';
import { Adapters, onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { shaped } from '../../engine/src/http/shape.js';
import { projections } from '../../engine/src/processors.js';
import { oneOf } from './arguments.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';
const EVENTS_AT_ONCE = 50;
const clock = new SystemClock();

type Wishes = Partial<ScoreClients> & { readonly dir?: string };

/** What each term is called on the command line. */
const flagOf = (field: string): string => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const orderOf = ({ dir: _, asOf = clock.now().slice(0, 10), ...terms }: Wishes): ScoreClients => {
  const order = shaped(ScoreClients, { asOf, ...terms }, 'body');
  if (Array.isArray(order)) throw new UsageError(order.map(({ field, reason }) => `${flagOf(field)}: ${reason}`).join('; '));
  return order;
};

const doorOf = ({ events }: Adapters): Door & { execute: (command: object, cause: Cause) => Promise<Outcome> } => {
  const handling = commandHandling(events);
  return {
    execute: (command, cause) => handling.handle(scoringDecider, { command, cause }),
    executeMany: (requests) =>
      handling.handleMany(
        scoringDecider,
        requests.map(({ message: { type, data }, cause }) => {
          const known = scoringDecider.commands[type as keyof typeof scoringDecider.commands];
          return { command: Object.assign(new known(), data), cause };
        }),
      ),
  };
};

/** A scoring as its stream tells it, but for the scores. */
const readingOf = async (events: EventStore, scoringId: string): Promise<ScoringReading | null> => {
  let reading: object | null = null;
  for (let revision = 0; ; revision += EVENTS_AT_ONCE) {
    const page = await events.read(scoringStream(scoringId), revision, EVENTS_AT_ONCE);
    for (const event of page) reading = projectEvent(scoringsProjection, reading, event, scoringId);
    if (page.length < EVENTS_AT_ONCE) return reading as ScoringReading | null;
  }
};

/** Scores everybody: here where the folder is ours alone, or else by the engine that runs. */
const scored = async (
  { events, documents, checkpoints }: Adapters,
  door: Door,
  scoringId: string,
  { shared, after }: { shared: boolean; after: number },
): Promise<ScoringReading> => {
  const step = async (models: readonly string[]): Promise<void> => {
    for (const { projection, barrier } of projections)
      if (models.includes(projection.name))
        await new Processor(events, checkpoints, projectionConsumer(projection, documents, barrier)).toHead();
  };
  if (shared) {
    for await (const batch of events.subscribe({ after, types: ['ScoringCompleted'], sealed: true }))
      if (batch.events.some(({ stream }) => stream === scoringStream(scoringId))) break;
  } else {
    await step(SCORED_FROM);
    await new Processor(events, checkpoints, scoringWorker(events, documents, door)).toHead();
    await step([scoresProjection.name, scoringsProjection.name]);
  }
  const reading = await readingOf(events, scoringId);
  if (reading?.status === 'done') return reading;
  throw new DomainError('scoring-goes-on', `Scoring ${scoringId} is not done yet: ask GET /scorings/${scoringId} of the engine`);
};

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const told = ({ scoringId, run, at, position, terms, fit, scored: count }: ScoringReading): string => {
  const { buyers, leftOut, tiedShare, buying, spending, baskets, nextArticles, withoutRate } = fit!;
  const left = Object.entries(leftOut).map(([reason, n]) => `${n} ${reason}`);
  const missing = Object.entries(withoutRate).map(([currency, cents]) => `${(cents / 100).toFixed(2)} ${currency}`);
  const figures = (of: object): string =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(6)) : value}`)
      .join(', ');
  return [
    `Scoring ${scoringId}, run ${run}: ${count} clients scored, of ${buyers} buyers`,
    `By what was so at ${at}, position ${position}; ${figures(terms)}`,
    `Left out: ${left.length > 0 ? left.join(', ') : 'nobody'}`,
    `RFM: ${percent(tiedShare)} of the scores are decided by ties, who share one`,
    `BG/NBD, in weeks: ${buying ? figures(buying) : 'too few came back'}`,
    `Gamma-Gamma, in ${terms.currency}: ${spending ? figures(spending) : 'too few came back, or without a mean'}`,
    `Bought together: ${nextArticles.length} rules from ${baskets} baskets`,
    ...(missing.length > 0 ? [`No rate is known for ${missing.join(', ')}: that is part of nothing`] : []),
  ].join('\n');
};

@Command({
  name: 'score',
  description: 'Score every client by what he bought: recency, frequency and money, purchases to expect, lifetime value, next article',
})
export class ScoreCommand extends CommandRunner {
  async run(_: string[], wishes: Wishes): Promise<void> {
    const order = orderOf(wishes);
    const config = wishes.dir === undefined ? readConfig(process.env) : onFolder(wishes.dir);
    const adapters = await openAdapters(config);
    try {
      const door = doorOf(adapters);
      const id = randomUUID();
      const { position } = await door.execute(order, { id, correlationId: id, now: clock.now(), actor: ACTOR });
      const shared = config.mongoUrl !== null || config.eventStoreUrl !== null;
      console.log(told(await scored(adapters, door, order.asOf, { shared, after: position })));
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--currency <code>', description: 'in which money is reckoned, by day rates where need be', required: true })
  currency(value: string): string {
    return value;
  }

  @Option({ flags: '--as-of <day>', description: 'by what was so at the end of a day, such as 2026-03-01; today if left out' })
  asOf(value: string): string {
    return value;
  }

  @Option({ flags: '--window-days <n>', description: 'RFM of so many days before; of ever if left out' })
  windowDays(value: string): number {
    return Number(value);
  }

  @Option({ flags: '--frequency <unit>', description: 'day (purchases of one day count once, the default) or order' })
  frequency(value: string): string {
    return oneOf('--frequency', FREQUENCY_UNITS, value);
  }

  @Option({ flags: '--monetary <measure>', description: 'total (the default) or mean' })
  monetary(value: string): string {
    return oneOf('--monetary', MONETARY_MEASURES, value);
  }

  @Option({ flags: '--vat-percent <n>', description: 'tax to take off where a purchase says that it is included' })
  vatPercent(value: string): number {
    return Number(value);
  }

  @Option({ flags: '--horizon-months <n>', description: 'how far ahead purchases are expected; 12 if left out' })
  horizonMonths(value: string): number {
    return Number(value);
  }

  @Option({ flags: '--margin-percent <n>', description: 'share of an amount that is margin; 100 if left out' })
  marginPercent(value: string): number {
    return Number(value);
  }

  @Option({ flags: '--discount-percent <n>', description: 'interest of a year; 10 if left out' })
  discountPercent(value: string): number {
    return Number(value);
  }

  @Option({ flags: '--contact-cost <cents>', description: 'what contacts with a client cost in a month; nothing if left out' })
  contactCost(value: string): number {
    return Number(value);
  }

  @Option({ flags: '--basket <of>', description: 'bought together: in one order (the default), or ever by one client' })
  basket(value: string): string {
    return oneOf('--basket', BASKETS, value);
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
