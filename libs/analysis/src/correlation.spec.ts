import fc from 'fast-check';
import { randomStream } from '@boucle/targeting';
import { correlations, meanRanks, spearman } from './correlation.js';
import { Variable } from './variable.js';

fc.configureGlobal({ seed: 1, numRuns: 50 });

const random = () => randomStream('correlations');
const numbers = (name: string, values: readonly (number | null)[]): Variable => ({ name, kind: 'number', values });
const words = (name: string, values: readonly (string | null)[]): Variable => ({ name, kind: 'category', values });

describe('correlations', () => {
  it('of ranks equal the published example', () => {
    // IQ and hours of television, the example of the article on Spearman's coefficient in Wikipedia: -29/165, p = 0.627188
    const found = spearman([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17])!;
    expect(found.strength).toBeCloseTo(-29 / 165, 12);
    expect(found.p).toBeCloseTo(0.627188, 6);
  });

  it('measures each pair by what its variables are', () => {
    const n = Array.from({ length: 60 }, (_, at) => at);
    const region = n.map((at) => (at % 3 === 0 ? 'north' : 'south'));
    const found = correlations(
      [
        numbers('orders', n),
        numbers(
          'turnover',
          n.map((at) => at * at),
        ),
        words('region', region),
        words(
          'club',
          region.map((of) => `${of}-club`),
        ),
        numbers(
          'same',
          n.map(() => 4),
        ),
      ],
      random(),
    );
    const of = (first: string, second: string) => found.find((pair) => pair.first === first && pair.second === second);
    expect(of('orders', 'turnover')).toMatchObject({ measure: 'spearman', strength: 1, p: 0, people: 60 });
    expect(of('region', 'club')).toMatchObject({ measure: 'cramer', strength: expect.closeTo(1, 9) });
    expect(of('orders', 'region')).toMatchObject({ measure: 'eta' });
    expect(found.filter(({ first, second }) => first === 'same' || second === 'same')).toEqual([]);
    expect(found.map(({ q }) => q)).toEqual(found.map(({ q }) => q).sort((a, b) => a - b));
  });

  it('counts those of whom both are known', () => {
    const [pair] = correlations([numbers('a', [1, 2, 3, null, 5, 4]), numbers('b', [2, 1, null, 4, 5, 3])], random());
    expect(pair.people).toBe(4);
  });

  it('takes few of many that are nothing for discoveries', () => {
    const draws = randomStream('null correlations');
    const variables = Array.from({ length: 15 }, (_, n) =>
      n % 2 === 0
        ? numbers(
            `n${n}`,
            Array.from({ length: 200 }, () => draws.normal()),
          )
        : words(
            `c${n}`,
            Array.from({ length: 200 }, () => 'abc'[Math.floor(3 * draws.uniform())]),
          ),
    );
    const found = correlations(variables, random());
    expect(found).toHaveLength(105);
    expect(found.filter(({ q }) => q <= 0.05).length).toBeLessThanOrEqual(2);
    expect(found.filter(({ p }) => p <= 0.05).length).toBeGreaterThan(0);
  });

  it('share the ranks of equals, and do not care for units', () => {
    const list = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(meanRanks(a).reduce((sum, rank) => sum + rank, 0)).toBeCloseTo((a.length * (a.length + 1)) / 2, 9);
        const n = Math.min(a.length, b.length);
        const [own, other] = [
          spearman(a.slice(0, n), b.slice(0, n)),
          spearman(
            a.slice(0, n).map((value) => Math.exp(value)),
            b.slice(0, n),
          ),
        ];
        expect(other?.strength).toEqual(own?.strength);
      }),
    );
  });
});
