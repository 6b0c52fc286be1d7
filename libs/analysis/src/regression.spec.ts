import { normalCdf, randomStream } from '@boucle/targeting';
import { Design, designOf } from './design.js';
import { leastSquares, logistic } from './regression.js';

const raw = (rows: readonly (readonly number[])[]): Design => ({
  terms: rows[0].map((_, n) => ({ variable: `x${n}`, level: null, mean: 0, deviation: 1 })),
  people: rows.length,
  rows: Float64Array.from(rows.flat()),
  references: {},
});

describe('logistic regression', () => {
  it('equals the published example', () => {
    // hours of study and passing, the example of the article on logistic regression in Wikipedia: -4.0777 (1.7610), 1.5046 (0.6287)
    const hours = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5];
    const passed = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1];
    const [intercept, slope] = logistic(raw(hours.map((hour) => [hour])), passed, 0).coefficients;
    expect(intercept.value).toBeCloseTo(-4.0777, 4);
    expect(intercept.error).toBeCloseTo(1.761, 4);
    expect(slope.value).toBeCloseTo(1.5046, 4);
    expect(slope.error).toBeCloseTo(0.6287, 4);
    expect(slope.p).toBeCloseTo(2 * normalCdf(-1.5046 / 0.6287), 4);
  });

  it('is the odds ratio of a table of two by two', () => {
    const cells: [number, number, number][] = [
      [1, 1, 30],
      [1, 0, 70],
      [0, 1, 15],
      [0, 0, 85],
    ];
    const people = cells.flatMap(([x, y, n]) => Array.from({ length: n }, () => [x, y]));
    const [, slope] = logistic(
      raw(people.map(([x]) => [x])),
      people.map(([, y]) => y),
      0,
    ).coefficients;
    expect(slope.value).toBeCloseTo(Math.log((30 * 85) / (70 * 15)), 9);
    expect(slope.error).toBeCloseTo(Math.sqrt(1 / 30 + 1 / 85 + 1 / 70 + 1 / 15), 9);
  });

  it('stays finite where a term tells the outcome', () => {
    const [, slope] = logistic(raw([[-2], [-1], [-1.5], [1], [2], [1.5]]), [0, 0, 0, 1, 1, 1]).coefficients;
    expect(slope.value).toBeGreaterThan(1);
    expect(Number.isFinite(slope.high)).toBe(true);
  });

  it('finds the influence of one variable among others that go with it, and none where there is none', () => {
    const random = randomStream('logistic');
    const people = Array.from({ length: 4000 }, () => {
      const age = random.normal();
      const orders = 0.8 * age + 0.6 * random.normal();
      return { age, orders, answer: random.uniform() < 1 / (1 + Math.exp(1 - 0.7 * orders)) ? 1 : 0 };
    });
    const answers = people.map(({ answer }) => answer);
    const [, alone] = logistic(raw(people.map(({ age }) => [age])), answers).coefficients;
    const [, age, orders] = logistic(raw(people.map((one) => [one.age, one.orders])), answers).coefficients;
    expect(alone.low).toBeGreaterThan(0.2);
    expect(age.low).toBeLessThan(0);
    expect(age.high).toBeGreaterThan(0);
    expect(orders.low).toBeLessThan(0.7);
    expect(orders.high).toBeGreaterThan(0.7);
  });
});

describe('least squares', () => {
  it('equal the closed form of a line, with errors counted out', () => {
    const random = randomStream('line');
    const points = Array.from({ length: 40 }, () => random.normal()).map(
      (x) => [x, 2 + 3 * x + (1 + Math.abs(x)) * random.normal()] as const,
    );
    const { coefficients } = leastSquares(
      raw(points.map(([x]) => [x])),
      points.map(([, y]) => y),
    );
    const n = points.length;
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
    const squares = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / squares;
    // HC3 of a slope: sum of ((x - mean) e / (1 - h))², over the squares twice, with h = 1/n + (x - mean)²/squares
    const variance =
      points.reduce((sum, [x, y]) => {
        const rest = y - meanY - slope * (x - meanX);
        const leverage = 1 / n + (x - meanX) ** 2 / squares;
        return sum + (((x - meanX) * rest) / (1 - leverage)) ** 2;
      }, 0) /
      squares ** 2;
    expect(coefficients[1].value).toBeCloseTo(slope, 7);
    expect(coefficients[0].value).toBeCloseTo(meanY - slope * meanX, 7);
    expect(coefficients[1].error).toBeCloseTo(Math.sqrt(variance), 7);
  });

  it('has intervals that hold nineteen times in twenty, though the noise grows', () => {
    const random = randomStream('coverage');
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const xs = Array.from({ length: 80 }, () => random.normal());
      const { coefficients } = leastSquares(
        raw(xs.map((x) => [x])),
        xs.map((x) => 1 + 2 * x + Math.exp(x / 2) * random.normal()),
      );
      if (coefficients[1].low < 2 && coefficients[1].high > 2) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  it('refuses more coefficients than people', () => expect(() => leastSquares(raw([[1], [2]]), [1, 2])).toThrow(RangeError));
});

describe('a design', () => {
  it('compares levels with the most frequent one, and says what is not known', () => {
    const design = designOf([
      { name: 'region', kind: 'category', values: ['n', 's', 'n', null, 'n'] },
      { name: 'age', kind: 'number', values: [20, 30, null, 40, 30] },
      { name: 'same', kind: 'number', values: [1, 1, 1, 1, 1] },
    ]);
    expect(design.terms.map(({ variable, level }) => [variable, level])).toEqual([
      ['region', '(not known)'],
      ['region', 's'],
      ['age', null],
      ['age', '(not known)'],
    ]);
    expect(design.references).toEqual({ region: 'n' });
    expect(Array.from(design.rows.subarray(8, 12))).toEqual([0, 0, 0, 1]);
  });

  it('puts the rarest levels together', () => {
    const values = 'aaaabbbbccccddddeeeeffffgghij'.split('');
    const design = designOf([{ name: 'letter', kind: 'category', values }], true);
    expect(design.terms.map(({ level }) => level)).toEqual([...'abcdefg', '(others)']);
  });
});
