export { association, type Association, type PairCounts } from './association.js';
export { betainc, betaincInverse } from './beta-function.js';
export {
  aliveProbability,
  bgNbdLogLikelihood,
  expectedPurchases,
  expectedPurchasesOfNew,
  fitBgNbd,
  type BgNbd,
  type BgNbdFit,
  type BuyingPattern,
} from './bg-nbd.js';
export { abc, bestFirst, deciles, gini, lorenz, topShare, type Abc, type Decile } from './concentration.js';
export { factorise, solveLower, solveUpper } from './cholesky.js';
export { addCount, emptyCounts, type Counts } from './counts.js';
export { expectedSpending, fitGammaGamma, type GammaGamma, type GammaGammaFit, type Spending } from './gamma-gamma.js';
export { gammaln } from './gamma-function.js';
export { independentPosterior } from './independent-posterior.js';
export { normalCdf, sizeBehind, wilson, type Interval } from './intervals.js';
export { lifetimeValue, type LifetimeTerms, type LifetimeValue } from './lifetime-value.js';
export { liftOverHoldOut, type Lift, type LiftDecision } from './lift.js';
export { offPolicy, type OffPolicy, type OffPolicyEstimate } from './off-policy.js';
export type { WeightedReward } from './importance.js';
export { ItemCounts, PairsOfItems, type CountedPair } from './pair-counts.js';
export { posteriorRates, type Posterior, type PosteriorRate } from './posterior.js';
export { randomStream, uniformHash, type Random } from './random.js';
export { quantile } from './ranks.js';
export {
  independentRfm,
  nestedRfm,
  rfmByCuts,
  rfmByThresholds,
  rfmCuts,
  rfmThresholds,
  type RfmCuts,
  type RfmMeasures,
  type RfmScore,
  type RfmScores,
  type RfmThresholds,
  type TieRule,
} from './rfm-scores.js';
export { RFM_SEGMENTS, rfmSegment } from './rfm-segments.js';
export { defaultFloor, drawArm, probabilityBest, uniformShares, withFloor, type Payoff } from './thompson.js';
export { twoWayPosterior, type TwoWayPosterior } from './two-way-posterior.js';
export { verdict, type Evidence, type Verdict } from './verdict.js';
