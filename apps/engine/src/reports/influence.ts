import { Coefficient, designOf, Fit, leastSquares, logistic, Term, Variable } from '@boucle/analysis';
import { DomainError } from '@boucle/eventsourcing';
import { Estimate, Report } from '@boucle/reports';
import { AnalysedField, fieldNamed, fieldsOf, knownOf, variableOf } from './analysed-fields.js';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';
import { fieldsIn, mustBeGiven, SEED, seedOf } from './report-parameters.js';
import { sampleOf } from './sampling.js';

const SAMPLE = 50_000;
/** What may stand behind an influence without being one, and follows from nothing else. */
const BACKGROUND = ['age', 'language', 'country', 'daysKnown', 'hasEmail'];

interface Outcome {
  readonly isRate: boolean;
  readonly values: readonly number[];
}

const outcomeOf = ({ name }: AnalysedField, variable: Variable): Outcome => {
  if (variable.kind === 'number') return { isRate: false, values: variable.values.map((value) => value!) };
  if (variable.values.every((value) => value === 'yes' || value === 'no'))
    return { isRate: true, values: variable.values.map((value) => (value === 'yes' ? 1 : 0)) };
  throw new DomainError(
    'not-an-outcome',
    `on: ${name} is neither a number nor a yes or no, so nothing can influence it by more or less`,
    'on',
  );
};

const fitted = (
  { isRate, values }: Outcome,
  variables: readonly Variable[],
): { terms: readonly Term[]; references: Readonly<Record<string, string>>; fit: Fit } => {
  const design = designOf(variables);
  if (design.people <= 10 * (design.terms.length + 1))
    throw new DomainError(
      'too-few-people',
      `${design.people} people are too few for ${design.terms.length} terms: name fewer fields in adjusted`,
      'adjusted',
    );
  return { terms: design.terms, references: design.references, fit: isRate ? logistic(design, values) : leastSquares(design, values) };
};

/** By how much the odds are multiplied, or how much more it is. */
const effect = (isRate: boolean, { value, low, high }: Coefficient): Estimate =>
  isRate ? { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) } : { value, low, high };

const written = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });

const change = ({ level, deviation }: Term, { label }: AnalysedField, reference: string | undefined): string =>
  level === null
    ? `${label}, ${written(deviation)} more (a standard deviation)`
    : `${label}: ${level}${reference === undefined ? '' : ` rather than ${reference}`}`;

/** What one field does to an outcome, all others that are named being equal. */
export const influence: ReportMaker = {
  name: 'influence',
  title: 'The influence of a field',
  isRecorded: true,
  goesBy: ['thresholds'],
  parameters: {
    of: 'the field whose influence is asked for, such as age',
    on: 'the outcome: a yes or no such as reacted, or a number such as spent.EUR',
    adjusted: `the fields that are held equal, with commas between; ${BACKGROUND.join(', ')} if left out`,
    ...SEED,
  },
  async make(asked): Promise<Report> {
    const { people, asOf, parameters } = asked;
    const all = await fieldsOf(asked);
    const [of, on] = (['of', 'on'] as const).map((name) => fieldNamed(mustBeGiven(parameters, name), all, name));
    const wanted = fieldsIn(parameters, 'adjusted', all);
    const seed = seedOf(parameters);
    const leftOut = new LeftOut();
    const { people: sample, counted } = await sampleOf(people, SAMPLE, seed, leftOut);
    const known = (await knownOf(sample, asked)).filter((subject) => {
      const missing = [of, on].find((field) => field.read(subject, asOf.at) === null);
      if (missing) leftOut.add(`of whom this is not known: ${missing.label}`);
      return missing === undefined;
    });
    const variable = ({ name, read }: AnalysedField): Variable =>
      variableOf(
        name,
        known.map((subject) => read(subject, asOf.at)),
      );
    const others = (wanted ?? BACKGROUND.map((name) => fieldNamed(name, all, 'adjusted'))).filter(
      ({ name }) => name !== of.name && name !== on.name,
    );
    const outcome = outcomeOf(on, variable(on));
    const own = variable(of);
    const alone = fitted(outcome, [own]);
    const adjusted = fitted(outcome, [own, ...others.map(variable)]);
    if (alone.terms.length === 0)
      throw new DomainError('all-alike', `of: ${of.label} is the same for all of the ${known.length} people`, 'of');
    const rows = alone.terms.map((term, n) => {
      const coefficient = adjusted.fit.coefficients[n + 1];
      return {
        change: change(term, of, alone.references[of.name]),
        adjusted: effect(outcome.isRate, coefficient),
        alone: effect(outcome.isRate, alone.fit.coefficients[n + 1]),
        p: coefficient.p,
      };
    });
    const what = outcome.isRate ? 'the odds are multiplied by' : 'more by';
    return {
      name: 'influence',
      title: `The influence of ${of.label} on ${on.label}`,
      question: {
        rule: outcome.isRate ? 'influence version 1: logistic regression' : 'influence version 1: least squares, robust errors (HC3)',
        asOf,
        seed,
        parameters: { ...parameters, adjusted: others.map(({ name }) => name).join(',') },
      },
      counted: known.length,
      leftOut: { ...leftOut.all, ...(sample.length < counted && { 'not drawn into the sample': counted - sample.length }) },
      findings: rows.map(
        ({ change: of, adjusted: { value, low, high }, p }) =>
          `${of}: ${what} ${written(value)} (${written(low)} to ${written(high)}), all else being equal${p < 0.05 ? '' : '; that may be chance'}.`,
      ),
      tables: [
        {
          name: 'influence',
          title: `${on.label}: ${what}`,
          columns: [
            { name: 'change', label: 'Change', kind: 'text' },
            { name: 'adjusted', label: 'All else being equal', kind: 'estimate' },
            { name: 'alone', label: 'By itself', kind: 'estimate' },
            { name: 'p', label: 'p', kind: 'number', digits: 4 },
          ],
          rows,
          note: `Held equal: ${others.length === 0 ? 'nothing' : others.map(({ label }) => label).join(', ')}. What goes with a field need not come of it; intervals hold at 95%.`,
        },
      ],
      charts: [{ kind: 'bar', title: `${on.label}: ${what}`, table: 'influence', x: 'change', y: ['adjusted', 'alone'] }],
    };
  },
};
