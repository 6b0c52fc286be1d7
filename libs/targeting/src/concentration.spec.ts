import fc from 'fast-check';
import { abc, bestFirst, deciles, gini, lorenz, topShare } from './concentration.js';

fc.configureGlobal({ seed: 1 });

const amounts = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 80 });
const sorted = (values: readonly number[]): Float64Array => bestFirst(Float64Array.from(values));

describe('concentration', () => {
  it('is nought where all bring the same, and near one where one brings all', () => {
    expect(gini(sorted([5, 5, 5, 5]))).toBeCloseTo(0, 12);
    expect(gini(sorted([0, 0, 0, 8]))).toBeCloseTo(0.75, 12);
    expect(topShare(sorted([1, 1, 1, 1, 6]), 0.2)).toBeCloseTo(0.6, 12);
    expect(topShare(sorted([4, 2]), 0.25)).toBeCloseTo(4 / 6, 12);
    expect([gini(sorted([0, 0])), topShare(sorted([]), 0.2), lorenz(sorted([0]), 4)]).toEqual([null, null, null]);
  });

  it('has in Gini the area that its curve leaves, unchanged by the unit of money', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 2, max: 100 }), (values, factor) => {
        const own = gini(sorted(values));
        fc.pre(own !== null);
        const curve = lorenz(sorted(values), values.length)!;
        const area = curve.slice(1).reduce((sum, y, at) => sum + (y + curve[at]) / 2 / values.length, 0);
        expect(own).toBeCloseTo(1 - 2 * area, 9);
        expect(gini(sorted(values.map((value) => factor * value)))).toBeCloseTo(own, 9);
        expect(curve[0]).toBeCloseTo(0, 9);
        expect(topShare(sorted(values), 0.2)).toBeGreaterThanOrEqual(0.2 - 1e-9);
      }),
    );
  });

  it('cuts into tenths, and into those who bring 80, 15 and 5 of a hundred', () => {
    fc.assert(
      fc.property(amounts, (values) => {
        const tenths = deciles(sorted(values));
        expect(tenths.reduce((sum, { clients }) => sum + clients, 0)).toBe(values.length);
        expect(tenths.reduce((sum, { total }) => sum + total, 0)).toBe(values.reduce((sum, value) => sum + value, 0));
        const { a, b, c } = abc(sorted(values));
        expect(a + b + c).toBe(values.length);
        const total = values.reduce((sum, value) => sum + value, 0);
        const best = (n: number): number =>
          sorted(values)
            .slice(0, n)
            .reduce((sum, value) => sum + value, 0);
        expect(best(a)).toBeGreaterThanOrEqual(0.8 * total);
        if (a > 0) expect(best(a - 1)).toBeLessThan(0.8 * total);
        expect(best(a + b)).toBeGreaterThanOrEqual(0.95 * total * (1 - 1e-12));
      }),
    );
    expect(deciles(sorted([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).map(({ total }) => total)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(abc(sorted([80, 15, 5]))).toEqual({ a: 1, b: 1, c: 1 });
  });
});
