import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaMessageBus } from './kafka.js';
import { messageBusContract } from './message-bus.contract.js';

const brokers = process.env.KAFKA_TEST_BROKERS?.split(',') ?? [];

if (brokers.length === 0) describe.skip('KafkaMessageBus (KAFKA_TEST_BROKERS is not set)', () => it('is not tested', () => {}));
else
  messageBusContract('KafkaMessageBus', async () => {
    const bus = new KafkaMessageBus({
      brokers,
      timeout: 5000,
      session: 6000,
      log: process.env.DEBUG_BUS ? (l, m, d) => console.log(new Date().toISOString(), l, m, JSON.stringify(d)) : undefined,
    });
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return {
      bus,
      forget: async (topic, partition, before) => {
        // the driver must have seen the topic before
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
      },
      close: async () => {
        await admin.disconnect();
        await bus.close();
      },
    };
  });
