import { addCount, emptyCounts } from './counts.js';
import { independentPosterior } from './independent-posterior.js';
import { posteriorRates } from './posterior.js';
import { randomStream } from './random.js';

describe('independent posterior', () => {
  it.each([
    [5, 100, 0.0588235, 0.0221106, 0.1117551],
    [30, 1000, 0.0309381, 0.0211369, 0.0425092],
    [0, 10, 0.0833333, 0.002299, 0.2849142],
  ])('of %d responses to %d contacts has the mean and interval of its beta', (s, n, mean, low, high) => {
    const counts = emptyCounts(2, 1, 2);
    addCount(counts, 0, 0, 1, n / 2, 0);
    addCount(counts, 1, 0, 1, n / 2, s);
    const [, rate] = posteriorRates(independentPosterior(counts).draw(randomStream('beta', s), 100_000));
    const sd = Math.sqrt((mean * (1 - mean)) / (n + 3));
    expect(Math.abs(rate.mean - mean)).toBeLessThan(0.015 * sd);
    expect(Math.abs(rate.low - low)).toBeLessThan(0.05 * sd);
    expect(Math.abs(rate.high - high)).toBeLessThan(0.05 * sd);
  });

  it('keeps cells and arms apart', () => {
    const counts = emptyCounts(1, 2, 2);
    addCount(counts, 0, 1, 0, 1000, 900);
    const rates = posteriorRates(independentPosterior(counts).draw(randomStream('apart'), 20_000)).map(({ mean }) => mean);
    [0.5, 0.5, 901 / 1002, 0.5].forEach((mean, at) => expect(rates[at]).toBeCloseTo(mean, 1));
  });

  it('refuses impossible counts', () => {
    const counts = emptyCounts(1, 1, 1);
    addCount(counts, 0, 0, 0, 5, -1);
    expect(() => independentPosterior(counts)).toThrow('-1 responses to 5 contacts at index 0');
  });
});

describe('posterior rates', () => {
  it('are means and type 7 quantiles of the draws', () => {
    const [first, second] = posteriorRates(Array.from({ length: 41 }, (_, i) => Float64Array.of((40 - i) / 40, 0.5)));
    expect(first).toEqual({ mean: expect.closeTo(0.5, 12), low: expect.closeTo(0.025, 12), high: expect.closeTo(0.975, 12) });
    expect(second).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(() => posteriorRates([])).toThrow(RangeError);
  });
});
