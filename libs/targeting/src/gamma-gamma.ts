import { gammaln } from './gamma-function.js';
import { minimum } from './minimum.js';

const { exp, log } = Math;

/** What a client spends: how many purchases it is known of, and their mean in one unit of money. */
export interface Spending {
  purchases: number;
  mean: number;
}

/** How the mean spending of clients spreads: each purchase is Gamma(p, nu), nu over clients Gamma(q, v). */
export interface GammaGamma {
  p: number;
  q: number;
  /** In the unit of money of the spendings. */
  v: number;
}

/** A fitted model and how well it fits. */
export interface GammaGammaFit extends GammaGamma {
  logLikelihood: number;
  /** Clients by whom it was fitted: those with purchases of a mean above nought. */
  clients: number;
  converged: boolean;
}

const counts = ({ purchases, mean }: Spending): boolean => purchases > 0 && mean > 0;

/**
 * ln L = sum over clients of ln Γ(px+q) - ln Γ(px) - ln Γ(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(v + mx); clients without a purchase, or
 * with a mean of nought, say nothing and are left out.
 * Source: Fader & Hardie 2013, note 025, formula 1a.
 */
export function gammaGammaLogLikelihood({ p, q, v }: GammaGamma, spendings: Iterable<Spending>): number {
  const perPurchases = new Map<number, number>();
  const gammaQ = gammaln(q);
  const front = (x: number): number => {
    let known = perPurchases.get(x);
    if (known === undefined) perPurchases.set(x, (known = gammaln(p * x + q) - gammaln(p * x) - gammaQ + q * log(v) + p * x * log(x)));
    return known;
  };
  let sum = 0;
  for (const spending of spendings) {
    if (!counts(spending)) continue;
    const { purchases: x, mean: m } = spending;
    sum += front(x) + (p * x - 1) * log(m) - (p * x + q) * log(v + m * x);
  }
  return sum;
}

/** How far from one a logarithm is sought. */
const FARTHEST = 7;

/**
 * The model of greatest likelihood, sought over the logarithms of its parameters. Start: p = q = 2, v the mean spending.
 * Errors: RangeError where fewer than two clients have a mean above nought: a spread needs two.
 */
export function fitGammaGamma(spendings: Iterable<Spending>): GammaGammaFit {
  const known = [...spendings].filter(counts);
  if (known.length < 2) throw new RangeError('fewer than two clients spent anything again: there is nothing to fit');
  const mean = known.reduce((sum, spending) => sum + spending.mean, 0) / known.length;
  // sought in units of the mean, so that the size of money does not matter
  const scaled = known.map(({ purchases, mean: own }) => ({ purchases, mean: own / mean }));
  const modelAt = ([p, q, v]: readonly number[]): GammaGamma => ({ p: exp(p), q: exp(q), v: exp(v) });
  const best = minimum(
    (at) => (at.some((x) => Math.abs(x) > FARTHEST) ? Infinity : -gammaGammaLogLikelihood(modelAt(at), scaled) / scaled.length),
    [log(2), log(2), 0],
  );
  const { p, q, v } = modelAt(best.at);
  const model = { p, q, v: v * mean };
  return { ...model, logLikelihood: gammaGammaLogLikelihood(model, known), clients: known.length, converged: best.converged };
}

/**
 * What a client will spend per purchase, given what he spent: (p v + p x m) / (p x + q - 1), his own mean drawn to that of all, p v / (q - 1).
 * Errors: RangeError where q <= 1, as then the mean of all is infinite. Source: Fader & Hardie 2013, note 025, formula 5.
 */
export function expectedSpending({ p, q, v }: GammaGamma, { purchases: x, mean: m }: Spending): number {
  const divisor = p * x + q - 1;
  if (!(divisor > 0)) throw new RangeError(`with q = ${q} the mean spending is infinite: the data do not bear this model`);
  return (p * v + p * x * m) / divisor;
}
