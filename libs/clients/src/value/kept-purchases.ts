import { ClientHistory, PastPurchase, purchasesUntil } from '../history/client-history.js';
import { convert, Rates } from '../purchase/conversion.js';
import { rounded } from '../purchase/money.js';
import { keptOf, returnedAlone } from '../purchase/purchase-history.js';

/** In what money is reckoned. */
export interface Money {
  readonly currency: string;
  /** The value-added tax that is taken off where a purchase says that its amount includes it; null: it stays in. */
  readonly vatPercent: number | null;
}

/** A purchase of which something was kept. */
export interface KeptPurchase {
  /** YYYY-MM-DD. */
  readonly day: string;
  /** What is left of it after discount, returns and tax, in cents; null: of another currency, and no rate is known. */
  readonly cents: number | null;
  readonly purchase: PastPurchase;
}

/** What a client had kept at an instant. */
export interface Keeping {
  /** In order of time. */
  readonly purchases: readonly KeptPurchase[];
  /** What came back by itself, in cents. */
  readonly returned: readonly { readonly day: string; readonly cents: number }[];
  /** What is in neither, as no rate is known, in cents by currency. */
  readonly withoutRate: Readonly<Record<string, number>>;
}

const withoutTax = (cents: number, { vatIncluded }: PastPurchase, vatPercent: number | null): number =>
  vatIncluded && vatPercent !== null ? Number(rounded(BigInt(cents) * 10_000n, BigInt(Math.round(100 * (100 + vatPercent))))) : cents;

/** What a client had bought and kept at an instant, in one currency; amounts for which no rate is known are told apart. */
export const keptUntil = (history: ClientHistory, at: string, { currency, vatPercent }: Money, rates: Rates): Keeping => {
  const until = purchasesUntil(history, at);
  const withoutRate: Record<string, number> = {};
  const inCurrency = (amount: number, from: string, day: string): number | null => {
    if (from === currency) return amount;
    const converted = convert([{ amount, currency: from, day }], currency, rates);
    for (const [missing, cents] of Object.entries(converted.withoutRate)) withoutRate[missing] = (withoutRate[missing] ?? 0) + cents;
    return Object.keys(converted.withoutRate).length > 0 ? null : converted.amount;
  };
  const purchases: KeptPurchase[] = [];
  for (const purchase of history.purchases) {
    const left = purchase.at <= at ? keptOf(until, purchase) : null;
    if (left === null) continue;
    const day = purchase.at.slice(0, 10);
    const cents = inCurrency(left, purchase.currency, day);
    purchases.push({ day, cents: cents && withoutTax(cents, purchase, vatPercent), purchase });
  }
  const returned = returnedAlone(until).flatMap((one) => {
    const day = one.at.slice(0, 10);
    const cents = inCurrency(one.amount, one.currency, day);
    return cents === null ? [] : [{ day, cents }];
  });
  purchases.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return { purchases, returned, withoutRate };
};
