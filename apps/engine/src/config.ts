import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Every setting: a sentence, its environment variable, its default. */
export interface Config {
  /** The data folder of the engine. `BOUCLE_DIR`, ./data/engine. */
  readonly dir: string;
  /** The log on EventStoreDB instead of the data folder: esdb://user:password@host:2113?tls=true&tlsCAFile=… `EVENTSTORE_URL` or a file, `EVENTSTORE_URL_FILE`; none. */
  readonly eventStoreUrl: string | null;
  /** How long a call of EventStoreDB may take, ms. `EVENTSTORE_TIMEOUT_MS`, 10000. */
  readonly eventStoreTimeout: number;
  /** The read models on MongoDB instead of the data folder, with the name of the database: mongodb://host:27017/boucle. `MONGODB_URL` or a file, `MONGODB_URL_FILE`; none. */
  readonly mongoUrl: string | null;
  /** How long a call of MongoDB may take, ms. `MONGODB_TIMEOUT_MS`, 10000. */
  readonly mongoTimeout: number;
  /** The bus: brokers of Kafka with commas between. `KAFKA_BROKERS`, none. */
  readonly kafkaBrokers: readonly string[];
  /** Whether the brokers speak TLS. `KAFKA_TLS`, false. */
  readonly kafkaTls: boolean;
  /** A file with the authority that signed the brokers' certificates. `KAFKA_CA_FILE`, those of the system. */
  readonly kafkaCaFile: string | null;
  /** How to log in to the brokers: plain, scram-sha-256 or scram-sha-512. `KAFKA_SASL`, not at all. */
  readonly kafkaSasl: string | null;
  /** `KAFKA_USERNAME`, none. */
  readonly kafkaUsername: string | null;
  /** `KAFKA_PASSWORD` or a file, `KAFKA_PASSWORD_FILE`; none. */
  readonly kafkaPassword: string | null;
  /** Partitions of each topic, fixed once the topics exist. `BOUCLE_PARTITIONS`, 12. */
  readonly partitions: number;
  /** How long a process that says nothing keeps its processors, ms. `BOUCLE_LEASE_MS`, 10000. */
  readonly lease: number;
  /** The port on which the engine serves HTTP. `PORT`, 3000. */
  readonly port: number;
  /** The address it listens on. `HOST`, 127.0.0.1: this machine only. */
  readonly host: string;
  /** The most bytes of a JSON body. `BOUCLE_BODY_LIMIT`, 1 MB. */
  readonly bodyLimit: number;
  /** The most bytes of a bulk body of JSON lines. `BOUCLE_BULK_LIMIT`, 64 MB. */
  readonly bulkLimit: number;
}

const whole = (name: string, text: string | undefined, fallback: number, most: number): number => {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new Error(`${name} must be a whole number from 0 to ${most}, not "${text}"`);
  return value;
};

const flag = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new Error(`${name} must be true or false, not "${text}"`);
};

/** What may hold a password may also stand in a file, so that no environment shows it. */
const secret = (env: NodeJS.ProcessEnv, name: string): string | null => {
  const file = env[`${name}_FILE`];
  if (env[name] || !file) return env[name] || null;
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    throw new Error(`${name}_FILE cannot be read: ${(error as Error).message}`);
  }
};

/** The settings of an environment; throws a sentence that names the variable at fault. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => ({
  dir: resolve(env.BOUCLE_DIR || 'data/engine'),
  eventStoreUrl: secret(env, 'EVENTSTORE_URL'),
  eventStoreTimeout: whole('EVENTSTORE_TIMEOUT_MS', env.EVENTSTORE_TIMEOUT_MS, 10_000, 600_000),
  mongoUrl: secret(env, 'MONGODB_URL'),
  mongoTimeout: whole('MONGODB_TIMEOUT_MS', env.MONGODB_TIMEOUT_MS, 10_000, 600_000),
  kafkaBrokers: (env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== ''),
  kafkaTls: flag('KAFKA_TLS', env.KAFKA_TLS),
  kafkaCaFile: env.KAFKA_CA_FILE || null,
  kafkaSasl: env.KAFKA_SASL || null,
  kafkaUsername: env.KAFKA_USERNAME || null,
  kafkaPassword: secret(env, 'KAFKA_PASSWORD'),
  partitions: whole('BOUCLE_PARTITIONS', env.BOUCLE_PARTITIONS, 12, 1000),
  lease: whole('BOUCLE_LEASE_MS', env.BOUCLE_LEASE_MS, 10_000, 600_000),
  port: whole('PORT', env.PORT, 3000, 65_535),
  host: env.HOST || '127.0.0.1',
  bodyLimit: whole('BOUCLE_BODY_LIMIT', env.BOUCLE_BODY_LIMIT, 1_000_000, 1_000_000_000),
  bulkLimit: whole('BOUCLE_BULK_LIMIT', env.BOUCLE_BULK_LIMIT, 64_000_000, 1_000_000_000),
});
