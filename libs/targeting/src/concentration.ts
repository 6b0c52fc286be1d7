/** A tenth of the clients, the best first. */
export interface Decile {
  clients: number;
  total: number;
  /** Of the total of all, and together with the tenths before it; null where the total is nought. */
  share: number | null;
  cumulativeShare: number | null;
}

/** Clients who together bring a first, a second and the last part of the total. */
export interface Abc {
  a: number;
  b: number;
  c: number;
}

/** A fifth of ten is two, whatever binary fractions make of it. */
const ROUNDING = 1e-9;

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Best first, as what follows wants it; sorts in place. */
export function bestFirst(values: Float64Array): Float64Array {
  return values.sort().reverse();
}

/** The sum of the first n of a list, of which a last one may count in part. */
function sumOfBest(sorted: Float64Array, n: number): number {
  const whole = Math.min(Math.floor(n), sorted.length);
  let sum = 0;
  for (let at = 0; at < whole; at++) sum += sorted[at];
  return whole < sorted.length ? sum + (n - whole) * sorted[whole] : sum;
}

/** The share of the total that the best share of clients brings, their number rounded up (values best first); null where the total is not above nought. */
export function topShare(sorted: Float64Array, share: number): number | null {
  const total = sumOf(sorted);
  return total > 0 ? sumOfBest(sorted, Math.ceil(share * sorted.length - ROUNDING)) / total : null;
}

/**
 * Gini's coefficient, 1 - 2 × the area under Lorenz's curve by trapezoids: 0 where all bring the same, near 1 where one brings all (values best first, none
 * below nought); null where the total is not above nought.
 */
export function gini(sorted: Float64Array): number | null {
  const n = sorted.length;
  const total = sumOf(sorted);
  if (!(total > 0)) return null;
  let weighted = 0;
  for (let at = 0; at < n; at++) weighted += (n - 2 * at - 1) * sorted[at];
  return weighted / (n * total);
}

/** Points of Lorenz's curve, the smallest first: what share of the total the lowest 0, 1/n, 2/n ... of the clients bring (values best first). */
export function lorenz(sorted: Float64Array, points: number): number[] | null {
  const total = sumOf(sorted);
  if (!(total > 0)) return null;
  return Array.from({ length: points + 1 }, (_, point) => 1 - sumOfBest(sorted, (1 - point / points) * sorted.length) / total);
}

/** Ten tenths, sizes differing by one at most (values best first). */
export function deciles(sorted: Float64Array): Decile[] {
  const total = sumOf(sorted);
  let before = 0;
  return Array.from({ length: 10 }, (_, tenth) => {
    const [from, to] = [tenth, tenth + 1].map((at) => Math.floor((at * sorted.length) / 10));
    const own = sumOf(sorted.subarray(from, to));
    before += own;
    const shareOf = (part: number): number | null => (total > 0 ? part / total : null);
    return { clients: to - from, total: own, share: shareOf(own), cumulativeShare: shareOf(before) };
  });
}

/** How many clients bring the first 80%, the next 15% and the last 5% of the total (values best first); who crosses a border still belongs before it. */
export function abc(sorted: Float64Array, borders: readonly [number, number] = [0.8, 0.95]): Abc {
  const total = sumOf(sorted);
  let [a, b, sum] = [0, 0, 0];
  for (const value of sorted) {
    if (!(value > 0)) break;
    if (sum < borders[0] * total) a++;
    else if (sum < borders[1] * total) b++;
    sum += value;
  }
  return { a, b, c: sorted.length - a - b };
}
