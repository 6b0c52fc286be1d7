import fc from 'fast-check';
import { falseDiscoveryRates } from './multiple-testing.js';

fc.configureGlobal({ seed: 1 });

describe('rates of false discoveries', () => {
  it('reject as many as the published example', () => {
    // Benjamini & Hochberg 1995, 3.2: four of fifteen at 5%
    const ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
    const rates = falseDiscoveryRates(ps);
    expect(rates.filter((rate) => rate <= 0.05)).toHaveLength(4);
    expect(rates[3]).toBeCloseTo((0.0095 * 15) / 4, 12);
  });

  it('are those of the step-up procedure, in any order', () => {
    const list = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 999 }), (thousandths, level) => {
        const sorted = [...thousandths].sort((a, b) => a - b);
        const last = sorted.findLastIndex((p, n) => p * sorted.length <= (n + 1) * level);
        const rates = falseDiscoveryRates(thousandths.map((p) => p / 1000));
        expect(rates.filter((rate) => rate <= (level + 1e-9) / 1000)).toHaveLength(last + 1);
      }),
    );
  });
});
