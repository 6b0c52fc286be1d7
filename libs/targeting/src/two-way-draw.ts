import { solveUpper } from './cholesky.js';
import type { Counts } from './counts.js';
import type { Random } from './random.js';
import type { TwoWayFit } from './two-way-fit.js';

// one look-up for all: inside loops the global costs more than the arithmetic
const { exp, sqrt } = Math;

/** One draw of all rates at the average wave, at index c * arms + k. */
export type AverageWaveDraw = (random: Random) => Float64Array;

/**
 * Draws from the normal distribution of one fit, as rates at the average wave (omega averaged by the waves' contacts):
 * theta ~ N(mode, S^-1);  gamma = mode - B_c' dtheta/A_c + z/sqrt A_c;  delta = mode - (w+ dgamma + b' dtheta)/D + z/sqrt D.
 */
export function averageWaveDraws(counts: Counts, { mode, curvature }: TwoWayFit): AverageWaveDraw {
  const { waves, cells, arms } = counts;
  const { a, b, d, mass, weight, factor } = curvature;
  const size = arms + waves;
  const pairs = cells * arms;
  const share = waveShares(counts);
  // w_g / D side by side for each pair, the order in which a draw needs them
  const pull = new Float64Array(pairs * waves);
  for (let i = 0; i < weight.length; i++) pull[(i % pairs) * waves + (i - (i % pairs)) / pairs] = weight[i] / d[i % pairs];
  const cellNoise = a.map((precision) => 1 / sqrt(precision));
  const pairNoise = d.map((precision) => 1 / sqrt(precision));
  const dtheta = new Float64Array(size);
  const blank = new Float64Array(pairs);

  return (random) => {
    for (let i = 0; i < size; i++) dtheta[i] = random.normal();
    solveUpper(factor, size, dtheta);
    let average = mode.theta[0] + dtheta[0];
    for (let g = 1; g < waves; g++) average += share[g] * (mode.theta[arms + g] + dtheta[arms + g]);

    const rates = blank.slice();
    for (let c = 0; c < cells; c++) {
      let shift = 0;
      for (let i = 0; i < size; i++) shift += b[c * size + i] * dtheta[i];
      const dgamma = cellNoise[c] * random.normal() - shift / a[c];
      const level = average + mode.gamma[c] + dgamma;
      for (let k = 0; k < arms; k++) {
        const pair = c * arms + k;
        const dbeta = dtheta[1 + k];
        let given = (mass[pair] / d[pair]) * (dgamma + dtheta[0] + dbeta);
        for (let g = 1; g < waves; g++) given += pull[pair * waves + g] * dtheta[arms + g];
        const delta = mode.delta[pair] - given + pairNoise[pair] * random.normal();
        rates[pair] = 1 / (1 + exp(-(level + mode.theta[1 + k] + dbeta + delta)));
      }
    }
    return rates;
  };
}

/** Share of each wave in all contacts; equal shares when there are none. */
function waveShares({ waves, cells, arms, n }: Counts): Float64Array {
  const shares = new Float64Array(waves);
  const pairs = cells * arms;
  for (let g = 0; g < waves; g++) for (let i = 0; i < pairs; i++) shares[g] += n[g * pairs + i];
  const total = shares.reduce((sum, x) => sum + x, 0);
  return total > 0 ? shares.map((x) => x / total) : shares.fill(1 / waves);
}
