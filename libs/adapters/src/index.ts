export * from './channel/outbox.js';
export * from './document-store/embedded.js';
export * from './event-store/embedded.js';
export * from './folder.js';
export * from './message-bus/embedded.js';
export * from './message-bus/kafka.js';
export type { BusLog, KafkaOptions, SaslOptions } from './message-bus/kafka-client.js';
export * from './message-bus/partition-of.js';
