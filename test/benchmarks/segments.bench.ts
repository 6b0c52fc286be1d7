import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clock, inFolder, load, progress, Result, result } from './measure.js';
import { fillBase } from './segment-base.js';
import { CHANGES, LIVE_SEGMENTS, SegmentsCounted, SegmentsKept, Work } from './segments.js';

/** A smaller base for a first look: BOUCLE_BENCH_CLIENTS=20000 npm run bench -- segments */
const CLIENTS = Number(process.env.BOUCLE_BENCH_CLIENTS ?? 1_000_000);
const TEN = 10;
/** Of the process that asks, MB: its heap, and all of it. */
const HEAP = 512;
const MOST_MEMORY = 1000;

/** What a process of its own takes to do something with a base of so many clients. */
const done = async <Taken>(folder: string, clients: number, work: Work['work']): Promise<Taken> => {
  const dir = join(folder, String(clients));
  mkdirSync(dir);
  const whileFilling = clock();
  await fillBase(dir, clients);
  const filled = whileFilling();
  progress(`${clients} clients are stored after ${filled.seconds.toFixed(0)} s, ${filled.cpu.toFixed(0)} s of a processor, load ${load()}`);
  const child = fork(join(__dirname, 'segments.js'), [], { execArgv: [`--max-old-space-size=${HEAP}`] });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the asking ended with ${code}`)));
  child.send({ dir, clients, work } satisfies Work);
  const [taken] = (await Promise.race([once(child, 'message'), ended])) as [Taken];
  await ended.catch(() => undefined);
  return taken;
};

/** Segments over a stored base: rules against predicates written by hand, counts, the past, and what it costs to keep who belongs to them. */
export const segmentsBenchmark = (): Promise<Result[]> =>
  inFolder(async (folder) => {
    const [few, many] = [Math.ceil(CLIENTS / TEN / TEN), Math.ceil(CLIENTS / TEN)];
    const ofFew = await done<SegmentsKept>(folder, few, 'keep');
    const { begun, changed } = await done<SegmentsKept>(folder, many, 'keep');
    const { ratios, estimate, exact, live, past, memory } = await done<SegmentsCounted>(folder, CLIENTS, 'count');
    return [
      result('a rule of seven conditions, times a predicate written by hand', ratios.plain, 3, true),
      result('the same with two of them on events', ratios.windows, 10, true),
      result(`a first estimate over ${CLIENTS} stored clients, s`, estimate, 0.5, true),
      result('the exact count of seven conditions, s', exact.plain.seconds, 10, true),
      result('the same by processor time', exact.plain.cpu),
      result('the exact count with two of them on events, s', exact.windows.seconds, 10, true),
      result('the same by processor time', exact.windows.cpu),
      result('the count of a live segment, ms', live, 50, true),
      result('the count as of a position a year back, s', past.seconds),
      result('the same, clients/s', CLIENTS / past.seconds),
      result('the most memory of the process that counts, MB', memory, MOST_MEMORY, true),
      result(`${LIVE_SEGMENTS} segments brought to life over ${many} clients, clients/s`, many / begun.seconds),
      result('the same by processor time', many / begun.cpu),
      result(`events/s while ${LIVE_SEGMENTS} segments are kept`, CHANGES / changed.seconds),
      result('the same by processor time', CHANGES / changed.cpu),
      result(`what an event costs, times what it costs with a tenth of the clients`, changed.cpu / ofFew.changed.cpu, 1.5, true),
    ];
  });
