import { resolve } from 'node:path';

/** A setting that cannot be; the message names it and says what can be. */
export class SettingError extends Error {}

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** Every setting: a sentence, its environment variable, its default. */
export interface Config {
  /** The data folder of the engine. `BOUCLE_DIR`, ./data/engine. */
  readonly dir: string;
  /** The log on EventStoreDB instead of the data folder: esdb://user:password@host:2113?tls=true&tlsCAFile=… `EVENTSTORE_URL`, none. */
  readonly eventStoreUrl: string | null;
  /** How long a call of EventStoreDB may take, ms. `EVENTSTORE_TIMEOUT_MS`, 10000. */
  readonly eventStoreTimeout: number;
  /** The read models on MongoDB instead of the data folder, with the name of the database: mongodb://host:27017/boucle. `MONGODB_URL`, none. */
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
  readonly kafkaSasl: SaslMechanism | null;
  /** `KAFKA_USERNAME`, none. */
  readonly kafkaUsername: string | null;
  /** `KAFKA_PASSWORD`, none. */
  readonly kafkaPassword: string | null;
  /** Partitions of each topic, fixed once the topics exist. `BOUCLE_PARTITIONS`, 12. */
  readonly partitions: number;
  /** How long a process that says nothing keeps its processors, ms. `BOUCLE_LEASE_MS`, 10000. */
  readonly lease: number;
  /** The key that seals the secrets of webhooks, 32 bytes in base64; the same in all processes. `BOUCLE_SECRETS_KEY`, a file in the data folder. */
  readonly secretsKey: string | null;
  /** Whether webhooks may lead to this machine and to private networks. `BOUCLE_WEBHOOKS_PRIVATE`, false. */
  readonly webhooksPrivate: boolean;
  /** How long a webhook may take to answer, ms. `BOUCLE_WEBHOOKS_TIMEOUT_MS`, 15000. */
  readonly webhooksTimeout: number;
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
    throw new SettingError(`${name} must be a whole number from 0 to ${most}, not "${text}"`);
  return value;
};

const oneOf = <T extends string>(name: string, text: string | undefined, values: readonly T[]): T | null => {
  if (text === undefined || text === '') return null;
  const value = values.find((one) => one === text);
  if (value === undefined) throw new SettingError(`${name} must be one of ${values.join(', ')}, not "${text}"`);
  return value;
};

const flag = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new SettingError(`${name} must be true or false, not "${text}"`);
};

const key = (name: string, text: string | undefined): string | null => {
  if (text === undefined || text === '') return null;
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  throw new Error(`${name} must be 32 bytes in base64, as openssl rand -base64 32 gives them`);
};

/** The settings of an environment; throws a sentence that names the variable at fault. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => ({
  dir: resolve(env.BOUCLE_DIR || 'data/engine'),
  eventStoreUrl: env.EVENTSTORE_URL || null,
  eventStoreTimeout: whole('EVENTSTORE_TIMEOUT_MS', env.EVENTSTORE_TIMEOUT_MS, 10_000, 600_000),
  mongoUrl: env.MONGODB_URL || null,
  mongoTimeout: whole('MONGODB_TIMEOUT_MS', env.MONGODB_TIMEOUT_MS, 10_000, 600_000),
  kafkaBrokers: (env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== ''),
  kafkaTls: flag('KAFKA_TLS', env.KAFKA_TLS),
  kafkaCaFile: env.KAFKA_CA_FILE || null,
  kafkaSasl: oneOf('KAFKA_SASL', env.KAFKA_SASL, SASL_MECHANISMS),
  kafkaUsername: env.KAFKA_USERNAME || null,
  kafkaPassword: env.KAFKA_PASSWORD || null,
  partitions: whole('BOUCLE_PARTITIONS', env.BOUCLE_PARTITIONS, 12, 1000),
  lease: whole('BOUCLE_LEASE_MS', env.BOUCLE_LEASE_MS, 10_000, 600_000),
  secretsKey: key('BOUCLE_SECRETS_KEY', env.BOUCLE_SECRETS_KEY),
  webhooksPrivate: flag('BOUCLE_WEBHOOKS_PRIVATE', env.BOUCLE_WEBHOOKS_PRIVATE),
  webhooksTimeout: whole('BOUCLE_WEBHOOKS_TIMEOUT_MS', env.BOUCLE_WEBHOOKS_TIMEOUT_MS, 15_000, 60_000),
  port: whole('PORT', env.PORT, 3000, 65_535),
  host: env.HOST || '127.0.0.1',
  bodyLimit: whole('BOUCLE_BODY_LIMIT', env.BOUCLE_BODY_LIMIT, 1_000_000, 1_000_000_000),
  bulkLimit: whole('BOUCLE_BULK_LIMIT', env.BOUCLE_BULK_LIMIT, 64_000_000, 1_000_000_000),
});
