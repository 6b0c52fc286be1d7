import { randomUUID } from 'node:crypto';
import { HeardMessage, MessageBus } from '@boucle/eventsourcing';

/** The messages of each topic, those of a partition in order. */
export type Heard = ReadonlyMap<string, readonly HeardMessage[]>;

/** Hears topics from the first message that is kept, until what was heard satisfies. */
export const hear = async (bus: MessageBus, topics: readonly string[], satisfies: (heard: Heard) => boolean): Promise<Heard> => {
  const heard = new Map(topics.map((topic): [string, HeardMessage[]] => [topic, []]));
  const enough = new AbortController();
  await bus.consume({
    group: `ear-${randomUUID()}`,
    topics,
    signal: enough.signal,
    take: async ({ topic, messages }) => {
      if (enough.signal.aborted) return;
      heard.get(topic)!.push(...messages);
      if (satisfies(heard)) enough.abort();
    },
  });
  return heard;
};

/** Whether every partition of the internal topic has heard of the log up to a position; whatever else is told of it has then been told too. */
export const hasReached = (internal: readonly HeardMessage[], position: number, partitions: number): boolean => {
  const reached = new Array<number>(partitions).fill(0);
  for (const { partition, headers } of internal) reached[partition] = Math.max(reached[partition], Number(headers.position));
  return reached.every((at) => at >= position);
};
