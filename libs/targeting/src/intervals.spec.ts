import fc from 'fast-check';
import { normalCdf, sizeBehind, wilson } from './intervals.js';
import { randomStream } from './random.js';

fc.configureGlobal({ seed: 1 });

describe('normal distribution function', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.96, 0.9750021048517795],
    [2.326347874040841, 0.99],
    [2.878161739095483, 0.998],
    [-1, 0.15865525393145705],
    [-2.99, 0.0013948872354922503],
    [-3, 0.0013498980316300957],
    [-3.01, 0.0013062384487694699],
    [-5, 2.866515718791946e-7],
    [-6, 9.865876450377012e-10],
    [-10, 7.619853024160593e-24],
    [-37.5, 4.605353009582584e-308],
    [40, 1],
    [-Infinity, 0],
    [Infinity, 1],
  ])('at %d is %d', (z, expected) => {
    expect(Math.abs(normalCdf(z) - expected)).toBeLessThanOrEqual(1e-12 * expected);
  });

  it('rises, and mirrors at zero', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), fc.double({ min: 1e-6, max: 1, noNaN: true }), (z, step) => {
        expect(normalCdf(z + step)).toBeGreaterThanOrEqual(normalCdf(z));
        expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 14);
      }),
    );
    expect(normalCdf(NaN)).toBeNaN();
  });
});

describe('Wilson interval', () => {
  it('equals the published examples', () => {
    // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
    const published: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [s, n, low, high] of published) {
      const interval = wilson(s / n, n, 1.959964);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('solves |p - rate| = z sqrt(p(1-p)/n) at both ends, around the rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.double({ min: 1, max: 1e6, noNaN: true }), (rate, n) => {
        const { low, high } = wilson(rate, n);
        expect(low).toBeLessThan(rate);
        expect(high).toBeGreaterThan(rate);
        for (const p of [low, high]) expect(Math.abs(p - rate)).toBeCloseTo(1.96 * Math.sqrt((p * (1 - p)) / n), 7);
      }),
    );
  });

  it('knows nothing without trials and refuses what is no rate', () => {
    expect(wilson(0.3, 0)).toEqual({ low: 0, high: 1 });
    expect(wilson(0, 50).low).toBe(0);
    expect(wilson(1, 50).high).toBe(1);
    expect(() => wilson(1.2, 10)).toThrow(RangeError);
    expect(() => wilson(0.2, -1)).toThrow(RangeError);
    expect(() => wilson(NaN, 10)).toThrow(RangeError);
  });
});

describe('how many there were of whom some were drawn', () => {
  it('holds all numbers of which so many would be drawn without surprise, and no others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0.001, max: 0.9, noNaN: true }), (k, p) => {
        const { low, high } = sizeBehind(k, p);
        const surprise = (size: number): number => Math.abs(k - size * p) / Math.sqrt(size * p * (1 - p));
        expect(low).toBeGreaterThanOrEqual(k);
        if (low > k) expect(surprise(low)).toBeCloseTo(1.96, 6);
        expect(surprise(high)).toBeCloseTo(1.96, 6);
        expect(low).toBeLessThanOrEqual(k / p);
        expect(high).toBeGreaterThanOrEqual(k / p);
      }),
    );
  });

  it('is as often right as it says', () => {
    const random = randomStream('sizes');
    const [size, p, rounds] = [3000, 0.01, 2000];
    let right = 0;
    for (let round = 0; round < rounds; round++) {
      let drawn = 0;
      for (let n = 0; n < size; n++) if (random.uniform() < p) drawn++;
      const { low, high } = sizeBehind(drawn, p);
      if (low <= size && size <= high) right++;
    }
    expect(right / rounds).toBeGreaterThan(0.94);
    expect(right / rounds).toBeLessThan(0.97);
  });

  it('of everybody is known, and refuses what cannot be', () => {
    expect(sizeBehind(7, 1)).toEqual({ low: 7, high: 7 });
    expect(() => sizeBehind(-1, 0.1)).toThrow(RangeError);
    expect(() => sizeBehind(1, 0)).toThrow(RangeError);
  });
});
