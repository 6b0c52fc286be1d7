import { Decider, DomainError } from '@boucle/eventsourcing';
import { StateDayRate } from './day-rate.commands.js';
import { DayRateEvent } from './day-rate.events.js';
import { entry } from '../entries.js';

/** The rates of a year by day. */
export type RatesByDay = Readonly<Record<string, { readonly rate: string; readonly source: string }>>;

/** What tells the rates of two currencies in the year of a day from all others. */
export const ratesKey = (currency: string, toCurrency: string, day: string): string => `${currency}.${toCurrency}.${day.slice(0, 4)}`;

const commands = { StateDayRate };

/** Day rates, in a stream for two currencies and a year. */
export const dayRateDecider: Decider<RatesByDay, typeof commands, DayRateEvent> = {
  commands,
  stream: ({ currency, toCurrency, day }) => `day-rates-${ratesKey(currency, toCurrency, day)}`,
  initial: {},
  decide: {
    StateDayRate: (rates, { currency, toCurrency, day, rate, source }) => {
      const known = entry(rates, day);
      if (known?.rate === rate && known.source === source) return [];
      if (currency === toCurrency) throw new DomainError('same-currency', 'A rate leads from one currency to another', 'toCurrency');
      return [{ type: 'DayRateStated', data: { currency, toCurrency, day, rate, source } }];
    },
  },
  evolve: {
    DayRateStated: (rates, { day, rate, source }) => ({ ...rates, [day]: { rate, source } }),
  },
};
