import { Baskets, FEWEST_BASKETS } from '@boucle/clients';
import { ArticleTree } from './article-tree.js';
import { ReportMaker } from './report-maker.js';
import { chosen } from './report-parameters.js';
import { MONEY, TOGETHER, told, valueTerms } from './value-terms.js';
import { figure, percent, ValuedPeople } from './valued-people.js';

const MOST_RULES = 100;
const LEVELS = ['article', 'group'] as const;

/** Who buys what with what. */
export const crossSell: ReportMaker = {
  name: 'cross-sell',
  title: 'What is bought together',
  parameters: {
    currency: MONEY.currency,
    ...TOGETHER,
    level: 'article (the default), or group: the groups at the top of the tree of articles',
  },
  async make(asked) {
    const terms = valueTerms(asked.parameters, asked.asOf.at);
    const people = new ValuedPeople(asked, terms);
    const level = chosen(LEVELS, 'level', asked.parameters.level);
    const tree = await ArticleTree.read(asked.sources);
    const baskets = new Baskets(terms.basket, level === 'article' ? undefined : (articleId, day) => tree.typeOf(articleId, day));
    let counted = 0;
    for await (const { kept } of people.all()) {
      baskets.add(kept.purchases);
      counted++;
    }
    const rules = baskets.rules();
    const shown = rules.slice(0, MOST_RULES);
    const nameOf = (id: string): string => (level === 'article' ? tree.articleLabel(id) : tree.groupLabel(id));
    const [best] = shown;
    const { baskets: count, articles } = baskets.counts;
    return {
      name: 'cross-sell',
      title: 'What is bought together',
      question: {
        rule: 'cross-sell version 1',
        asOf: asked.asOf,
        by: [`at least ${FEWEST_BASKETS} baskets with both`],
        parameters: { ...told(terms, { currency: '', ...TOGETHER }), level },
      },
      counted,
      leftOut: people.leftOut.all,
      findings: [
        `${figure(count)} baskets hold ${figure(articles)} different ${level === 'article' ? 'articles' : 'groups of articles'}; ${figure(rules.length)} rules stand on at least ${FEWEST_BASKETS} baskets with both.`,
        ...(best
          ? [
              `Who buys ${nameOf(best.article)} buys ${nameOf(best.next)} in ${percent(best.confidence)} of the cases, ${best.lift.toFixed(1)} times as often as anybody (at least ${best.liftLow.toFixed(1)} times).`,
            ]
          : []),
      ],
      tables: [
        {
          name: 'rules',
          title: 'Who buys one article buys another',
          note: 'Ordered by the least that the lift can be, with 97.5% certainty: few cases give wild lifts. 1 is chance.',
          columns: [
            { name: 'article', label: 'Who buys', kind: 'text' },
            { name: 'next', label: 'buys', kind: 'text' },
            { name: 'both', label: 'Baskets with both', kind: 'count' },
            { name: 'support', label: 'Support', kind: 'share' },
            { name: 'confidence', label: 'Confidence', kind: 'share' },
            { name: 'lift', label: 'Lift', kind: 'number', digits: 2 },
            { name: 'liftLow', label: 'Lift at least', kind: 'number', digits: 2 },
            { name: 'leverage', label: 'Leverage', kind: 'number', digits: 5 },
          ],
          rows: shown.map(({ article, next, ...figures }) => ({ article: nameOf(article), next: nameOf(next), ...figures })),
        },
      ],
      charts: [],
    };
  },
};
