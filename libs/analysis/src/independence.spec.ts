import fc from 'fast-check';
import { randomStream } from '@boucle/targeting';
import { independence } from './independence.js';

fc.configureGlobal({ seed: 1 });

const random = () => randomStream('independence');

describe('independence', () => {
  it('equals the published examples', () => {
    // Agresti 2007, An Introduction to Categorical Data Analysis, table 2.5: party by gender
    const party = independence(
      [
        [762, 327, 468],
        [484, 239, 477],
      ],
      random(),
    );
    expect(party).toMatchObject({ test: 'chi-square', df: 2 });
    expect(party.statistic).toBeCloseTo(30.07, 2);
    expect(party.p).toBeCloseTo(2.95e-7, 9);
    expect(party.strength).toBeCloseTo(0.1044, 4);
    // the same, 2.6: the lady who tastes tea
    const tea = independence(
      [
        [3, 1],
        [1, 3],
      ],
      random(),
    );
    expect(tea.test).toBe('fisher');
    expect(tea.p).toBeCloseTo(0.4857, 4);
  });

  it('draws tables of their margins where expected counts are small, as often as all such tables say', () => {
    const table = [
      [3, 0, 1],
      [0, 4, 1],
      [1, 1, 2],
    ];
    const { test, p } = independence(table, random());
    expect(test).toBe('permutation');
    // every order of the 13 people is as likely: the exact p by counting tables with their multiplicities
    const [rows, columns, n] = [[4, 5, 4], [4, 5, 4], 13];
    const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
    const chi = (cells: number[]) =>
      cells.reduce(
        (sum, o, i) => sum + (o - (rows[Math.floor(i / 3)] * columns[i % 3]) / n) ** 2 / ((rows[Math.floor(i / 3)] * columns[i % 3]) / n),
        0,
      );
    const own = chi(table.flat());
    let [uneven, all] = [0, 0];
    for (let a = 0; a <= 4; a++)
      for (let b = 0; b <= 4 - a; b++)
        for (let d = 0; d <= 4 - a; d++)
          for (let e = 0; e <= 5 - d; e++) {
            const cells = [a, b, 4 - a - b, d, e, 5 - d - e, 4 - a - d, 5 - b - e, 0];
            cells[8] = 4 - cells[6] - cells[7];
            if (cells.some((cell) => cell < 0)) continue;
            const weight = 1 / cells.reduce((product, cell) => product * factorial(cell), 1);
            all += weight;
            if (chi(cells) >= own - 1e-9) uneven += weight;
          }
    expect(Math.abs(p! - uneven / all)).toBeLessThan(4 * Math.sqrt((p! * (1 - p!)) / 9_999));
  });

  it('has p-values that are uniform where nothing has to do with anything', () => {
    const draws = randomStream('null tables');
    const ps = Array.from({ length: 1000 }, () => {
      const table = [
        [0, 0, 0],
        [0, 0, 0],
      ];
      for (let n = 0; n < 200; n++) table[draws.uniform() < 0.4 ? 0 : 1][Math.floor(draws.uniform() * 3)]++;
      return independence(table, random()).p!;
    });
    for (const level of [0.05, 0.25, 0.5, 0.9]) {
      const share = ps.filter((p) => p <= level).length / ps.length;
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / ps.length));
    }
  });

  it('does not care for the order of rows and columns, nor for empty ones', () => {
    const counts = fc.array(fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(counts, (table) => {
        const { statistic, strength } = independence(table, random());
        const turned = [...table].reverse().map((row) => [0, ...[...row].reverse()]);
        const other = independence([...turned, [0, 0, 0, 0]], random());
        expect(other.statistic).toBeCloseTo(statistic, 8);
        expect(other.strength).toBeCloseTo(strength!, 8);
        expect(strength).toBeGreaterThanOrEqual(0);
        expect(strength).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('says 1 where one tells the other, and nothing where there is one row', () => {
    expect(
      independence(
        [
          [40, 0],
          [0, 60],
        ],
        random(),
      ).strength,
    ).toBeCloseTo(1, 12);
    const nothing = { test: null, p: null, strength: null };
    for (const table of [
      [[3, 4]],
      [[3], [4]],
      [[0, 0]],
      [
        [3, 0],
        [4, 0],
      ],
    ])
      expect(independence(table, random())).toMatchObject(nothing);
  });
});
