import { checkCounts, type Counts } from './counts.js';
import type { Posterior } from './posterior.js';

/**
 * Beta(1 + s, 1 + n - s) for every cell and arm by itself, contacts n and responses s summed over the waves. Nothing is shared between
 * cells and a drifting base rate is blamed on the arms: a yardstick for `twoWayPosterior`. Errors: RangeError for impossible counts.
 */
export function independentPosterior(counts: Counts): Posterior {
  checkCounts(counts);
  const { waves, cells, arms } = counts;
  const size = cells * arms;
  const n = new Float64Array(size);
  const s = new Float64Array(size);
  for (let i = 0; i < waves * size; i++) {
    n[i % size] += counts.n[i];
    s[i % size] += counts.s[i];
  }
  return {
    cells,
    arms,
    draw: (random, draws) => Array.from({ length: draws }, () => n.map((contacts, at) => random.beta(1 + s[at], 1 + contacts - s[at]))),
  };
}
