import { independence, meanDifferences, Moments, NO_MOMENTS, tInterval, Variable, withValue } from '@boucle/analysis';
import { DomainError } from '@boucle/eventsourcing';
import { Cell, Column, Report, Table } from '@boucle/reports';
import { randomStream, wilson } from '@boucle/targeting';
import { fieldNamed, Fields, fieldsOf, knownPeople, variableOf } from './analysed-fields.js';
import { bandedField, bandsOf } from './banding.js';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';
import { mustBeGiven, SEED, seedOf } from './report-parameters.js';

/** Of fewer people a mean or a rate would tell of persons, and nothing of their kind. */
const FEWEST = 5;

/** What is measured in each cell, besides the number of people. */
interface Measure {
  readonly kind: 'mean' | 'rate';
  readonly field: ReturnType<typeof fieldNamed>;
}

const measureIn = (text: string | undefined, fields: Fields): Measure | null => {
  if (text === undefined || text === 'count') return null;
  const [, kind, name] = /^(mean|rate):(.+)$/s.exec(text) ?? [];
  if (kind === undefined)
    throw new DomainError(
      'not-a-measure',
      `measure: count, mean:… of a number (mean:spent.EUR) or rate:… of a yes or no (rate:reacted), not ${text}`,
      'measure',
    );
  return { kind: kind as Measure['kind'], field: fieldNamed(name, fields, 'measure') };
};

type Places = readonly (readonly [row: number, column: number])[];

const grid = <Value>(rows: number, columns: number, of: () => Value): Value[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, of));

const matrix = (
  name: string,
  title: string,
  [rowLabel, rows]: readonly [string, readonly string[]],
  columns: readonly string[],
  kind: Column['kind'],
  cells: readonly (readonly Cell[])[],
  note?: string,
): Table => ({
  name,
  title,
  columns: [
    { name: 'row', label: rowLabel, kind: 'text' },
    ...columns.map((label, n): Column => ({ name: `column${n}`, label, kind: kind as 'count' })),
  ],
  rows: rows.map((row, r) => ({ row, ...Object.fromEntries(cells[r].map((cell, c) => [`column${c}`, cell])) })),
  note,
});

const TEST_COLUMNS: readonly Column[] = [
  { name: 'question', label: 'Question', kind: 'text' },
  { name: 'test', label: 'Test', kind: 'text' },
  { name: 'statistic', label: 'Statistic', kind: 'number' },
  { name: 'p', label: 'p', kind: 'number', digits: 4 },
  { name: 'strength', label: 'Strength, 0 to 1', kind: 'number' },
];

interface Tested {
  readonly question: string;
  readonly test: string;
  readonly statistic: number | null;
  readonly p: number | null;
  readonly strength: number | null;
}

const TEST_NAMES = {
  'chi-square': 'chi-square (strength: Cramér’s V)',
  fisher: 'Fisher, exact (strength: Cramér’s V)',
  permutation: '9,999 tables drawn (strength: Cramér’s V)',
};

const tested = (question: string, counts: readonly (readonly number[])[], seed: string): Tested => {
  const { test, statistic, p, strength } = independence(counts, randomStream(seed, question));
  return { question, test: test === null ? 'cannot be tested' : TEST_NAMES[test], statistic, p, strength };
};

const comparedMeans = (question: string, groups: readonly Moments[]): Tested => {
  const found = meanDifferences(groups);
  return {
    question,
    test: found === null ? 'cannot be tested' : 'Welch’s analysis of variance',
    statistic: found?.statistic ?? null,
    p: found?.p ?? null,
    strength: null,
  };
};

/** The measure in each cell, and whether it differs between rows, between columns and at all. */
const measured = (
  measure: Measure,
  values: Variable,
  places: Places,
  names: readonly [string, string],
  shape: readonly [number, number],
  seed: string,
) => {
  const questions = [`by ${names[0]}`, `by ${names[1]}`, 'by both together'].map((by) => `Does ${measure.field.label} differ ${by}?`);
  const groupOf = [
    ([row]: Places[number]) => row,
    ([, column]: Places[number]) => column,
    ([row, column]: Places[number]) => row * shape[1] + column,
  ];
  if (measure.kind === 'mean') {
    if (values.kind !== 'number')
      throw new DomainError(
        'not-a-number',
        `measure: ${measure.field.name} is no number; ask for its rate if it is a yes or no`,
        'measure',
      );
    const grouped = (of: (typeof groupOf)[number]): Moments[] => {
      const groups: Moments[] = [];
      places.forEach((place, n) => (groups[of(place)] = withValue(groups[of(place)] ?? NO_MOMENTS, values.values[n]!)));
      return [...groups].map((group) => group ?? NO_MOMENTS);
    };
    const cells = grouped(groupOf[2]);
    const cell = (row: number, column: number): Cell => {
      const moments = cells[row * shape[1] + column] ?? NO_MOMENTS;
      return moments.n < FEWEST ? null : tInterval(moments);
    };
    return { kind: 'estimate' as const, cell, tests: questions.map((question, n) => comparedMeans(question, grouped(groupOf[n]))) };
  }
  if (values.kind !== 'category' || values.values.some((value) => value !== 'yes' && value !== 'no'))
    throw new DomainError(
      'not-a-yes-or-no',
      `measure: ${measure.field.name} is no yes or no; ask for its mean if it is a number`,
      'measure',
    );
  const counted = (of: (typeof groupOf)[number], groups: number): number[][] => {
    const counts = grid(groups, 2, () => 0);
    places.forEach((place, n) => counts[of(place)][values.values[n] === 'yes' ? 0 : 1]++);
    return counts;
  };
  const sizes = [shape[0], shape[1], shape[0] * shape[1]];
  const cells = counted(groupOf[2], sizes[2]);
  const cell = (row: number, column: number): Cell => {
    const [yes, no] = cells[row * shape[1] + column];
    return yes + no < FEWEST ? null : { value: yes / (yes + no), ...wilson(yes / (yes + no), yes + no) };
  };
  return { kind: 'rate' as const, cell, tests: questions.map((question, n) => tested(question, counted(groupOf[n], sizes[n]), seed)) };
};

const sure = (p: number): boolean => p < 0.05;

/** How two fields cross: people, or a mean or rate, in each cell, and whether that is more than chance. */
export const crosstab: ReportMaker = {
  name: 'crosstab',
  title: 'Two fields crossed',
  isRecorded: true,
  goesBy: ['thresholds'],
  parameters: {
    rows: 'a field, with where its bands begin if you like: class, or age:30,45,60',
    columns: 'another field, likewise',
    measure: 'what each cell tells: count, mean:spent.EUR or rate:reacted',
    ...SEED,
  },
  async make(asked): Promise<Report> {
    const { asOf, parameters } = asked;
    const all = await fieldsOf(asked);
    const [rows, columns] = (['rows', 'columns'] as const).map((name) => bandedField(mustBeGiven(parameters, name), all, name));
    const measure = measureIn(parameters.measure, all);
    const seed = seedOf(parameters);
    const fields = [rows.field, columns.field, ...(measure ? [measure.field] : [])];
    const leftOut = new LeftOut();
    const read = fields.map((): (string | number | boolean)[] => []);
    for await (const page of knownPeople(asked))
      for (const subject of leftOut.of(page)) {
        const values = fields.map((field) => field.read(subject, asOf.at));
        const missing = values.indexOf(null);
        if (missing >= 0) leftOut.add(`of whom this is not known: ${fields[missing].label}`);
        else values.forEach((value, n) => read[n].push(value!));
      }
    const [down, across, values] = fields.map(({ name }, n) => variableOf(name, read[n]));
    const [rowBands, columnBands] = [bandsOf(down, rows.cuts), bandsOf(across, columns.cuts)];
    const places: Places = rowBands.of.map((row, n) => [row, columnBands.of[n]]);
    const counts = grid(rowBands.levels.length, columnBands.levels.length, () => 0);
    for (const [row, column] of places) counts[row][column]++;
    const names = [rows.field.label, columns.field.label] as const;
    const result = measure && measured(measure, values, places, names, [counts.length, columnBands.levels.length], seed);
    const head = [names[0], rowBands.levels] as const;
    const tests = [tested(`Do ${names[0]} and ${names[1]} have to do with each other?`, counts, seed), ...(result?.tests ?? [])];
    const shown = result
      ? [
          matrix(
            'measure',
            `${measure.kind === 'mean' ? 'Mean' : 'Rate'} of: ${measure.field.label}`,
            head,
            columnBands.levels,
            result.kind,
            counts.map((row, r) => row.map((_, c) => result.cell(r, c))),
            `With intervals at 95%; of fewer than ${FEWEST} people none is told, it would tell of persons.`,
          ),
        ]
      : [];
    return {
      name: 'crosstab',
      title: `${names[0]} by ${names[1]}`,
      question: { rule: 'crosstab version 1', asOf, seed, parameters },
      counted: places.length,
      leftOut: leftOut.all,
      findings: tests.map(
        ({ question, p, test }) => `${question} ${p === null ? 'That cannot be tested.' : `${sure(p) ? 'Yes' : 'Not surely'} (${test}).`}`,
      ),
      tables: [
        ...shown,
        matrix('people', 'People', head, columnBands.levels, 'count', counts),
        {
          name: 'tests',
          title: 'Is it more than chance?',
          columns: TEST_COLUMNS,
          rows: tests.map((test) => ({ ...test })),
          note: 'A p below 0.05 is rarer than one in twenty where there is nothing.',
        },
      ],
      charts: [
        {
          kind: 'heat',
          title: `${names[0]} by ${names[1]}`,
          table: result ? 'measure' : 'people',
          x: 'row',
          y: columnBands.levels.map((_, n) => `column${n}`),
        },
      ],
    };
  },
};
