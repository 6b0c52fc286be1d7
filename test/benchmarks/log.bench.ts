import { fork } from 'node:child_process';
import { join } from 'node:path';
import { EmbeddedDocumentStore, EmbeddedEventStore } from '@boucle/adapters';
import { Checkpoints, NO_STREAM, Processor, projectionConsumer } from '@boucle/eventsourcing';
import { profileProjection } from '@boucle/clients';
import { clientHistory, inGroups } from './events.js';
import { inFolder, median, progress, Result, result, seconds } from './measure.js';
import { Envelope, PlainFile } from './plain-file.js';

const ROUNDS = 5;
const EVENTS = 1_000_000;
const CONCURRENT_EVENTS = 200_000;
const CALLERS = 256;
const BATCH = 500;

const append = (store: EmbeddedEventStore, { stream, revision, event }: Envelope): Promise<unknown> =>
  store.append(stream, revision - 1, [event]);

/** Every caller appends one event at a time; returns the time that the appends themselves took. */
const byCallers = async (events: Iterable<Envelope>, appendOne: (envelope: Envelope) => Promise<unknown>): Promise<number> => {
  const source = events[Symbol.iterator]();
  return seconds(() =>
    Promise.all(
      Array.from({ length: CALLERS }, async () => {
        for (let next = source.next(); !next.done; next = source.next()) await appendOne(next.value);
      }),
    ),
  );
};

const replayAll = async (store: EmbeddedEventStore): Promise<number> => {
  let events = 0;
  for await (const batch of store.subscribe({ after: 0 })) {
    events += batch.events.length;
    if (batch.caughtUp) break;
  }
  return events;
};

const rebuildProfiles = async (store: EmbeddedEventStore, file: string): Promise<void> => {
  const documents = new EmbeddedDocumentStore(file);
  await new Processor(store, new Checkpoints(documents), projectionConsumer(profileProjection, documents)).toHead();
  documents.close();
};

/** Peak memory in MB of a process that replays the log and does nothing else. */
const replayMemory = (file: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'replay-memory.js'), [file]);
    child.on('message', (peak) => resolve(peak as number));
    child.on('exit', (code) => (code === 0 ? undefined : reject(new Error(`the replay ended with ${code}`))));
  });

/** Appends the same events in batches to two logs in turn; their times as a ratio, and events/s of the second. */
const sideBySide = async (
  name: string,
  plain: (group: Envelope[]) => unknown,
  store: (group: Envelope[]) => unknown,
): Promise<{ ratio: number; rate: number }> => {
  let [ofPlain, ofStore, done] = [0, 0, 0];
  for (const group of inGroups(clientHistory(EVENTS), BATCH)) {
    ofPlain += await seconds(() => plain(group));
    ofStore += await seconds(() => store(group));
    done += group.length;
    if (done % 250_000 === 0) progress(`${name}: ${done} events appended, ratio ${(ofPlain / ofStore).toFixed(3)}`);
  }
  return { ratio: ofPlain / ofStore, rate: EVENTS / ofStore };
};

interface Round {
  readonly batches: number;
  readonly streams: number;
  readonly callers: number;
  readonly replay: number;
  readonly projection: number;
  readonly memory: number;
  readonly appendRate: number;
}

const round = (number: number): Promise<Round> =>
  inFolder(async (folder) => {
    const plain = new PlainFile(join(folder, 'plain'));
    const store = new EmbeddedEventStore(join(folder, 'events.sqlite'));
    const streams = await sideBySide(
      `round ${number}, streams`,
      (group) => plain.appendMany(group),
      (group) => Promise.all(group.map((envelope) => append(store, envelope))),
    );
    const plainThree = new PlainFile(join(folder, 'plain-3'));
    const batchStore = new EmbeddedEventStore(join(folder, 'batches.sqlite'));
    let imports = 0;
    const batches = await sideBySide(
      `round ${number}, batches`,
      (group) => plainThree.appendMany(group),
      (group) =>
        batchStore.append(
          `import-${imports++}`,
          NO_STREAM,
          group.map(({ event }) => event),
        ),
    );
    batchStore.close();
    plainThree.close();
    const plainReplay = await seconds(() => plain.replay());
    const storeReplay = await seconds(() => replayAll(store));
    const projected = await seconds(() => rebuildProfiles(store, join(folder, 'documents.sqlite')));
    store.close();
    plain.close();
    const memory = await replayMemory(join(folder, 'events.sqlite'));

    const plainTwo = new PlainFile(join(folder, 'plain-2'));
    const storeTwo = new EmbeddedEventStore(join(folder, 'events-2.sqlite'));
    const some = [...clientHistory(CONCURRENT_EVENTS)];
    const plainCallers = await byCallers(some, (envelope) => plainTwo.append(envelope));
    const storeCallers = await byCallers(some, (envelope) => append(storeTwo, envelope));
    storeTwo.close();
    plainTwo.close();
    const measured = {
      batches: batches.ratio,
      streams: streams.ratio,
      callers: plainCallers / storeCallers,
      replay: plainReplay / storeReplay,
      projection: plainReplay / projected,
      memory,
      appendRate: streams.rate,
    };
    progress(`round ${number}: ${JSON.stringify(measured)}`);
    return measured;
  });

/** The embedded log against a plain file on the same disk, and what replaying it takes. */
export const logBenchmark = async (): Promise<Result[]> => {
  const rounds: Round[] = [];
  for (let number = 1; number <= ROUNDS; number++) rounds.push(await round(number));
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  return [
    result(
      'durable append, batches of 500 in one call, 1 M events, ratio to plain file',
      middle((one) => one.batches),
      0.5,
    ),
    result(
      'durable append, 500 calls to random client streams at a time, 1 M events, ratio to plain file',
      middle((one) => one.streams),
      0.5,
    ),
    result(
      'durable append, 256 concurrent callers, 200 k events, ratio to plain file',
      middle((one) => one.callers),
      0.35,
    ),
    result(
      'full replay with JSON decode, 1 M events, ratio to plain file',
      middle((one) => one.replay),
      1,
    ),
    result(
      'replay through the profile projection, documents written, ratio to plain replay',
      middle((one) => one.projection),
      0.25,
    ),
    result(
      'peak RSS of replaying 1 M events, MB',
      middle((one) => one.memory),
      400,
      true,
    ),
    result(
      'durable append, 500 calls to random client streams at a time, 1 M events, events/s',
      middle((one) => one.appendRate),
    ),
  ];
};
