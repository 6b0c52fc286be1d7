// one look-up for all: inside loops the global costs more than the arithmetic
const { imul, log, sqrt } = Math;
const LARGEST = Number.MAX_VALUE;

/** A reproducible stream of random numbers: the same key always gives the same numbers, whatever was drawn elsewhere. */
export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Gamma with the given shape > 0 and scale 1. */
  gamma(shape: number): number;
  /** Beta(a, b), a and b > 0. */
  beta(a: number, b: number): number;
}

export type Key = readonly (string | number)[];

/**
 * The stream of a key such as (seed, wave, client): the key hashed to 128 bits (cyrb128) starts a small fast counter generator (sfc32).
 * Parts are told apart by marks that no text contains, and a number differs from its digits as text. Normals by the polar method,
 * gammas by Marsaglia & Tsang (2000), with the boost G(a) = G(a + 1) U^(1/a) below 1, betas as G(a) / (G(a) + G(b)).
 * Its first number is unrelated to `uniformHash` of the same key. Errors: RangeError for a shape that is not positive and finite.
 */
export function randomStream(...key: (string | number)[]): Random {
  let [a, b, c, d] = hash(key);

  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t;
  };
  for (let i = 0; i < 15; i++) word();
  const uniform = (): number => fraction(word(), word());

  let spare = 0;
  let kept = false;
  const normal = (): number => {
    if (kept) {
      kept = false;
      return spare;
    }
    for (;;) {
      const x = word() / 2147483648;
      const y = word() / 2147483648;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = sqrt((-2 * log(square)) / square);
      spare = y * scale;
      kept = true;
      return x * scale;
    }
  };

  const gamma = (shape: number): number => {
    if (!(shape > 0 && shape <= LARGEST)) throw new RangeError(`a gamma shape must be positive and finite, not ${shape}`);
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const third = shape - 1 / 3;
    const slope = 1 / sqrt(9 * third);
    for (;;) {
      const x = normal();
      const v = (1 + slope * x) ** 3;
      if (v > 0 && log(1 - uniform()) < 0.5 * x * x + third * (1 - v + log(v))) return third * v;
    }
  };

  const beta = (first: number, second: number): number => {
    const x = gamma(first);
    const total = x + gamma(second);
    // both underflow only for tiny shapes, where a beta is all but a coin
    return total > 0 ? x / total : Number(uniform() * (first + second) < first);
  };

  return { uniform, normal, gamma, beta };
}

/**
 * One uniform number on [0, 1), 53 bits, fixed for ever by its key: hold-out membership, order of drawing.
 * Clients of one campaign spread evenly, and different campaigns (salts) are independent of each other. About 0.2 microseconds.
 */
export function uniformHash(...key: (string | number)[]): number {
  const [a, b, c, d] = hash(key);
  return fraction(scramble(a ^ c), scramble(b ^ d));
}

/** cyrb128 (public domain, bryc) over the UTF-16 units of all parts; each part ends with a mark outside the units' range. */
function hash(key: Key): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  const mix = (unit: number): void => {
    a = b ^ imul(a ^ unit, 597399067);
    b = c ^ imul(b ^ unit, 2869860233);
    c = d ^ imul(c ^ unit, 951274213);
    d = a ^ imul(d ^ unit, 2716044179);
  };
  for (const part of key) {
    const text = typeof part === 'number' ? String(part) : part;
    for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i));
    mix(typeof part === 'number' ? 0x10001 : 0x10000);
  }
  a = imul(c ^ (a >>> 18), 597399067);
  b = imul(d ^ (b >>> 22), 2869860233);
  c = imul(a ^ (c >>> 17), 951274213);
  d = imul(b ^ (d >>> 19), 2716044179);
  a ^= b ^ c ^ d;
  return [a, b ^ a, c ^ a, d ^ a];
}

/** The finaliser of murmur3: every bit of the word bears on every bit of the result. */
function scramble(word: number): number {
  const x = imul(word ^ (word >>> 16), 0x85ebca6b);
  const y = imul(x ^ (x >>> 13), 0xc2b2ae35);
  return y ^ (y >>> 16);
}

/** 53 bits of two 32-bit words as a fraction of 1. */
function fraction(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
}
