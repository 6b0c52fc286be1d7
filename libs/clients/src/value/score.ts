import { aliveProbability, expectedPurchases, expectedSpending, lifetimeValue, rfmByCuts } from '@boucle/targeting';
import { ClientHistory } from '../history/client-history.js';
import { Rates } from '../purchase/conversion.js';
import { articlesOf, NextArticle, nextArticleFor } from './baskets.js';
import { Keeping, keptUntil } from './kept-purchases.js';
import { Buying, buyingOf, rfmMeasures } from './measures.js';
import { ClientScore, Fit, ScoringTerms } from './scoring.events.js';

const MONTHS = 12;
const WEEKS_PER_MONTH = 365.25 / MONTHS / 7;

/** Six digits are more than any model knows. */
const short = (value: number): number => Number(value.toPrecision(6));

const codeOf = (kept: Keeping, at: string, terms: ScoringTerms, { cuts }: Fit): number | null => {
  const measures = rfmMeasures(kept, at, terms);
  if (!measures) return null;
  const { r, f, m } = rfmByCuts(measures, cuts);
  return 100 * r + 10 * f + m;
};

type Ahead = Pick<ClientScore, 'aliveProbability' | 'expectedPurchases' | 'lifetimeValue'>;

/** What a client's purchases up to now say of those to come; of who bought once the model cannot know whether he is still there. */
export const ahead = ({ pattern, spending }: Buying, terms: ScoringTerms, fit: Pick<Fit, 'buying' | 'spending'>): Ahead => {
  if (!fit.buying) return { aliveProbability: null, expectedPurchases: null, lifetimeValue: null };
  const alive = pattern.repeats === 0 ? null : short(aliveProbability(fit.buying, pattern));
  const expected = expectedPurchases(fit.buying, pattern, terms.horizonMonths * WEEKS_PER_MONTH);
  return {
    aliveProbability: alive,
    expectedPurchases: short(expected),
    lifetimeValue: fit.spending && Math.round(worth({ pattern, spending }, terms, fit as Worthy)),
  };
};

type Worthy = { readonly [K in 'buying' | 'spending']: NonNullable<Fit[K]> };

const worth = ({ pattern, spending }: Buying, terms: ScoringTerms, fit: Worthy): number => {
  const perPurchase = 100 * expectedSpending(fit.spending, spending.mean > 0 ? spending : { purchases: 0, mean: 0 });
  return lifetimeValue(fit.buying, pattern, perPurchase, {
    periods: terms.horizonMonths,
    period: WEEKS_PER_MONTH,
    discountRate: (1 + terms.discountPercent / 100) ** (1 / MONTHS) - 1,
    margin: terms.marginPercent / 100,
    contactCost: terms.contactCost,
  }).value;
};

/** The rules of a fit by the article that they begin with. */
export const rulesByArticle = ({ nextArticles }: Fit): ReadonlyMap<string, readonly NextArticle[]> => {
  const rules = new Map<string, NextArticle[]>();
  for (const rule of nextArticles) {
    const known = rules.get(rule.article);
    if (known) known.push(rule);
    else rules.set(rule.article, [rule]);
  }
  return rules;
};

/** A way to score clients by what a scoring run has found; null: he has kept nothing. */
export const scorer = (at: string, terms: ScoringTerms, fit: Fit, rates: Rates): ((history: ClientHistory) => ClientScore | null) => {
  const rules = rulesByArticle(fit);
  return (history) => {
    const kept = keptUntil(history, at, terms, rates);
    const buying = buyingOf(kept, at);
    if (!buying) return null;
    return {
      clientId: history.clientId,
      rfm: codeOf(kept, at, terms, fit),
      ...ahead(buying, terms, fit),
      nextArticle: nextArticleFor(articlesOf(kept.purchases), rules),
    };
  };
};
