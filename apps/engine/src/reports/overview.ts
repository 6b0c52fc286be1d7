import { Profile } from '@boucle/clients';
import { Table } from '@boucle/reports';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';

const MONTHS = 24;

type Test = (profile: Profile, yearBefore: string) => boolean;

const GROUPS: readonly [label: string, test: Test][] = [
  ['Everybody', () => true],
  ['Have bought and kept something', ({ purchases }) => purchases.count > 0],
  ['… within the last twelve months', ({ purchases }, yearBefore) => (purchases.last ?? '') > yearBefore],
  ['… on more than one day', ({ purchases }) => purchases.days.length > 1],
  ['Have never bought', ({ purchases }) => purchases.count === 0],
  ['Have an address', ({ person }) => Object.keys(person?.addresses ?? {}).length > 0],
  ['Have an e-mail address', ({ person }) => (person?.emails ?? []).length > 0],
  ['Have a mobile phone', ({ person }) => (person?.mobiles ?? []).length > 0],
  ['Want to hear nothing at all', ({ opposed }) => opposed],
  ['Were contacted since they last bought', ({ solicitations }) => solicitations.sinceLastPurchase > 0],
  ['Have ever reacted', ({ responses }) => responses.count > 0],
];

interface Turnover {
  buyers: number;
  purchases: number;
  cents: number;
}

/** The months that end with this instant, the oldest first, as 2026-03. */
const monthsBefore = (at: string): string[] => {
  const [year, month] = at.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, n) => new Date(Date.UTC(year, month - MONTHS + n, 1)).toISOString().slice(0, 7));
};

/** How many people there are, what we know of them, and what they have bought. */
export const overview: ReportMaker = {
  name: 'overview',
  title: 'Your clients at a glance',
  parameters: {},
  async make({ people, asOf }) {
    const leftOut = new LeftOut();
    const yearBefore = `${Number(asOf.at.slice(0, 4)) - 1}${asOf.at.slice(4)}`;
    const groups = GROUPS.map(() => 0);
    const months = new Map(monthsBefore(asOf.at).map((month) => [month, { arrived: 0, bought: 0, first: 0 }]));
    const turnovers: Record<string, Turnover> = {};
    for await (const page of people)
      for (const { profile } of leftOut.of(page)) {
        GROUPS.forEach(([, test], n) => (groups[n] += test(profile, yearBefore) ? 1 : 0));
        const { days, monetary, history } = profile.purchases;
        const arrived = months.get(profile.registeredAt.slice(0, 7));
        if (arrived) arrived.arrived++;
        for (const month of new Set(days.map((day) => day.slice(0, 7)))) {
          const buyers = months.get(month);
          if (buyers) buyers.bought++;
        }
        const first = months.get(profile.purchases.first?.slice(0, 7) ?? '');
        if (first) first.first++;
        for (const [currency, cents] of Object.entries(monetary)) {
          const turnover = (turnovers[currency] ??= { buyers: 0, purchases: 0, cents: 0 });
          turnover.buyers++;
          turnover.purchases += history.bought.filter(
            (bought) => bought.currency === currency && !history.revoked.includes(bought.purchaseId),
          ).length;
          turnover.cents += cents;
        }
      }
    const [counted, buyers] = groups;
    const bought = Object.entries(turnovers).map(([currency, one]): Table => ({
      name: `turnover-${currency}`,
      title: `What they have bought, in ${currency}`,
      columns: [
        { name: 'buyers', label: 'Buyers', kind: 'count' },
        { name: 'purchases', label: 'Purchases', kind: 'count' },
        { name: 'kept', label: 'Amount, less what came back', kind: 'money', currency },
        { name: 'perBuyer', label: 'Per buyer', kind: 'money', currency },
      ],
      rows: [{ buyers: one.buyers, purchases: one.purchases, kept: one.cents, perBuyer: one.cents / one.buyers }],
    }));
    return {
      name: 'overview',
      title: 'Your clients at a glance',
      question: { rule: 'overview version 1', asOf, parameters: {} },
      counted,
      leftOut: leftOut.all,
      findings: [`Of ${counted.toLocaleString('en')} people ${buyers.toLocaleString('en')} have bought something and kept it.`],
      tables: [
        {
          name: 'people',
          title: 'Who they are',
          columns: [
            { name: 'who', label: 'Who', kind: 'text' },
            { name: 'people', label: 'People', kind: 'count' },
            { name: 'share', label: 'Share', kind: 'share' },
          ],
          rows: GROUPS.map(([who], n) => ({ who, people: groups[n], share: counted === 0 ? null : groups[n] / counted })),
        },
        {
          name: 'months',
          title: 'Month by month',
          columns: [
            { name: 'month', label: 'Month', kind: 'date' },
            { name: 'arrived', label: 'Entered here', kind: 'count' },
            { name: 'bought', label: 'Buyers', kind: 'count' },
            { name: 'first', label: 'Buyers for the first time', kind: 'count' },
          ],
          rows: [...months].map(([month, counts]) => ({ month, ...counts })),
        },
        ...bought,
      ],
      charts: [{ kind: 'line', title: 'Buyers by month', table: 'months', x: 'month', y: ['bought', 'first'] }],
    };
  },
};
