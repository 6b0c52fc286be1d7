/**
 * Adjusted p-values that hold the expected share of false discoveries among all that are at most q, in the order given:
 * q_(i) = min over j >= i of p_(j) m / j. Source: Benjamini & Hochberg 1995, JRSS B 57:289.
 */
export const falseDiscoveryRates = (ps: readonly number[]): readonly number[] => {
  const order = ps.map((_, n) => n).sort((a, b) => ps[b] - ps[a]);
  const adjusted = ps.map(() => 1);
  let least = 1;
  order.forEach((place, n) => {
    least = Math.min(least, (ps[place] * ps.length) / (ps.length - n));
    adjusted[place] = least;
  });
  return adjusted;
};
