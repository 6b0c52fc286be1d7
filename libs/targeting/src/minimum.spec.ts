import { minimum } from './minimum.js';

describe('minimum', () => {
  it("finds the bottom of Rosenbrock's valley", () => {
    const found = minimum(([x, y]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1]);
    expect(found.converged).toBe(true);
    expect(found.at[0]).toBeCloseTo(1, 5);
    expect(found.at[1]).toBeCloseTo(1, 5);
  });

  it('goes round places without a value', () => {
    const found = minimum(([x]) => (x < 0 ? NaN : (x - 0.01) ** 2), [3]);
    expect(found.at[0]).toBeCloseTo(0.01, 5);
  });
});
