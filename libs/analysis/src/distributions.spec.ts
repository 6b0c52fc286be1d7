import fc from 'fast-check';
import { normalCdf } from '@boucle/targeting';
import { chiSquareTail, fTail, tQuantile, tTails } from './distributions.js';

fc.configureGlobal({ seed: 1 });

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('tails', () => {
  // critical values of the tables of Abramowitz & Stegun, 26.8 to 26.10
  it.each([
    [3.841459, 1, 0.05],
    [5.991465, 2, 0.05],
    [18.307038, 10, 0.05],
    [135.806723, 100, 0.01],
  ])('of chi-square at %d with %d degrees', (x, df, p) => expect(chiSquareTail(x, df)).toBeCloseTo(p, 7));

  it.each([
    [4.964603, 1, 10, 0.05],
    [3.325835, 5, 10, 0.05],
    [2.866081, 4, 20, 0.05],
  ])('of F at %d with %d and %d degrees', (x, df1, df2, p) => expect(fTail(x, df1, df2)).toBeCloseTo(p, 6));

  it.each([
    [2.228139, 10, 0.05],
    [12.706205, 1, 0.05],
    [2.75, 30, 0.01],
  ])('of t at %d with %d degrees', (t, df, p) => expect(tTails(t, df)).toBeCloseTo(p, 4));

  it('agree where one is another: two degrees are exponential, one is a squared normal, F with one degree a squared t', () => {
    fc.assert(
      fc.property(within(0, 60), within(1, 200), (x, df) => {
        expect(chiSquareTail(x, 2)).toBeCloseTo(Math.exp(-x / 2), 12);
        expect(chiSquareTail(x, 1)).toBeCloseTo(2 * normalCdf(-Math.sqrt(x)), 12);
        expect(fTail(x, 1, df)).toBeCloseTo(tTails(Math.sqrt(x), df), 12);
      }),
    );
  });

  it('fall from 1 to 0, and the quantile of t turns its tails round', () => {
    for (const df of [1, 2.5, 30]) {
      expect([chiSquareTail(0, df), chiSquareTail(Infinity, df), fTail(0, df, 3)]).toEqual([1, 0, 1]);
      for (const alpha of [1e-6, 0.05, 0.5]) expect(tTails(tQuantile(alpha, df), df)).toBeCloseTo(alpha, 10);
    }
    expect(tQuantile(0.05, 10)).toBeCloseTo(2.228139, 6);
  });

  it('refuse degrees of freedom that are none', () => {
    for (const refused of [() => chiSquareTail(1, 0), () => fTail(1, 1, -1), () => tTails(1, NaN), () => tQuantile(0, 3)])
      expect(refused).toThrow(RangeError);
  });
});
