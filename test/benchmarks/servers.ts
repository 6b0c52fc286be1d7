import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { progress } from './measure.js';

const repository = join(__dirname, '../../..');
const KEPT_WORDS = 10_000;

/** A program that has said where it can be reached. */
export interface Reachable {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a program of the repository in a process of its own, which ends with this one, and waits for the words in which it says where it is. */
export const startProgram = async (
  name: string,
  [file, ...args]: readonly string[],
  says: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<Reachable> => {
  const child = spawn(process.execPath, [join(repository, file), ...args], { env: { ...process.env, ...env } });
  const kill = (): boolean => child.kill();
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.off('exit', kill));
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    const listen = (text: string): void => {
      said = (said + text).slice(-KEPT_WORDS);
      const found = says.exec(said);
      if (found) resolve(found[1]);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
    child.once('close', () => reject(new Error(`${name} could not be started:\n${said.trim()}`)));
  });
  const stop = async (): Promise<void> => {
    kill();
    await ended;
  };
  return { address, stop };
};

/** Everything that an engine can stand on. */
export interface Servers {
  readonly eventStore: string;
  readonly mongodb: string;
  readonly kafka: string;
  stop(): Promise<void>;
}

/** Fetches what is missing, and starts a test server of EventStoreDB, an emulator of MongoDB and a broker of Kafka. */
export const startServers = async (): Promise<Servers> => {
  // an end by a signal must not leave them behind
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(128 + constants.signals[signal]));
  progress('starting Kafka, an emulator of MongoDB and a test server of EventStoreDB…');
  const starting = [
    startProgram('The test server of EventStoreDB', ['dist/test/support/eventstoredb-server/main.js'], /^READY (\S+)\n/m),
    startProgram('The emulator of MongoDB', ['infra/servers/mongo-emulator/start.mjs'], /^(mongodb:\S+)\n/m),
    startProgram('Kafka', ['infra/servers/kafka/start.mjs'], /^KAFKA_BROKERS=(\S+)\n/m),
  ];
  const outcomes = await Promise.allSettled(starting);
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(started.map((one) => one.stop())));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as Error).message] : []));
  if (failures.length > 0) {
    await stop();
    throw new Error(`${failures.join('\n')}\nThis benchmark needs Java 17 and Maven.`);
  }
  const [eventStore, mongodb, kafka] = started.map(({ address }) => address);
  return { eventStore, mongodb, kafka, stop };
};
