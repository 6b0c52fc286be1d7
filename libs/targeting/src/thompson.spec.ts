import fc from 'fast-check';
import { emptyCounts } from './counts.js';
import { independentPosterior } from './independent-posterior.js';
import { randomStream } from './random.js';
import { defaultFloor, drawArm, probabilityBest, uniformShares, withFloor } from './thompson.js';

fc.configureGlobal({ seed: 1 });

const rate = { gain: 1, cost: 0 };
const someShares = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
  .filter((parts) => parts.some((x) => x > 1e-6))
  .map((parts) => parts.map((x) => x / parts.reduce((sum, y) => sum + y, 0)));

describe('probability of being best', () => {
  it.each([
    [
      [
        [2, 99],
        [5, 99],
        [4, 199],
      ],
      [0.1276, 0.82022, 0.05218],
    ],
    [
      [
        [20, 200],
        [29, 200],
        [24, 200],
      ],
      [0.05532, 0.72971, 0.21497],
    ],
  ])('equals quadrature for independent betas: %j', (observed, expected) => {
    const counts = emptyCounts(1, 1, 3);
    observed.forEach(([s, n], k) => ([counts.s[k], counts.n[k]] = [s, n]));
    const draws = independentPosterior(counts).draw(randomStream('quadrature'), 100_000);
    const [shares] = probabilityBest(draws, 1, 3, [rate, rate, rate]);
    shares.forEach((share, k) => expect(Math.abs(share - expected[k])).toBeLessThan(0.006));
  });

  it('counts value, not response: a rarer answer that brings more is best', () => {
    const draws = [Float64Array.of(0.1, 0.06), Float64Array.of(0.12, 0.05)];
    expect(probabilityBest(draws, 1, 2, [rate, rate])).toEqual([[1, 0]]);
    expect(probabilityBest(draws, 1, 2, [rate, { gain: 3, cost: 0 }])).toEqual([[0, 1]]);
    expect(
      probabilityBest(draws, 1, 2, [
        { gain: 1, cost: 0.5 },
        { gain: 3, cost: 0.26 },
      ]),
    ).toEqual([[0, 1]]);
    expect(
      probabilityBest(draws, 1, 2, [
        { gain: 1, cost: 0.07 },
        { gain: 1, cost: 0.02 },
      ]),
    ).toEqual([[0.5, 0.5]]);
  });

  it('looks at each cell by itself and shares ties equally', () => {
    const draws = [Float64Array.of(0.1, 0.1, 0.1, 0.2, 0.2, 0.1), Float64Array.of(0.3, 0.3, 0.2, 0.1, 0.1, 0.1)];
    const [first, second] = probabilityBest(draws, 2, 3, [rate, rate, rate]);
    [5 / 12, 5 / 12, 1 / 6].forEach((share, k) => expect(first[k]).toBeCloseTo(share, 12));
    [5 / 12, 5 / 12, 1 / 6].forEach((share, k) => expect(second[k]).toBeCloseTo(share, 12));
  });

  it('permutes with the arms and sums to 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.1, 0.2, 0.3)), { minLength: 1 }),
        (pairs) => {
          const [[a, b]] = probabilityBest(
            pairs.map((pair) => Float64Array.from(pair)),
            1,
            2,
            [rate, rate],
          );
          const [[d, c]] = probabilityBest(
            pairs.map(([x, y]) => Float64Array.of(y, x)),
            1,
            2,
            [rate, rate],
          );
          expect([c, d]).toEqual([a, b]);
          expect(a + b).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('refuses draws and payoffs that do not fit', () => {
    expect(() => probabilityBest([], 1, 2, [rate, rate])).toThrow(RangeError);
    expect(() => probabilityBest([Float64Array.of(0.1)], 1, 2, [rate, rate])).toThrow(
      '1 draws of 1 rates and 2 payoffs do not fit 1 cells x 2 arms',
    );
  });
});

describe('propensities', () => {
  it('are millionths that sum to a million, keep the floor and follow the formula', () => {
    fc.assert(
      fc.property(someShares, fc.double({ min: 0, max: 1, noNaN: true }), (shares, part) => {
        const floor = (part * 0.5) / shares.length;
        const propensities = withFloor(shares, floor);
        expect(propensities.reduce((sum, p) => sum + p, 0)).toBe(1_000_000);
        propensities.forEach((p, k) => {
          expect(Number.isInteger(p)).toBe(true);
          expect(p).toBeGreaterThanOrEqual(floor * 1e6 - 1e-6);
          expect(p).toBeLessThanOrEqual(1e6 * (1 - (shares.length - 1) * floor) + 1);
          expect(Math.abs(p - 1e6 * (floor + (1 - shares.length * floor) * shares[k]))).toBeLessThan(1 + shares.length);
        });
      }),
    );
  });

  it('give what rounding leaves to the largest remainders', () => {
    expect(withFloor([0.5, 0.5, 0], 0.02)).toEqual([490_000, 490_000, 20_000]);
    expect(withFloor([0.0000004, 0.9999996], 0)).toEqual([0, 1_000_000]);
    expect(withFloor([0.0000006, 0.9999994], 0)).toEqual([1, 999_999]);
    expect(uniformShares(3)).toEqual([333_334, 333_333, 333_333]);
    expect(uniformShares(1)).toEqual([1_000_000]);
  });

  it('refuse a floor that explores more than half, and shares that are none', () => {
    expect(() => withFloor([0.25, 0.25, 0.5], 0.17)).toThrow(
      /^a floor of 0.17 for 3 arms takes 0.51\d* of the contacts; at most .5 may be explored$/,
    );
    expect(withFloor([1, 0], 0.25)).toEqual([750_000, 250_000]);
    expect(() => withFloor([0.5, 0.4], 0)).toThrow(RangeError);
    expect(() => withFloor([1.1, -0.1], 0)).toThrow(RangeError);
    expect(() => withFloor([1], NaN)).toThrow(RangeError);
    expect(() => uniformShares(0)).toThrow('there cannot be 0 arms');
  });

  it('default to a floor that spends at most a tenth on exploring', () => {
    expect([1, 2, 5, 20, 100].map(defaultFloor)).toEqual([0.02, 0.02, 0.02, 0.005, 0.001]);
  });

  it('are what arms are drawn with, within 4 standard errors', () => {
    const propensities = [20_000, 0, 330_000, 650_000];
    const size = 100_000;
    const drawn = [0, 0, 0, 0];
    for (let i = 0; i < size; i++) drawn[drawArm(propensities, randomStream('seed', 3, `client-${i}`).uniform())]++;
    expect(drawn[1]).toBe(0);
    propensities.forEach((p, k) =>
      expect(Math.abs(drawn[k] / size - p / 1e6)).toBeLessThanOrEqual(4 * Math.sqrt(((p / 1e6) * (1 - p / 1e6)) / size)),
    );
  });

  it('are cut at their cumulated sums', () => {
    expect([0, 0.0199999, 0.02, 0.3499999, 0.35, 0.9999999].map((u) => drawArm([20_000, 330_000, 650_000], u))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(drawArm([0, 1_000_000], 0)).toBe(1);
    expect(() => drawArm([500_000, 400_000], 0.2)).toThrow(RangeError);
    expect(() => drawArm([1_000_000], 1)).toThrow(RangeError);
    expect(() => drawArm([1_000_000], -0.1)).toThrow(RangeError);
  });
});
