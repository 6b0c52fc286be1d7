import { checkCounts, type Counts } from './counts.js';
import type { Posterior } from './posterior.js';
import type { Random } from './random.js';
import { twoWayFit, type TwoWayFit } from './two-way-fit.js';
import { averageWaveDraws, type AverageWaveDraw } from './two-way-draw.js';

/** The spreads tc (of cells) and ti (of interactions) that are tried, in logits. */
export const CELL_SPREADS = [0.1, 0.3, 0.6, 1.2];
export const INTERACTION_SPREADS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

/** The two-way posterior with the fits it is mixed from. */
export interface TwoWayPosterior extends Posterior {
  readonly fits: readonly TwoWayFit[];
  /** The share of each fit in the mixture. */
  readonly weights: readonly number[];
}

/**
 * Posterior of logit p(g,c,k) = mu + omega_g + gamma_c + beta_k + delta_ck (priors: see `Spread`): one Laplace fit for each of 4 x 6 pairs
 * of spreads, mixed by their evidence. What the arms share is pooled over the cells, cells are told apart only as far as the data bear it,
 * and a base rate that moves from wave to wave moves omega instead of the arms. Draws are rates at the average wave: omega averaged over
 * the waves by their contacts. Rough below about 10 responses. Errors: RangeError for impossible counts.
 */
export function twoWayPosterior(counts: Counts): TwoWayPosterior {
  checkCounts(counts);
  const fits: TwoWayFit[] = [];
  for (const cells of CELL_SPREADS) {
    for (const interactions of INTERACTION_SPREADS) {
      // the nearest fit at hand: same interactions, or the first row's last
      const near = fits[fits.length - INTERACTION_SPREADS.length] ?? fits[fits.length - 1];
      fits.push(twoWayFit(counts, { cells, interactions }, near?.mode));
    }
  }
  const best = Math.max(...fits.map((fit) => fit.evidence));
  const odds = fits.map((fit) => Math.exp(fit.evidence - best));
  const total = odds.reduce((sum, x) => sum + x, 0);
  const weights = odds.map((x) => x / total);
  const draws: AverageWaveDraw[] = [];
  return {
    cells: counts.cells,
    arms: counts.arms,
    fits,
    weights,
    draw: (random, size) =>
      Array.from({ length: size }, () => {
        const i = pick(weights, random);
        draws[i] ??= averageWaveDraws(counts, fits[i]);
        return draws[i](random);
      }),
  };
}

function pick(weights: number[], random: Random): number {
  let left = random.uniform();
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.indexOf(Math.max(...weights));
}
