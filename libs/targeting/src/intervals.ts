export interface Interval {
  low: number;
  high: number;
}

/** The normal quantile of a two-sided 95% interval. */
export const Z95 = 1.96;

/**
 * Standard normal distribution function P(Z <= z), absolute error below 1e-15 and relative error below 1e-12 in the lower tail.
 * Within 3 of zero the series 1/2 + phi(z) (z + z^3/3 + z^5/15 + ...) (Marsaglia 2004, J. Stat. Software 11:4), beyond it Laplace's
 * continued fraction phi(z) / (z + 1/(z + 2/(z + ...))). NaN stays NaN.
 */
export function normalCdf(z: number): number {
  if (Math.abs(z) >= 3) return z > 0 ? 1 - tail(z) : tail(-z);
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-18; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + sum * density(z);
}

/**
 * Wilson's score interval of a rate observed in n trials (n may be an effective, fractional number):
 * (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n). n = 0 gives [0, 1].
 * Errors: RangeError when the rate is outside [0, 1] or n is negative. Source: Wilson 1927, JASA 22:209.
 */
export function wilson(rate: number, n: number, z: number = Z95): Interval {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`a rate must lie between 0 and 1, not ${rate}`);
  if (!(n >= 0)) throw new RangeError(`a number of trials cannot be ${n}`);
  if (n === 0) return { low: 0, high: 1 };
  const square = (z * z) / n;
  const centre = (rate + square / 2) / (1 + square);
  const half = Math.sqrt(rate * (1 - rate) * square + (square * square) / 4) / (1 + square);
  return { low: rate === 0 ? 0 : Math.max(0, centre - half), high: rate === 1 ? 1 : Math.min(1, centre + half) };
}

/**
 * Score interval of how many there are of something, if each was drawn with a known probability p and k were:
 * all M with (k - Mp)² <= z² M p (1 - p), that is (k + q/2 ± sqrt(kq + q²/4)) / p with q = z² (1 - p); never fewer than were drawn.
 * Errors: RangeError when k is negative or p is not in (0, 1]. Source: Wilson 1927, solved for the number of trials.
 */
export function sizeBehind(k: number, p: number, z: number = Z95): Interval {
  if (!(k >= 0)) throw new RangeError(`a number drawn cannot be ${k}`);
  if (!(p > 0 && p <= 1)) throw new RangeError(`a probability of being drawn must lie above 0 and not above 1, not ${p}`);
  const q = z * z * (1 - p);
  const half = Math.sqrt(k * q + (q * q) / 4);
  return { low: Math.max(k, (k + q / 2 - half) / p), high: (k + q / 2 + half) / p };
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** P(Z > z) for z >= 3. */
function tail(z: number): number {
  if (z > 40) return 0;
  let fraction = z;
  for (let k = 90; k > 0; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}
