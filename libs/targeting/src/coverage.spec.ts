import { addCount, emptyCounts } from './counts.js';
import { independentPosterior } from './independent-posterior.js';
import { liftOverHoldOut, type LiftDecision } from './lift.js';
import { offPolicy } from './off-policy.js';
import { randomStream, type Random } from './random.js';
import { defaultFloor, probabilityBest, uniformShares, withFloor } from './thompson.js';

const { floor, log } = Math;
const RUNS = 2_000;
/** Successes in n trials, by the gaps between them. */
function binomial(random: Random, n: number, p: number): number {
  const miss = log(1 - p);
  let successes = -1;
  for (let at = 0; at <= n; successes++) at += 1 + floor(log(1 - random.uniform()) / miss);
  return successes;
}

const inBounds = (share: number) => {
  expect(share).toBeGreaterThanOrEqual(0.93);
  expect(share).toBeLessThanOrEqual(0.97);
};

describe('the 95% interval of the lift', () => {
  // clients decided again and again, some apt to answer and some not, a season, and a hold-out whose share falls
  const treated = [300, 600, 1_200];
  const heldOut = [120, 120, 120];
  const season = [0.5, 1, 1.5];
  const effect = 1.25;
  const names = Array.from({ length: 1_200 }, (_, i) => [`t${i}`, `h${i}`]);

  function covered(rate: number, size: number): number {
    let hits = 0;
    const total = treated.reduce((sum, n) => sum + n, 0);
    const truth = treated.reduce((sum, n, g) => sum + (n / total) * rate * season[g] * (effect - 1), 0);
    for (let run = 0; run < RUNS; run++) {
      const random = randomStream('lift', rate, run);
      const decisions: LiftDecision[] = [];
      for (const held of [0, 1]) {
        const waves = held ? heldOut : treated;
        for (let i = 0; i < size * waves[2]; i++) {
          const aptness = random.uniform() < 0.5 ? 0.1 : 1.9;
          const client = names[i % 1_200][held] + (i < 1_200 ? '' : i);
          for (let g = 0; g < 3; g++) {
            if (i >= size * waves[g]) continue;
            const outcome = random.uniform() < rate * season[g] * aptness * (held ? 1 : effect) ? 1 : 0;
            decisions.push({ client, wave: g + 1, heldOut: held === 1, outcome });
          }
        }
      }
      const { low, high } = liftOverHoldOut(decisions)!;
      if (low <= truth && truth <= high) hits++;
    }
    return hits / RUNS;
  }

  it('covers the truth in 93 to 97% of 2,000 runs at a rate of .10', () => inBounds(covered(0.1, 1)), 300_000);
  it('covers the truth in 93 to 97% of 2,000 runs at a rate of .01', () => inBounds(covered(0.01, 3)), 300_000);
});

describe('the 95% interval of SNIPS under Thompson allocation', () => {
  const response = { gain: 1, cost: 0 };

  interface Repeated {
    rows: number;
    weight: number;
    reward: number;
  }
  function* each(groups: Repeated[]) {
    for (const group of groups) for (let i = 0; i < group.rows; i++) yield group;
  }

  /** Share of the runs that answer in which the interval covers the arm's rate, and share that refuse; by arm. */
  function covered(rates: [number, number], contacts: number, waves: number) {
    const hits = [0, 0];
    const answers = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      const random = randomStream('snips', rates[0], run);
      const counts = emptyCounts(1, 1, 2);
      const logged: Repeated[][] = [[], []];
      let propensities = uniformShares(2);
      for (let wave = 1; wave <= waves; wave++) {
        const n = binomial(random, contacts, propensities[0] / 1e6);
        [n, contacts - n].forEach((taken, arm) => {
          const s = binomial(random, taken, rates[arm]);
          addCount(counts, 0, 0, arm, taken, s);
          logged[arm].push({ rows: s, weight: 1e6 / propensities[arm], reward: 1 });
          logged[arm].push({ rows: taken - s, weight: 1e6 / propensities[arm], reward: 0 });
          logged[1 - arm].push({ rows: taken, weight: 0, reward: 0 });
        });
        const draws = independentPosterior(counts).draw(random, 250);
        propensities = withFloor(probabilityBest(draws, 1, 2, [response, response])[0], defaultFloor(2));
      }
      for (const arm of [0, 1]) {
        const estimate = offPolicy(each(logged[arm]));
        if ('refused' in estimate) continue;
        answers[arm]++;
        if (estimate.low <= rates[arm] && rates[arm] <= estimate.high) hits[arm]++;
      }
    }
    return { coverage: hits.map((n, arm) => n / answers[arm]), answered: answers.map((n) => n / RUNS) };
  }

  it('covers the truth in 93 to 97% of 2,000 runs at .10 against .08, the losing arm included', () => {
    const { coverage, answered } = covered([0.1, 0.08], 800, 5);
    coverage.forEach(inBounds);
    answered.forEach((share) => expect(share).toBeGreaterThan(0.95));
  }, 300_000);

  it('covers the truth in 93 to 97% of 2,000 runs at .01 against .008, the losing arm included', () => {
    const { coverage, answered } = covered([0.01, 0.008], 4_000, 3);
    coverage.forEach(inBounds);
    answered.forEach((share) => expect(share).toBeGreaterThan(0.95));
  }, 300_000);
});
