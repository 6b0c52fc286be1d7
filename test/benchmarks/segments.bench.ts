import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, load, progress, Result, result, seconds } from './measure.js';
import { fillBase } from './segment-base.js';
import { AskedBase, CHANGES, LIVE_SEGMENTS, SegmentsTaken } from './segments.js';

/** A smaller base for a first look: BOUCLE_BENCH_CLIENTS=20000 npm run bench -- segments */
const CLIENTS = Number(process.env.BOUCLE_BENCH_CLIENTS ?? 1_000_000);
const TEN = 10;
/** Of the process that asks, MB: its heap, and all of it. */
const HEAP = 512;
const MOST_MEMORY = 1000;

/** What a process of its own takes to ask everything of a base of so many clients. */
const askedOf = async (dir: string, clients: number): Promise<SegmentsTaken> => {
  mkdirSync(dir);
  const filled = await seconds(() => fillBase(dir, clients));
  progress(`${clients} clients are stored after ${filled.toFixed(0)} s, load ${load()}`);
  const child = fork(join(__dirname, 'segments.js'), [], { execArgv: [`--max-old-space-size=${HEAP}`] });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the asking ended with ${code}`)));
  child.send({ dir, clients } satisfies AskedBase);
  const [taken] = (await Promise.race([once(child, 'message'), ended])) as [SegmentsTaken];
  await ended.catch(() => undefined);
  return taken;
};

/** Segments over a stored base: rules against predicates written by hand, counts, the past, and what it costs to keep who belongs to them. */
export const segmentsBenchmark = (): Promise<Result[]> =>
  inFolder(async (folder) => {
    const small = await askedOf(join(folder, 'small'), Math.ceil(CLIENTS / TEN));
    const large = await askedOf(join(folder, 'large'), CLIENTS);
    const { ratios, estimate, count, live, past, kept, memory } = large;
    return [
      result('a rule of seven conditions, times a predicate written by hand', ratios.plain, 3, true),
      result('the same with two of them on events', ratios.windows, 10, true),
      result(`a first estimate over ${CLIENTS} stored clients, s`, estimate, 0.5, true),
      result('the exact count of seven conditions, s', count.plain.seconds, 10, true),
      result('the same by processor time', count.plain.cpu),
      result('the exact count with two of them on events, s', count.windows.seconds, 10, true),
      result('the same by processor time', count.windows.cpu),
      result('the count of a live segment, ms', live, 50, true),
      result('the count as of a position a year back, s', past.seconds),
      result('the same, clients/s', CLIENTS / past.seconds),
      result(`${LIVE_SEGMENTS} segments brought to life, clients/s`, CLIENTS / kept.begun.seconds),
      result(`events/s while ${LIVE_SEGMENTS} segments are kept`, CHANGES / kept.changed.seconds),
      result('the same by processor time', CHANGES / kept.changed.cpu),
      result(`what an event costs with ${TEN} times the clients, by processor time`, kept.changed.cpu / small.kept.changed.cpu, 1.5, true),
      result('the most memory of the process that asks, MB', memory, MOST_MEMORY, true),
    ];
  });
