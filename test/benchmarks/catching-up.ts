import { join } from 'node:path';
import { EmbeddedEventStore, EventStoreDbEventStore } from '@boucle/adapters';
import { EventStore, NO_STREAM } from '@boucle/eventsourcing';
import { clientHistory, inGroups } from './events.js';
import { inFolder, load, median, progress, Result, result, seconds } from './measure.js';

const ROUNDS = 3;
const BATCH = 500;
const ON_SERVER = 100_000;
const EMBEDDED = 1_000_000;

type Opened = EventStore & { close(): void | Promise<void> };

/** Events per second of subscribers without work, from the beginning of a log that holds so many to its head. */
const catchUp = async (name: string, count: number, open: () => Opened): Promise<number> => {
  const writer = open();
  const before = await writer.head();
  let imports = 0;
  for (const group of inGroups(clientHistory(count), BATCH))
    await writer.append(
      `import-${imports++}`,
      NO_STREAM,
      group.map(({ event }) => event),
    );
  await writer.close();
  const rates: number[] = [];
  for (let number = 1; number <= ROUNDS; number++) {
    const reader = open();
    let seen = 0;
    const taken = await seconds(async () => {
      for await (const { events, caughtUp } of reader.subscribe({ after: before })) {
        seen += events.length;
        if (caughtUp) break;
      }
    });
    await reader.close();
    if (seen !== count) throw new Error(`${seen} events were read from ${name} instead of ${count}`);
    rates.push(count / taken);
    progress(`catch-up from ${name}, round ${number}: ${Math.round(count / taken)} events/s, load ${load()}`);
  }
  return median(rates);
};

/** How fast a subscriber reads a log from its beginning. */
export const catchingUp = async (eventStoreUrl: string): Promise<Result[]> => {
  const onServer = await catchUp('the test server of EventStoreDB', ON_SERVER, () => new EventStoreDbEventStore({ url: eventStoreUrl }));
  const embedded = await inFolder((folder) =>
    catchUp('the embedded log', EMBEDDED, () => new EmbeddedEventStore(join(folder, 'events.sqlite'))),
  );
  return [
    result(`catch-up of ${ON_SERVER} events on the test server of EventStoreDB, events/s`, onServer),
    result(`catch-up of ${EMBEDDED} events from the embedded log, events/s`, embedded),
  ];
};
