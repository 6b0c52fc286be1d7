import { KeptPurchase, rfmMeasures } from '@boucle/clients';
import { abc, bestFirst, gini, lorenz, topShare } from '@boucle/targeting';
import { ArticleTree } from './article-tree.js';
import { ReportMaker } from './report-maker.js';
import { tenthsOf } from './tenths.js';
import { MONEY, told, valueTerms } from './value-terms.js';
import { figure, percent, ValuedPeople } from './valued-people.js';

const LORENZ_POINTS = 20;
const UNKNOWN = 'not in the tree of articles';

/** What was bought, as far as lines tell. */
class Contents {
  orders = 0;
  cents = 0;
  withLines = 0;
  withGift = 0;
  withDiscount = 0;
  private readonly types = new Map<string, { lines: number; cents: number }>();
  private readonly own = { yes: 0, no: 0, unknown: 0 };
  private articles = 0;
  private buyers = 0;

  constructor(private readonly tree: ArticleTree) {}

  /** Takes what a client has kept. */
  add(purchases: readonly KeptPurchase[]): void {
    const different = new Set<string>();
    for (const { cents, day, purchase } of purchases) {
      const { lines = [], discount } = purchase;
      this.orders++;
      this.cents += cents ?? 0;
      if (lines.length > 0) this.withLines++;
      if (lines.some(({ gift }) => gift)) this.withGift++;
      if ((discount ?? 0) > 0 || lines.some(({ promotion, coupon }) => promotion !== undefined || coupon !== undefined))
        this.withDiscount++;
      for (const { articleId, amount } of lines) {
        if (articleId !== null) different.add(articleId);
        const type = (articleId === null ? null : this.tree.typeOf(articleId, day)) ?? UNKNOWN;
        const so = this.types.get(type) ?? { lines: 0, cents: 0 };
        this.types.set(type, { lines: so.lines + 1, cents: so.cents + amount });
        const ownBrand = articleId === null ? undefined : this.tree.ownBrand(articleId);
        this.own[ownBrand === undefined ? 'unknown' : ownBrand ? 'yes' : 'no'] += amount;
      }
    }
    this.articles += different.size;
    this.buyers++;
  }

  private share(count: number, of: number): number | null {
    return of === 0 ? null : count / of;
  }

  get habits(): readonly { readonly what: string; readonly share: number | null }[] {
    const { yes, no } = this.own;
    return [
      { what: 'Orders with a gift', share: this.share(this.withGift, this.withLines) },
      { what: 'Orders with a discount, promotion or coupon', share: this.share(this.withDiscount, this.orders) },
      { what: 'Own brand, of the turnover in articles whose brand is known', share: this.share(yes, yes + no) },
    ];
  }

  get averageBasket(): number | null {
    return this.orders === 0 ? null : this.cents / this.orders;
  }

  get articlesPerBuyer(): number | null {
    return this.buyers === 0 || this.withLines === 0 ? null : this.articles / this.buyers;
  }

  get byType(): readonly { readonly type: string; readonly lines: number; readonly cents: number }[] {
    return [...this.types].map(([type, so]) => ({ type: this.tree.groupLabel(type), ...so })).sort((a, b) => b.cents - a.cents);
  }
}

/** Of how many clients the business lives, and what they buy. */
export const portfolio: ReportMaker = {
  name: 'portfolio',
  title: 'Of whom you live, and what they buy',
  parameters: { ...MONEY, windowDays: 'only of so many days before; of ever if left out' },
  async make(asked) {
    const terms = valueTerms(asked.parameters, asked.asOf.at);
    const people = new ValuedPeople(asked, terms);
    const contents = new Contents(await ArticleTree.read(asked.sources));
    const amounts: number[] = [];
    for await (const { kept } of people.all()) {
      const own = rfmMeasures(kept, asked.asOf.at, terms);
      if (!own) {
        people.leftOut.add('have kept nothing in the window');
        continue;
      }
      // who gave back more than he bought brings nothing, not less
      amounts.push(Math.max(0, own.monetary));
      contents.add(kept.purchases);
    }
    const sorted = bestFirst(Float64Array.from(amounts));
    const total = amounts.reduce((sum, cents) => sum + cents, 0);
    const { a, b, c } = abc(sorted);
    const { currency } = terms;
    const classes = [
      ['A: the first 80% of the turnover', a, sorted.subarray(0, a)],
      ['B: the next 15%', b, sorted.subarray(a, a + b)],
      ['C: the last 5%, and those who bring nothing', c, sorted.subarray(a + b)],
    ] as const;
    const curve = lorenz(sorted, LORENZ_POINTS) ?? [];
    return {
      name: 'portfolio',
      title: 'Of whom you live, and what they buy',
      question: { rule: 'portfolio version 1', asOf: asked.asOf, parameters: told(terms, { ...MONEY, windowDays: '' }) },
      counted: amounts.length,
      leftOut: people.leftOut.all,
      findings: [
        `The best fifth of ${figure(amounts.length)} clients bring ${percent(topShare(sorted, 0.2))} of the turnover; Gini's coefficient is ${gini(sorted)?.toFixed(3) ?? 'not known'}.`,
        `${figure(a)} large clients bring the first 80% of it, ${figure(c)} small ones the last 5%.`,
        ...people.remarks,
      ],
      tables: [
        {
          name: 'figures',
          title: 'In short',
          columns: [
            { name: 'turnover', label: 'Turnover', kind: 'money', currency },
            { name: 'topShare', label: 'Share of the best fifth', kind: 'share' },
            { name: 'gini', label: 'Gini', kind: 'number', digits: 3 },
            { name: 'basket', label: 'Average basket', kind: 'money', currency },
            { name: 'articles', label: 'Different articles per client', kind: 'number', digits: 1 },
          ],
          rows: [
            {
              turnover: total,
              topShare: topShare(sorted, 0.2),
              gini: gini(sorted),
              basket: contents.averageBasket,
              articles: contents.articlesPerBuyer,
            },
          ],
        },
        tenthsOf(sorted, 'Turnover, a tenth of the clients at a time', 'Turnover', currency),
        {
          name: 'abc',
          title: 'Large and small clients',
          columns: [
            { name: 'class', label: 'Class', kind: 'text' },
            { name: 'clients', label: 'Clients', kind: 'count' },
            { name: 'total', label: 'Turnover', kind: 'money', currency },
          ],
          rows: classes.map(([name, clients, own]) => ({ class: name, clients, total: own.reduce((sum, cents) => sum + cents, 0) })),
        },
        {
          name: 'lorenz',
          title: "Lorenz's curve",
          columns: [
            { name: 'clients', label: 'Clients, those who bring least first', kind: 'share' },
            { name: 'turnover', label: 'Bring so much of the turnover', kind: 'share' },
            { name: 'equal', label: 'If all brought the same', kind: 'share' },
          ],
          rows: curve.map((turnover, point) => {
            const clients = point / LORENZ_POINTS;
            return { clients, turnover, equal: clients };
          }),
        },
        {
          name: 'types',
          title: 'What they buy',
          columns: [
            { name: 'type', label: 'Group of articles', kind: 'text' },
            { name: 'lines', label: 'Lines', kind: 'count' },
            { name: 'cents', label: 'Amount of the lines', kind: 'money', currency },
          ],
          note: 'Lines in the currency of their purchase, before returns.',
          rows: contents.byType.map((one) => ({ ...one })),
        },
        {
          name: 'habits',
          title: 'How they buy',
          columns: [
            { name: 'what', label: 'What', kind: 'text' },
            { name: 'share', label: 'Share', kind: 'share' },
          ],
          rows: contents.habits.map((one) => ({ ...one })),
        },
      ],
      charts: [
        { kind: 'bar', title: 'Turnover by tenths of the clients', table: 'deciles', x: 'tenth', y: ['total'] },
        { kind: 'line', title: "Lorenz's curve", table: 'lorenz', x: 'clients', y: ['turnover', 'equal'] },
      ],
    };
  },
};
