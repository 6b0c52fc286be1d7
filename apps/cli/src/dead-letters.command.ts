import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { IN_TOPICS, InTopicName } from '@boucle/contracts';
import { KEY_FILE, SystemClock, openBus } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { deadLetters, replayDeadLetters } from '../../engine/src/dead-letters.js';
import { readMessage } from '../../engine/src/intake.worker.js';
import { Secrets } from '../../engine/src/secrets.js';
import { oneOf } from './arguments.js';
import { UsageError } from './usage-error.js';

const ACTIONS = ['list', 'replay'] as const;
const NAMES = Object.keys(IN_TOPICS) as InTopicName[];

interface Options {
  readonly topic: InTopicName;
  readonly file?: string;
}

@Command({
  name: 'dead-letters',
  arguments: '<list|replay>',
  description:
    'Show the messages that a topic could not take, one JSON line each, or put them back: all as they are, or with --file those in it as corrected there',
})
export class DeadLettersCommand extends CommandRunner {
  async run([action]: string[], { topic, file }: Options): Promise<void> {
    oneOf('the action', ACTIONS, action);
    const config = readConfig(process.env);
    const bus = openBus(config);
    if (!bus) throw new UsageError('Dead letters are on Kafka: name its brokers in KAFKA_BROKERS');
    try {
      const secrets = new Secrets(config.secretsKey, join(config.dir, KEY_FILE));
      const found =
        action === 'list'
          ? await deadLetters(bus, topic, config.partitions, secrets)
          : await replayDeadLetters(bus, topic, config.partitions, secrets, file === undefined ? undefined : corrections(topic, file));
      for (const letter of found) console.log(JSON.stringify(letter));
      process.stderr.write(`${found.length} dead letters ${action === 'list' ? 'of' : 'put back on'} ${IN_TOPICS[topic].topic}\n`);
    } finally {
      await bus.close();
    }
  }

  @Option({ flags: '--topic <topic>', description: `${NAMES.join(', ')}, or the whole name of the topic`, required: true })
  topic(value: string): InTopicName {
    const name = NAMES.find((known) => known === value || IN_TOPICS[known].topic === value);
    if (!name) throw new UsageError(`--topic must be ${NAMES.join(', ')}, not "${value}"`);
    return name;
  }

  @Option({ flags: '--file <lines>', description: 'lines as "list" prints them, with the value corrected' })
  file(value: string): string {
    return value;
  }
}

/** The corrected values by the id of their dead letter; every one must be what the topic takes. */
const corrections = (name: InTopicName, file: string): Map<string, string> => {
  const corrected = new Map<string, string>();
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}`);
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const wrong = (what: string): UsageError => new UsageError(`${file}, line ${i + 1}: ${what}`);
      const { id, value } = parsed(line) ?? {};
      if (typeof id !== 'string' || value === undefined) throw wrong('a JSON object with id and value is expected, as "list" prints it');
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const read = readMessage(name, { headers: {}, value: text }, new SystemClock());
      if (!('message' in read)) throw wrong(`${read.field}: ${read.reason}`);
      corrected.set(id, text);
    });
  return corrected;
};

const parsed = (line: string): { id?: unknown; value?: unknown } | null => {
  try {
    return JSON.parse(line) as { id?: unknown; value?: unknown };
  } catch {
    return null;
  }
};
