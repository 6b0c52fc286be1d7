import { Random } from '@boucle/targeting';
import { levelled } from './design.js';
import { tTails } from './distributions.js';
import { independence } from './independence.js';
import { explainedShare, meanDifferences } from './mean-differences.js';
import { falseDiscoveryRates } from './multiple-testing.js';
import { Moments, NO_MOMENTS, Variable, withValue } from './variable.js';

/** How much two variables have to do with each other. */
export interface Correlation {
  readonly first: string;
  readonly second: string;
  /** Spearman's ρ of two numbers (-1 to 1), Cramér's V of two categories (0 to 1), η of a number and a category (0 to 1). */
  readonly measure: 'spearman' | 'cramer' | 'eta';
  readonly strength: number;
  readonly p: number;
  /** The share of false discoveries if all that are at most so are taken for true. */
  readonly q: number;
  /** Of whom both are known. */
  readonly people: number;
}

/** Ranks from 1, equals sharing their mean. */
export const meanRanks = (values: readonly number[]): number[] => {
  const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b]);
  const ranks = values.map(() => 0);
  for (let first = 0; first < order.length;) {
    let next = first + 1;
    while (next < order.length && values[order[next]] === values[order[first]]) next++;
    for (let place = first; place < next; place++) ranks[order[place]] = (first + 1 + next) / 2;
    first = next;
  }
  return ranks;
};

/** Pearson's r, null where one does not vary. */
export const pearson = (a: readonly number[], b: readonly number[]): number | null => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, n) => {
    both += (value - meanA) * (b[n] - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[n] - meanB) ** 2;
  });
  return squaresA > 0 && squaresB > 0 ? Math.max(-1, Math.min(1, both / Math.sqrt(squaresA * squaresB))) : null;
};

type Found = Pick<Correlation, 'measure' | 'strength' | 'p'>;

/** Spearman's ρ, the correlation of ranks, and p by t = ρ sqrt((n - 2) / (1 - ρ²)). Source: Kendall & Stuart, 31.19. */
export const spearman = (a: readonly number[], b: readonly number[]): Found | null => {
  const rho = a.length > 2 ? pearson(meanRanks(a), meanRanks(b)) : null;
  if (rho === null) return null;
  const df = a.length - 2;
  return { measure: 'spearman', strength: rho, p: Math.abs(rho) === 1 ? 0 : tTails(rho * Math.sqrt(df / (1 - rho * rho)), df) };
};

const cramer = (a: readonly string[], b: readonly string[], random: Random): Found | null => {
  const [rows, columns] = [levelled(a), levelled(b)];
  const table = rows.levels.map(() => columns.levels.map(() => 0));
  rows.of.forEach((row, n) => table[rows.levels.indexOf(row)][columns.levels.indexOf(columns.of[n])]++);
  const { strength, p } = independence(table, random);
  return strength === null || p === null ? null : { measure: 'cramer', strength, p };
};

const eta = (numbers: readonly number[], categories: readonly string[]): Found | null => {
  const { levels, of } = levelled(categories);
  const groups = new Map<string, Moments>(levels.map((level) => [level, NO_MOMENTS]));
  numbers.forEach((value, n) => groups.set(of[n], withValue(groups.get(of[n])!, value)));
  const test = meanDifferences([...groups.values()]);
  const share = test && explainedShare([...groups.values()]);
  return test && share !== null ? { measure: 'eta', strength: Math.sqrt(share), p: test.p } : null;
};

const found = (a: Variable, b: Variable, random: Random): (Found & { people: number }) | null => {
  const places = a.values.flatMap((value, n) => (value === null || b.values[n] === null ? [] : [n]));
  const of = <Value>({ values }: { readonly values: readonly (Value | null)[] }): Value[] => places.map((n) => values[n]!);
  const measured = (): Found | null => {
    if (a.kind === 'number') return b.kind === 'number' ? spearman(of(a), of(b)) : eta(of(a), of(b));
    return b.kind === 'number' ? eta(of(b), of(a)) : cramer(of(a), of(b), random);
  };
  const result = places.length > 0 ? measured() : null;
  return result && { ...result, people: places.length };
};

/**
 * How much each two variables have to do with each other, the surest first: numbers by their ranks, categories by Cramér's V, a number and a category
 * by η and Welch's analysis of variance; q holds the share of false discoveries over all pairs (Benjamini & Hochberg). Pairs of which one does not vary
 * where both are known are left out.
 */
export const correlations = (variables: readonly Variable[], random: Random): readonly Correlation[] => {
  const pairs = variables.flatMap((first, n) =>
    variables.slice(n + 1).flatMap((second) => {
      const one = found(first, second, random);
      return one ? [{ first: first.name, second: second.name, ...one }] : [];
    }),
  );
  const rates = falseDiscoveryRates(pairs.map(({ p }) => p));
  return pairs.map((pair, n) => ({ ...pair, q: rates[n] })).sort((a, b) => a.q - b.q || Math.abs(b.strength) - Math.abs(a.strength));
};
