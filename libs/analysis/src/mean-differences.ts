import { fTail } from './distributions.js';
import { Moments, variance } from './variable.js';

/** Whether groups differ in their means. */
export interface MeanDifferences {
  readonly statistic: number;
  readonly df1: number;
  readonly df2: number;
  readonly p: number;
}

/**
 * Welch's analysis of variance, which does not take groups to vary alike: with w = n/s², W = Σw, m = Σ w x̄ / W and
 * λ = Σ (1 - w/W)² / (n - 1), F = Σ w (x̄ - m)² / (k - 1) / (1 + 2 (k - 2) λ / (k² - 1)), df1 = k - 1, df2 = (k² - 1) / (3 λ).
 * Groups with fewer than two people, or within which nothing varies, cannot be weighed and are left out; null: fewer than two are left.
 * Source: Welch 1951, Biometrika 38:330.
 */
export const meanDifferences = (all: readonly Moments[]): MeanDifferences | null => {
  const groups = all.filter((group) => group.n > 1 && variance(group) > 0);
  const k = groups.length;
  if (k < 2) return null;
  const weights = groups.map((group) => group.n / variance(group));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = groups.reduce((sum, group, n) => sum + weights[n] * group.mean, 0) / total;
  const between = groups.reduce((sum, group, n) => sum + weights[n] * (group.mean - mean) ** 2, 0) / (k - 1);
  const lambda = groups.reduce((sum, group, n) => sum + (1 - weights[n] / total) ** 2 / (group.n - 1), 0);
  const statistic = between / (1 + (2 * (k - 2) * lambda) / (k * k - 1));
  const [df1, df2] = [k - 1, (k * k - 1) / (3 * lambda)];
  return { statistic, df1, df2, p: fTail(statistic, df1, df2) };
};

/** The share of the variance of a number that lies between groups: η² = Σ n (x̄ - m)² / Σ (x - m)², null where nothing varies. */
export const explainedShare = (groups: readonly Moments[]): number | null => {
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  const mean = groups.reduce((sum, group) => sum + group.n * group.mean, 0) / n;
  const between = groups.reduce((sum, group) => sum + group.n * (group.mean - mean) ** 2, 0);
  const within = groups.reduce((sum, group) => sum + group.squares, 0);
  return between + within > 0 ? between / (between + within) : null;
};
