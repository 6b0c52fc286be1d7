import fc from 'fast-check';
import {
  aliveProbability,
  bgNbdLogLikelihood,
  expectedPurchases,
  expectedPurchasesOfNew,
  fitBgNbd,
  purchasesProbability,
  BuyingPattern,
} from './bg-nbd.js';
import { lifetimeValue } from './lifetime-value.js';
import { randomStream } from './random.js';

fc.configureGlobal({ seed: 1 });

/** As published, rounded. */
const PUBLISHED = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

const FITTED = { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };

const model = fc.record({
  r: fc.double({ min: 0.05, max: 5, noNaN: true }),
  alpha: fc.double({ min: 0.5, max: 50, noNaN: true }),
  a: fc.double({ min: 0.05, max: 140, noNaN: true }),
  b: fc.double({ min: 1.05, max: 140, noNaN: true }),
});

const pattern: fc.Arbitrary<BuyingPattern> = fc
  .record({
    repeats: fc.integer({ min: 0, max: 400 }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    age: fc.integer({ min: 1, max: 200 }),
  })
  .map(({ repeats, share, age }) => ({ repeats, last: repeats === 0 ? 0 : share * age, age }));

describe('BG/NBD', () => {
  it.each([
    [0.1429, 0.0078],
    [1, 0.0532],
    [3, 0.1506],
    [31.8571, 1.0405],
    [32, 1.0437],
    [78, 1.8576],
  ])('expects of a new client within %d weeks %d purchases', (within, expected) => {
    expect(expectedPurchasesOfNew(FITTED, within)).toBeCloseTo(expected, 3);
  });

  it.each([
    [10, 0.3474606],
    [15, 0.0428339],
    [20, 0.004159],
    [25, 0.0003584],
  ])('expects less of who bought %d times and then no more', (repeats, expected) => {
    expect(expectedPurchases(FITTED, { repeats, last: 20, age: 39 }, 52)).toBeCloseTo(expected, 4);
  });

  it('knows the published probabilities of counts, which come to one and to the expectation', () => {
    expect(purchasesProbability(PUBLISHED, 10, 2)).toBeCloseTo(1.07869e-7, 11);
    expect(purchasesProbability(PUBLISHED, 0, 39)).toBeCloseTo(0.5737864, 7);
    const counts = Array.from({ length: 400 }, (_, x) => purchasesProbability(PUBLISHED, x, 39));
    expect(counts.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(counts.reduce((sum, p, x) => sum + x * p, 0)).toBeCloseTo(expectedPurchasesOfNew(PUBLISHED, 39), 3);
  });

  it('expects more of a longer time, the more so the surer he is there, and knows nothing of who bought once', () => {
    fc.assert(
      fc.property(model, pattern, fc.double({ min: 0.1, max: 500, noNaN: true }), (given, own, within) => {
        const alive = aliveProbability(given, own);
        expect(alive).toBeGreaterThanOrEqual(0);
        expect(alive).toBeLessThanOrEqual(1);
        if (own.repeats === 0) expect(alive).toBe(1);
        const expected = expectedPurchases(given, own, within);
        expect(Number.isFinite(expected)).toBe(true);
        expect(expected).toBeGreaterThanOrEqual(0);
        expect(expectedPurchases(given, own, within * 1.5)).toBeGreaterThanOrEqual(expected * (1 - 1e-9));
        expect(expectedPurchases(given, own, 0)).toBeCloseTo(0, 12);
      }),
    );
  });

  it('holds for a client who buys every day for years', () => {
    const daily = { repeats: 2_000, last: 285.5, age: 286 };
    expect(aliveProbability(PUBLISHED, daily)).toBeGreaterThan(0.9);
    expect(expectedPurchases(PUBLISHED, daily, 52)).toBeGreaterThan(100);
    expect(Number.isFinite(bgNbdLogLikelihood(PUBLISHED, [daily]))).toBe(true);
  });

  it('is continuous where its formula is nought by nought', () => {
    const at = (a: number): number => expectedPurchases({ ...PUBLISHED, a }, { repeats: 3, last: 20, age: 39 }, 52);
    expect(at(1)).toBeCloseTo(at(1 + 1e-4), 3);
    expect(at(1)).toBeCloseTo(at(1 - 1e-4), 3);
  });

  it('finds the parameters by which buyers were drawn', () => {
    const truth = { r: 0.8, alpha: 6, a: 0.9, b: 3 };
    const random = randomStream('bg-nbd', 1);
    const drawn = Array.from({ length: 20_000 }, (): BuyingPattern => {
      const age = 20 + Math.floor(random.uniform() * 60);
      const rate = random.gamma(truth.r) / truth.alpha;
      const leaves = random.beta(truth.a, truth.b);
      let [repeats, last, alive] = [0, 0, true];
      while (alive) {
        const next = last - Math.log(1 - random.uniform()) / rate;
        if (next > age) break;
        [repeats, last, alive] = [repeats + 1, next, random.uniform() >= leaves];
      }
      return { repeats, last, age };
    });
    const fit = fitBgNbd(drawn);
    expect(fit.logLikelihood).toBeGreaterThanOrEqual(bgNbdLogLikelihood(truth, drawn));
    for (const key of ['r', 'alpha', 'a', 'b'] as const) expect(Math.abs(fit[key] / truth[key] - 1)).toBeLessThan(0.15);
  });

  it('says so where a base does not bear the model', () => {
    const alike = Array.from({ length: 40 }, (_, n) => ({ repeats: 5, last: 30 + (n % 3), age: 40 }));
    const fit = fitBgNbd(alike);
    expect(fit.converged).toBe(false);
    for (const own of alike) expect(expectedPurchases(fit, own, 52)).toBeGreaterThan(0);
  });

  it('refuses what cannot be, and a base in which nobody came back', () => {
    expect(() => fitBgNbd([{ repeats: 0, last: 0, age: 10 }])).toThrow(/nobody bought a second time/);
    expect(() => fitBgNbd([{ repeats: 1, last: 11, age: 10 }])).toThrow(RangeError);
    expect(() => fitBgNbd([{ repeats: 1.5, last: 1, age: 10 }])).toThrow(RangeError);
    expect(() => expectedPurchasesOfNew(PUBLISHED, -1)).toThrow(RangeError);
  });
});

describe('lifetime value', () => {
  const terms = { periods: 12, period: 4.345, discountRate: 0.01, margin: 0.4, contactCost: 0 };

  it('rises with margin and spending, and falls with interest and cost', () => {
    fc.assert(
      fc.property(model, pattern, (given, own) => {
        const { value, purchases } = lifetimeValue(given, own, 30, terms);
        expect(purchases).toBeCloseTo(expectedPurchases(given, own, 12 * 4.345), 9);
        expect(lifetimeValue(given, own, 60, terms).value).toBeCloseTo(2 * value, 6);
        expect(lifetimeValue(given, own, 30, { ...terms, discountRate: 0.02 }).value).toBeLessThanOrEqual(value);
        expect(value).toBeLessThanOrEqual(0.4 * 30 * purchases + 1e-9);
        const contacts = Array.from({ length: 12 }, (_, t) => 2 / 1.01 ** (t + 1)).reduce((sum, cost) => sum + cost, 0);
        expect(lifetimeValue(given, own, 30, { ...terms, contactCost: 2 }).value).toBeCloseTo(value - contacts, 9);
      }),
    );
  });
});
