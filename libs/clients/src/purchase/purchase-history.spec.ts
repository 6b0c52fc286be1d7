import fc from 'fast-check';
import { keptAmounts, summaryOf } from './purchase-history.js';
import { day } from '../testing.js';

const ids = fc.constantFrom('p-1', 'p-2', 'p-3');
const one = { at: fc.constantFrom(day(0), day(1)), amount: fc.nat(1000), currency: fc.constantFrom('EUR', 'CHF') };
const histories = fc.record({
  bought: fc.uniqueArray(fc.record({ purchaseId: ids, ...one }), { selector: ({ purchaseId }) => purchaseId }),
  returned: fc.array(fc.record({ purchaseId: fc.option(ids), ...one })),
  revoked: fc.uniqueArray(ids),
});

it('what was kept of each purchase comes to what the summary says', () =>
  fc.assert(
    fc.property(histories, (history) => {
      const sums: Record<string, number> = {};
      for (const { amount, currency } of keptAmounts(history)) sums[currency] = (sums[currency] ?? 0) + amount;
      const { monetary } = summaryOf(history);
      for (const currency of ['EUR', 'CHF']) expect(sums[currency] ?? 0).toBe(monetary[currency] ?? 0);
    }),
  ));
