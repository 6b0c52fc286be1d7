import { randomUUID } from 'node:crypto';
import { HeardMessage, MessageBus } from '@boucle/eventsourcing';
import { DEAD_LETTER, IN_TOPICS, InTopicName } from '@boucle/contracts';
import { Secrets } from './secrets.js';

/** A message that was not taken. */
export interface DeadLetter {
  /** The partition and offset where it stood. */
  readonly id: string;
  readonly field: string;
  readonly reason: string;
  readonly key: string;
  /** As they came with it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

type Placed = DeadLetter & { readonly partition: number };

const OWN_HEADERS: readonly string[] = Object.values(DEAD_LETTER);

/** What the body of a dead letter is sealed with: where the message stood. */
export const placeOf = (topic: string, partition: number | string, offset: number | string): string => `${topic}/${partition}/${offset}`;

/** The body as it was; those of an older version are in clear. */
const bodyOf = ({ headers, value }: HeardMessage, secrets: Secrets): string => {
  const { [DEAD_LETTER.topic]: topic, [DEAD_LETTER.partition]: partition, [DEAD_LETTER.offset]: offset } = headers;
  return DEAD_LETTER.sealed in headers ? secrets.open(value, placeOf(topic, partition, offset)) : value;
};

const idOf = ({ headers }: HeardMessage): string => `${headers[DEAD_LETTER.partition]}/${headers[DEAD_LETTER.offset]}`;

const letterOf = (message: HeardMessage, secrets: Secrets): Placed => {
  const { partition, key, headers } = message;
  return {
    id: idOf(message),
    field: headers[DEAD_LETTER.field],
    reason: headers[DEAD_LETTER.reason],
    key,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name))),
    value: bodyOf(message, secrets),
    partition,
  };
};

/** Hears a topic from its beginning to where it ends now. */
const hearAll = async (bus: MessageBus, topic: string, partitions: number, hear: (message: HeardMessage) => void): Promise<void> => {
  const marker = randomUUID();
  await bus.prepare([{ name: topic, partitions }]);
  // a bus does not tell where a topic ends, so the end is marked
  const awaited = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  await bus.publish(
    topic,
    [...awaited].map((partition) => ({ key: marker, headers: { [DEAD_LETTER.marker]: marker }, value: '', partition })),
  );
  const done = new AbortController();
  await bus.consume({
    group: `boucle-dead-letters-${marker}`,
    topics: [topic],
    take: async ({ partition, messages }) => {
      for (const message of messages) {
        if (message.headers[DEAD_LETTER.marker] === marker) awaited.delete(partition);
        else if (awaited.has(partition)) hear(message);
      }
      if (awaited.size === 0) done.abort();
    },
    signal: done.signal,
  });
};

const standing = async (bus: MessageBus, name: InTopicName, partitions: number, secrets: Secrets): Promise<Placed[]> => {
  const letters = new Map<string, HeardMessage>();
  await hearAll(bus, IN_TOPICS[name].deadLetters, partitions, (message) => {
    const { [DEAD_LETTER.replayed]: replayed, [DEAD_LETTER.marker]: marker } = message.headers;
    if (replayed !== undefined) letters.delete(replayed);
    else if (marker === undefined) {
      letters.set(idOf(message), message);
    }
  });
  return Array.from(letters.values(), (message) => letterOf(message, secrets));
};

/** The dead letters of a topic that have not been replayed. */
export const deadLetters = async (bus: MessageBus, name: InTopicName, partitions: number, secrets: Secrets): Promise<DeadLetter[]> =>
  (await standing(bus, name, partitions, secrets)).map(({ partition: _, ...letter }) => letter);

/** Puts dead letters back on their topic: all of them as they are, or only those with a correction, by id. Gives what was put back; one that fails again becomes a dead letter anew. */
export const replayDeadLetters = async (
  bus: MessageBus,
  name: InTopicName,
  partitions: number,
  secrets: Secrets,
  corrections?: ReadonlyMap<string, string>,
): Promise<DeadLetter[]> => {
  const { topic, deadLetters: dead } = IN_TOPICS[name];
  const chosen = (await standing(bus, name, partitions, secrets)).filter(({ id }) => corrections?.has(id) ?? true);
  const back = chosen.map(({ id, key, headers, value }) => ({ key, headers, value: corrections?.get(id) ?? value }));
  await bus.prepare([{ name: topic, partitions }]);
  await bus.publish(topic, back);
  await bus.publish(
    dead,
    chosen.map(({ id, key, partition }) => ({ key, headers: { [DEAD_LETTER.replayed]: id }, value: '', partition })),
  );
  return chosen.map(({ partition: _, ...letter }) => letter);
};
