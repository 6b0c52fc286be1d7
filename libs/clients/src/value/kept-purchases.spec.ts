import fc from 'fast-check';
import { ClientHistory, noHistory, PastPurchase } from '../history/client-history.js';
import { keptUntil } from './kept-purchases.js';
import { buyingOf, rfmMeasures } from './measures.js';

fc.configureGlobal({ seed: 1 });

const EURO = { currency: 'EUR', vatPercent: null };
const NO_RATES = new Map();
const AT = '2026-03-01T23:59:59.999Z';

const bought = (purchaseId: string, day: string, amount: number, more: Partial<PastPurchase> = {}): PastPurchase => ({
  purchaseId,
  at: `${day}T10:00:00.000Z`,
  amount,
  currency: 'EUR',
  ...more,
});
const history = (changes: Partial<ClientHistory>): ClientHistory => ({ ...noHistory('ann'), ...changes });
const of = (changes: Partial<ClientHistory>, at = AT, money = EURO, rates = NO_RATES) => keptUntil(history(changes), at, money, rates);
const cents = (kept: ReturnType<typeof keptUntil>) => kept.purchases.map((one) => one.cents);

describe('what a client has kept', () => {
  const purchases = [bought('p-1', '2026-01-01', 1_000), bought('p-2', '2026-01-10', 2_000), bought('p-3', '2026-02-01', 3_000)];

  it('is what he bought less what he gave back, until an instant', () => {
    const returned = [{ purchaseId: 'p-2', at: '2026-01-20T00:00:00.000Z', amount: 500, currency: 'EUR' }];
    const revoked = [{ purchaseId: 'p-3', at: '2026-02-02T00:00:00.000Z' }];
    expect(cents(of({ purchases, returned, revoked }))).toEqual([1_000, 1_500]);
    expect(cents(of({ purchases, returned, revoked }, '2026-02-01T12:00:00.000Z'))).toEqual([1_000, 1_500, 3_000]);
    expect(cents(of({ purchases, returned, revoked }, '2026-01-15T00:00:00.000Z'))).toEqual([1_000, 2_000]);
  });

  it('is lowered by what came back by itself', () => {
    const returned = [{ purchaseId: null, at: '2026-02-10T00:00:00.000Z', amount: 700, currency: 'EUR' }];
    const kept = of({ purchases, returned });
    expect(kept.returned).toEqual([{ day: '2026-02-10', cents: 700 }]);
    expect(rfmMeasures(kept, AT, { windowDays: null, frequency: 'day', monetary: 'total' })).toMatchObject({ monetary: 5_300 });
  });

  it('is without the tax that is known to be included', () => {
    const taxed = [bought('p-1', '2026-01-01', 10_770, { vatIncluded: true }), bought('p-2', '2026-01-02', 10_770)];
    expect(cents(of({ purchases: taxed }, AT, { currency: 'EUR', vatPercent: 7.7 as never }))).toEqual([10_000, 10_770]);
  });

  it('never adds currencies: it is converted by the rate of the day, or told apart', () => {
    const foreign = [bought('p-1', '2026-01-05', 1_000, { currency: 'CHF' }), bought('p-2', '2026-02-20', 300, { currency: 'CHF' })];
    const rates = new Map([['CHF.EUR.2026', { days: { '2026-01-05': { rate: '1.1', source: 'ecb' } } }]]);
    const kept = of({ purchases: [...purchases, ...foreign] }, AT, EURO, rates);
    expect(cents(kept)).toEqual([1_000, 1_100, 2_000, 3_000, null]);
    expect(kept.withoutRate).toEqual({ CHF: 300 });
  });
});

describe('measures', () => {
  const purchases = [
    bought('p-1', '2026-01-01', 1_000),
    bought('p-2', '2026-02-20', 500),
    bought('p-3', '2026-02-20', 700, { at: '2026-02-20T18:00:00.000Z' }),
  ];
  const kept = of({ purchases });

  it('count days or orders, totals or means, in a window or ever', () => {
    const terms = { windowDays: null, frequency: 'day', monetary: 'total' } as const;
    expect(rfmMeasures(kept, AT, terms)).toEqual({ recency: 9, frequency: 2, monetary: 2_200 });
    expect(rfmMeasures(kept, AT, { ...terms, frequency: 'order', monetary: 'mean' })).toMatchObject({ frequency: 3, monetary: 2_200 / 3 });
    expect(rfmMeasures(kept, AT, { ...terms, windowDays: 10 })).toEqual({ recency: 9, frequency: 1, monetary: 1_200 });
    expect(rfmMeasures(kept, AT, { ...terms, windowDays: 9 })).toBeNull();
  });

  it('take purchases of one day as one for the model of buying, and the first for none', () => {
    expect(buyingOf(kept, AT)).toEqual({
      pattern: { repeats: 1, last: 50 / 7, age: 59 / 7 },
      spending: { purchases: 1, mean: 12 },
    });
    expect(buyingOf(of({}), AT)).toBeNull();
  });

  it('know nothing of what comes later', () => {
    const someday = fc.integer({ min: 0, max: 700 }).map((n) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10));
    const some = fc.array(fc.tuple(someday, fc.integer({ min: 0, max: 9_999 })), { maxLength: 12 });
    fc.assert(
      fc.property(some, someday, (all, day) => {
        const at = `${day}T23:59:59.999Z`;
        const list = all.map(([on, amount], n) => bought(`p-${n}`, on, amount));
        const before = list.filter((one) => one.at <= at);
        expect(of({ purchases: list }, at)).toEqual(of({ purchases: before }, at));
      }),
    );
  });
});
