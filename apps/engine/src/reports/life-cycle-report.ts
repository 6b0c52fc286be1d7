import {
  ClassChanges,
  classChangesProjection,
  classOf,
  LIFE_CYCLE_CLASSES,
  LifeCycleClass,
  LifeCyclePolicy,
  lifeCyclePolicyDecider,
  NO_CLASS,
} from '@boucle/clients';
import { DomainError, everyDocument } from '@boucle/eventsourcing';
import { Column, Table } from '@boucle/reports';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';

const WORDS: Readonly<Record<LifeCycleClass, string>> = {
  suspect: 'Suspects',
  prospect: 'Prospects',
  'hot-prospect': 'Hot prospects',
  'trial-buyer': 'Trial buyers',
  occasional: 'Occasional buyers',
  regular: 'Regular buyers',
  'convinced-buyer': 'Convinced buyers',
  inactive: 'Inactive clients',
  former: 'Former clients',
};
const wordOf = (found: string): string => WORDS[found as LifeCycleClass] ?? 'Without a class';

const MONTHS = 12;

/** The last instants of the months that ended before another, and that one, the oldest first. */
const monthEnds = (at: string, months: number): readonly string[] => {
  const [year, month] = at.split('-').map(Number);
  const ends = Array.from({ length: months }, (_, n) => new Date(Date.UTC(year, month - months + n, 1) - 1).toISOString());
  return [...ends, at];
};

const movedTable = (all: readonly ClassChanges[], until: string): Table => ({
  name: 'moved',
  title: 'Who moved from class to class, month by month',
  columns: [
    { name: 'month', label: 'Month', kind: 'date' },
    { name: 'from', label: 'From', kind: 'text' },
    { name: 'to', label: 'To', kind: 'text' },
    { name: 'people', label: 'People', kind: 'count' },
  ],
  rows: all
    .filter(({ month }) => month <= until.slice(0, 7))
    .flatMap(({ month, moved }) =>
      [...LIFE_CYCLE_CLASSES, NO_CLASS].flatMap((from) =>
        [...LIFE_CYCLE_CLASSES, NO_CLASS].flatMap((to) => {
          const people = moved[from]?.[to];
          return people === undefined ? [] : [{ month, from: wordOf(from), to: wordOf(to), people }];
        }),
      ),
    ),
  note: 'As it was said when it came about. Who was never anything but a suspect has not moved.',
});

/** How many people stand where in their life-cycle, and who moved. */
export const lifeCycleReport: ReportMaker = {
  name: 'life-cycle',
  title: 'Where your clients stand',
  goesBy: ['thresholds'],
  parameters: {},
  async make({ people, asOf, policy, sources }) {
    const leftOut = new LeftOut();
    const counts = new Map(LIFE_CYCLE_CLASSES.map((one) => [one, { people: 0, lapsing: 0 }]));
    for await (const page of people)
      for (const subject of leftOut.of(page)) {
        const { class: found, lapsing } = classOf(subject, policy, asOf.at);
        const count = found && counts.get(found);
        if (!count) continue;
        count.people++;
        if (lapsing) count.lapsing++;
      }
    const changes: ClassChanges[] = [];
    for await (const page of everyDocument<ClassChanges>(sources.documents, classChangesProjection.name))
      changes.push(...page.flatMap(({ document }) => document ?? []));
    const counted = [...counts.values()].reduce((sum, one) => sum + one.people, 0);
    const of = (...classes: LifeCycleClass[]): number => classes.reduce((sum, one) => sum + counts.get(one)!.people, 0);
    return {
      name: 'life-cycle',
      title: 'Where your clients stand',
      question: { rule: 'life-cycle classes version 1', asOf, parameters: {} },
      counted,
      leftOut: leftOut.all,
      findings: [
        `Of ${counted} people ${of('trial-buyer', 'occasional', 'regular', 'convinced-buyer')} buy, ${of('inactive', 'former')} do no more, and ${of('suspect', 'prospect', 'hot-prospect')} have not bought yet.`,
      ],
      tables: [
        {
          name: 'classes',
          title: 'The nine classes',
          columns: [
            { name: 'class', label: 'Class', kind: 'text' },
            { name: 'people', label: 'People', kind: 'count' },
            { name: 'share', label: 'Share', kind: 'share' },
            { name: 'lapsing', label: 'Of them lapsing', kind: 'count' },
          ],
          rows: [...counts].map(([found, one]) => ({ class: wordOf(found), ...one, share: counted === 0 ? null : one.people / counted })),
          note: 'Who is lapsing has not bought for long, and was asked again too seldom to be inactive.',
        },
        movedTable(changes, asOf.at),
      ],
      charts: [{ kind: 'bar', title: 'The nine classes', table: 'classes', x: 'class', y: ['people'] }],
    };
  },
};

const { version: _, ...DEFAULTS } = lifeCyclePolicyDecider.initial;
const THRESHOLDS = Object.keys(DEFAULTS) as (keyof LifeCyclePolicy)[];

const otherPolicy = (policy: LifeCyclePolicy, parameters: Readonly<Record<string, string>>): LifeCyclePolicy => {
  const other: Record<string, number> = {};
  for (const name of THRESHOLDS) {
    const given = parameters[name];
    const value = given === undefined ? policy[name] : Number(given);
    if (given?.trim() === '' || !Number.isFinite(value) || value < 0)
      throw new DomainError('wrong-threshold', `${name}: ${given} is no threshold: state a number that is not below nought`, name);
    other[name] = value;
  }
  return other as unknown as LifeCyclePolicy;
};

const PEOPLE: readonly Column[] = [
  { name: 'now', label: 'By the thresholds that hold', kind: 'count' },
  { name: 'other', label: 'By the others', kind: 'count' },
];

/** Where people would stand, and would have stood, by other thresholds; nothing is changed. */
export const classBacktest: ReportMaker = {
  name: 'class-backtest',
  title: 'Where your clients would stand by other thresholds',
  goesBy: ['thresholds'],
  parameters: {
    lapseDays: 'Days without a kept purchase after which somebody has lapsed; as it is if left out, like the others',
    lapseGaps: 'Or so many of his own mean gaps, if that is longer',
    unanswered: 'Unanswered solicitations that make who has lapsed inactive',
    unsolicitedMonths: 'Months without a solicitation that make who has lapsed a former client',
    interestDays: 'Days for which who asked for something is a hot prospect',
    regularDays: 'Days of purchase of a regular buyer, at least',
    regularVariation: 'Standard deviation of his gaps, at most, as a multiple of their mean',
    regularGaps: 'Mean gaps since his last purchase, at most',
  },
  async make({ people, asOf, policy, parameters }) {
    const other = otherPolicy(policy, parameters);
    const leftOut = new LeftOut();
    const ends = monthEnds(asOf.at, MONTHS);
    const counts = LIFE_CYCLE_CLASSES.map(() => ({ now: 0, other: 0 }));
    const moved = ends.slice(1).map(() => ({ now: 0, other: 0 }));
    let [counted, elsewhere] = [0, 0];
    for await (const page of people)
      for (const subject of leftOut.of(page)) {
        const known = ends.filter((end) => end >= subject.profile.registeredAt || end === asOf.at);
        const [paths, first] = [
          [policy, other].map((one) => known.map((end) => classOf(subject, one, end).class)),
          ends.length - known.length,
        ];
        counted++;
        const [byNow, byOther] = paths.map((path) => path.at(-1)!);
        if (byNow !== byOther) elsewhere++;
        counts[LIFE_CYCLE_CLASSES.indexOf(byNow)].now++;
        counts[LIFE_CYCLE_CLASSES.indexOf(byOther)].other++;
        for (let n = 1; n < known.length; n++) {
          if (paths[0][n] !== paths[0][n - 1]) moved[first + n - 1].now++;
          if (paths[1][n] !== paths[1][n - 1]) moved[first + n - 1].other++;
        }
      }
    return {
      name: 'class-backtest',
      title: 'Where your clients would stand by other thresholds',
      question: { rule: 'life-cycle classes version 1, by other thresholds', asOf, parameters: { ...other } },
      counted,
      leftOut: leftOut.all,
      findings: [`${elsewhere} of ${counted} people would stand elsewhere.`],
      tables: [
        {
          name: 'classes',
          title: 'The nine classes',
          columns: [{ name: 'class', label: 'Class', kind: 'text' }, ...PEOPLE],
          rows: LIFE_CYCLE_CLASSES.map((found, n) => ({ class: wordOf(found), ...counts[n] })),
        },
        {
          name: 'moved',
          title: 'Who would have moved, month by month',
          columns: [{ name: 'month', label: 'Month', kind: 'date' }, ...PEOPLE],
          rows: ends.slice(1).map((end, n) => ({ month: end.slice(0, 7), ...moved[n] })),
          note: 'Between the ends of two months; by what people have said of being addressed until now.',
        },
      ],
      charts: [{ kind: 'bar', title: 'The nine classes', table: 'classes', x: 'class', y: ['now', 'other'] }],
    };
  },
};
