export { correlations, type Correlation } from './correlation.js';
export { designOf, levelled, OTHERS, UNKNOWN, type Design, type Term } from './design.js';
export { independence, type Independence } from './independence.js';
export { kMeans, silhouette, type Clusters, type Points } from './k-means.js';
export { meanDifferences, type MeanDifferences } from './mean-differences.js';
export { leastSquares, logistic, type Coefficient, type Fit } from './regression.js';
export { tInterval } from './distributions.js';
export { frequencies, NO_MOMENTS, variance, withValue, type Moments, type Variable } from './variable.js';
