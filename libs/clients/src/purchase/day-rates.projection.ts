import { Projection } from '@boucle/eventsourcing';
import { RatesByDay, ratesKey } from './day-rate.decider.js';
import { DayRateEvent } from './day-rate.events.js';

/** The rates from one currency to another in a year. */
export interface DayRates {
  readonly currency: string;
  readonly toCurrency: string;
  readonly days: RatesByDay;
}

/** Day rates, the latest said of each day. */
export const dayRatesProjection: Projection<DayRates, DayRateEvent> = {
  name: 'day-rates',
  key: ({ data: { currency, toCurrency, day } }) => ratesKey(currency, toCurrency, day),
  on: {
    DayRateStated: (known, { data: { currency, toCurrency, day, rate, source } }) => ({
      currency,
      toCurrency,
      days: { ...known?.days, [day]: { rate, source } },
    }),
  },
};
