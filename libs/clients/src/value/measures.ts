import { BuyingPattern, RfmMeasures, Spending } from '@boucle/targeting';
import { Keeping } from './kept-purchases.js';

export const FREQUENCY_UNITS = ['day', 'order'] as const;
export const MONETARY_MEASURES = ['total', 'mean'] as const;

/** What recency, frequency and money are counted of. */
export interface RfmTerms {
  /** Only what was bought in so many days before; null: ever. */
  readonly windowDays: number | null;
  /** Whether purchases of one day count once. */
  readonly frequency: (typeof FREQUENCY_UNITS)[number];
  /** Whether money is what all came to, or the mean per day or order. */
  readonly monetary: (typeof MONETARY_MEASURES)[number];
}

const DAY_MS = 86_400_000;

/** Whole days from one day to another. */
const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** Recency in days, frequency, and money in cents; null: nothing was kept in the window. */
export const rfmMeasures = (
  { purchases, returned }: Keeping,
  at: string,
  { windowDays, frequency, monetary }: RfmTerms,
): RfmMeasures | null => {
  const today = at.slice(0, 10);
  const inWindow = ({ day }: { readonly day: string }): boolean => windowDays === null || daysBetween(day, today) < windowDays;
  const own = purchases.filter(inWindow);
  if (own.length === 0) return null;
  const times = frequency === 'order' ? own.length : new Set(own.map(({ day }) => day)).size;
  const back = returned.filter(inWindow).reduce((sum, { cents }) => sum + cents, 0);
  const total = own.reduce((sum, { cents }) => sum + (cents ?? 0), -back);
  return {
    recency: daysBetween(own[own.length - 1].day, today),
    frequency: times,
    monetary: monetary === 'total' ? total : total / times,
  };
};

/** How a client bought, in weeks, purchases of one day as one; and what he spent on a day from the second on, in units of the currency. */
export interface Buying {
  readonly pattern: BuyingPattern;
  readonly spending: Spending;
}

const WEEK = 7;

/** What models of buying need of a client; null: he has kept nothing. */
export const buyingOf = ({ purchases }: Keeping, at: string): Buying | null => {
  const days = new Map<string, number>();
  for (const { day, cents } of purchases) days.set(day, (days.get(day) ?? 0) + (cents ?? 0));
  const amounts = [...days.entries()];
  if (amounts.length === 0) return null;
  const [first, last] = [amounts[0][0], amounts[amounts.length - 1][0]];
  const repeats = amounts.length - 1;
  const spent = amounts.slice(1).reduce((sum, [, cents]) => sum + cents, 0);
  return {
    pattern: { repeats, last: daysBetween(first, last) / WEEK, age: daysBetween(first, at.slice(0, 10)) / WEEK },
    spending: { purchases: repeats, mean: repeats > 0 ? spent / 100 / repeats : 0 },
  };
};
