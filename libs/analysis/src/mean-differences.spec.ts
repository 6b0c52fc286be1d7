import fc from 'fast-check';
import { randomStream } from '@boucle/targeting';
import { explainedShare, meanDifferences } from './mean-differences.js';
import { Moments, NO_MOMENTS, withValue } from './variable.js';

fc.configureGlobal({ seed: 1 });

const momentsOf = (values: readonly number[]): Moments => values.reduce(withValue, NO_MOMENTS);

// the first example of the article on Welch's t-test in Wikipedia: t = -2.46 with 25.0 degrees, p = 0.021
const first = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
const second = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];

describe('differences of means', () => {
  it('equal the published example', () => {
    const { statistic, df2, p } = meanDifferences([momentsOf(first), momentsOf(second)])!;
    expect(Math.sqrt(statistic)).toBeCloseTo(2.46, 2);
    expect(df2).toBeCloseTo(25.0, 1);
    expect(p).toBeCloseTo(0.021, 3);
  });

  it('are uniform in p where there are none, however differently groups vary', () => {
    const random = randomStream('null means');
    const ps = Array.from({ length: 1000 }, () => {
      const groups = [20, 40, 80].map((n, g) => momentsOf(Array.from({ length: n }, () => (1 + 3 * g) * random.normal())));
      return meanDifferences(groups)!.p;
    });
    for (const level of [0.05, 0.25, 0.5]) {
      const share = ps.filter((p) => p <= level).length / ps.length;
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / ps.length));
    }
  });

  it('are the same in any order, unit and zero', () => {
    const lists = fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 8 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(lists, (groups) => {
        const own = meanDifferences(groups.map(momentsOf));
        const other = meanDifferences([...groups].reverse().map((group) => momentsOf(group.map((value) => 7 * value + 3).reverse())));
        expect(other === null).toBe(own === null);
        if (own && other) expect(other.p).toBeCloseTo(own.p, 6);
      }),
    );
  });

  it('cannot be told of groups within which nothing varies', () =>
    expect(meanDifferences([momentsOf([1, 1, 1]), momentsOf([1, 2, 3]), momentsOf([4])])).toBeNull());

  it('explain all of the variance, some or none', () => {
    expect(explainedShare([momentsOf([1, 1]), momentsOf([3, 3])])).toBe(1);
    expect(explainedShare([momentsOf([1, 3]), momentsOf([1, 3])])).toBe(0);
    expect(explainedShare([momentsOf([0, 2]), momentsOf([2, 4])])).toBeCloseTo(0.5, 12);
    expect(explainedShare([momentsOf([2, 2])])).toBeNull();
  });
});
