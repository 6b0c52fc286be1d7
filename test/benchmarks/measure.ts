import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

/** One figure of a benchmark. */
export interface Result {
  readonly name: string;
  readonly value: number;
  /** What it has to reach; null if it is only told. */
  readonly bar: number | null;
  /** Smaller is better. */
  readonly atMost: boolean;
}

export const result = (name: string, value: number, bar: number | null = null, atMost = false): Result => ({ name, value, bar, atMost });

export const holds = ({ value, bar, atMost }: Result): boolean => bar === null || (atMost ? value <= bar : value >= bar);

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Seconds that it takes. */
export const seconds = async (work: () => unknown): Promise<number> => {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
};

/** What work took: seconds, and seconds of a processor in this process, which others on the machine do not lengthen. */
export interface Taken {
  readonly seconds: number;
  readonly cpu: number;
}

/** Starts a clock; calling it tells what was taken since. */
export const clock = (): (() => Taken) => {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
  };
};

/** One round of ours beside the drivers alone. */
export interface Pair {
  readonly ours: Taken;
  readonly bare: Taken;
}

/** How a round went, in a line. */
export const told = ({ ours, bare }: Pair): string =>
  `${ours.seconds.toFixed(2)} s and bare ${bare.seconds.toFixed(2)} s, ratio ${(bare.seconds / ours.seconds).toFixed(3)}, ` +
  `of processor time ${(bare.cpu / ours.cpu).toFixed(3)}, load ${load()}`;

/** Ratios to the drivers alone, of which the first has a bar, and how fast it is. */
export const compared = (name: string, events: number, pairs: readonly Pair[], bar: number): Result[] => {
  const middle = (of: (pair: Pair) => number): number => median(pairs.map(of));
  return [
    result(
      name,
      middle(({ ours, bare }) => bare.seconds / ours.seconds),
      bar,
    ),
    result(
      'the same by processor time of the one process, without servers',
      middle(({ ours, bare }) => bare.cpu / ours.cpu),
    ),
    result(
      'the same, events/s',
      middle(({ ours }) => events / ours.seconds),
    ),
  ];
};

/** Runs with a folder of its own on the disk, removed afterwards. */
export const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const progress = (what: string): void => void process.stderr.write(`${what}\n`);

/** How busy the machine is: others may slow down what is measured. */
export const load = (): string => loadavg()[0].toFixed(1);
