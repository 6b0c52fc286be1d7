import { StoreUnavailableError } from '@boucle/eventsourcing';

/** Nothing can be published on a topic that was not created. */
export const unknownTopic = (topic: string): Error =>
  new StoreUnavailableError(`Topic ${topic} does not exist: create it, with the number of partitions that its readers count on`);

export const unknownPartition = (topic: string, partition: number, partitions: number): Error =>
  new Error(`Topic ${topic} has partitions 0 to ${partitions - 1}, none with the number ${partition}`);

/** A key would stand in another partition than before. */
export const wrongPartitions = ({ name, partitions }: { name: string; partitions: number }, present = 0): Error =>
  new Error(
    `Topic ${name} has ${present} partitions, but ${partitions} are asked for: set BOUCLE_PARTITIONS to ${present}, or create the topic anew`,
  );

/** What it carries would be kept longer than it may. */
export const wrongRetention = (topic: string, most: number, present: string): Error =>
  new Error(`Topic ${topic} keeps messages for ${present} ms (-1: for ever), but may keep them ${most} ms at most: lower its retention.ms`);

/** A broker would refuse it for ever. */
export const tooBig = (topic: string, key: string, bytes: number, most: number): Error =>
  new Error(
    `The message with key ${key} takes ${bytes} bytes, but topic ${topic} takes at most ${most}: raise its max.message.bytes, or say less in one message`,
  );
