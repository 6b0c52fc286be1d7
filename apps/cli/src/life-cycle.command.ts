import { randomUUID } from 'node:crypto';
import { Command, CommandRunner, Option } from 'nest-commander';
import { commandHandling } from '@boucle/eventsourcing';
import { lifeCyclePolicy, lifeCyclePolicyDecider, SetLifeCyclePolicy, VersionedLifeCyclePolicy } from '@boucle/clients';
import { onFolder, openAdapters, SystemClock } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { shaped } from '../../engine/src/http/shape.js';
import { UsageError } from './usage-error.js';

type Thresholds = Readonly<Record<string, number>>;

interface Wishes {
  readonly set?: Thresholds;
  readonly dir?: string;
}

/** What each threshold means, in the order in which they are told. */
const MEANINGS: Readonly<Record<keyof SetLifeCyclePolicy, string>> = {
  lapseDays: 'days without a kept purchase after which somebody has lapsed',
  lapseGaps: 'or so many of his own mean gaps between days of purchase, if that is longer',
  unanswered: 'unanswered solicitations since the last purchase that make who has lapsed inactive',
  unsolicitedMonths: 'months without a solicitation that make who has lapsed a former client',
  interestDays: 'days for which who asked for something is a hot prospect',
  regularDays: 'days of purchase of a regular buyer, at least',
  regularVariation: 'standard deviation of his gaps, at most, as a multiple of their mean',
  regularGaps: 'mean gaps since his last purchase, at most',
};

const told = ({ version, ...policy }: VersionedLifeCyclePolicy): string => {
  const lines = Object.entries(MEANINGS).map(
    ([name, what]) => `  ${`${name}=${policy[name as keyof SetLifeCyclePolicy]}`.padEnd(24)}${what}`,
  );
  return [`Thresholds version ${version}${version === 0 ? ': nobody has set any' : ''}`, ...lines].join('\n');
};

const orderOf = ({ version: _, ...policy }: VersionedLifeCyclePolicy, set: Thresholds): SetLifeCyclePolicy => {
  const stranger = Object.keys(set).find((name) => !(name in MEANINGS));
  if (stranger !== undefined)
    throw new UsageError(`--set: there is no threshold ${stranger}; there are ${Object.keys(MEANINGS).join(', ')}`);
  const order = shaped(SetLifeCyclePolicy, { ...policy, ...set }, 'body');
  if (Array.isArray(order)) throw new UsageError(order.map(({ reason }) => `--set: ${reason}`).join('; '));
  return order;
};

@Command({
  name: 'life-cycle',
  description:
    'Tell by which thresholds clients are classed, or set some; boucle report class-backtest tries others without setting them, boucle report life-cycle tells who stands where and who moved',
})
export class LifeCycleCommand extends CommandRunner {
  async run(_: string[], { set, dir }: Wishes): Promise<void> {
    const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
    try {
      const { events } = adapters;
      if (set) {
        const id = randomUUID();
        const cause = { id, correlationId: id, now: new SystemClock().now(), actor: 'command-line' };
        await commandHandling(events).handle(lifeCyclePolicyDecider, { command: orderOf(await lifeCyclePolicy(events), set), cause });
      }
      console.log(told(await lifeCyclePolicy(events)));
    } finally {
      await adapters.close();
    }
  }

  @Option({
    flags: '--set <threshold=number>',
    description: 'once for each; the others stay. Everybody is read again when the engine runs',
  })
  set(value: string, before: Thresholds = {}): Thresholds {
    const [, name, number] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(value) ?? [];
    if (name === undefined) throw new UsageError(`--set must be a threshold and a number such as lapseDays=180, not "${value}"`);
    return { ...before, [name]: Number(number) };
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
