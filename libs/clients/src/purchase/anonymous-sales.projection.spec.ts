import { specProjection } from '../../../eventsourcing/src/testing.js';
import { day } from '../testing.js';
import { anonymousSalesProjection } from './anonymous-sales.projection.js';

const given = specProjection(anonymousSalesProjection, day(0));
const sold = { amount: 1250, currency: 'EUR', salesChannel: 'web' };
const recorded = { type: 'AnonymousSaleRecorded', data: { saleId: 'till-7', ...sold } } as const;
const back = { type: 'AnonymousSaleRecorded', data: { saleId: 'till-8', ...sold, amount: -250 } } as const;
const month = day(0).slice(0, 7);
const key = `${month}/EUR/web/`;
const totals = { month, currency: 'EUR', salesChannel: 'web', pointOfSaleId: null };

describe('Totals of sales to nobody known', () => {
  it('add up what was sold and what came back', () => given(recorded, back).then(key, { ...totals, sales: 2, amount: 1000 }));
  it('are kept apart by where it was sold', () => {
    const shop = {
      type: 'AnonymousSaleRecorded',
      data: { saleId: 'till-9', amount: 100, currency: 'EUR', pointOfSaleId: 'rue-1' },
    } as const;
    given(recorded, shop).then(`${month}/EUR//rue-1`, { ...totals, salesChannel: null, pointOfSaleId: 'rue-1', sales: 1, amount: 100 });
  });
  it('leave out what was taken back, in the month of the sale', () => {
    const withdrawn = { type: 'AnonymousSaleWithdrawn', data: { saleId: 'till-7', ...sold, at: day(0) } } as const;
    given(recorded, back, withdrawn).then(key, { ...totals, sales: 1, amount: -250 });
    given(recorded, withdrawn).then(key, null);
  });
});
