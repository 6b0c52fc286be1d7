/** What is known of each person in one respect; null: nothing. Lists of several variables are in the same order of people. */
export type Variable =
  | { readonly name: string; readonly kind: 'number'; readonly values: readonly (number | null)[] }
  | { readonly name: string; readonly kind: 'category'; readonly values: readonly (string | null)[] };

/** The mean and the sum of squared distances from it, in one stable pass (Welford 1962). */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, squares: 0 };

/** With one more value. */
export const withValue = ({ n, mean, squares }: Moments, value: number): Moments => {
  const apart = value - mean;
  const shifted = mean + apart / (n + 1);
  return { n: n + 1, mean: shifted, squares: squares + apart * (value - shifted) };
};

/** The unbiased variance, NaN of fewer than two values. */
export const variance = ({ n, squares }: Moments): number => (n > 1 ? Math.max(0, squares) / (n - 1) : NaN);

/** How often each value stands in a list, the most frequent first, equals by name. */
export const frequencies = (values: readonly (string | null)[]): readonly (readonly [value: string, count: number])[] => {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
};
