import { Command, CommandRunner, Option } from 'nest-commander';
import { PUBLIC_TOPICS } from '@boucle/contracts';
import { openAdapters } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { republish } from '../../engine/src/republication.js';
import { oneOf } from './arguments.js';
import { progressLine } from './progress.js';
import { UsageError } from './usage-error.js';

@Command({
  name: 'republish',
  description:
    'Tell a topic again what the relay has told it: the same messages, with the same ids. Stop the relay before, start it afterwards',
})
export class RepublishCommand extends CommandRunner {
  async run(_: string[], { topic, after = 0 }: { topic: string; after?: number }): Promise<void> {
    const adapters = await openAdapters(readConfig(process.env));
    const { carrier, events, checkpoints } = adapters;
    const progress = progressLine();
    try {
      if (!carrier) throw new UsageError('There is no bus to tell anything: set KAFKA_BROKERS');
      const { bus, inside } = carrier;
      progress.show('waiting until nobody runs the relay');
      const began = new Date().toISOString();
      const show = (position: number, of: number): void => progress.show(`${topic}: position ${position} of ${of}`);
      const { messages, upTo } = await republish(events, bus, checkpoints, { topic, partitions: inside.topic.partitions, after }, show);
      progress.clear();
      console.log(`${topic}: ${messages} messages told again, from behind position ${after} to position ${upTo}`);
      console.log(`A reader that has lost its state begins at the offsets of ${began}; every other one drops what it has by position.`);
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--topic <name>', description: 'a public topic, for example boucle.purchases.v1', required: true })
  topic(value: string): string {
    return oneOf(
      '--topic',
      PUBLIC_TOPICS.map(({ name }) => name),
      value,
    );
  }

  @Option({ flags: '--after <position>', description: 'begin behind this position of the log (0)' })
  after(value: string): number {
    const position = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(position)) return position;
    throw new UsageError(`--after must be a position of the log, such as 0 or 1200, not "${value}"`);
  }
}
