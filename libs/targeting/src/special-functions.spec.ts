import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { betainc, betaincInverse, betaln } from './beta-function.js';
import { gammaln } from './gamma-function.js';
import { hyp2f1 } from './hypergeometric.js';

fc.configureGlobal({ seed: 1 });

const golden = join(process.env.BOUCLE_DATA_DIR ?? './data', 'golden', 'special_functions.json');

const functions: Record<string, (...at: number[]) => number> = { gammaln, betaln, betainc, betaincinv: betaincInverse, hyp2f1 };

(existsSync(golden) ? describe : describe.skip)(`golden values of special functions (skipped where ${golden} does not exist)`, () => {
  it('agree to twelve digits', () => {
    const table = JSON.parse(readFileSync(golden, 'utf8')) as Record<string, number[][]>;
    expect(Object.keys(table).sort()).toEqual(Object.keys(functions).sort());
    for (const [name, rows] of Object.entries(table))
      for (const row of rows) {
        const expected = row[row.length - 1];
        expect(Math.abs(functions[name](...row.slice(0, -1)) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1e-2, Math.abs(expected)));
      }
  });
});

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('special functions', () => {
  it('know the gamma function by its recurrence and its values at whole and half numbers', () => {
    expect(Math.exp(gammaln(6))).toBeCloseTo(120, 10);
    expect(gammaln(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    fc.assert(
      fc.property(between(1e-3, 1e6), (x) => {
        const sum = gammaln(x) + Math.log(x);
        expect(Math.abs(gammaln(x + 1) - sum)).toBeLessThanOrEqual(1e-13 * (1 + Math.abs(sum)));
      }),
    );
    for (const wrong of [0, -1, NaN]) expect(() => gammaln(wrong)).toThrow(RangeError);
  });

  it('mirror the incomplete beta function, and turn it round', () => {
    fc.assert(
      fc.property(between(0.001, 0.999), between(0.05, 500), between(0.05, 500), (x, a, b) => {
        const p = betainc(x, a, b);
        expect(p + betainc(1 - x, b, a)).toBeCloseTo(1, 10);
        if (p > 1e-8 && p < 1 - 1e-8) expect(betaincInverse(p, a, b)).toBeCloseTo(x, 7);
      }),
    );
    expect([betainc(0, 2, 3), betainc(1, 2, 3), betaincInverse(0, 2, 3), betaincInverse(1, 2, 3)]).toEqual([0, 1, 0, 1]);
    expect(() => betainc(1.1, 1, 1)).toThrow(RangeError);
    expect(() => betaincInverse(-0.1, 1, 1)).toThrow(RangeError);
  });

  it("know the hypergeometric function by a logarithm, a power and Euler's transformation", () => {
    expect(hyp2f1(1, 1, 2, 0.5)).toBeCloseTo(2 * Math.LN2, 13);
    fc.assert(
      fc.property(between(0.1, 5), between(0.1, 5), between(0.1, 8), between(0, 0.95), (a, b, c, z) => {
        expect(hyp2f1(a, c, c, z)).toBeCloseTo((1 - z) ** -a, 5);
        const euler = (1 - z) ** (c - a - b) * hyp2f1(c - a, c - b, c, z);
        expect(Math.abs(hyp2f1(a, b, c, z) - euler)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(euler)));
      }),
    );
    expect(() => hyp2f1(1, 1, 1, 1)).toThrow(RangeError);
    expect(() => hyp2f1(1, 1, -2, 0.5)).toThrow(RangeError);
  });
});
