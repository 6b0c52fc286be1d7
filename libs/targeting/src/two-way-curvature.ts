import { factorise, solveLower, solveUpper } from './cholesky.js';
import type { Counts } from './counts.js';
import { thetaPrecision, type Fitted, type Point, type Spread } from './two-way-model.js';

// one look-up for all: inside loops the global costs more than the arithmetic
const { log } = Math;

/**
 * The negative Hessian of the log posterior with delta and then gamma eliminated, so that only a matrix in theta is ever built. With
 * tau = 1/ti², and over the waves w+ = sum w, b = sum w x (x the design row in theta):
 * D = w+ + tau;  A_c = 1/tc² + sum_k w+ tau/D;  B_c = sum_k b tau/D;  S = P + sum w x x' - sum_ck b b'/D - sum_c B_c B_c'/A_c.
 */
export interface Curvature {
  weight: Float64Array;
  /** w+ and D by cell and arm. */
  mass: Float64Array;
  d: Float64Array;
  /** A by cell; B by cell and element of theta. */
  a: Float64Array;
  b: Float64Array;
  /** Cholesky factor of S. */
  factor: Float64Array;
  /** Log determinant of the whole negative Hessian: sum log D + sum log A + log det S. */
  logDeterminant: number;
}

/** Curvature where the given weights w hold. */
export function curvature(counts: Counts, { weight }: Fitted, spread: Spread): Curvature {
  const { waves, cells, arms } = counts;
  const size = arms + waves;
  const pairs = cells * arms;
  const tau = spread.interactions ** -2;
  const mass = new Float64Array(pairs);
  const d = new Float64Array(pairs);
  const a = new Float64Array(cells).fill(spread.cells ** -2);
  const b = new Float64Array(cells * size);
  const s = new Float64Array(size * size);
  for (let i = 0; i < size; i++) s[i * size + i] = thetaPrecision(i, arms);
  let logDeterminant = 0;

  for (let pair = 0; pair < pairs; pair++) {
    const k = pair % arms;
    const c = (pair - k) / arms;
    for (let g = 0; g < waves; g++) mass[pair] += weight[g * pairs + pair];
    d[pair] = mass[pair] + tau;
    logDeterminant += log(d[pair]);
    if (mass[pair] === 0) continue;
    const kept = tau / d[pair];
    const arm = 1 + k;
    // b b'/D taken from w x x', entry by entry: what is left of the level and the arm is w tau/D
    a[c] += mass[pair] * kept;
    b[c * size] += mass[pair] * kept;
    b[c * size + arm] += mass[pair] * kept;
    s[0] += mass[pair] * kept;
    s[arm * size] += mass[pair] * kept;
    s[arm * size + arm] += mass[pair] * kept;
    for (let g = 1; g < waves; g++) {
      const w = weight[g * pairs + pair];
      if (w === 0) continue;
      const row = (arms + g) * size;
      b[c * size + arms + g] += w * kept;
      s[row] += w * kept;
      s[row + arm] += w * kept;
      s[row + arms + g] += w;
      for (let h = 1; h <= g; h++) s[row + arms + h] -= (w * weight[h * pairs + pair]) / d[pair];
    }
  }

  for (let c = 0; c < cells; c++) {
    logDeterminant += log(a[c]);
    for (let i = 0; i < size; i++) {
      const share = b[c * size + i] / a[c];
      if (share !== 0) for (let j = 0; j <= i; j++) s[i * size + j] -= share * b[c * size + j];
    }
  }
  logDeterminant += factorise(s, size);
  return { weight, mass, d, a, b, factor: s, logDeterminant };
}

/** The Newton step from a point, by the gradients g_d, g_c and g_t of delta, gamma and theta with the later ones eliminated first. */
export function newtonStep(counts: Counts, point: Point, { residual }: Fitted, spread: Spread, at: Curvature): Point {
  const { waves, cells, arms } = counts;
  const size = arms + waves;
  const pairs = cells * arms;
  const tau = spread.interactions ** -2;
  const theta = new Float64Array(size);
  const gamma = new Float64Array(cells);
  const delta = new Float64Array(pairs);
  for (let i = 0; i < size; i++) theta[i] = -thetaPrecision(i, arms) * point.theta[i];
  for (let c = 0; c < cells; c++) gamma[c] = -point.gamma[c] / spread.cells ** 2;

  for (let pair = 0; pair < pairs; pair++) {
    const k = pair % arms;
    const c = (pair - k) / arms;
    let total = 0;
    for (let g = 0; g < waves; g++) total += residual[g * pairs + pair];
    delta[pair] = total - tau * point.delta[pair];
    const lead = delta[pair] / at.d[pair];
    const left = total - at.mass[pair] * lead;
    gamma[c] += left;
    theta[0] += left;
    theta[1 + k] += left;
    for (let g = 1; g < waves; g++) theta[arms + g] += residual[g * pairs + pair] - at.weight[g * pairs + pair] * lead;
  }
  for (let c = 0; c < cells; c++) for (let i = 0; i < size; i++) theta[i] -= (at.b[c * size + i] * gamma[c]) / at.a[c];

  solveLower(at.factor, size, theta);
  solveUpper(at.factor, size, theta);
  for (let c = 0; c < cells; c++) gamma[c] = gamma[c] / at.a[c] - cellShift(at, c, theta);
  for (let pair = 0; pair < pairs; pair++) delta[pair] = delta[pair] / at.d[pair] - pairShift(counts, at, pair, gamma, theta);
  return { theta, gamma, delta };
}

/** B_c' dtheta / A_c: how far the mean of gamma_c gives way to a move of theta. */
export function cellShift({ a, b }: Curvature, c: number, dtheta: Float64Array): number {
  const size = dtheta.length;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += b[c * size + i] * dtheta[i];
  return sum / a[c];
}

/** (w+ dgamma + b' dtheta) / D: how far the mean of delta_ck gives way to moves of gamma_c and theta. */
export function pairShift(counts: Counts, at: Curvature, pair: number, dgamma: Float64Array, dtheta: Float64Array): number {
  const { waves, cells, arms } = counts;
  const k = pair % arms;
  let sum = at.mass[pair] * (dgamma[(pair - k) / arms] + dtheta[0] + dtheta[1 + k]);
  for (let g = 1; g < waves; g++) sum += at.weight[g * cells * arms + pair] * dtheta[arms + g];
  return sum / at.d[pair];
}
