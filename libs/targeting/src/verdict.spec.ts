import { randomStream } from './random.js';
import { verdict } from './verdict.js';

/** Draws whose means, sds and independence are as given up to Monte-Carlo noise. */
const normalDraws = (arms: [number, number][], size = 4_000) => {
  const random = randomStream('verdict');
  return Array.from({ length: size }, () => Float64Array.from(arms, ([mean, sd]) => mean + sd * random.normal()));
};
/** Two draws of a pair that have exactly this mean and standard deviation of the difference. */
const exactPair = (mean: number, sd: number, rate = 0.1) =>
  [-1, 1].map((side) => Float64Array.of(rate + mean + (side * sd) / Math.SQRT2, rate));
const look = { cells: 1, arms: 2, cellShares: [1], responses: [50, 50], wave: 2 };

describe('verdict', () => {
  it('names a winner at z >= 2.88, from the second wave on, with ten responses', () => {
    const sure = { ...look, draws: exactPair(0.02, 0.02 / 2.88) };
    expect(verdict(sure)).toMatchObject({ leader: 0, winner: 0, threshold: 0.998, look: 2 });
    expect(verdict(sure).probability).toBeCloseTo(0.998, 4);
    expect(verdict({ ...sure, draws: exactPair(0.02, 0.02 / 2.87) }).winner).toBeNull();
    expect(verdict({ ...sure, wave: 1 }).winner).toBeNull();
    expect(verdict({ ...sure, responses: [9, 50] }).winner).toBeNull();
    expect(verdict({ ...sure, responses: [10, 0] }).winner).toBe(0);
  });

  it('asks the leader to beat every rival, and is as sure as of the closest', () => {
    const draws = normalDraws([
      [0.1, 0.002],
      [0.13, 0.002],
      [0.128, 0.002],
      [0.05, 0.002],
    ]);
    const seen = verdict({ ...look, arms: 4, responses: [50, 50, 50, 50], draws });
    expect(seen).toMatchObject({ leader: 1, winner: null });
    expect(seen.probability).toBeGreaterThan(0.7);
    expect(seen.probability).toBeLessThan(0.82);
  });

  it('calls a pair equivalent when the difference is surely below the margin', () => {
    expect(verdict({ ...look, draws: exactPair(0.001, 0.003), margin: 0.001 + 2.327 * 0.003 }).equivalent).toEqual([0, 1]);
    expect(verdict({ ...look, draws: exactPair(0.001, 0.003), margin: 0.001 + 2.325 * 0.003 }).equivalent).toBeNull();
    const draws = normalDraws([
      [0.05, 0.0001],
      [0.1, 0.001],
      [0.0995, 0.001],
      [0.0999, 0.001],
    ]);
    expect(verdict({ ...look, arms: 4, responses: [9, 9, 9, 9], draws }).equivalent).toEqual([1, 3]);
  });

  it('calls the leader good enough when none is better by more than the margin', () => {
    expect(verdict({ ...look, draws: exactPair(0.001, 0.003), margin: 2.577 * 0.003 - 0.001 }).goodEnough).toBe(true);
    expect(verdict({ ...look, draws: exactPair(0.001, 0.003), margin: 2.575 * 0.003 - 0.001 }).goodEnough).toBe(false);
  });

  it("takes a tenth of the leader's rate as the margin", () => {
    // leader at .11, so the margin is .011
    expect(verdict({ ...look, draws: exactPair(0.01, 0.021 / 2.58) }).goodEnough).toBe(true);
    expect(verdict({ ...look, draws: exactPair(0.01, 0.021 / 2.57) }).goodEnough).toBe(false);
  });

  it('averages the cells by their shares', () => {
    const draws = normalDraws([
      [0.2, 0.001],
      [0.1, 0.001],
      [0.1, 0.001],
      [0.14, 0.001],
    ]);
    const cells = { ...look, cells: 2, draws };
    expect(verdict({ ...cells, cellShares: [1, 1] }).leader).toBe(0);
    expect(verdict({ ...cells, cellShares: [0.2, 0.8] }).leader).toBe(1);
    const close = { ...cells, draws: normalDraws([0.11, 0.1, 0.1, 0.11].map((mean) => [mean, 0.03])) };
    const [parts, percent] = [
      [0.2, 0.8],
      [20, 80],
    ].map((cellShares) => verdict({ ...close, cellShares }));
    expect(percent.expectedLoss).toBeCloseTo(parts.expectedLoss, 12);
    expect(percent).toMatchObject({ leader: parts.leader, probability: expect.closeTo(parts.probability, 12) });
  });

  it('counts what stopping with the leader would lose', () => {
    const draws = [Float64Array.of(0.2, 0.1, 0.05), Float64Array.of(0.1, 0.14, 0.06), Float64Array.of(0.1, 0.1, 0.19)];
    expect(verdict({ ...look, arms: 3, responses: [9, 9, 9], draws }).expectedLoss).toBeCloseTo((0 + 0.04 + 0.09) / 3, 12);
  });

  it('follows its arms when they are permuted', () => {
    const draws = normalDraws([
      [0.1, 0.002],
      [0.13, 0.002],
      [0.06, 0.002],
    ]);
    const seen = verdict({ ...look, arms: 3, responses: [20, 30, 40], draws });
    const turned = verdict({ ...look, arms: 3, responses: [40, 30, 20], draws: draws.map((draw) => draw.slice().reverse()) });
    expect(turned).toMatchObject({
      ...seen,
      leader: 1,
      winner: 1,
      probability: expect.closeTo(seen.probability, 12),
      expectedLoss: expect.closeTo(seen.expectedLoss, 12),
    });
  });

  it('is undecided between draws that never differ, and has no winner among one arm', () => {
    const same = [Float64Array.of(0.1, 0.1), Float64Array.of(0.1, 0.1)];
    expect(verdict({ ...look, draws: same })).toEqual({
      leader: 0,
      winner: null,
      equivalent: [0, 1],
      goodEnough: true,
      probability: 0.5,
      threshold: 0.998,
      expectedLoss: 0,
      look: 2,
    });
    const single = verdict({ ...look, arms: 1, responses: [50], draws: [Float64Array.of(0.1), Float64Array.of(0.2)] });
    expect(single).toMatchObject({ leader: 0, winner: null, equivalent: null, goodEnough: false, probability: 1, expectedLoss: 0 });
  });

  it('refuses parts that do not fit', () => {
    const draws = exactPair(0.01, 0.01);
    for (const wrong of [{ draws: [] }, { cellShares: [] }, { cellShares: [0] }, { responses: [1] }, { cells: 2, cellShares: [1, 1] }])
      expect(() => verdict({ ...look, draws, ...wrong })).toThrow(RangeError);
  });
});
