import { setImmediate } from 'node:timers/promises';
import { Clusters, designOf, kMeans, Points, silhouette, Term, Variable } from '@boucle/analysis';
import { DomainError } from '@boucle/eventsourcing';
import { Subject } from '@boucle/clients';
import { Column, Report } from '@boucle/reports';
import { randomStream, uniformHash, wilson } from '@boucle/targeting';
import { AnalysedField, allFields, fieldsOf, knownOf, variableOf } from './analysed-fields.js';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';
import { fieldsIn, SEED, seedOf } from './report-parameters.js';
import { sampleOf } from './sampling.js';

const SAMPLE = 10_000;
/** The silhouette takes the square of so many people in time. */
const JUDGED = 1_500;
const [FEWEST, MOST] = [2, 8];
const NOTABLE = 0.3;
const MOST_TRAITS = 4;
/** What says something of everybody, whatever he has bought in which currency. */
const BY_ITSELF = /^(age|purchases|daysSincePurchase|articles|solicitations|reactions|daysKnown|hasEmail|spent\..*)$/;

/** Counts and amounts that reach far above their mean are taken by their logarithm, so that a few do not make a type of their own. */
const evened = (variable: Variable): Variable => {
  if (variable.kind !== 'number') return variable;
  const known = variable.values.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const moment = (power: number): number => known.reduce((sum, value) => sum + (value - mean) ** power, 0) / known.length;
  const isSkewed = known.every((value) => value >= 0) && moment(2) > 0 && moment(3) / moment(2) ** 1.5 > 1;
  return isSkewed ? { ...variable, values: variable.values.map((value) => (value === null ? null : Math.log1p(value))) } : variable;
};

const countOf = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const count = Number(text);
  if (Number.isInteger(count) && count >= FEWEST && count <= MOST) return count;
  throw new DomainError('not-a-number-of-types', `types: a whole number from ${FEWEST} to ${MOST}, not ${text}`, 'types');
};

const order = (seed: string, { clientId }: Subject): number => uniformHash(seed, 'judged', clientId);

const written = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });

const meanOf = (variable: Variable, within: (person: number) => boolean): number | null => {
  if (variable.kind !== 'number') return null;
  const own = variable.values.filter((value, person) => value !== null && within(person));
  return own.length === 0 ? null : own.reduce<number>((sum, value) => sum + value!, 0) / own.length;
};

/** What sets a type apart in one respect, in words. */
const trait = (term: Term, far: number, share: number, label: string, own: number | null, all: number | null): string => {
  if (term.level !== null) {
    const percent = (value: number): string => `${Math.round(100 * value)}%`;
    return `${label} ${term.level}: ${percent(share)} (of all ${percent(term.mean)})`;
  }
  const figures = own === null || all === null ? '' : ` (${written(own)}, of all ${written(all)})`;
  return `${label}: ${far > 0 ? 'high' : 'low'}${figures}`;
};

/** Into which types people fall by themselves, and what sets each apart. */
export const typology: ReportMaker = {
  name: 'typology',
  title: 'Types of clients',
  isRecorded: true,
  goesBy: ['thresholds'],
  parameters: {
    fields: 'what people are compared by, with commas between; what we know of nearly everybody if left out',
    types: `how many types, ${FEWEST} to ${MOST}; as many as lie farthest apart (mean silhouette) if left out`,
    ...SEED,
  },
  async make(asked): Promise<Report> {
    const { people, asOf, parameters } = asked;
    const all = await fieldsOf(asked);
    const [wanted, types, seed] = [fieldsIn(parameters, 'fields', all), countOf(parameters.types), seedOf(parameters)];
    const leftOut = new LeftOut();
    const { people: drawn, counted } = await sampleOf(people, SAMPLE, seed, leftOut);
    const sample = await knownOf(drawn, asked);
    const fields: readonly AnalysedField[] = wanted ?? allFields(sample, all).filter(({ name }) => BY_ITSELF.test(name));
    const raw = fields.map(({ name, read }) =>
      variableOf(
        name,
        sample.map((subject) => read(subject, asOf.at)),
      ),
    );
    const design = designOf(raw.map(evened), true);
    const width = design.terms.length;
    if (width === 0 || sample.length < MOST)
      throw new DomainError(
        'too-few-people',
        `There are ${sample.length} people who differ in ${width} respects: too few for types`,
        'fields',
      );
    const points: Points = { rows: design.rows, width };
    const picked = [...sample.keys()].sort((a, b) => order(seed, sample[a]) - order(seed, sample[b])).slice(0, JUDGED);
    const rowOf = (person: number): number[] => Array.from(design.rows.subarray(person * width, (person + 1) * width));
    const judged: Points = { rows: Float64Array.from(picked.flatMap(rowOf)), width };
    const tried: { k: number; clusters: Clusters; score: number }[] = [];
    for (const k of types === null ? Array.from({ length: MOST - FEWEST + 1 }, (_, n) => FEWEST + n) : [types]) {
      const clusters = kMeans(points, k, randomStream(seed, 'types', k));
      const score = silhouette(
        judged,
        Uint8Array.from(picked, (person) => clusters.of[person]),
        k,
      );
      tried.push({ k, clusters, score });
      // each takes up to a second: others are served in between
      await setImmediate();
    }
    const best = tried.reduce((one, other) => (other.score > one.score ? other : one));
    const { of, centres } = best.clusters;
    const labels = new Map(fields.map(({ name, label }) => [name, label]));
    const rows = Array.from({ length: best.k }, (_, cluster) => {
      const size = of.reduce((sum, one) => sum + (one === cluster ? 1 : 0), 0);
      const traits = design.terms
        .map((term, d) => {
          const centre = centres[cluster * width + d];
          const far = term.level === null ? centre : term.deviation > 0 ? (centre - term.mean) / term.deviation : 0;
          const variable = raw.find(({ name }) => name === term.variable)!;
          const own = meanOf(variable, (person) => of[person] === cluster);
          return {
            far,
            text: trait(
              term,
              far,
              centre,
              labels.get(term.variable)!,
              own,
              meanOf(variable, () => true),
            ),
          };
        })
        .filter(({ far }) => Math.abs(far) >= NOTABLE)
        .sort((a, b) => Math.abs(b.far) - Math.abs(a.far))
        .slice(0, MOST_TRAITS);
      const share = size / sample.length;
      return {
        type: `Type ${cluster + 1}`,
        people: size,
        share: { value: share, ...wilson(share, sample.length) },
        traits: traits.length === 0 ? 'like everybody' : traits.map(({ text }) => text).join('; '),
        ...Object.fromEntries(raw.map((variable) => [variable.name, meanOf(variable, (person) => of[person] === cluster)])),
      };
    });
    const numbers = raw
      .filter(({ kind }) => kind === 'number')
      .map(({ name }): Column => ({ name, label: labels.get(name)!, kind: 'number' }));
    return {
      name: 'typology',
      title: 'Types of clients',
      question: {
        rule: 'typology version 1: k-means++ of standardised fields, number of types by the mean silhouette',
        asOf,
        seed,
        parameters: { ...parameters, fields: fields.map(({ name }) => name).join(',') },
      },
      counted: sample.length,
      leftOut: { ...leftOut.all, ...(sample.length < counted && { 'not drawn into the sample': counted - sample.length }) },
      findings: [
        `${sample.length.toLocaleString('en')} people fall into ${best.k} types${types === null ? ', the number at which they lie farthest apart' : ''} (mean silhouette ${best.score.toFixed(2)}; above 0.5 they are clearly apart, below 0.25 they run into each other).`,
        ...rows.map(({ type, traits }) => `${type}: ${traits}.`),
      ],
      tables: [
        {
          name: 'types',
          title: 'The types, and what sets each apart',
          columns: [
            { name: 'type', label: 'Type', kind: 'text' },
            { name: 'people', label: 'People', kind: 'count' },
            { name: 'share', label: 'Share', kind: 'rate' },
            { name: 'traits', label: 'What sets it apart', kind: 'text' },
          ],
          rows: rows.map(({ type, people: size, share, traits }) => ({ type, people: size, share, traits })),
        },
        { name: 'means', title: 'Means of each type', columns: [{ name: 'type', label: 'Type', kind: 'text' }, ...numbers], rows },
        {
          name: 'tried',
          title: 'How many types there may be',
          columns: [
            { name: 'k', label: 'Types', kind: 'count' },
            { name: 'score', label: 'Mean silhouette', kind: 'number', digits: 3 },
          ],
          rows: tried.map(({ k, score }) => ({ k, score })),
          note: `Of ${picked.length} people. Numbers are compared in standard deviations, far-reaching counts and amounts by their logarithm.`,
        },
      ],
      charts: [
        { kind: 'bar', title: 'People of each type', table: 'types', x: 'type', y: ['people'] },
        ...(types === null
          ? [{ kind: 'line' as const, title: 'Mean silhouette by number of types', table: 'tried', x: 'k', y: ['score'] }]
          : []),
      ],
    };
  },
};
