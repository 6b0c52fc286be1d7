import { ahead, buyingOf, fitFor, rfmMeasures, ScoringTerms } from '@boucle/clients';
import { bestFirst, topShare } from '@boucle/targeting';
import { Asked, ReportMaker } from './report-maker.js';
import { tenthsOf } from './tenths.js';
import { AHEAD, MONEY, told, valueTerms } from './value-terms.js';
import { figure, percent, ValuedPeople } from './valued-people.js';

/** A client's past and what is to come, in cents. */
interface Outlook {
  readonly past: number;
  readonly value: number;
  readonly purchases: number;
  /** null: bought once, nobody knows. */
  readonly alive: number | null;
}

/** What every client's purchases say of those to come; null where too few came back. */
const outlooks = async (asked: Asked, terms: ScoringTerms, people: ValuedPeople) => {
  const buyers = [];
  for await (const { kept } of people.all()) {
    const buying = buyingOf(kept, asked.asOf.at)!;
    const { monetary } = rfmMeasures(kept, asked.asOf.at, { windowDays: null, frequency: 'day', monetary: 'total' })!;
    buyers.push({ buying, past: monetary });
  }
  const fit = fitFor(buyers.map(({ buying }) => buying));
  const { buying: model, spending } = fit;
  if (!model || !spending) return { counted: buyers.length, model, spending, all: null };
  const all = buyers.map(({ buying, past }): Outlook => {
    const { aliveProbability, expectedPurchases, lifetimeValue } = ahead(buying, terms, fit);
    return { past, value: lifetimeValue!, purchases: expectedPurchases!, alive: aliveProbability };
  });
  return { counted: buyers.length, model, spending, all };
};

const TOO_FEW = 'Too few clients came back to say what is to come: at least 20 must have bought on more than one day.';

const sum = (all: readonly Outlook[], of: (one: Outlook) => number): number => all.reduce((total, one) => total + of(one), 0);

const BANDS: readonly [label: string, from: number, to: number][] = [
  ['0 to 20%', 0, 0.2],
  ['20 to 40%', 0.2, 0.4],
  ['40 to 60%', 0.4, 0.6],
  ['60 to 80%', 0.6, 0.8],
  ['80 to 100%', 0.8, Infinity],
];

/** What clients will still buy, and what that is worth today. */
export const clv: ReportMaker = {
  name: 'clv',
  title: 'What your clients will be worth',
  parameters: { ...MONEY, ...AHEAD },
  async make(asked) {
    const terms = valueTerms(asked.parameters, asked.asOf.at);
    const people = new ValuedPeople(asked, terms);
    const { counted, model, spending, all } = await outlooks(asked, terms, people);
    const values = all ?? [];
    const sorted = bestFirst(Float64Array.from(values, ({ value }) => value));
    const { currency, horizonMonths } = terms;
    const rows = [
      ...Object.entries(model ?? {}).map(([name, value]) => ({ model: 'BG/NBD, in weeks', name, value: Number(value) })),
      ...Object.entries(spending ?? {}).map(([name, value]) => ({ model: `Gamma-Gamma, in ${currency}`, name, value: Number(value) })),
    ];
    const known = values.filter(({ alive }) => alive !== null);
    const bands = BANDS.map(([label, from, to]) => ({ label, members: known.filter(({ alive }) => alive! >= from && alive! < to) }));
    const once = { label: 'not known: bought once', members: values.filter(({ alive }) => alive === null) };
    return {
      name: 'clv',
      title: 'What your clients will be worth',
      question: { rule: 'clv version 1', asOf: asked.asOf, parameters: told(terms, { ...MONEY, ...AHEAD }) },
      counted,
      leftOut: people.leftOut.all,
      findings: [
        ...(all
          ? [
              `Within ${horizonMonths} months ${figure(sum(values, ({ purchases }) => purchases))} purchases are to be expected of ${figure(counted)} clients, worth ${figure(sum(values, ({ value }) => value) / 100)} ${currency} today.`,
              `The best fifth of the clients stand for ${percent(topShare(sorted, 0.2))} of it.`,
              `Of ${figure(once.members.length)} clients who bought once nobody can say whether they are still there.`,
            ]
          : [TOO_FEW]),
        ...people.remarks,
      ],
      tables: [
        tenthsOf(all ? sorted : new Float64Array(0), 'Value to come, a tenth of the clients at a time', 'Value', currency),
        {
          name: 'alive',
          title: 'How likely clients are still there',
          columns: [
            { name: 'band', label: 'Probability', kind: 'text' },
            { name: 'clients', label: 'Clients', kind: 'count' },
            { name: 'purchases', label: 'Purchases to expect', kind: 'number', digits: 0 },
            { name: 'value', label: 'Value', kind: 'money', currency },
          ],
          rows: all
            ? [...bands, once].map(({ label, members }) => ({
                band: label,
                clients: members.length,
                purchases: sum(members, ({ purchases }) => purchases),
                value: sum(members, ({ value }) => value),
              }))
            : [],
        },
        {
          name: 'models',
          title: 'The models behind it',
          columns: [
            { name: 'model', label: 'Model', kind: 'text' },
            { name: 'name', label: 'Parameter', kind: 'text' },
            { name: 'value', label: 'Value', kind: 'number', digits: 5 },
          ],
          rows,
          note: 'converged 1: the search came to rest; 0: the data hardly bear the model.',
        },
      ],
      charts: [
        { kind: 'bar', title: 'Value to come by tenths', table: 'deciles', x: 'tenth', y: ['total'] },
        { kind: 'bar', title: 'How likely clients are still there', table: 'alive', x: 'band', y: ['clients'] },
      ],
    };
  },
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Who was small and will be large, and the other way round. */
export const potential: ReportMaker = {
  name: 'potential',
  title: 'Small now, high potential',
  parameters: { ...MONEY, ...AHEAD },
  async make(asked) {
    const terms = valueTerms(asked.parameters, asked.asOf.at);
    const people = new ValuedPeople(asked, terms);
    const { counted, all } = await outlooks(asked, terms, people);
    const values = all ?? [];
    const [past, ahead] = [median(values.map((one) => one.past)), median(values.map(({ value }) => value))];
    const cells = [
      ['Small now, high potential', false, true],
      ['Large now, high potential', true, true],
      ['Large now, low potential', true, false],
      ['Small now, low potential', false, false],
    ].map(([label, large, high]) => ({
      label: label as string,
      members: values.filter((one) => one.past >= past === large && one.value >= ahead === high),
    }));
    const { currency } = terms;
    return {
      name: 'potential',
      title: 'Small now, high potential',
      question: { rule: 'potential version 1', asOf: asked.asOf, parameters: told(terms, { ...MONEY, ...AHEAD }) },
      counted,
      leftOut: people.leftOut.all,
      findings: [
        ...(all
          ? [
              `${figure(cells[0].members.length)} clients have brought less than the middle one of all, and promise more than the middle one: there is most to win.`,
            ]
          : [TOO_FEW]),
        ...people.remarks,
      ],
      tables: [
        {
          name: 'matrix',
          title: 'What clients have brought, and what they promise',
          note: `Large: has brought ${figure(past / 100)} ${currency} or more; high: promises ${figure(ahead / 100)} ${currency} or more. Half of the clients do.`,
          columns: [
            { name: 'cell', label: 'Clients who are', kind: 'text' },
            { name: 'clients', label: 'Clients', kind: 'count' },
            { name: 'past', label: 'Have brought', kind: 'money', currency },
            { name: 'value', label: 'Promise', kind: 'money', currency },
          ],
          rows: all
            ? cells.map(({ label, members }) => ({
                cell: label,
                clients: members.length,
                past: sum(members, (one) => one.past),
                value: sum(members, ({ value }) => value),
              }))
            : [],
        },
      ],
      charts: [{ kind: 'bar', title: 'What they have brought, and what they promise', table: 'matrix', x: 'cell', y: ['past', 'value'] }],
    };
  },
};
