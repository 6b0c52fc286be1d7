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
