import { BgNbd, BuyingPattern, expectedPurchases } from './bg-nbd.js';

/** Over what time, and at what rates, future purchases are worth something today. */
export interface LifetimeTerms {
  /** Number of periods ahead. */
  periods: number;
  /** Length of a period in the model's unit of time. */
  period: number;
  /** Interest by which a period's money is worth less than that of the period before, such as .01. */
  discountRate: number;
  /** Share of an amount that is margin. */
  margin: number;
  /** What contacts with a client cost in each period, in the unit of money. */
  contactCost: number;
}

/** What a client's future purchases are worth today: margin × spending × discounted purchases, less the discounted cost of contacts. */
export interface LifetimeValue {
  value: number;
  /** Purchases to expect, not discounted. */
  purchases: number;
}

/**
 * CLV = sum over t = 1..periods of (margin E[M] (E[X(t)] - E[X(t-1)]) - contact cost) / (1+d)^t, each period's purchases counted at its end.
 * @param spending what he will spend per purchase
 * Source: Fader, Hardie & Lee 2005, JMR 42:415.
 */
export function lifetimeValue(model: BgNbd, pattern: BuyingPattern, spending: number, terms: LifetimeTerms): LifetimeValue {
  const { periods, period, discountRate, margin, contactCost } = terms;
  let [value, before, worth] = [0, 0, 1];
  for (let t = 1; t <= periods; t++) {
    worth /= 1 + discountRate;
    const purchases = expectedPurchases(model, pattern, t * period);
    value += (margin * spending * (purchases - before) - contactCost) * worth;
    before = purchases;
  }
  return { value, purchases: before };
}
