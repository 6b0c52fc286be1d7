/** Rows to draw from, each with a weight above 0. */
export interface Lot {
  rows: readonly number[];
  /** running sums of the weights; null: all are equal */
  cumulative: Float64Array | null;
}

/** A lot of row numbers, drawn in proportion to `weight`. */
export function lotOf(rows: readonly number[], weight: (row: number) => number): Lot {
  const weights = rows.map(weight);
  if (weights.every((one) => one === weights[0])) return { rows, cumulative: null };
  let sum = 0;
  return { rows, cumulative: Float64Array.from(weights, (one) => (sum += one)) };
}

/** The row at `u` in [0, 1) of the lot's weights: one step if they are equal, else a binary search. */
export function drawFrom({ rows, cumulative }: Lot, u: number): number {
  if (cumulative === null) return rows[Math.min(Math.floor(u * rows.length), rows.length - 1)];
  const target = u * cumulative[cumulative.length - 1];
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > target) high = middle;
    else low = middle + 1;
  }
  return rows[low];
}
