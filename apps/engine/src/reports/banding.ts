import { levelled, Variable } from '@boucle/analysis';
import { DomainError } from '@boucle/eventsourcing';
import { quantile } from '@boucle/targeting';
import { AnalysedField, fieldNamed, Fields } from './analysed-fields.js';

/** A field, and where its bands begin if it is a number; null: by fifths of people. */
export interface Banded {
  readonly field: AnalysedField;
  readonly cuts: readonly number[] | null;
}

const MOST_LEVELS = 12;
const FIFTHS = [0.2, 0.4, 0.6, 0.8];

/** Reads `age` or `age:30,45,60`. */
export const bandedField = (text: string, fields: Fields, parameter: string): Banded => {
  const [, name, bands] = /^(.*?)(?::([^:]*))?$/s.exec(text)!;
  const cuts = bands === undefined ? null : bands.split(',').map(Number);
  if (cuts?.some((cut, n) => !Number.isFinite(cut) || (n > 0 && cut <= cuts[n - 1])))
    throw new DomainError('not-bands', `${parameter}: bands begin at rising numbers with commas between, as in age:30,45,60`, parameter);
  return { field: fieldNamed(name, fields, parameter), cuts };
};

const labelsOf = (cuts: readonly number[]): readonly string[] => {
  const written = (cut: number): string => cut.toLocaleString('en', { maximumFractionDigits: 2 });
  if (cuts.length === 0) return ['all'];
  const between = cuts.slice(1).map((cut, n) => `${written(cuts[n])} to under ${written(cut)}`);
  return [`under ${written(cuts[0])}`, ...between, `${written(cuts[cuts.length - 1])} and more`];
};

/** The fifths' borders, those that differ and leave somebody below. */
const fifths = (values: readonly number[]): readonly number[] => {
  const sorted = Float64Array.from(values).sort();
  return [...new Set(FIFTHS.map((share) => quantile(sorted, share)))].filter((cut) => cut > sorted[0]);
};

/** The band or value of each person, in the order in which a reader expects them; nobody's value may be unknown. */
export const bandsOf = (variable: Variable, cuts: readonly number[] | null): { levels: readonly string[]; of: readonly number[] } => {
  if (variable.kind === 'category') {
    const { levels, of } = levelled(variable.values, MOST_LEVELS);
    const places = new Map(levels.map((level, place) => [level, place]));
    return { levels, of: of.map((level) => places.get(level)!) };
  }
  const values = variable.values.map((value) => value!);
  const borders = cuts ?? fifths(values);
  return { levels: labelsOf(borders), of: values.map((value) => borders.filter((cut) => value >= cut).length) };
};
