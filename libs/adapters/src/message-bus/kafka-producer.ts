import type { Admin, ICustomPartitioner, Message, PartitionerArgs, Producer } from 'kafkajs';
import { BusMessage, StoreUnavailableError } from '@boucle/eventsourcing';
import { KafkaClient, kindOf, leave, RETRY, unavailable, within } from './kafka-client.js';
import { partitionOf } from './partition-of.js';
import { settingOf } from './topic-setting.js';
import { tooBig, unknownPartition, unknownTopic } from './refusals.js';
import { Patience } from './tenure.js';

/** What brokers take unless they are told otherwise. */
const USUAL_LIMIT = 1_048_588;
/** More than what stands around messages and a message. */
const BATCH_BYTES = 100;
const MESSAGE_BYTES = 40;
const HEADER_BYTES = 8;

/** What a topic can hold. */
interface Shape {
  readonly partitions: number;
  /** Bytes of the messages of one request. */
  readonly most: number;
}

/** Messages that leave in one request, or with others of the same size at most. */
interface Piece {
  readonly topic: string;
  readonly messages: Message[];
  readonly bytes: number;
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One producer of the driver, with the numbers it gives its messages. */
interface Line {
  readonly producer: Promise<Producer>;
  /** The driver goes on trying to send; a line that is closed must not. */
  closed: boolean;
}

/** Errors after which the numbers that a producer gives its messages no longer fit those of the broker. */
const FATAL = ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'DUPLICATE_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH', 'UNKNOWN_PRODUCER_ID'];

/**
 * One idempotent producer with one request under way. A request whose fate is unknown is only ever followed by the same request, or by a new producer:
 * the driver would number other messages as it numbered the lost ones, and the broker would take them for these.
 */
export class KafkaProducer {
  private readonly shapes = new Map<string, Promise<Shape | null>>();
  private readonly waiting: Piece[] = [];
  private line: Line | null = null;
  private sending = false;
  private lastAnswer = 0;

  constructor(private readonly client: KafkaClient) {}

  async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { most, partitions } = await this.shape(topic);
    for (const { partition = 0 } of messages) if (partition >= partitions) throw unknownPartition(topic, partition, partitions);
    for (const { bytes, messages: some } of pieces(topic, messages, most)) {
      await new Promise<void>((resolve, reject) => {
        this.waiting.push({ topic, messages: some, bytes, since: Date.now(), resolve, reject });
        if (!this.sending) void this.sendAll();
      });
    }
  }

  async close(): Promise<void> {
    this.drop();
  }

  private async shape(topic: string): Promise<Shape> {
    const asked = this.shapes.get(topic) ?? this.client.ask((admin) => shapeOf(admin, topic));
    this.shapes.set(topic, asked);
    const shape = await asked.catch((error) => {
      this.shapes.delete(topic);
      throw unavailable(`publish on ${topic}`, error);
    });
    if (shape) return shape;
    this.shapes.delete(topic);
    throw unknownTopic(topic);
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    // what is published at the same time leaves together
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const together = this.waiting.splice(0, this.fitting());
      try {
        await this.send(together);
        this.lastAnswer = Date.now();
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.sending = false;
  }

  /** How many of those who wait leave together: no more bytes than one of them might have had. */
  private fitting(): number {
    let bytes = this.waiting[0].bytes;
    let count = 1;
    while (count < this.waiting.length && bytes + this.waiting[count].bytes <= USUAL_LIMIT - BATCH_BYTES)
      bytes += this.waiting[count++].bytes;
    return count;
  }

  private open(): Line {
    const { timeout } = this.client;
    const retry = { ...RETRY, retries: RETRY.retries + Math.ceil(timeout / RETRY.maxRetryTime) };
    const createPartitioner: ICustomPartitioner = () => (place) => {
      if (line.closed) throw new Error('another producer has taken over');
      return partitionIn(place);
    };
    const connect = async (): Promise<Producer> => {
      const kafka = await this.client.connection();
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        retry,
        createPartitioner,
      });
      await producer.connect();
      return producer;
    };
    const line: Line = { producer: connect(), closed: false };
    line.producer.catch(() => this.drop(line));
    return line;
  }

  private drop(line: Line | null = this.line): void {
    if (!line) return;
    line.closed = true;
    if (this.line === line) this.line = null;
    leave(line.producer);
  }

  /** Sends until it is acknowledged, or nothing has been for too long. */
  private async send(together: readonly Piece[]): Promise<void> {
    const deadline = Math.max(this.lastAnswer, Math.min(...together.map(({ since }) => since))) + this.client.timeout;
    const doing = `publish on ${together.map(({ topic }) => topic).join(', ')}`;
    // it has waited behind others that were not answered
    if (Date.now() >= deadline) throw unavailable(doing, new Error('Kafka does not answer'));
    const patience = new Patience();
    for (let cause: unknown; ;) {
      const line = (this.line ??= this.open());
      try {
        const topicMessages = together.map(({ topic, messages }) => ({ topic, messages }));
        await within(
          deadline - Date.now(),
          line.producer.then((producer) => producer.sendBatch({ acks: -1, topicMessages })),
        );
        return;
      } catch (error) {
        const kind = kindOf(error);
        cause = error instanceof StoreUnavailableError ? (cause ?? error) : error;
        const refused = kind === 'MESSAGE_TOO_LARGE' || kind.endsWith('AUTHORIZATION_FAILED');
        const late = Date.now() >= deadline;
        if (late || refused || FATAL.includes(kind)) this.drop();
        if (late || refused) {
          for (const { topic } of together) this.shapes.delete(topic);
          throw unavailable(doing, refused ? error : cause);
        }
        await patience.pause(AbortSignal.timeout(Math.max(deadline - Date.now(), 0)));
      }
    }
  }
}

const shapeOf = async (admin: Admin, topic: string): Promise<Shape | null> => {
  // asking for a topic that does not exist would be tried again and again
  if (!(await admin.listTopics()).includes(topic)) return null;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return { partitions: topics[0].partitions.length, most: (await limitOf(admin, topic)) - BATCH_BYTES };
};

const limitOf = async (admin: Admin, topic: string): Promise<number> =>
  Number((await settingOf(admin, topic, 'max.message.bytes')) ?? USUAL_LIMIT);

/** The driver would lose, without a word, what is sent to a partition that does not exist. */
const partitionIn = ({ topic, partitionMetadata: { length }, message: { key, partition } }: PartitionerArgs): number => {
  const chosen = partition ?? partitionOf(key as string, length);
  if (chosen >= length) throw unknownPartition(topic, chosen, length);
  return chosen;
};

/** Messages as the driver takes them, in runs of so many bytes at most. */
function* pieces(topic: string, messages: readonly BusMessage[], most: number): Generator<{ messages: Message[]; bytes: number }> {
  let piece: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    const [encoded, size] = encode(message);
    if (size > most) throw tooBig(topic, message.key, size, most);
    if (bytes + size > most) {
      yield { messages: piece, bytes };
      piece = [];
      bytes = 0;
    }
    piece.push(encoded);
    bytes += size;
  }
  yield { messages: piece, bytes };
}

/** A message as the driver takes it, and its bytes; the driver encodes texts itself, which leaves less behind than buffers would. */
const encode = ({ key, value, headers, partition }: BusMessage): [Message, number] => {
  let size = MESSAGE_BYTES + Buffer.byteLength(key) + Buffer.byteLength(value);
  for (const name in headers) size += HEADER_BYTES + Buffer.byteLength(name) + Buffer.byteLength(headers[name]);
  return [{ key, value, headers, partition }, size];
};
