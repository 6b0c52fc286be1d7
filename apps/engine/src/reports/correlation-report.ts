import { correlations } from '@boucle/analysis';
import { Column, Report } from '@boucle/reports';
import { randomStream } from '@boucle/targeting';
import { allFields, fieldsOf, knownOf, variableOf } from './analysed-fields.js';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';
import { fieldsIn, SEED, seedOf } from './report-parameters.js';
import { sampleOf } from './sampling.js';

const SAMPLE = 20_000;
/** All fields make many pairs, and each pair is as much work as there are people. */
const SAMPLE_OF_ALL_FIELDS = 5_000;
const LEVEL = 0.05;
/** A picture of more is not read. */
const MOST_DRAWN = 12;
const MOST_LISTED = 200;

const MEASURES = { spearman: 'Spearman’s ρ', cramer: 'Cramér’s V', eta: 'η' } as const;

/** What goes with what, over all fields. */
export const correlationReport: ReportMaker = {
  name: 'correlations',
  title: 'What goes with what',
  isRecorded: true,
  goesBy: ['thresholds'],
  parameters: { fields: 'the fields, with commas between; all if left out', ...SEED },
  async make(asked): Promise<Report> {
    const { people, asOf, parameters } = asked;
    const all = await fieldsOf(asked);
    const [wanted, seed] = [fieldsIn(parameters, 'fields', all), seedOf(parameters)];
    const leftOut = new LeftOut();
    const { people: sample, counted } = await sampleOf(people, wanted ? SAMPLE : SAMPLE_OF_ALL_FIELDS, seed, leftOut);
    const known = await knownOf(sample, asked);
    const fields = wanted ?? allFields(known, all);
    const labels = new Map(fields.map(({ name, label }) => [name, label]));
    const found = correlations(
      fields.map(({ name, read }) =>
        variableOf(
          name,
          known.map((subject) => read(subject, asOf.at)),
        ),
      ),
      randomStream(seed, 'correlations'),
    );
    const sure = found.filter(({ q }) => q <= LEVEL);
    const drawn = [...new Set(found.flatMap(({ first, second }) => [first, second]))].slice(0, MOST_DRAWN);
    const strength = (a: string, b: string): number | null =>
      a === b ? 1 : (found.find(({ first, second }) => (first === a && second === b) || (first === b && second === a))?.strength ?? null);
    return {
      name: 'correlations',
      title: 'What goes with what',
      question: { rule: 'correlations version 1: false discoveries held at 5% (Benjamini and Hochberg)', asOf, seed, parameters },
      counted: sample.length,
      leftOut: { ...leftOut.all, ...(sample.length < counted && { 'not drawn into the sample': counted - sample.length }) },
      findings: [
        `Of ${found.length} pairs of fields ${sure.length} go together more surely than chance: of those at most one in twenty is expected to be wrong.`,
      ],
      tables: [
        {
          name: 'pairs',
          title: found.length > MOST_LISTED ? `The ${MOST_LISTED} surest pairs` : 'All pairs, the surest first',
          columns: [
            { name: 'first', label: 'Field', kind: 'text' },
            { name: 'second', label: 'goes with', kind: 'text' },
            { name: 'measure', label: 'Measure', kind: 'text' },
            { name: 'strength', label: 'Strength', kind: 'number' },
            { name: 'people', label: 'People', kind: 'count' },
            { name: 'p', label: 'p', kind: 'number', digits: 4 },
            { name: 'q', label: 'False discoveries up to here', kind: 'share' },
          ],
          rows: found.slice(0, MOST_LISTED).map(({ first, second, measure, ...rest }) => ({
            ...rest,
            first: labels.get(first)!,
            second: labels.get(second)!,
            measure: MEASURES[measure],
          })),
          note: 'Fields that are made of each other, such as purchases and what was spent, go together by themselves. What goes together need not come of each other.',
        },
        {
          name: 'strengths',
          title: 'Strength of each pair, of the fields that go with others most surely',
          columns: [
            { name: 'field', label: 'Field', kind: 'text' },
            ...drawn.map((name): Column => ({ name, label: labels.get(name)!, kind: 'number' })),
          ],
          rows: drawn.map((name) => ({
            field: labels.get(name)!,
            ...Object.fromEntries(drawn.map((other) => [other, strength(name, other)])),
          })),
        },
      ],
      charts: [{ kind: 'heat', title: 'Strength of each pair', table: 'strengths', x: 'field', y: drawn }],
    };
  },
};
