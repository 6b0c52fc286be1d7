import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka, KafkaConfig, LogEntry, SASLOptions } from 'kafkajs';
import { StoreUnavailableError } from '@boucle/eventsourcing';
import { Patience } from './tenure.js';

/** What the adapter has to say, which is never an error: it goes on by itself. */
export type BusLog = (level: 'warn' | 'info' | 'debug', message: string, detail: object) => void;

/** How to reach the brokers. */
export interface KafkaOptions {
  /** host:port of some of them. */
  readonly brokers: readonly string[];
  readonly tls?: boolean;
  /** A file with the authority that signed their certificates; those of the system if left out. */
  readonly caFile?: string | null;
  readonly sasl?: SaslOptions | null;
  /** How long a call may take, ms; 10 s if left out. */
  readonly timeout?: number;
  /** How long a consumer may say nothing before its group shares its partitions out, ms; 10 s if left out. */
  readonly session?: number;
  readonly log?: BusLog;
}

/** How to log in to the brokers. */
export interface SaslOptions {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Enough for the usual hiccup. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 1000, factor: 0.2, multiplier: 2, retries: 5 };

/** What a broker answers about a topic that was created a moment ago, or a group whose offsets it has just taken over. */
const NOT_YET = [
  ...['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'],
  ...['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'],
];

/** Makes connections to a cluster; the driver is loaded with the first. */
export class KafkaClient {
  readonly timeout: number;
  readonly session: number;
  private readonly config: KafkaConfig;
  private readonly log: BusLog;
  private admin: Promise<Admin> | null = null;

  constructor({ brokers, tls = false, caFile, sasl, timeout = 10_000, session = 10_000, log = () => {} }: KafkaOptions) {
    this.timeout = timeout;
    this.session = session;
    this.log = log;
    const ca = caFile ? { ca: readFileSync(caFile, 'utf8') } : true;
    this.config = {
      clientId: 'boucle',
      brokers: [...brokers],
      ...(tls && { ssl: ca }),
      ...(sasl && { sasl: { ...sasl } as SASLOptions }),
      connectionTimeout: Math.min(timeout, 3000),
      requestTimeout: timeout,
      retry: { ...RETRY, restartOnFailure: async () => false },
    };
  }

  /** A connection that shares nothing with any other: two consumers of a group would disturb each other. */
  async connection(): Promise<Kafka> {
    const { Kafka, logLevel } = await import('kafkajs');
    // the driver calls errors what happens whenever a group is first used
    const lower = { [logLevel.ERROR]: 'warn', [logLevel.WARN]: 'info' } as const;
    const logCreator =
      () =>
      ({ level, namespace, log: { message, timestamp: _, ...detail } }: LogEntry): void =>
        this.log((lower as Partial<Record<number, 'warn' | 'info'>>)[level] ?? 'debug', `Kafka ${namespace}: ${message}`, detail);
    return new Kafka({ ...this.config, logLevel: logLevel.INFO, logCreator });
  }

  /** Asks the cluster something about itself, within the timeout; what the broker answers is an answer, also when it is an error, but for topics and groups that are not led yet. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.timeout;
    const patience = new Patience();
    for (let cause: unknown; ;) {
      const admin = (this.admin ??= this.connect());
      try {
        return await within(deadline - Date.now(), admin.then(question));
      } catch (error) {
        const kind = kindOf(error);
        if (kind && !NOT_YET.includes(kind)) throw error;
        if (!kind) {
          if (this.admin === admin) this.admin = null;
          leave(admin);
        }
        // that there is no answer says less than what happened before
        cause = error instanceof StoreUnavailableError ? (cause ?? error) : error;
        if (Date.now() >= deadline) throw cause;
        await patience.pause(AbortSignal.timeout(Math.max(deadline - Date.now(), 0)));
      }
    }
  }

  private async connect(): Promise<Admin> {
    const admin = (await this.connection()).admin();
    await admin.connect();
    return admin;
  }

  async close(): Promise<void> {
    const { admin } = this;
    this.admin = null;
    if (admin)
      await within(
        this.timeout,
        admin.then((one) => one.disconnect()),
      ).catch(() => {});
  }
}

/** Lets a connection go without waiting for it. */
export const leave = (connection: Promise<{ disconnect(): Promise<void> }>): void =>
  void connection.then((one) => one.disconnect()).catch(() => {});

/** The answer, if it comes in time. */
export const within = async <T>(ms: number, answer: Promise<T>): Promise<T> => {
  const inTime = new AbortController();
  const late = sleep(Math.max(ms, 1), undefined, { signal: inTime.signal }).then(() => {
    throw new StoreUnavailableError('Kafka does not answer');
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    inTime.abort();
    late.catch(() => {});
  }
};

/** The kind of a protocol error of the broker, through all that the driver wraps around it. */
export const kindOf = (error: unknown): string => {
  const { name, type, cause } = error as { name?: unknown; type?: unknown; cause?: unknown };
  if (typeof type === 'string') return type;
  if (name === 'KafkaJSSASLAuthenticationError') return 'SASL_AUTHENTICATION_FAILED';
  return cause ? kindOf(cause) : '';
};

/** A failure as the kernel's word for it. */
export const unavailable = (doing: string, error: unknown): StoreUnavailableError => {
  const { message } = error as Error;
  return new StoreUnavailableError(`Kafka cannot ${doing}: ${message}; the same call may succeed later`, { cause: error });
};
