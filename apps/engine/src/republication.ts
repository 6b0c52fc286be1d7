import { Checkpoints, DomainError, EventStore, LeaseLostError, MessageBus, RELAY } from '@boucle/eventsourcing';
import { PUBLIC_TOPICS } from '@boucle/contracts';
import { eventsBehind, publicMessages } from './outgoing.relay.js';

/** What to tell again. */
export interface Republication {
  readonly topic: string;
  readonly partitions: number;
  /** Begin behind this position. */
  readonly after: number;
}

/** What was told again. */
export interface Republished {
  readonly messages: number;
  /** The position up to which the relay had told the topic. */
  readonly upTo: number;
}

/**
 * Tells one topic again what the relay has told it: the same messages with the same ids, in order. It waits until nobody runs the relay, and holds its place meanwhile, so that nothing newer comes in between.
 * A reader that drops what is not newer than what he has of a key hears nothing; one that has lost his state begins at the first message told again, and hears everything in order.
 */
export const republish = async (
  events: EventStore,
  bus: MessageBus,
  checkpoints: Checkpoints,
  { topic, partitions, after }: Republication,
  progress: (position: number, of: number) => void,
): Promise<Republished> => {
  const contracts = Object.values(PUBLIC_TOPICS.find(({ name }) => name === topic)?.messages ?? {});
  if (contracts.length === 0)
    throw new DomainError(
      'unknown-topic',
      `There is no topic ${topic}; there are ${PUBLIC_TOPICS.map(({ name }) => name).join(', ')}`,
      'topic',
    );
  const over = await checkpoints.claim(RELAY, new AbortController().signal);
  try {
    const { position: upTo } = await checkpoints.load(RELAY);
    await bus.prepare([{ name: topic, partitions }]);
    let messages = 0;
    const types = contracts.flatMap(({ type }) => eventsBehind.get(type)!);
    for await (const batch of events.subscribe({ after, types, sealed: true, signal: over })) {
      const told = batch.events
        .filter(({ position }) => position <= upTo)
        .flatMap((event) => publicMessages(event).map(({ message }) => message));
      if (told.length > 0) await bus.publish(topic, told);
      messages += told.length;
      progress(Math.min(batch.position, upTo), upTo);
      if (batch.caughtUp || batch.position >= upTo) return { messages, upTo };
    }
    throw new LeaseLostError(RELAY);
  } finally {
    await checkpoints.release(RELAY);
  }
};
