import { EmbeddedDocumentStore, EmbeddedEventStore, KafkaMessageBus, partitionOf } from '@boucle/adapters';
import { Checkpoints, Processor } from '@boucle/eventsourcing';
import { insideOf, relayConsumer } from '../../apps/engine/src/outgoing.relay.js';
import { bareKafka, emptyTopics, messageCounts, requestsOf, sendAll } from './bare-kafka.js';
import { clock, compared, inFolder, Pair, progress, Result, Taken, told } from './measure.js';

const ROUNDS = 3;
export const PARTITIONS = 12;

/** Tells a whole log to empty topics. */
export const relayAll = async (store: EmbeddedEventStore, brokers: string): Promise<Taken> => {
  await emptyTopics(bareKafka(brokers), PARTITIONS);
  return inFolder(async (folder) => {
    const bus = new KafkaMessageBus({ brokers: brokers.split(',') });
    const documents = new EmbeddedDocumentStore(`${folder}/documents.sqlite`);
    const relay = new Processor(store, new Checkpoints(documents), relayConsumer(bus, insideOf(PARTITIONS, partitionOf)));
    const taken = clock();
    await relay.toHead();
    const whole = taken();
    documents.close();
    await bus.close();
    return whole;
  });
};

/** The relay against a producer that sends the same requests, prepared before. */
export const relaying = async (store: EmbeddedEventStore, events: number, brokers: string): Promise<Result[]> => {
  const kafka = bareKafka(brokers);
  const requests = await requestsOf(PARTITIONS, () => relayAll(store, brokers));
  const expected = JSON.stringify(await messageCounts(kafka));
  const messages = requests.flatMap(({ topicMessages = [] }) => topicMessages).reduce((sum, one) => sum + one.messages.length, 0);
  progress(`the relay tells ${events} events in ${messages} messages and ${requests.length} requests`);
  const mustBeComplete = async (): Promise<void> => {
    const found = JSON.stringify(await messageCounts(kafka));
    if (found !== expected) throw new Error(`the topics hold ${found} messages instead of ${expected}`);
  };

  const rounds: Pair[] = [];
  for (let number = 1; number <= ROUNDS; number++) {
    const ours = await relayAll(store, brokers);
    await mustBeComplete();
    await emptyTopics(kafka, PARTITIONS);
    const bare = await sendAll(kafka, requests);
    await mustBeComplete();
    rounds.push({ ours, bare });
    progress(`relay, round ${number}: ${told({ ours, bare })}`);
  }
  return compared(`relay of ${events} events, ratio to a bare idempotent producer`, events, rounds, 0.7);
};
