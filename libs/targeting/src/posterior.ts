import type { Random } from './random.js';

/** What is believed about the response rate of every cell and arm, as a source of draws. */
export interface Posterior {
  readonly cells: number;
  readonly arms: number;
  /** Independent draws of all rates at the average wave, each of length cells * arms at index c * arms + k, probabilities in [0, 1]. */
  draw(random: Random, size: number): Float64Array[];
}

/** A posterior rate with its equal-tailed 95% interval. */
export interface PosteriorRate {
  mean: number;
  low: number;
  high: number;
}

/**
 * Mean and 2.5% / 97.5% quantiles (type 7) of each position of the draws, here each (cell, arm).
 * Errors: RangeError without draws. Use some 1,000 draws or more: the ends of the interval carry Monte-Carlo noise.
 */
export function posteriorRates(draws: Float64Array[]): PosteriorRate[] {
  if (draws.length === 0) throw new RangeError('there are no draws to describe');
  return Array.from(draws[0], (_, at) => {
    const sorted = Float64Array.from(draws, (draw) => draw[at]).sort();
    const mean = sorted.reduce((sum, rate) => sum + rate, 0) / sorted.length;
    return { mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
  });
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
