import type { Admin } from 'kafkajs';
import { BusMessage, Consumption, MessageBus, Topic } from '@boucle/eventsourcing';
import { KafkaClient, KafkaOptions, unavailable } from './kafka-client.js';
import { hear } from './kafka-consumer.js';
import { KafkaProducer } from './kafka-producer.js';
import { wrongPartitions, wrongRetention } from './refusals.js';
import { settingOf } from './topic-setting.js';

const RETENTION = 'retention.ms';
/** Replicas of a topic, where there are so many brokers. */
const REPLICAS = 3;

/** The bus on Apache Kafka. */
export class KafkaMessageBus extends MessageBus {
  private readonly client: KafkaClient;
  private readonly producer: KafkaProducer;

  constructor(options: KafkaOptions) {
    super();
    this.client = new KafkaClient(options);
    this.producer = new KafkaProducer(this.client);
  }

  async prepare(topics: readonly Topic[]): Promise<void> {
    const found = await this.client
      .ask(async (admin) => ({ partitions: await create(admin, topics), retentions: await retentionsOf(admin, topics) }))
      .catch((error) => {
        throw unavailable(`create ${topics.map(({ name }) => name).join(', ')}`, error);
      });
    for (const topic of topics) {
      const present = found.partitions.get(topic.name);
      if (present !== topic.partitions) throw wrongPartitions(topic, present);
      const retention = found.retentions.get(topic.name);
      if (retention !== undefined && !(Number(retention) >= 0 && Number(retention) <= topic.retention!))
        throw wrongRetention(topic.name, topic.retention!, retention);
    }
  }

  publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    return this.producer.publish(topic, messages);
  }

  async unheard(group: string, topics: readonly string[]): Promise<number> {
    try {
      return await this.client.ask((admin) => lagOf(admin, group, topics));
    } catch (error) {
      throw unavailable(`say what ${group} has not heard of ${topics.join(', ')}`, error);
    }
  }

  consume(consumption: Consumption): Promise<void> {
    return hear(this.client, consumption);
  }

  /** Lets go of the brokers; consumers end by their signals. */
  async close(): Promise<void> {
    await this.producer.close();
    await this.client.close();
  }
}

const lagOf = async (admin: Admin, groupId: string, topics: readonly string[]): Promise<number> => {
  // what was heard first: what is said meanwhile counts as not heard
  const heard = new Map(
    (await admin.fetchOffsets({ groupId, topics: [...topics] })).flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)]),
    ),
  );
  let lag = 0;
  for (const topic of topics)
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
      lag += Number(high) - Math.max(heard.get(`${topic}/${partition}`) ?? 0, Number(low));
  return lag;
};

/** Creates what is missing; gives the number of partitions of each. */
const create = async (admin: Admin, topics: readonly Topic[]): Promise<Map<string, number>> => {
  const present = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !present.has(name));
  if (missing.length > 0) {
    const { brokers } = await admin.describeCluster();
    const replicationFactor = Math.min(REPLICAS, brokers.length);
    await admin.createTopics({
      topics: missing.map(({ name, partitions, retention }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: retention === undefined ? [] : [{ name: RETENTION, value: String(retention) }],
      })),
      waitForLeaders: true,
    });
  }
  const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
};

/** How long the topics that say how long they may keep messages keep them, as the broker has it, where it tells. */
const retentionsOf = async (admin: Admin, topics: readonly Topic[]): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  for (const { name, retention } of topics) {
    const present = retention === undefined ? null : await settingOf(admin, name, RETENTION);
    if (present !== null) found.set(name, present);
  }
  return found;
};
