import type { Counts } from './counts.js';

// one look-up for all: inside loops the global costs more than the arithmetic
const { abs, exp, log } = Math;

/**
 * The two-way model of wave g, cell c, arm k: logit p = mu + omega_g + gamma_c + beta_k + delta_ck, the first wave's omega being 0.
 * Priors: mu, omega_g ~ N(0, 9); beta_k ~ N(0, 1); gamma_c ~ N(0, tc²); delta_ck ~ N(0, ti²).
 */
export interface Spread {
  /** tc: how much the cells' base rates differ, in logits. */
  cells: number;
  /** ti: how much the arms' effects differ from cell to cell, in logits. */
  interactions: number;
}

/** One value of all parameters: theta = (mu, beta_1..K, omega_2..G), gamma by cell, delta by cell and arm. */
export interface Point {
  theta: Float64Array;
  gamma: Float64Array;
  delta: Float64Array;
}

/** What the data say at a point: per (wave, cell, arm) the residual s - np and the weight np(1-p). */
export interface Fitted {
  logLikelihood: number;
  residual: Float64Array;
  weight: Float64Array;
}

const LEVEL_PRECISION = 1 / 9;
const ARM_PRECISION = 1;

/** Prior precision of element i of theta. */
export function thetaPrecision(i: number, arms: number): number {
  return i >= 1 && i <= arms ? ARM_PRECISION : LEVEL_PRECISION;
}

/** Where a search may start: every rate at the pooled one. */
export function pooledPoint({ waves, cells, arms, n, s }: Counts): Point {
  const contacts = n.reduce((sum, x) => sum + x, 0);
  const responses = s.reduce((sum, x) => sum + x, 0);
  const theta = new Float64Array(arms + waves);
  theta[0] = log((responses + 0.5) / (contacts - responses + 0.5));
  return { theta, gamma: new Float64Array(cells), delta: new Float64Array(cells * arms) };
}

/** Log likelihood (without binomial coefficients), residuals and weights at a point. */
export function fitted({ waves, cells, arms, n, s }: Counts, { theta, gamma, delta }: Point): Fitted {
  const residual = new Float64Array(n.length);
  const weight = new Float64Array(n.length);
  let logLikelihood = 0;
  let at = 0;
  for (let g = 0; g < waves; g++) {
    const level = theta[0] + (g > 0 ? theta[arms + g] : 0);
    for (let c = 0; c < cells; c++) {
      for (let k = 0; k < arms; k++, at++) {
        if (n[at] === 0) continue;
        const logit = level + gamma[c] + theta[1 + k] + delta[c * arms + k];
        const odds = exp(-abs(logit));
        const likelier = 1 / (1 + odds);
        const rarer = odds * likelier;
        logLikelihood += s[at] * logit - n[at] * ((logit > 0 ? logit : 0) + log(1 + odds));
        residual[at] = s[at] - n[at] * (logit > 0 ? likelier : rarer);
        weight[at] = n[at] * likelier * rarer;
      }
    }
  }
  return { logLikelihood, residual, weight };
}

/** Half the prior's quadratic form: log prior = constant - penalty. */
export function penalty({ arms }: Counts, { theta, gamma, delta }: Point, spread: Spread): number {
  let sum = 0;
  for (let i = 0; i < theta.length; i++) sum += thetaPrecision(i, arms) * theta[i] ** 2;
  for (let c = 0; c < gamma.length; c++) sum += (gamma[c] / spread.cells) ** 2;
  for (let pair = 0; pair < delta.length; pair++) sum += (delta[pair] / spread.interactions) ** 2;
  return sum / 2;
}
