import fc from 'fast-check';
import { expectedSpending, fitGammaGamma, gammaGammaLogLikelihood } from './gamma-gamma.js';

fc.configureGlobal({ seed: 1 });

const spending = fc.record({ purchases: fc.integer({ min: 1, max: 50 }), mean: fc.double({ min: 1, max: 1_000, noNaN: true }) });

describe('Gamma-Gamma', () => {
  const model = { p: 6.25, q: 3.74, v: 15.44 };
  const ofAll = (model.p * model.v) / (model.q - 1);

  it('expects of a client what lies between his own mean and that of all, the nearer to his the more is known of him', () => {
    expect(expectedSpending(model, { purchases: 0, mean: 0 })).toBeCloseTo(ofAll, 12);
    fc.assert(
      fc.property(spending, ({ purchases, mean }) => {
        const expected = expectedSpending(model, { purchases, mean });
        expect(expected).toBeGreaterThanOrEqual(Math.min(mean, ofAll) - 1e-9);
        expect(expected).toBeLessThanOrEqual(Math.max(mean, ofAll) + 1e-9);
        const more = expectedSpending(model, { purchases: purchases + 1, mean });
        expect(Math.abs(more - mean)).toBeLessThanOrEqual(Math.abs(expected - mean) + 1e-9);
      }),
    );
  });

  it('finds the same spread in another unit of money', () => {
    const spendings = fc.sample(spending, { numRuns: 300, seed: 7 });
    const fit = fitGammaGamma(spendings);
    const cents = fitGammaGamma(spendings.map(({ purchases, mean }) => ({ purchases, mean: 100 * mean })));
    expect(cents.p / fit.p).toBeCloseTo(1, 3);
    expect(cents.q / fit.q).toBeCloseTo(1, 3);
    expect(cents.v / fit.v).toBeCloseTo(100, 1);
    for (const key of ['p', 'q', 'v'] as const)
      for (const factor of [0.98, 1.02])
        expect(gammaGammaLogLikelihood({ ...fit, [key]: factor * fit[key] }, spendings)).toBeLessThanOrEqual(fit.logLikelihood);
  });

  it('refuses a spread of one, and an infinite mean', () => {
    expect(() =>
      fitGammaGamma([
        { purchases: 2, mean: 10 },
        { purchases: 0, mean: 0 },
      ]),
    ).toThrow(/nothing to fit/);
    expect(() => expectedSpending({ p: 1, q: 0.5, v: 1 }, { purchases: 0, mean: 0 })).toThrow(RangeError);
  });
});
