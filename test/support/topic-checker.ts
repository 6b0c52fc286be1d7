import { partitionOf } from '@boucle/adapters';
import { INTERNAL_TOPIC, MARKER, PUBLIC_TOPICS } from '@boucle/contracts';
import { AFTER, BusMessage, HeardMessage, RecordedEvent } from '@boucle/eventsourcing';
import { publicMessages, SEEN_EVERYWHERE } from '../../apps/engine/src/outgoing.relay.js';
import { Heard } from './heard.js';

/** A message that must be heard, and its place among all of its topic. */
interface Due {
  readonly message: BusMessage;
  readonly rank: number;
}

/** What a message says; what stood before it depends on where the relay began. */
const said = ({ headers }: BusMessage): string =>
  JSON.stringify(
    Object.entries(headers)
      .filter(([name]) => name !== AFTER)
      .sort(),
  );

const same = (a: BusMessage, b: BusMessage): boolean => a.key === b.key && a.value === b.value && said(a) === said(b);

/** What is wrong with the messages of a topic: each one due must be there, as it should be, and in order within its line; none else may. */
const faults = (
  topic: string,
  due: ReadonlyMap<string, Due>,
  heard: readonly HeardMessage[],
  idOf: (message: HeardMessage) => string,
  lineOf: (message: HeardMessage) => string,
): string[] => {
  const found: string[] = [];
  const seen = new Set<string>();
  const newest = new Map<string, number>();
  for (const message of heard) {
    const id = idOf(message);
    const expected = due.get(id);
    if (!expected) {
      found.push(`${topic}: ${id} is not in the log`);
      continue;
    }
    if (!same(message, expected.message)) found.push(`${topic}: ${id} is not as it should be`);
    if (expected.message.partition !== message.partition) found.push(`${topic}: ${id} is in partition ${message.partition}`);
    if (seen.has(id)) continue;
    seen.add(id);
    const line = lineOf(message);
    if ((newest.get(line) ?? -1) > expected.rank) found.push(`${topic}: ${id} comes too late`);
    newest.set(line, Math.max(newest.get(line) ?? -1, expected.rank));
  }
  for (const id of due.keys()) if (!seen.has(id)) found.push(`${topic}: ${id} is missing`);
  return found;
};

const inside = (events: readonly RecordedEvent[], partitions: number): Map<string, Due> => {
  const due = new Map<string, Due>();
  for (const event of events) {
    const client = 'clientId' in event.data ? (event.data.clientId as string) : null;
    const key = client ?? event.stream;
    const headers = { type: event.type, position: String(event.position) };
    const everywhere = client === null && SEEN_EVERYWHERE.has(event.type);
    const places = everywhere ? Array.from({ length: partitions }, (_, n) => n) : [partitionOf(key, partitions)];
    for (const partition of places)
      due.set(`${event.position}/${partition}`, {
        message: { key, headers, value: JSON.stringify(event), partition },
        rank: event.position,
      });
  }
  return due;
};

/** Where a marker tells of more than its partition has heard. */
const markerFaults = (due: ReadonlyMap<string, Due>, heard: readonly HeardMessage[], partitions: number): string[] =>
  Array.from({ length: partitions }, (_, n) => n).flatMap((partition) => {
    const expected = [...due.values()].filter(({ message }) => message.partition === partition).map(({ rank }) => rank);
    const arrived = new Set<number>();
    let next = 0;
    for (const { headers } of heard.filter((message) => message.partition === partition)) {
      const position = Number(headers.position);
      if (headers.type !== MARKER) arrived.add(position);
      while (next < expected.length && arrived.has(expected[next])) next++;
      if (headers.type === MARKER && expected[next] <= position)
        return [`${INTERNAL_TOPIC}: marker ${position} in partition ${partition} runs ahead`];
    }
    return [];
  });

/** Holds every topic against the log: complete, in order for each key (inside: for each partition), nothing unknown, doubles only as equals. Empty if all is well. */
export const topicFaults = (events: readonly RecordedEvent[], heard: Heard, partitions: number): string[] => {
  const due = new Map(PUBLIC_TOPICS.map(({ name }) => [name, new Map<string, Due>()]));
  let rank = 0;
  for (const event of events)
    for (const { topic, message } of publicMessages(event))
      due
        .get(topic)!
        .set(message.headers.ce_id, { message: { ...message, partition: partitionOf(message.key, partitions) }, rank: rank++ });
  const outside = PUBLIC_TOPICS.flatMap(({ name }) =>
    faults(
      name,
      due.get(name)!,
      heard.get(name) ?? [],
      ({ headers }) => headers.ce_id,
      ({ key }) => key,
    ),
  );
  const within = inside(events, partitions);
  const internal = heard.get(INTERNAL_TOPIC) ?? [];
  const told = internal.filter(({ headers }) => headers.type !== MARKER);
  return [
    ...outside,
    ...faults(
      INTERNAL_TOPIC,
      within,
      told,
      ({ headers, partition }) => `${headers.position}/${partition}`,
      ({ partition }) => String(partition),
    ),
    ...markerFaults(within, internal, partitions),
  ];
};
