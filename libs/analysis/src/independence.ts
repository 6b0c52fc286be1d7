import { Random } from '@boucle/targeting';
import { chiSquareTail } from './distributions.js';

/** Whether rows and columns of a table of counts have to do with each other. */
export interface Independence {
  /** How it was tested; null: one row or column alone holds everybody, so nothing can be said. */
  readonly test: 'chi-square' | 'fisher' | 'permutation' | null;
  /** Pearson's χ² and its degrees of freedom. */
  readonly statistic: number;
  readonly df: number;
  /** The probability of a table at least so uneven where neither has to do with the other. */
  readonly p: number | null;
  /** Cramér's V, 0 (nothing in common) to 1 (one tells the other). */
  readonly strength: number | null;
}

type Counts = readonly (readonly number[])[];

const PERMUTATIONS = 9_999;
/** Cochran 1954: χ² may be trusted if all expected counts are 1 or more and four in five are 5 or more. */
const [LEAST_EXPECTED, GOOD_EXPECTED, GOOD_SHARE] = [1, 5, 0.8];
/** Sums that differ by rounding alone are equal. */
const TOLERANCE = 1e-9;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const columnSums = (counts: Counts): number[] => counts[0].map((_, column) => sum(counts.map((row) => row[column])));

/** Without the rows and columns that hold nobody. */
const filled = (counts: Counts): Counts => {
  const rows = counts.filter((row) => sum(row) > 0);
  if (rows.length === 0) return [];
  const columns = columnSums(rows);
  return rows.map((row) => row.filter((_, column) => columns[column] > 0));
};

const chiSquare = (counts: Counts, rows: readonly number[], columns: readonly number[], n: number): number =>
  sum(
    counts.flatMap((row, r) =>
      row.map((count, c) => {
        const expected = (rows[r] * columns[c]) / n;
        return (count - expected) ** 2 / expected;
      }),
    ),
  );

/** ln k! for all k up to n. */
const logFactorials = (n: number): Float64Array => {
  const table = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) table[k] = table[k - 1] + Math.log(k);
  return table;
};

/** ln of the probability that `k` of `n` drawn are among the `marked` of `total`. */
const logHypergeometric = (logs: Float64Array, k: number, total: number, marked: number, n: number): number => {
  const logChoose = (a: number, b: number): number => logs[a] - logs[b] - logs[a - b];
  return logChoose(marked, k) + logChoose(total - marked, n - k) - logChoose(total, n);
};

/** A draw of how many of `n` are among the `marked` of `total`: inversion outwards from the mode. */
const drawHypergeometric = (logs: Float64Array, random: Random, total: number, marked: number, n: number): number => {
  const [least, most] = [Math.max(0, n - (total - marked)), Math.min(n, marked)];
  const mode = Math.min(most, Math.max(least, Math.floor(((n + 1) * (marked + 1)) / (total + 2))));
  const ratio = (k: number): number => ((marked - k) * (n - k)) / ((k + 1) * (total - marked - n + k + 1));
  const atMode = Math.exp(logHypergeometric(logs, mode, total, marked, n));
  let left = random.uniform() - atMode;
  let [down, up, below, above] = [mode, mode, atMode, atMode];
  while (left >= 0 && (down > least || up < most)) {
    if (up < most) {
      above *= ratio(up++);
      left -= above;
      if (left < 0) return up;
    }
    if (down > least) {
      below /= ratio(--down);
      left -= below;
      if (left < 0) return down;
    }
  }
  return mode;
};

/** A table with these margins as it comes about by chance. */
const drawTable = (logs: Float64Array, random: Random, rows: readonly number[], columns: readonly number[], n: number): Counts => {
  const left = [...columns];
  let total = n;
  return rows.map((row) => {
    let [wanted, among] = [row, total];
    const drawn = left.map((column) => {
      const count = wanted === 0 ? 0 : drawHypergeometric(logs, random, among, column, wanted);
      among -= column;
      wanted -= count;
      return count;
    });
    drawn.forEach((count, column) => (left[column] -= count));
    total -= row;
    return drawn;
  });
};

/** Fisher's exact test of two by two: all tables with these margins that are no likelier than this one. */
const fisher = ([[first]]: Counts, [row]: readonly number[], [column]: readonly number[], n: number): number => {
  const logs = logFactorials(n);
  const own = logHypergeometric(logs, first, n, column, row);
  let p = 0;
  for (let k = Math.max(0, row - (n - column)); k <= Math.min(row, column); k++) {
    const probability = logHypergeometric(logs, k, n, column, row);
    if (probability <= own + TOLERANCE) p += Math.exp(probability);
  }
  return Math.min(1, p);
};

/**
 * Pearson's test of independence, χ² = Σ (n_rc - e_rc)² / e_rc with e_rc = n_r. n_.c / n and (rows - 1)(columns - 1) degrees of freedom, and Cramér's
 * V = sqrt(χ² / (n (min(rows, columns) - 1))). Where expected counts are too small for it (Cochran 1954) a table of two by two is tested exactly
 * (Fisher 1935), a larger one against 9,999 tables drawn with its margins, p = (1 + those at least so uneven) / 10,000.
 * Rows and columns without anybody do not count. Source: Agresti, Categorical Data Analysis, 3.2 and 3.5.
 */
export const independence = (table: Counts, random: Random): Independence => {
  const counts = filled(table);
  const [rows, columns] = [counts.map(sum), counts.length === 0 ? [] : columnSums(counts)];
  const least = Math.min(rows.length, columns.length);
  if (least < 2) return { test: null, statistic: 0, df: 0, p: null, strength: null };
  const n = sum(rows);
  const statistic = chiSquare(counts, rows, columns, n);
  const df = (rows.length - 1) * (columns.length - 1);
  const strength = Math.min(1, Math.sqrt(statistic / (n * (least - 1))));
  const expected = rows.flatMap((row) => columns.map((column) => (row * column) / n));
  const isGood =
    expected.filter((one) => one >= GOOD_EXPECTED).length >= GOOD_SHARE * expected.length && Math.min(...expected) >= LEAST_EXPECTED;
  if (isGood) return { test: 'chi-square', statistic, df, p: chiSquareTail(statistic, df), strength };
  if (expected.length === 4) return { test: 'fisher', statistic, df, p: fisher(counts, rows, columns, n), strength };
  const logs = logFactorials(n);
  let uneven = 1;
  for (let draw = 0; draw < PERMUTATIONS; draw++)
    if (chiSquare(drawTable(logs, random, rows, columns, n), rows, columns, n) >= statistic * (1 - TOLERANCE)) uneven++;
  return { test: 'permutation', statistic, df, p: uneven / (PERMUTATIONS + 1), strength };
};
