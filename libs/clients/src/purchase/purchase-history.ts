import { DatedAmount } from './conversion.js';

/** A purchase as far as counting goes. */
export interface Bought {
  readonly purchaseId: string;
  /** ISO instant. */
  readonly at: string;
  /** In cents. */
  readonly amount: number;
  readonly currency: string;
}

/** What came back; by itself if it names no purchase that is known. */
export interface Returned {
  readonly purchaseId: string | null;
  /** ISO instant. */
  readonly at: string;
  readonly amount: number;
  readonly currency: string;
}

/** What a client bought and did not keep; a return may arrive before its purchase. */
export interface PurchaseHistory {
  /** In order of arrival. */
  readonly bought: readonly Bought[];
  readonly returned: readonly Returned[];
  /** Ids of purchases that were cancelled, or whose delivery was refused. */
  readonly revoked: readonly string[];
}

/** What the purchases that were kept come to. */
export interface PurchaseSummary {
  /** Distinct days with a purchase (UTC), in order of arrival; their number is the frequency. */
  readonly days: readonly string[];
  readonly count: number;
  /** Cents by currency, less what came back; currencies never add. */
  readonly monetary: Readonly<Record<string, number>>;
  readonly first: string | null;
  /** Recency counts from here. */
  readonly last: string | null;
}

/** A return belongs to a purchase in the same currency only. */
const belongsTo = ({ purchaseId, currency }: Bought, returned: Returned): boolean =>
  returned.purchaseId === purchaseId && returned.currency === currency;

/** What is left of a purchase in cents, null if it is not kept. */
export const keptOf = ({ returned, revoked }: PurchaseHistory, bought: Bought): number | null => {
  if (revoked.includes(bought.purchaseId)) return null;
  const own = returned.filter((one) => belongsTo(bought, one));
  const left = own.reduce((amount, one) => amount - one.amount, bought.amount);
  return own.length > 0 && left <= 0 ? null : left;
};

/** Returns that stand alone. */
export const returnedAlone = ({ bought, returned }: PurchaseHistory): Returned[] =>
  returned.filter((one) => !bought.some((purchase) => belongsTo(purchase, one)));

/** What was kept of each purchase, and what came back by itself, below nought. */
export const keptAmounts = (history: PurchaseHistory): DatedAmount[] =>
  [
    ...history.bought.map((purchase) => ({ ...purchase, amount: keptOf(history, purchase) ?? 0 })),
    ...returnedAlone(history).map((returned) => ({ ...returned, amount: -returned.amount })),
  ].map(({ at, amount, currency }) => ({ amount, currency, day: at.slice(0, 10) }));

/** Returns without one like this. */
export const withoutOne = (returned: readonly Returned[], one: Returned): readonly Returned[] => {
  const place = returned.findLastIndex(
    ({ purchaseId, at, amount, currency }) =>
      purchaseId === one.purchaseId && at === one.at && amount === one.amount && currency === one.currency,
  );
  return place < 0 ? returned : returned.toSpliced(place, 1);
};

const earlier = (a: string | null, b: string): string => (a !== null && a < b ? a : b);
const later = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

/** What the purchases that were kept come to; a return that stands alone lowers the amount of its currency. */
export const summaryOf = (history: PurchaseHistory): PurchaseSummary => {
  const { bought } = history;
  const days = new Set<string>();
  const monetary: Record<string, number> = {};
  let [count, first, last]: [number, string | null, string | null] = [0, null, null];
  for (const purchase of bought) {
    const left = keptOf(history, purchase);
    if (left === null) continue;
    const { at, currency } = purchase;
    days.add(at.slice(0, 10));
    count++;
    monetary[currency] = (monetary[currency] ?? 0) + left;
    first = earlier(first, at);
    last = later(last, at);
  }
  for (const { currency, amount } of returnedAlone(history)) monetary[currency] = (monetary[currency] ?? 0) - amount;
  return { days: [...days], count, monetary, first, last };
};
