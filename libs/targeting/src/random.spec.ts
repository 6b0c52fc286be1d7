import fc from 'fast-check';
import { randomStream, uniformHash } from './random.js';

fc.configureGlobal({ seed: 1 });

const size = 100_000;
const moments = (values: number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
};
const many = (draw: () => number) => Array.from({ length: size }, draw);

describe('random stream', () => {
  it('is fixed by its key for ever', () => {
    const stream = randomStream('spring', 3, 'client-1');
    expect([stream.uniform(), stream.uniform(), stream.normal(), stream.gamma(2.5), stream.beta(3, 98)]).toMatchInlineSnapshot(`
      [
        0.5242414323208457,
        0.8081179212540256,
        -0.6707538232024604,
        6.374541373766534,
        0.0315570892036367,
      ]
    `);
    expect(uniformHash('spring', 'client-1')).toMatchInlineSnapshot(`0.3267032807162117`);
  });

  it('tells the parts of a key apart', () => {
    const keys: (string | number)[][] = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['abc', ''],
      ['', 'abc'],
      ['1', 'a'],
      [1, 'a'],
      ['1a'],
      [],
      [''],
      ['', ''],
    ];
    expect(new Set(keys.map((key) => randomStream(...key).uniform())).size).toBe(keys.length);
    expect(new Set(keys.map((key) => uniformHash(...key))).size).toBe(keys.length);
  });

  it('never collides on random keys', () => {
    const part = fc.oneof(fc.string(), fc.integer());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 4 }), (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(uniformHash(...a)).not.toBe(uniformHash(...b));
      }),
    );
  });

  it('stays on [0, 1) and has the moments of its distributions', () => {
    const random = randomStream('moments');
    const uniform = many(random.uniform);
    expect(uniform.every((u) => u >= 0 && u < 1)).toBe(true);
    const cases: [() => number, number, number][] = [
      [random.uniform, 1 / 2, 1 / 12],
      [random.normal, 0, 1],
      [() => random.normal() ** 2, 1, 2],
      [() => Number(Math.abs(random.normal()) > 2.576), 0.0099951, 0.0099951 * 0.9900049],
      [() => random.gamma(0.3), 0.3, 0.3],
      [() => random.gamma(1), 1, 1],
      [() => random.gamma(40), 40, 40],
      [() => random.beta(0.05, 9), 0.05 / 9.05, (0.05 * 9) / (9.05 ** 2 * 10.05)],
      [() => random.beta(3, 98), 3 / 101, (3 * 98) / (101 ** 2 * 102)],
    ];
    for (const [draw, mean, variance] of cases) {
      const values = many(draw);
      const seen = moments(values);
      const fourth = moments(values.map((x) => (x - mean) ** 2)).variance;
      expect(Math.abs(seen.mean - mean)).toBeLessThan(4.5 * Math.sqrt(variance / size));
      expect(Math.abs(seen.variance - variance)).toBeLessThan(5 * Math.sqrt(fourth / size));
    }
  });

  it('survives the tiniest shapes and refuses what is none', () => {
    const random = randomStream('tiny');
    const values = Array.from({ length: 2_000 }, () => random.beta(1e-6, 3e-6));
    expect(values.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(Math.abs(moments(values).mean - 0.25)).toBeLessThan(0.05);
    for (const shape of [0, -1, NaN, Infinity]) expect(() => random.gamma(shape)).toThrow(RangeError);
  });
});

describe('uniform hash', () => {
  const chiSquare = (cells: number[], expected: number) => cells.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);

  it.each([
    ['numbered clients', (i: number) => `client-${i}`],
    ['bare numbers', (i: number) => i],
    ['padded numbers', (i: number) => String(i).padStart(12, '0')],
  ])('spreads %s evenly, high bits and low', (_, client) => {
    const high = new Array<number>(100).fill(0);
    const low = new Array<number>(100).fill(0);
    for (let i = 0; i < size; i++) {
      const u = uniformHash('hold-out', client(i));
      high[Math.floor(u * 100)]++;
      low[Math.floor(((u * 2 ** 24) % 1) * 100)]++;
    }
    // 99 degrees of freedom: mean 99, sd 14
    for (const cells of [high, low]) expect(Math.abs(chiSquare(cells, size / 100) - 99)).toBeLessThan(5 * 14.07);
  });

  it('is independent between salts, and of the stream of the same key', () => {
    const pairs: ((i: number) => [number, number])[] = [
      (i) => [uniformHash('campaign-1', i), uniformHash('campaign-2', i)],
      (i) => [uniformHash('hold-out', `client-${i}`), uniformHash('draw', 1, `client-${i}`)],
      (i) => [uniformHash('seed', 1, `client-${i}`), uniformHash('seed', 2, `client-${i}`)],
      (i) => [uniformHash('seed', i), randomStream('seed', i).uniform()],
      (i) => [randomStream('seed', i).uniform(), randomStream('seed', i + 1).uniform()],
    ];
    for (const pair of pairs) {
      const table = new Array<number>(100).fill(0);
      for (let i = 0; i < size; i++) {
        const [a, b] = pair(i);
        table[Math.floor(a * 10) * 10 + Math.floor(b * 10)]++;
      }
      expect(Math.abs(chiSquare(table, size / 100) - 99)).toBeLessThan(5 * 14.07);
    }
  });
});
