import { addCount, emptyCounts, type Counts } from './counts.js';
import { independentPosterior } from './independent-posterior.js';
import type { Posterior } from './posterior.js';
import { randomStream } from './random.js';
import { defaultFloor, drawArm, probabilityBest, uniformShares, withFloor } from './thompson.js';
import { twoWayPosterior } from './two-way-posterior.js';
import { verdict } from './verdict.js';

const WAVES = 10;
const CONTACTS = 1_000;
const response = { gain: 1, cost: 0 };

/** The response rate of an arm in a wave. */
type Rate = (wave: number, arm: number) => number;
const rising: Rate = (wave) => 0.1 * (0.7 + (0.7 * (wave - 1)) / (WAVES - 1));

/** The wave at which a campaign of two offers names a winner, and which; null when it never does. */
function campaign(seed: string, index: number, rate: Rate, posterior: (counts: Counts) => Posterior): { wave: number; arm: number } | null {
  const random = randomStream(seed, index);
  let seen = emptyCounts(0, 1, 2);
  let propensities = uniformShares(2);
  for (let wave = 1; wave <= WAVES; wave++) {
    const counts = emptyCounts(wave, 1, 2);
    counts.n.set(seen.n);
    counts.s.set(seen.s);
    for (let i = 0; i < CONTACTS; i++) {
      const arm = drawArm(propensities, random.uniform());
      addCount(counts, wave - 1, 0, arm, 1, random.uniform() < rate(wave, arm) ? 1 : 0);
    }
    const draws = posterior(counts).draw(random, 1_000);
    const responses = [0, 1].map((arm) => counts.s.reduce((sum, s, at) => sum + (at % 2 === arm ? s : 0), 0));
    const { winner } = verdict({ draws, cells: 1, arms: 2, cellShares: [1], responses, wave });
    if (winner !== null) return { wave, arm: winner };
    propensities = withFloor(probabilityBest(draws, 1, 2, [response, response])[0], defaultFloor(2));
    seen = counts;
  }
  return null;
}

function winners(seed: string, campaigns: number, rate: Rate, posterior: (counts: Counts) => Posterior = twoWayPosterior) {
  return Array.from({ length: campaigns }, (_, i) => campaign(seed, i, rate, posterior)).filter((won) => won !== null);
}

describe('a market of two equal offers, 10 waves of 1,000 contacts, 1,000 campaigns', () => {
  it('names at most 45 winners at a flat rate of .10', () => {
    const named = winners('flat', 1_000, () => 0.1);
    expect(named.length).toBeLessThanOrEqual(45);
    expect(named.length).toBeGreaterThan(0);
  }, 300_000);

  it('names at most 55 winners when the rate rises from x.7 to x1.4', () => {
    const named = winners('rising', 1_000, rising);
    expect(named.length).toBeLessThanOrEqual(55);
  }, 300_000);

  it('would name far more without wave effects when the rate rises', () => {
    expect(winners('rising', 150, rising, independentPosterior).length).toBeGreaterThan(0.15 * 150);
  }, 300_000);
});

describe('a market with a better offer', () => {
  it('names it, and it alone, in most campaigns: .10 against .14', () => {
    const named = winners('better', 60, (_, arm) => (arm === 1 ? 0.14 : 0.1));
    expect(named.every(({ arm }) => arm === 1)).toBe(true);
    expect(named.length).toBeGreaterThan(45);
  }, 300_000);
});
