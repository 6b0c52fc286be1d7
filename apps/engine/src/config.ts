import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A setting that cannot be; the message names it and says what can be. */
export class SettingError extends Error {}

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
type SaslMechanism = (typeof SASL_MECHANISMS)[number];

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
  readonly kafkaSasl: SaslMechanism | null;
  /** `KAFKA_USERNAME`, none. */
  readonly kafkaUsername: string | null;
  /** `KAFKA_PASSWORD` or a file, `KAFKA_PASSWORD_FILE`; none. */
  readonly kafkaPassword: string | null;
  /** Partitions of each topic, fixed once the topics exist. `BOUCLE_PARTITIONS`, 12. */
  readonly partitions: number;
  /** How long a process that says nothing keeps its processors, ms. `BOUCLE_LEASE_MS`, 10000. */
  readonly lease: number;
  /** The key vault as a service instead of the data folder: https://host:3100. `BOUCLE_VAULT_URL`, none. */
  readonly vaultUrl: string | null;
  /** What it is asked with, and what `boucle vault serve` wants to hear. `BOUCLE_VAULT_TOKEN` or a file, `BOUCLE_VAULT_TOKEN_FILE`; none. */
  readonly vaultToken: string | null;
  /** How long a call of it may take, ms. `BOUCLE_VAULT_TIMEOUT_MS`, 5000. */
  readonly vaultTimeout: number;
  /** The key that seals the secrets of webhooks and the bodies of dead letters, 32 bytes in base64; the same in all processes. `BOUCLE_SECRETS_KEY`, a file in the data folder. */
  readonly secretsKey: string | null;
  /** Whether webhooks may lead to this machine and to private networks. `BOUCLE_WEBHOOKS_PRIVATE`, false. */
  readonly webhooksPrivate: boolean;
  /** How long a webhook may take to answer, ms. `BOUCLE_WEBHOOKS_TIMEOUT_MS`, 15000. */
  readonly webhooksTimeout: number;
  /** The folder into which an ERP puts its change files; one process alone may watch it. `BOUCLE_ERP_DIR`, none. */
  readonly erpDir: string | null;
  /** The OpenTelemetry collector that gets traces: http://host:4318. `OTEL_EXPORTER_OTLP_ENDPOINT`, none: no traces. */
  readonly traceEndpoint: string | null;
  /** The share of traces that are told. `OTEL_TRACES_SAMPLER` (always_on, always_off or traceidratio, with parentbased_ before it the same), `OTEL_TRACES_SAMPLER_ARG`, 1: all. */
  readonly traceRatio: number;
  /** What is logged: fatal, error, warn, info, debug, trace or silent. `LOG_LEVEL`, info. */
  readonly logLevel: string;
  /** How: json, an object per line, or text. `LOG_FORMAT`, text on a terminal, else json. */
  readonly logFormat: 'json' | 'text';
  /** The port on which the engine serves HTTP. `PORT`, 3000. */
  readonly port: number;
  /** The address it listens on. `HOST`, 127.0.0.1: this machine only. */
  readonly host: string;
  /** The most bytes of a JSON body. `BOUCLE_BODY_LIMIT`, 1 MB. */
  readonly bodyLimit: number;
  /** The most bytes of a bulk body of JSON lines. `BOUCLE_BULK_LIMIT`, 64 MB. */
  readonly bulkLimit: number;
  /** The most bytes of a file that is imported over HTTP. `BOUCLE_IMPORT_LIMIT`, 4 GB. */
  readonly importLimit: number;
}

const whole = (name: string, text: string | undefined, fallback: number, most: number): number => {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new SettingError(`${name} must be a whole number from 0 to ${most}, not "${text}"`);
  return value;
};

/** An address of this form; the message does not repeat it, since it may hold a password. */
const url = (name: string, text: string | null, form: RegExp, example: string): string | null => {
  if (text === null || form.test(text)) return text;
  throw new SettingError(`${name} is no address such as ${example}`);
};

const flag = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new SettingError(`${name} must be true or false, not "${text}"`);
};

const key = (name: string, text: string | null): string | null => {
  if (text === null) return null;
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  throw new SettingError(`${name} must be 32 bytes in base64, as openssl rand -base64 32 gives them`);
};

const TOKEN = /^[\x21-\x7e]{32,200}$/;

const token = (name: string, text: string | null): string | null => {
  if (text === null || TOKEN.test(text)) return text;
  throw new SettingError(`${name} must have at least 32 characters without spaces, as openssl rand -hex 32 gives them`);
};

const oneOf = <T extends string>(name: string, text: string | undefined, fallback: T, known: readonly T[]): T => {
  const value = known.find((one) => one === (text || fallback));
  if (value === undefined) throw new SettingError(`${name} must be ${known.join(', ')}, not "${text}"`);
  return value;
};

const SAMPLERS = ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'];
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

const ratio = (sampler: string | undefined, argument: string | undefined): number => {
  const name = oneOf('OTEL_TRACES_SAMPLER', sampler, 'always_on', SAMPLERS);
  if (!name.endsWith('ratio')) return name.endsWith('on') ? 1 : 0;
  const share = Number(argument || 1);
  if (!(share >= 0 && share <= 1)) throw new SettingError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "${argument}"`);
  return share;
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
  eventStoreUrl: url('EVENTSTORE_URL', secret(env, 'EVENTSTORE_URL'), /^esdb(\+discover)?:\/\//, 'esdb://127.0.0.1:2113?tls=false'),
  eventStoreTimeout: whole('EVENTSTORE_TIMEOUT_MS', env.EVENTSTORE_TIMEOUT_MS, 10_000, 600_000),
  mongoUrl: url('MONGODB_URL', secret(env, 'MONGODB_URL'), /^mongodb(\+srv)?:\/\//, 'mongodb://127.0.0.1:27017/boucle'),
  mongoTimeout: whole('MONGODB_TIMEOUT_MS', env.MONGODB_TIMEOUT_MS, 10_000, 600_000),
  kafkaBrokers: (env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== ''),
  kafkaTls: flag('KAFKA_TLS', env.KAFKA_TLS),
  kafkaCaFile: env.KAFKA_CA_FILE || null,
  kafkaSasl: env.KAFKA_SASL ? oneOf('KAFKA_SASL', env.KAFKA_SASL, 'plain', SASL_MECHANISMS) : null,
  kafkaUsername: env.KAFKA_USERNAME || null,
  kafkaPassword: secret(env, 'KAFKA_PASSWORD'),
  partitions: whole('BOUCLE_PARTITIONS', env.BOUCLE_PARTITIONS, 12, 1000),
  lease: whole('BOUCLE_LEASE_MS', env.BOUCLE_LEASE_MS, 10_000, 600_000),
  vaultUrl: url('BOUCLE_VAULT_URL', env.BOUCLE_VAULT_URL || null, /^https?:\/\/[^/@]+/, 'http://127.0.0.1:3100'),
  vaultToken: token('BOUCLE_VAULT_TOKEN', secret(env, 'BOUCLE_VAULT_TOKEN')),
  vaultTimeout: whole('BOUCLE_VAULT_TIMEOUT_MS', env.BOUCLE_VAULT_TIMEOUT_MS, 5_000, 600_000),
  secretsKey: key('BOUCLE_SECRETS_KEY', secret(env, 'BOUCLE_SECRETS_KEY')),
  webhooksPrivate: flag('BOUCLE_WEBHOOKS_PRIVATE', env.BOUCLE_WEBHOOKS_PRIVATE),
  webhooksTimeout: whole('BOUCLE_WEBHOOKS_TIMEOUT_MS', env.BOUCLE_WEBHOOKS_TIMEOUT_MS, 15_000, 60_000),
  erpDir: env.BOUCLE_ERP_DIR ? resolve(env.BOUCLE_ERP_DIR) : null,
  traceEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT || null,
  traceRatio: ratio(env.OTEL_TRACES_SAMPLER, env.OTEL_TRACES_SAMPLER_ARG),
  logLevel: oneOf('LOG_LEVEL', env.LOG_LEVEL, 'info', LEVELS),
  logFormat: oneOf('LOG_FORMAT', env.LOG_FORMAT, process.stdout.isTTY ? 'text' : 'json', ['json', 'text']),
  port: whole('PORT', env.PORT, 3000, 65_535),
  host: env.HOST || '127.0.0.1',
  bodyLimit: whole('BOUCLE_BODY_LIMIT', env.BOUCLE_BODY_LIMIT, 1_000_000, 1_000_000_000),
  bulkLimit: whole('BOUCLE_BULK_LIMIT', env.BOUCLE_BULK_LIMIT, 64_000_000, 1_000_000_000),
  importLimit: whole('BOUCLE_IMPORT_LIMIT', env.BOUCLE_IMPORT_LIMIT, 4_000_000_000, 1_000_000_000_000),
});
