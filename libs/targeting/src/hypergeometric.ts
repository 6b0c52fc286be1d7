// one look-up for all: inside loops the global costs more than the arithmetic
const { abs, max } = Math;

const PRECISION = 1e-16;
const MOST_TERMS = 1_000_000;

/**
 * Gauss's hypergeometric function 2F1(a, b; c; z) for 0 <= z < 1 by its power series, terms (a)_n (b)_n / (c)_n z^n / n!; relative error
 * about 1e-14 where the terms have one sign.
 * Errors: RangeError when z is outside [0, 1) or c is 0 or a negative integer. Source: Abramowitz & Stegun 15.1.1.
 */
export function hyp2f1(a: number, b: number, c: number, z: number): number {
  if (!(z >= 0 && z < 1)) throw new RangeError(`the series converges for arguments from 0 to below 1, not for ${z}`);
  if (c <= 0 && Number.isInteger(c)) throw new RangeError(`the third parameter must not be ${c}`);
  // before all factors are positive and shrinking, a small term may be followed by large ones
  const settled = max(abs(a), abs(b), abs(c));
  let term = 1;
  let sum = 1;
  for (let n = 0; n < MOST_TERMS; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    if (term === 0 || (n > settled && abs(term) <= PRECISION * abs(sum) * (1 - z))) break;
  }
  return sum;
}
