import { rfmMeasures } from '@boucle/clients';
import {
  independentRfm,
  nestedRfm,
  RFM_SEGMENTS,
  rfmByThresholds,
  RfmMeasures,
  RfmScore,
  RfmScores,
  rfmSegment,
  rfmThresholds,
  TieRule,
} from '@boucle/targeting';
import { Table } from '@boucle/reports';
import { ReportMaker } from './report-maker.js';
import { chosen } from './report-parameters.js';
import { COUNTING, MONEY, told, valueTerms } from './value-terms.js';
import { figure, percent, ValuedPeople } from './valued-people.js';

const VARIANTS = ['independent', 'nested', 'thresholds'] as const;
const TIES = ['shared', 'by-id'] as const;

const scoresBy = (variant: (typeof VARIANTS)[number], measures: readonly RfmMeasures[], ties: TieRule): RfmScores => {
  if (variant === 'independent') return independentRfm(measures, ties);
  if (variant === 'nested') return nestedRfm(measures, ties);
  if (measures.length === 0) return { scores: [], tiedShare: 0 };
  const thresholds = rfmThresholds(measures);
  return { scores: measures.map((one) => rfmByThresholds(one, thresholds)), tiedShare: 0 };
};

const LETTERS = { r: 'Recency', f: 'Frequency', m: 'Money' } as const;

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const groupTable = (
  { name, title, first, note }: { name: string; title: string; first: string; note?: string },
  currency: string,
  groups: readonly { readonly label: string; readonly members: readonly RfmMeasures[] }[],
  all: number,
): Table => ({
  name,
  title,
  ...(note !== undefined && { note }),
  columns: [
    { name: 'group', label: first, kind: 'text' },
    { name: 'clients', label: 'Clients', kind: 'count' },
    { name: 'share', label: 'Share', kind: 'share' },
    { name: 'recency', label: 'Days since the last purchase, mean', kind: 'number', digits: 1 },
    { name: 'frequency', label: 'Purchases, mean', kind: 'number', digits: 1 },
    { name: 'money', label: 'Money, mean', kind: 'money', currency },
  ],
  rows: groups
    .filter(({ members }) => members.length > 0)
    .map(({ label, members }) => ({
      group: label,
      clients: members.length,
      share: members.length / all,
      recency: mean(members.map(({ recency }) => recency)),
      frequency: mean(members.map(({ frequency }) => frequency)),
      money: mean(members.map(({ monetary }) => monetary)),
    })),
});

/** Who bought when, how often and for how much. */
export const rfm: ReportMaker = {
  name: 'rfm',
  title: 'Recency, frequency and money',
  parameters: {
    ...MONEY,
    ...COUNTING,
    variant: 'independent (each measure over all, the default), nested (Hughes: F within R, M within both), or thresholds (by value)',
    ties: 'shared (who ties shares a score, the default) or by-id (fifths of one size, the lower id first)',
  },
  async make(asked) {
    const terms = valueTerms(asked.parameters, asked.asOf.at);
    const variant = chosen(VARIANTS, 'variant', asked.parameters.variant);
    const ties = chosen(TIES, 'ties', asked.parameters.ties);
    const people = new ValuedPeople(asked, terms);
    const measures: RfmMeasures[] = [];
    for await (const { kept } of people.all()) {
      const own = rfmMeasures(kept, asked.asOf.at, terms);
      if (own) measures.push(own);
      else people.leftOut.add('have kept nothing in the window');
    }
    const { scores, tiedShare } = scoresBy(variant, measures, ties);
    const having = (fits: (score: RfmScore) => boolean): RfmMeasures[] => measures.filter((_, at) => fits(scores[at]));
    const named = [...RFM_SEGMENTS.map(({ name }) => name), null].map((name) => ({
      label: name ?? 'Others',
      members: having((score) => rfmSegment(score) === name),
    }));
    const fifths = (Object.keys(LETTERS) as (keyof RfmScore)[]).flatMap((letter) =>
      [5, 4, 3, 2, 1].map((score) => ({ label: `${LETTERS[letter]} ${score}`, members: having((own) => own[letter] === score) })),
    );
    const best = having(({ r, f, m }) => r === 5 && f === 5 && m === 5).length;
    return {
      name: 'rfm',
      title: 'Recency, frequency and money',
      question: {
        rule: 'rfm version 1',
        asOf: asked.asOf,
        parameters: { ...told(terms, { ...MONEY, ...COUNTING }), variant, ties },
      },
      counted: measures.length,
      leftOut: people.leftOut.all,
      findings: [
        `${figure(best)} of ${figure(measures.length)} clients are best in all three: they bought lately, often and for much.`,
        variant === 'thresholds'
          ? 'Scores are by value: equal values have equal scores.'
          : `${percent(tiedShare)} of the scores are decided by ties (${ties === 'shared' ? 'who ties shares a score' : 'the lower id first'}).`,
        ...people.remarks,
      ],
      tables: [
        groupTable({ name: 'groups', title: 'Groups by their scores', first: 'Group' }, terms.currency, named, measures.length),
        groupTable(
          { name: 'fifths', title: 'Scores one by one', first: 'Score', note: '5 is best: the latest, the most often, the most money.' },
          terms.currency,
          fifths,
          measures.length,
        ),
        {
          name: 'grid',
          title: 'Clients by recency and frequency',
          columns: [
            { name: 'recency', label: 'Recency', kind: 'text' },
            ...[1, 2, 3, 4, 5].map((f) => ({ name: `f${f}`, label: `Frequency ${f}`, kind: 'count' as const })),
          ],
          rows: [5, 4, 3, 2, 1].map((r) => ({
            recency: `Recency ${r}`,
            ...Object.fromEntries([1, 2, 3, 4, 5].map((f) => [`f${f}`, having((own) => own.r === r && own.f === f).length])),
          })),
        },
      ],
      charts: [
        { kind: 'bar', title: 'Clients in each group', table: 'groups', x: 'group', y: ['clients'] },
        { kind: 'heat', title: 'Clients by recency and frequency', table: 'grid', x: 'recency', y: ['f1', 'f2', 'f3', 'f4', 'f5'] },
      ],
    };
  },
};
