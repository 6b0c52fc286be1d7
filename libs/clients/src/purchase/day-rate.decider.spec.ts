import { specDecider, specProjection } from '../../../eventsourcing/src/testing.js';
import { StateDayRate } from './day-rate.commands.js';
import { dayRateDecider } from './day-rate.decider.js';
import { dayRatesProjection } from './day-rates.projection.js';
import { day, faults, order } from '../testing.js';

const facts = { currency: 'EUR', toCurrency: 'CHF', day: '2026-02-27', rate: '0.9412', source: 'ecb' };
const stated = (changed: object = {}) => ({ type: 'DayRateStated', data: { ...facts, ...changed } });
const state = (changed: object = {}) => order(StateDayRate, { ...facts, ...changed });

describe('a day rate', () => {
  const given = specDecider(dayRateDecider, day(0));

  it('is stated', () => given().when(state()).then(stated()));
  it('is stated once', () => given(stated()).when(state()).thenNothing());
  it('is corrected, also back', () => {
    given(stated())
      .when(state({ rate: '0.9413' }))
      .then(stated({ rate: '0.9413' }));
    given(stated(), stated({ rate: '0.9413' }))
      .when(state())
      .then(stated());
  });
  it('leads to another currency', () =>
    given()
      .when(state({ toCurrency: 'EUR' }))
      .thenRejected('same-currency'));

  it.each(['1', '0.9412', '123456789.123456789012', '10.50'])('is a decimal text: %s', (rate) =>
    expect(faults(StateDayRate, state({ rate }))).toEqual([]),
  );
  it.each(['0', '0.000', '-1', '1e3', '01.5', '.5', '1.', '1,5', '', '1234567890', 0.9412])('is not %j', (rate) =>
    expect(faults(StateDayRate, state({ rate }))).toEqual(['rate']),
  );
});

it('the rates of a year are the latest said of each day', () =>
  specProjection(dayRatesProjection, day(0))(
    stated(),
    stated({ day: '2026-02-26', rate: '0.94' }),
    stated({ rate: '0.9413' }),
    stated({ day: '2025-12-31' }),
  ).then('EUR.CHF.2026', {
    currency: 'EUR',
    toCurrency: 'CHF',
    days: { '2026-02-27': { rate: '0.9413', source: 'ecb' }, '2026-02-26': { rate: '0.94', source: 'ecb' } },
  }));
