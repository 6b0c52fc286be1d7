import { Article, articlesProjection, Baskets, FEWEST_BASKETS } from '@boucle/clients';
import { ReportMaker } from './report-maker.js';
import { MONEY, TOGETHER, told, valueTerms } from './value-terms.js';
import { percent, ValuedPeople } from './valued-people.js';

const MOST_RULES = 100;

/** Who buys what with what. */
export const crossSell: ReportMaker = {
  name: 'cross-sell',
  title: 'What is bought together',
  parameters: { currency: MONEY.currency, ...TOGETHER },
  async make(asked) {
    const terms = valueTerms(asked.parameters, asked.asOf.at);
    const people = new ValuedPeople(asked, terms);
    const baskets = new Baskets(terms.basket);
    let counted = 0;
    for await (const { kept } of people.all()) {
      baskets.add(kept.purchases);
      counted++;
    }
    const rules = baskets.rules();
    const shown = rules.slice(0, MOST_RULES);
    const ids = [...new Set(shown.flatMap(({ article, next }) => [article, next]))];
    const known = ids.length > 0 ? await asked.sources.documents.getMany<Article>(articlesProjection.name, ids) : [];
    const labels = new Map(known.flatMap(({ key, document }) => (document ? [[key, Object.values(document.article.labels)[0]]] : [])));
    const nameOf = (articleId: string): string => {
      const label = labels.get(articleId);
      return label === undefined ? articleId : `${label} (${articleId})`;
    };
    const [best] = shown;
    const { baskets: count, articles } = baskets.counts;
    return {
      name: 'cross-sell',
      title: 'What is bought together',
      question: {
        rule: 'cross-sell version 1',
        asOf: asked.asOf,
        parameters: { ...told(terms, { ...TOGETHER }), fewestBaskets: FEWEST_BASKETS },
      },
      counted,
      leftOut: people.leftOut.all,
      findings: [
        `${count} baskets hold ${articles} different articles; ${rules.length} rules stand on at least ${FEWEST_BASKETS} baskets with both.`,
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
