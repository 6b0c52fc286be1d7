import fc from 'fast-check';
import { importance } from './importance.js';
import { wilson } from './intervals.js';
import { offPolicy, type OffPolicyEstimate } from './off-policy.js';

fc.configureGlobal({ seed: 1 });

const rows = (n: number, weight: number, reward: number) => Array.from({ length: n }, () => ({ weight, reward }));
const someRows = fc
  .array(fc.record({ weight: fc.double({ min: 0, max: 50, noNaN: true }), reward: fc.double({ min: -100, max: 100, noNaN: true }) }), {
    minLength: 1,
  })
  .filter((all) => all.some(({ weight }) => weight > 0.01));
const refusal = (all: { weight: number; reward: number }[], kind?: 'amount') => (offPolicy(all, kind) as { refused: string }).refused;
const estimate = (all: { weight: number; reward: number }[], kind?: 'amount') => offPolicy(all, kind) as OffPolicyEstimate;

describe('importance sums', () => {
  it('equal the twelve-row example', () => {
    const logging = [0.5, 0.3, 0.2];
    const target = [0.1, 0.2, 0.7];
    const actions = [0, 0, 1, 0, 0, 2, 0, 0, 2, 1, 0, 1];
    const rewards = [0, 29.58, 11.77, 0, 0, 0, 0, 0, 0, 44.8, 0, 0];
    const sums = importance(actions.map((k, i) => ({ weight: target[k] / logging[k], reward: rewards[i] })));
    expect(sums.ips).toBeCloseTo(3.6357778, 7);
    expect(sums.snips).toBeCloseTo(4.1951282, 7);
    expect(sums.ess).toBeCloseTo(4.1419454, 7);
    expect(sums).toMatchObject({ rows: 12, responses: 3, least: 0, most: 44.8 });
  });

  it('are those of the sample when the policies agree', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }), (rewards) => {
        const mean = rewards.reduce((sum, r) => sum + r, 0) / rewards.length;
        const sums = importance(rewards.map((reward) => ({ weight: 1, reward })));
        expect(sums.ips).toBeCloseTo(mean, 9);
        expect(sums.snips).toBeCloseTo(mean, 9);
        expect(sums.ess).toBe(rewards.length);
      }),
    );
  });

  it('keep SNIPS between the rewards and move it with a constant', () => {
    fc.assert(
      fc.property(someRows, fc.double({ min: -10, max: 10, noNaN: true }), (all, constant) => {
        const sums = importance(all);
        expect(sums.snips).toBeGreaterThanOrEqual(sums.least);
        expect(sums.snips).toBeLessThanOrEqual(sums.most);
        expect(sums.ess).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(sums.ess).toBeLessThanOrEqual(all.length + 1e-9);
        const moved = importance(all.map(({ weight, reward }) => ({ weight, reward: reward + constant })));
        expect(moved.snips).toBeCloseTo(sums.snips + constant, 8);
        expect(moved.variance).toBeCloseTo(sums.variance, 6);
      }),
    );
  });

  it('refuse impossible rows', () => {
    for (const row of [
      { weight: -1, reward: 0 },
      { weight: NaN, reward: 0 },
      { weight: 1, reward: NaN },
      { weight: 1, reward: Infinity },
    ])
      expect(() => importance([row])).toThrow(RangeError);
  });
});

describe('off-policy value', () => {
  it("is Wilson's interval of the sample when the policies agree", () => {
    const seen = estimate([...rows(30, 1, 1), ...rows(970, 1, 0)]);
    expect(seen).toEqual({
      ips: 0.03,
      snips: 0.03,
      low: expect.closeTo(wilson(0.03, 1000).low, 12),
      high: expect.closeTo(wilson(0.03, 1000).high, 12),
      ess: 1000,
      alarm: null,
    });
  });

  it.each([
    ['the weighted variance', { heavy: [60, 60], light: [0, 600] }, true],
    ['the effective sample size', { heavy: [20, 180], light: [170, 30] }, false],
  ])('takes the number of trials from %s where that is less', (_, { heavy, light }, fromVariance) => {
    const all = [...rows(heavy[0], 4, 1), ...rows(heavy[1], 4, 0), ...rows(light[0], 1, 1), ...rows(light[1], 1, 0)];
    const total = 4 * (heavy[0] + heavy[1]) + light[0] + light[1];
    const value = (4 * heavy[0] + light[0]) / total;
    const variance = ((16 * heavy[0] + light[0]) * (1 - value) ** 2 + (16 * heavy[1] + light[1]) * value ** 2) / total ** 2;
    const ess = total ** 2 / (16 * (heavy[0] + heavy[1]) + light[0] + light[1]);
    const trials = (value * (1 - value)) / variance;
    expect(trials < ess).toBe(fromVariance);
    const seen = estimate(all);
    const expected = wilson(value, Math.min(ess, trials));
    expect(seen.ips).toBeCloseTo((4 * heavy[0] + light[0]) / all.length, 12);
    expect(seen.snips).toBeCloseTo(value, 12);
    expect(seen.low).toBeCloseTo(expected.low, 12);
    expect(seen.high).toBeCloseTo(expected.high, 12);
    expect(seen.ess).toBeCloseTo(ess, 9);
  });

  it('is a Wald interval for amounts', () => {
    const seen = estimate([...rows(60, 1, 40), ...rows(40, 1, 15), ...rows(900, 1, 0)], 'amount');
    const sd = Math.sqrt((60 * 37 ** 2 + 40 * 12 ** 2 + 900 * 3 ** 2) / 1000 ** 2);
    expect(seen).toMatchObject({ ips: 3, snips: 3, low: expect.closeTo(3 - 1.96 * sd, 12), high: expect.closeTo(3 + 1.96 * sd, 12) });
  });

  it('refuses with the number that stands against it', () => {
    expect(refusal([])).toBe('None of the 0 logged decisions is one that the policy would take.');
    expect(refusal(rows(500, 0, 1))).toBe('None of the 500 logged decisions is one that the policy would take.');
    expect(refusal([...rows(500, 1, 1), { weight: Infinity, reward: 0 }])).toBe(
      'The policy takes an arm that the logging policy could not have taken.',
    );
    expect(refusal(rows(99, 1, 1))).toBe('The effective sample size is 99.0; at least 100 are needed.');
    expect(refusal([...rows(9, 1, 1), ...rows(500, 1, 0), ...rows(50, 0, 1)])).toBe(
      'Only 9 responses bear on the policy; at least 10 are needed.',
    );
    expect(refusal([...rows(49, 1, 30), ...rows(500, 1, 0)], 'amount')).toBe('Only 49 payers bear on the policy; at least 50 are needed.');
    expect(refusal([{ weight: 1_200, reward: 1 }, ...rows(10_000, 1, 1)])).toBe(
      'One decision carries 10.7% of all weight; at most 10% is allowed.',
    );
    expect(refusal([...rows(5, 700, 1), ...rows(10_000, 1, 1)])).toBe('The effective sample size is 74.1; at least 100 are needed.');
  });

  it('answers at the very bounds of refusal', () => {
    expect(estimate([...rows(10, 1, 1), ...rows(90, 1, 0)]).ess).toBe(100);
    expect(estimate([...rows(50, 1, 20), ...rows(50, 1, 0)], 'amount').snips).toBe(10);
  });

  it('raises an alarm when the mean weight is not 1', () => {
    const balanced = [...rows(500, 1.5, 0), ...rows(500, 0.5, 1)];
    expect(estimate(balanced).alarm).toBeNull();
    expect(estimate(balanced.map((row) => ({ ...row, weight: row.weight * 1.2 }))).alarm).toMatch(/^The mean weight is 1.200 instead of 1/);
    expect(estimate(rows(200, 0.9, 1)).alarm).toMatch(/^The mean weight is 0.900/);
  });

  it('takes no reward outside [0, 1] for a rate', () => {
    expect(() => offPolicy(rows(200, 1, 2))).toThrow(new RangeError('the rewards of a rate lie between 0 and 1, not between 2 and 2'));
    expect(() => offPolicy(rows(200, 1, -0.1))).toThrow(RangeError);
  });
});
