import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import { Consumption, HeardMessage } from '@boucle/eventsourcing';
import { KafkaClient, RETRY, unavailable, within } from './kafka-client.js';
import { aborted, Patience, Tenure } from './tenure.js';

/** How long the broker holds a request for messages that are not there yet. */
const LONG_POLL_MS = 250;
/** How long a partition may keep the others of its request waiting before it is paused. */
const PATIENCE_MS = 100;
const WORKERS = 64;
/** How long a consumer that has stopped may take to say why. */
const REASON_MS = 1000;

type Partitions = Readonly<Record<string, readonly number[]>>;

/** Hears for a group until the signal aborts, as one member after the other: a new one takes over from one that has failed or fallen silent. */
export const hear = async (client: KafkaClient, consumption: Consumption): Promise<void> => {
  const { signal } = consumption;
  const patience = new Patience();
  let ended: Promise<unknown> = Promise.resolve();
  for (;;) {
    const kafka = await client.connection();
    const member = new Member(kafka.consumer(settings(consumption.group, client)), client, consumption, ended);
    try {
      await member.run();
    } catch (error) {
      consumption.hindered?.(unavailable(`hear ${consumption.topics.join(', ')} for ${consumption.group}`, error));
    }
    if (signal.aborted) return;
    ended = member.ended;
    if (member.joined) patience.renew();
    await patience.pause(signal);
  }
};

const settings = (groupId: string, { session }: KafkaClient) => ({
  groupId,
  sessionTimeout: session,
  // nobody is busy for long when partitions are shared out: what is taken goes on beside
  rebalanceTimeout: session,
  heartbeatInterval: Math.min(session / 4, 1000),
  maxWaitTimeInMs: LONG_POLL_MS,
  allowAutoTopicCreation: false,
  retry: { ...RETRY, restartOnFailure: async () => false },
});

/** One consumer of the driver, as long as it lives. */
class Member {
  joined = false;
  private tenure: Tenure | null = null;
  private lastBeat = Date.now();
  private readonly failure = new AbortController();

  /** @param ended resolves once nothing is taken any more of what was taken away */
  constructor(
    private readonly consumer: Consumer,
    private readonly client: KafkaClient,
    private readonly consumption: Consumption,
    public ended: Promise<unknown>,
  ) {}

  /** Resolves when the signal has aborted, rejects when the consumer has failed. */
  async run(): Promise<void> {
    const { consumer, client, failure } = this;
    const { signal } = this.consumption;
    const watch = setInterval(() => this.look(), client.session / 4);
    const started = this.start().catch((error) => failure.abort(error));
    await aborted(AbortSignal.any([signal, failure.signal]));
    // what is taken while the consumer stops can still be committed
    const ended = this.end(signal.aborted);
    if (signal.aborted) await ended;
    clearInterval(watch);
    // one that is still starting would join the group after all
    const left = started.then(() => consumer.disconnect());
    await within(client.timeout, left).catch(() => {});
    if (!signal.aborted) throw failure.signal.reason;
  }

  private async start(): Promise<void> {
    const { consumer, failure } = this;
    const { GROUP_JOIN, REBALANCING, HEARTBEAT, CRASH, STOP } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.given(payload.memberAssignment));
    consumer.on(REBALANCING, () => void this.end());
    consumer.on(HEARTBEAT, () => void (this.lastBeat = Date.now()));
    consumer.on(CRASH, ({ payload }) => failure.abort(payload.error));
    // one that has crashed stops first and says why afterwards
    consumer.on(STOP, () => void sleep(REASON_MS).then(() => failure.abort(new Error('the consumer has stopped'))));
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.consumption.topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: WORKERS, eachBatch: (payload) => this.heard(payload) });
  }

  /** A member that the broker has not heard of for a session has lost its partitions; connecting and joining may take longer. */
  private look(): void {
    const { session, timeout } = this.client;
    const most = this.tenure ? session : session + 3 * timeout;
    if (Date.now() - this.lastBeat > most) this.failure.abort(new Error('the consumer has fallen silent'));
  }

  private given(partitions: Partitions): void {
    void this.end();
    if (this.failure.signal.aborted || this.consumption.signal.aborted) return;
    this.joined = true;
    const topics = Object.entries(partitions);
    this.consumer.resume(topics.map(([topic, some]) => ({ topic, partitions: [...some] })));
    const assignments = topics.flatMap(([topic, some]) => some.map((partition) => ({ topic, partition })));
    this.tenure = new Tenure(this.consumption, this.ended, assignments);
    this.consumption.hindered?.(null);
  }

  private end(draining = false): Promise<unknown> {
    this.ended = Promise.all([this.ended, this.tenure?.end(draining)]);
    this.tenure = null;
    this.lastBeat = Date.now();
    return this.ended;
  }

  /** Hands a batch over. Where that takes long the partition is paused: the driver fetches nothing more for any while it waits for one. */
  private async heard(payload: EachBatchPayload): Promise<void> {
    if (!this.tenure) return;
    const { batch } = payload;
    const { topic, partition } = batch;
    const end = Number(batch.lastOffset()) + 1;
    const messages = batch.messages.map((message) => heardMessage(message, partition));
    const hearing = this.tenure.hear({ topic, partition, messages }, () => this.commit(topic, partition, end));
    if (await settledWithin(PATIENCE_MS, hearing)) return;
    const resume = payload.pause();
    void hearing.then((heard) => heard && resume());
  }

  /** One that cannot commit begins anew, since others may hold its partitions. */
  private async commit(topic: string, partition: number, next: number): Promise<void> {
    try {
      await this.consumer.commitOffsets([{ topic, partition, offset: String(next) }]);
    } catch (error) {
      this.failure.abort(error);
      throw error;
    }
  }
}

const heardMessage = ({ key, value, headers, offset }: KafkaMessage, partition: number): HeardMessage => ({
  key: key?.toString() ?? '',
  value: value?.toString() ?? '',
  headers: texts(headers ?? {}),
  partition,
  offset: Number(offset),
});

/** Of a header that stands several times, the last. */
const texts = (headers: IHeaders): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const name in headers) found[name] = String([headers[name] ?? ''].flat().at(-1));
  return found;
};

const settledWithin = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
  const early = new AbortController();
  const late = sleep(ms, false, { signal: early.signal }).catch(() => false);
  const settled = await Promise.race([work.then(() => true), late]);
  early.abort();
  return settled;
};
