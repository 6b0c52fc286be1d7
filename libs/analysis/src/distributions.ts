import { betainc, betaincInverse, gammaln, Interval } from '@boucle/targeting';
import { Moments, variance } from './variable.js';

const PRECISION = 1e-16;
const MOST_STEPS = 100_000;

/** P(a, x) by its series, for x < a + 1. */
const lowerSeries = (a: number, x: number): number => {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_STEPS && term > sum * PRECISION; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - gammaln(a));
};

/** Q(a, x) by Lentz's continued fraction, for x >= a + 1. */
const upperFraction = (a: number, x: number): number => {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let result = d;
  for (let n = 1; n < MOST_STEPS; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b || tiny);
    c = b + step / c || tiny;
    result *= c * d;
    if (Math.abs(c * d - 1) < PRECISION * 10) break;
  }
  return result * Math.exp(a * Math.log(x) - x - gammaln(a));
};

const mustBeDegrees = (...degrees: number[]): void => {
  for (const degree of degrees) if (!(degree > 0)) throw new RangeError(`degrees of freedom must be positive, not ${degree}`);
};

/**
 * P(χ² > x) with `df` degrees of freedom, the regularised upper incomplete gamma function Q(df/2, x/2), relative error about 1e-12.
 * Errors: RangeError for degrees that are not positive. Source: Abramowitz & Stegun 26.4.19; Press et al., Numerical Recipes, 6.2.
 */
export const chiSquareTail = (x: number, df: number): number => {
  mustBeDegrees(df);
  if (!(x > 0)) return 1;
  if (x === Infinity) return 0;
  const [a, half] = [df / 2, x / 2];
  return half < a + 1 ? 1 - lowerSeries(a, half) : upperFraction(a, half);
};

/** P(F > x) with `df1` and `df2` degrees of freedom: I_{df2/(df2 + df1 x)}(df2/2, df1/2). Errors: as above. Source: Abramowitz & Stegun 26.6.2. */
export const fTail = (x: number, df1: number, df2: number): number => {
  mustBeDegrees(df1, df2);
  if (!(x > 0)) return 1;
  return betainc(df2 / (df2 + df1 * x), df2 / 2, df1 / 2);
};

/** P(|T| > |t|) with `df` degrees of freedom: I_{df/(df + t²)}(df/2, 1/2). Errors: as above. Source: Abramowitz & Stegun 26.7.1. */
export const tTails = (t: number, df: number): number => {
  mustBeDegrees(df);
  return betainc(df / (df + t * t), df / 2, 0.5);
};

/** The t that is exceeded on either side with probability `alpha` in all. Errors: as above, and RangeError for an alpha outside ]0, 1]. */
export const tQuantile = (alpha: number, df: number): number => {
  mustBeDegrees(df);
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError(`alpha must lie between 0 and 1, not ${alpha}`);
  return Math.sqrt(df * (1 / betaincInverse(alpha, df / 2, 0.5) - 1));
};

/** A mean with Student's interval at 95%; as wide as can be of fewer than two values. */
export const tInterval = (moments: Moments): Interval & { readonly value: number } => {
  const { n, mean } = moments;
  const half = n > 1 ? tQuantile(0.05, n - 1) * Math.sqrt(variance(moments) / n) : Infinity;
  return { value: mean, low: mean - half, high: mean + half };
};
