import { betaincInverse } from './beta-function.js';

/** In how many baskets each of two items lies, and both. */
export interface PairCounts {
  baskets: number;
  a: number;
  b: number;
  both: number;
}

/** What one item in a basket says of another. */
export interface Association {
  /** Share of baskets with both. */
  support: number;
  /** Share of the baskets with A that also hold B. */
  confidence: number;
  /** How many times more often B lies in a basket with A than in any; 1 if one has nothing to do with the other. */
  lift: number;
  /** What the lift is at least, with 97.5% certainty. */
  liftLow: number;
  /** Share of baskets with both beyond what chance would bring. */
  leverage: number;
}

/** The lower tail of a two-sided 95% interval. */
const TAIL = 0.025;

/**
 * support = n_AB / N;  confidence = n_AB / n_A;  lift = N n_AB / (n_A n_B);  leverage = support - n_A n_B / N². The lift's lower bound is that of
 * n_AB, given how frequent A and B are: the exact (Clopper-Pearson) bound of n_AB / N, which is low where counts are small, over n_A n_B / N²; so it is
 * the same from A to B as from B to A.
 * Errors: RangeError for counts that cannot be. Source: Agrawal, Imielinski & Swami 1993; Clopper & Pearson 1934, Biometrika 26:404.
 */
export function association({ baskets, a, b, both }: PairCounts): Association {
  if (!(both >= 0 && both <= Math.min(a, b) && Math.min(a, b) > 0 && Math.max(a, b) <= baskets))
    throw new RangeError(`${both} baskets with both, ${a} and ${b} with one of them cannot be among ${baskets}`);
  const byChance = (a / baskets) * (b / baskets);
  const support = both / baskets;
  const supportLow = both === 0 ? 0 : betaincInverse(TAIL, both, baskets - both + 1);
  return { support, confidence: both / a, lift: support / byChance, liftLow: supportLow / byChance, leverage: support - byChance };
}
