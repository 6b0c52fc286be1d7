import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, EachBatchHandler, Kafka, KafkaJSError, logLevel, Partitioners, ProducerBatch } from 'kafkajs';
import { INTERNAL_TOPIC, PUBLIC_TOPICS } from '@boucle/contracts';
import { partitionOf } from '@boucle/adapters';
import { clock, Taken } from './measure.js';

const TOPICS = [...PUBLIC_TOPICS.map(({ name }) => name), INTERNAL_TOPIC];
const LOOK_AGAIN_MS = 50;

/** The driver alone, to compare with. */
export const bareKafka = (brokers: string): Kafka => new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });

const asAdmin = async <T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};

/** A topic that was just created may have no leader yet. */
const offsetsOf = async (admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> => {
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      if (!(error as KafkaJSError).retriable) throw error;
      await sleep(LOOK_AGAIN_MS);
    }
  }
};

/** Leaves every topic of the engine there, and empty. */
export const emptyTopics = (kafka: Kafka, partitions: number): Promise<void> =>
  asAdmin(kafka, async (admin) => {
    const present = await admin.listTopics();
    const missing = TOPICS.filter((topic) => !present.includes(topic));
    if (missing.length > 0) await admin.createTopics({ topics: missing.map((topic) => ({ topic, numPartitions: partitions })) });
    for (const topic of TOPICS) {
      const ends = await offsetsOf(admin, topic);
      if (missing.includes(topic)) continue;
      await admin.deleteTopicRecords({ topic, partitions: ends.map(({ partition, high }) => ({ partition, offset: high })) });
    }
  });

/** How many messages each topic of the engine holds. */
export const messageCounts = (kafka: Kafka): Promise<Readonly<Record<string, number>>> =>
  asAdmin(kafka, async (admin) => {
    const counts: Record<string, number> = {};
    for (const topic of TOPICS)
      counts[topic] = (await offsetsOf(admin, topic)).reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
    return counts;
  });

/** The requests that producers of the driver make meanwhile, each message with its partition. */
export const requestsOf = async (partitions: number, work: () => Promise<unknown>): Promise<ProducerBatch[]> => {
  const requests: ProducerBatch[] = [];
  const { producer } = Kafka.prototype;
  Kafka.prototype.producer = function (config) {
    const made = producer.call(this, config);
    const sendBatch: typeof made.sendBatch = (request) => {
      requests.push(request);
      return made.sendBatch(request);
    };
    return { ...made, sendBatch };
  };
  try {
    await work();
  } finally {
    Kafka.prototype.producer = producer;
  }
  return requests.map(({ topicMessages = [], ...request }) => ({
    ...request,
    topicMessages: topicMessages.map(({ topic, messages }) => ({
      topic,
      messages: messages.map((message) => ({ ...message, partition: message.partition ?? partitionOf(message.key as Buffer, partitions) })),
    })),
  }));
};

/** Sends requests one after the other by an idempotent producer, and nothing else. */
export const sendAll = async (kafka: Kafka, requests: readonly ProducerBatch[]): Promise<Taken> => {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const taken = clock();
  for (const request of requests) await producer.sendBatch(request);
  const sent = taken();
  await producer.disconnect();
  return sent;
};

/** Hears a topic of so many messages to its end and commits each batch; counted from the first batch. */
export const hearAll = async (kafka: Kafka, topic: string, messages: number, group: string, take: EachBatchHandler): Promise<Taken> => {
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 250, allowAutoTopicCreation: false });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let taken: (() => Taken) | undefined;
  let heard = 0;
  const whole = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        partitionsConsumedConcurrently: 64,
        eachBatch: async (payload) => {
          taken ??= clock();
          await take(payload);
          const { partition, messages: some } = payload.batch;
          await consumer.commitOffsets([{ topic, partition, offset: String(Number(payload.batch.lastOffset()) + 1) }]);
          heard += some.length;
          if (heard >= messages) resolve();
        },
      })
      .catch(reject);
  });
  try {
    await whole;
    return taken!();
  } finally {
    await consumer.disconnect();
  }
};
