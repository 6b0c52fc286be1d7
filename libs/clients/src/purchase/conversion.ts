import { RatesByDay, ratesKey } from './day-rate.decider.js';
import { dividedByRate, sumOf, timesRate } from './money.js';

/** An amount in cents and the day by whose rate it is converted, YYYY-MM-DD. */
export interface DatedAmount {
  readonly amount: number;
  readonly currency: string;
  readonly day: string;
}

/** Amounts of several currencies in one of them. */
export interface Conversion {
  readonly currency: string;
  /** In cents; each amount is rounded by itself, half away from zero. */
  readonly amount: number;
  /** Amounts for which no rate is known, in cents by currency; they are not part of the amount. */
  readonly withoutRate: Readonly<Record<string, number>>;
}

/** A rate older than this many days counts no more; until then it bridges week-ends and holidays. */
export const OLDEST_RATE_DAYS = 7;

const DAY_MS = 86_400_000;

const daysBefore = (day: string, days: number): string => new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);

/** Day rates by their keys. */
export type Rates = ReadonlyMap<string, { readonly days: RatesByDay }>;

/** The keys of the rates by which these amounts may be converted. */
export const ratesNeeded = (amounts: readonly DatedAmount[], toCurrency: string): string[] => [
  ...new Set(
    amounts
      .filter(({ currency }) => currency !== toCurrency)
      .flatMap(({ currency, day }) =>
        [day, daysBefore(day, OLDEST_RATE_DAYS)].flatMap((at) => [ratesKey(currency, toCurrency, at), ratesKey(toCurrency, currency, at)]),
      ),
  ),
];

/** An amount by the latest rate at or before its day, in whichever direction that was stated; null: none is known. */
const converted = ({ amount, currency, day }: DatedAmount, toCurrency: string, rates: Rates): number | null => {
  if (currency === toCurrency || amount === 0) return amount;
  for (let days = 0; days <= OLDEST_RATE_DAYS; days++) {
    const at = daysBefore(day, days);
    const there = rates.get(ratesKey(currency, toCurrency, at))?.days[at];
    if (there) return timesRate(amount, there.rate);
    const back = rates.get(ratesKey(toCurrency, currency, at))?.days[at];
    if (back) return dividedByRate(amount, back.rate);
  }
  return null;
};

/** What amounts come to in one currency, and apart what has no rate; what would not be exact any more counts as having none. */
export const convert = (amounts: readonly DatedAmount[], currency: string, rates: Rates): Conversion => {
  const withoutRate: Record<string, number> = {};
  let total = 0;
  for (const one of amounts) {
    const value = converted(one, currency, rates);
    const sum = value === null ? null : sumOf([total, value]);
    if (sum === null) withoutRate[one.currency] = (withoutRate[one.currency] ?? 0) + one.amount;
    else total = sum;
  }
  return { currency, amount: total, withoutRate };
};
