import { frequencies, NO_MOMENTS, Variable, variance, withValue } from './variable.js';

/** One column of numbers that a variable became. */
export interface Term {
  readonly variable: string;
  /** The value that it stands for, null: the number itself; `UNKNOWN`: nothing is known. */
  readonly level: string | null;
  /** Of the number in its own unit; a level is 1 or 0. */
  readonly mean: number;
  readonly deviation: number;
}

/** People as rows of numbers. */
export interface Design {
  readonly terms: readonly Term[];
  readonly people: number;
  /** Row by row, each number less its mean in standard deviations, each level as 1 or 0. */
  readonly rows: Float64Array;
  /** By variable of levels, the level that is not a term: what the others are compared with. */
  readonly references: Readonly<Record<string, string>>;
}

export const UNKNOWN = '(not known)';
/** All the levels that are too rare to stand alone. */
export const OTHERS = '(others)';

const MOST_LEVELS = 8;

/** The values of a category, rare ones together, what is not known as a value of its own; the most frequent first. */
export const levelled = (values: readonly (string | null)[], most = MOST_LEVELS): { levels: readonly string[]; of: readonly string[] } => {
  const known = frequencies(values.map((value) => value ?? UNKNOWN)).map(([value]) => value);
  const kept = new Set(known.length > most ? known.slice(0, most - 1) : known);
  const of = values.map((value) => (kept.has(value ?? UNKNOWN) ? (value ?? UNKNOWN) : OTHERS));
  return { levels: known.length > most ? [...kept, OTHERS] : [...kept], of };
};

type Encoded = { readonly term: Term; readonly values: readonly number[] };

const share = (values: readonly number[]): Pick<Term, 'mean' | 'deviation'> => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(mean * (1 - mean)) };
};

const flag = (variable: string, level: string, values: readonly boolean[]): Encoded => {
  const ones = values.map(Number);
  return { term: { variable, level, ...share(ones) }, values: ones };
};

const encoded = (variable: Variable, dropFirst: boolean): { terms: readonly Encoded[]; reference: string | null } => {
  const { name } = variable;
  if (variable.kind === 'category') {
    const { levels, of } = levelled(variable.values);
    const terms = levels.slice(dropFirst ? 1 : 0).map((level) =>
      flag(
        name,
        level,
        of.map((value) => value === level),
      ),
    );
    return { terms: levels.length > 1 ? terms : [], reference: levels[0] };
  }
  const known = variable.values.filter((value) => value !== null);
  const moments = known.reduce(withValue, NO_MOMENTS);
  const deviation = Math.sqrt(variance(moments));
  if (!(deviation > 0)) return { terms: [], reference: null };
  const values = variable.values.map((value) => (value === null ? 0 : (value - moments.mean) / deviation));
  const number = { term: { variable: name, level: null, mean: moments.mean, deviation }, values };
  const unknown = variable.values.map((value) => value === null);
  return { terms: known.length < unknown.length ? [number, flag(name, UNKNOWN, unknown)] : [number], reference: null };
};

/**
 * Variables as rows of numbers: a number in standard deviations from its mean, a category as a 1 or 0 for each of its values but the most frequent
 * (for all of them where `full`), of which the eighth and rarer are one. A number that is not known counts as the mean, beside a 1 that says so.
 * What is the same for everybody is left out.
 */
export const designOf = (variables: readonly Variable[], full = false): Design => {
  const all = variables.map((variable) => ({ name: variable.name, ...encoded(variable, !full) }));
  const columns = all.flatMap(({ terms }) => terms);
  const people = variables[0]?.values.length ?? 0;
  const rows = new Float64Array(people * columns.length);
  columns.forEach(({ values }, column) => values.forEach((value, person) => (rows[person * columns.length + column] = value)));
  const references = Object.fromEntries(all.flatMap(({ name, reference }) => (reference === null ? [] : [[name, reference]])));
  return { terms: columns.map(({ term }) => term), people, rows, references };
};
