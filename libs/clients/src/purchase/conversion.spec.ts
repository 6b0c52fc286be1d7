import fc from 'fast-check';
import { convert, DatedAmount, OLDEST_RATE_DAYS, ratesNeeded } from './conversion.js';
import { RatesByDay, ratesKey } from './day-rate.decider.js';

type Known = Record<string, Record<string, string>>;

/** Rates by currencies, as EUR.CHF, and day. */
const ratesOf = (known: Known): Map<string, { days: RatesByDay }> => {
  const found = new Map<string, { days: Record<string, { rate: string; source: string }> }>();
  for (const [pair, days] of Object.entries(known))
    for (const [day, rate] of Object.entries(days)) {
      const [currency, toCurrency] = pair.split('.');
      const key = ratesKey(currency, toCurrency, day);
      found.set(key, { days: { ...found.get(key)?.days, [day]: { rate, source: 'ecb' } } });
    }
  return found;
};
const one = (amount: number, currency: string, day: string): DatedAmount => ({ amount, currency, day });
const inCHF = (known: Known, ...amounts: DatedAmount[]) => convert(amounts, 'CHF', ratesOf(known));
const total = (amount: number, withoutRate: Record<string, number> = {}) => ({ currency: 'CHF', amount, withoutRate });

describe('an amount', () => {
  it('is converted by the rate of its day, rounded half away from zero', () => {
    const rates = { 'EUR.CHF': { '2026-03-01': '0.95', '2026-03-02': '0.5' } };
    expect(inCHF(rates, one(1000, 'EUR', '2026-03-01'))).toEqual(total(950));
    expect(inCHF(rates, one(1, 'EUR', '2026-03-02'))).toEqual(total(1));
    expect(inCHF(rates, one(-1, 'EUR', '2026-03-02'))).toEqual(total(-1));
    // 0.1 + 0.2 is not what a number of the machine says
    expect(inCHF({ 'EUR.CHF': { '2026-03-01': '1.005' } }, one(100, 'EUR', '2026-03-01'))).toEqual(total(101));
  });
  it('of the currency itself needs no rate', () => expect(inCHF({}, one(42, 'CHF', '2026-03-01'))).toEqual(total(42)));
  it('is converted by the rate of the other direction where that is the latest', () => {
    expect(inCHF({ 'CHF.EUR': { '2026-03-01': '1.25' } }, one(1000, 'EUR', '2026-03-01'))).toEqual(total(800));
    const both = { 'EUR.CHF': { '2026-02-27': '0.5', '2026-03-01': '0.9' }, 'CHF.EUR': { '2026-02-28': '1.25', '2026-03-01': '4' } };
    expect(inCHF(both, one(1000, 'EUR', '2026-02-28'))).toEqual(total(800));
    expect(inCHF(both, one(1000, 'EUR', '2026-03-01'))).toEqual(total(900));
  });
  it('is converted by the latest rate of the days before, also over the turn of the year, never by a later one', () => {
    const rates = { 'EUR.CHF': { '2025-12-31': '0.9', '2026-01-09': '0.5' } };
    expect(inCHF(rates, one(100, 'EUR', '2026-01-02'))).toEqual(total(90));
    expect(inCHF(rates, one(100, 'EUR', '2026-01-07'))).toEqual(total(90));
    expect(inCHF(rates, one(100, 'EUR', '2026-01-08'))).toEqual(total(0, { EUR: 100 }));
    expect(inCHF(rates, one(100, 'EUR', '2025-12-30'))).toEqual(total(0, { EUR: 100 }));
  });
  it('without a rate stands apart, and is not guessed by way of a third currency', () => {
    const rates = { 'EUR.CHF': { '2026-03-01': '0.95' }, 'EUR.USD': { '2026-03-01': '1.08' } };
    const amounts = [
      one(100, 'EUR', '2026-03-01'),
      one(500, 'USD', '2026-03-01'),
      one(-200, 'USD', '2026-03-01'),
      one(7, 'GBP', '2026-03-01'),
    ];
    expect(inCHF(rates, ...amounts)).toEqual(total(95, { USD: 300, GBP: 7 }));
  });
  it('beyond what a number holds exactly stands apart', () =>
    expect(
      inCHF({ 'EUR.CHF': { '2026-03-01': '2' } }, one(Number.MAX_SAFE_INTEGER, 'EUR', '2026-03-01'), one(1, 'EUR', '2026-03-01')),
    ).toEqual(total(2, { EUR: Number.MAX_SAFE_INTEGER })));
});

const DAYS = Array.from({ length: 24 }, (_, n) => new Date(Date.UTC(2025, 11, 20 + n)).toISOString().slice(0, 10));
const day = fc.constantFrom(...DAYS);
const amounts = fc.array(
  fc.record({ amount: fc.integer({ min: -1_000_000, max: 1_000_000 }), currency: fc.constantFrom('CHF', 'EUR', 'USD'), day }),
);
const rates = fc.dictionary(
  fc.constantFrom('EUR.CHF', 'CHF.EUR', 'USD.CHF'),
  fc.dictionary(day, fc.constantFrom('0.5', '0.9412', '3', '1.333')),
);

it('asks for every rate that it may use', () =>
  fc.assert(
    fc.property(amounts, rates, (some, known) => {
      const all = ratesOf(known);
      const needed = new Map(ratesNeeded(some, 'CHF').flatMap((key) => (all.has(key) ? [[key, all.get(key)!] as const] : [])));
      expect(convert(some, 'CHF', needed)).toEqual(convert(some, 'CHF', all));
    }),
  ));

it('is the sum of each amount by itself, and loses none', () =>
  fc.assert(
    fc.property(amounts, rates, (some, known) => {
      const whole = inCHF(known, ...some);
      const parts = some.map((amount) => inCHF(known, amount));
      expect(whole.amount).toBe(parts.reduce((sum, { amount }) => sum + amount, 0));
      for (const currency of ['CHF', 'EUR', 'USD'])
        expect(whole.withoutRate[currency] ?? 0).toBe(parts.reduce((sum, { withoutRate }) => sum + (withoutRate[currency] ?? 0), 0));
      const stated = (one: DatedAmount): boolean =>
        [`${one.currency}.CHF`, `CHF.${one.currency}`].some((pair) =>
          Object.keys(known[pair] ?? {}).some((at) => {
            const age = (Date.parse(one.day) - Date.parse(at)) / 86_400_000;
            return age >= 0 && age <= OLDEST_RATE_DAYS;
          }),
        );
      some.forEach((one, n) => {
        const apart = one.currency !== 'CHF' && one.amount !== 0 && !stated(one);
        expect(parts[n].withoutRate).toEqual(apart ? { [one.currency]: one.amount } : {});
      });
    }),
  ));
