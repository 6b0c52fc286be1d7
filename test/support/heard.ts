import { randomUUID } from 'node:crypto';
import { HeardMessage, MessageBus } from '@boucle/eventsourcing';

/** The messages of each topic, those of a partition in order. */
export type Heard = ReadonlyMap<string, readonly HeardMessage[]>;

const PATIENCE_MS = 30_000;

/** Hears topics from the first message that is kept, until what was heard satisfies; after half a minute it gives what it has. */
export const hear = async (bus: MessageBus, topics: readonly string[], satisfies: (heard: Heard) => boolean): Promise<Heard> => {
  const heard = new Map(topics.map((topic): [string, HeardMessage[]] => [topic, []]));
  const enough = new AbortController();
  await bus.consume({
    group: `ear-${randomUUID()}`,
    topics,
    signal: AbortSignal.any([enough.signal, AbortSignal.timeout(PATIENCE_MS)]),
    take: async ({ topic, messages }) => {
      if (enough.signal.aborted) return;
      heard.get(topic)!.push(...messages);
      if (satisfies(heard)) enough.abort();
    },
  });
  return heard;
};
