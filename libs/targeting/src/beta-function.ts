import { gammaln } from './gamma-function.js';

/** ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b) for a, b > 0. Errors: RangeError unless both are positive. */
export function betaln(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b);
}

const SMALLEST = 1e-300;
const PRECISION = 1e-16;

/** The continued fraction of the incomplete beta function by Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
function fraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < SMALLEST ? SMALLEST : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 10_000; m++) {
    for (const step of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / away(1 + step * d);
      c = away(1 + step / c);
      result *= c * d;
    }
    if (Math.abs(c * d - 1) <= PRECISION) break;
  }
  return result;
}

/**
 * The regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b), relative error about 1e-13:
 * x^a (1-x)^b / (a B(a, b)) times a continued fraction, beyond the mean by I_x(a, b) = 1 - I_{1-x}(b, a).
 * Errors: RangeError when x is outside [0, 1] or a, b are not positive. Source: Abramowitz & Stegun 26.5.8.
 */
export function betainc(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1)) throw new RangeError(`a probability must lie between 0 and 1, not ${x}`);
  if (x === 0 || x === 1) return x;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - betaln(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

/**
 * The x at which I_x(a, b) = p, the quantile of Beta(a, b): halving on a logarithmic scale below 1/2, which keeps small quantiles exact.
 * Errors: RangeError when p is outside [0, 1] or a, b are not positive.
 */
export function betaincInverse(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability must lie between 0 and 1, not ${p}`);
  if (p === 0 || p === 1) return p;
  let [low, high] = [0, 1];
  for (let halvings = 0; halvings < 2_000; halvings++) {
    const middle = low > 0 && high < 0.5 ? Math.sqrt(low * high) : (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (betainc(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return high;
}
