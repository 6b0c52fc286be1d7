import fc from 'fast-check';
import { lineAmount, rounded, sumOf } from './money.js';

const price = fc.integer({ min: -10_000_000, max: 10_000_000 });
const units = fc.integer({ min: 0, max: 1_000_000_000 });

describe('the amount of a line', () => {
  it.each([
    [1, 4990, 4990],
    [0.5, 333, 167],
    [0.5, -333, -167],
    [1.005, 100, 101],
    [0.001, 499, 0],
    [0.001, 500, 1],
    [2.675, 100, 268],
    [0.333, 3, 1],
    [1_000_000_000, 9_007_199, 9_007_199_000_000_000],
  ])('%d × %d is %d', (quantity, unitPrice, amount) => expect(lineAmount(quantity, unitPrice)).toBe(amount));

  it('is not made up where it cannot be exact', () => {
    expect(lineAmount(0.0005, 100)).toBeNull();
    expect(lineAmount(1 / 3, 100)).toBeNull();
    expect(lineAmount(1000, Number.MAX_SAFE_INTEGER)).toBeNull();
    expect(lineAmount(Number.MAX_SAFE_INTEGER, 1)).toBeNull();
  });

  it('is never more than half a cent away, and further from zero when it is just half', () =>
    fc.assert(
      fc.property(units, price, (thousandths, unitPrice) => {
        const exact = BigInt(thousandths) * BigInt(unitPrice);
        const amount = BigInt(lineAmount(thousandths / 1000, unitPrice)!) * 1000n;
        const off = amount - exact;
        expect(off <= 500n && off >= -500n).toBe(true);
        if (off === 500n || off === -500n) expect(off > 0n).toBe(exact > 0n);
      }),
    ));

  it('has the other sign for the other sign', () =>
    fc.assert(
      fc.property(units, price, (thousandths, unitPrice) =>
        // no negative zero: it would not survive JSON
        expect(lineAmount(thousandths / 1000, -unitPrice)).toBe(0 - lineAmount(thousandths / 1000, unitPrice)!),
      ),
    ));

  it('of a whole quantity is that many times the price', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), price, (n, each) => expect(lineAmount(n, each)).toBe(sumOf(Array(n).fill(each)))),
    ));
});

it('rounds the same by whichever sign the divisor has', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: 1n, max: 50n }), (a, b) =>
      expect(rounded(-a, -b)).toBe(rounded(a, b)),
    ),
  ));

describe('a sum', () => {
  it('is exact, or not there', () => {
    expect(sumOf([])).toBe(0);
    expect(sumOf([Number.MAX_SAFE_INTEGER, 1])).toBeNull();
    expect(sumOf([Number.MAX_SAFE_INTEGER, 1, -1])).toBe(Number.MAX_SAFE_INTEGER);
  });
  it('does not depend on the order', () =>
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger(), { maxLength: 8 }), (amounts) => expect(sumOf([...amounts].reverse())).toBe(sumOf(amounts))),
    ));
});
