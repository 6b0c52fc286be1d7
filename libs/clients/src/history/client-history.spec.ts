import { day } from '../testing.js';
import { noHistory, purchasesUntil, reactionsUntil, solicitationsUntil, wholeHistory } from './client-history.js';

const contract = { kind: 'contract', articleId: null, startsOn: '2026-01-01', endsOn: null, noticeBy: null, ended: false } as const;
const ann = {
  ...noHistory('ann'),
  purchases: [{ purchaseId: 'p-1', at: day(2), amount: 500, currency: 'EUR' }],
  solicitations: [{ at: day(5), kind: 'mailing', channel: 'email' } as const],
};
const anna = {
  ...noHistory('anna'),
  purchases: [{ purchaseId: 'p-1', at: day(1), amount: 900, currency: 'EUR' }],
  returned: [
    { purchaseId: 'p-1', at: day(3), amount: 300, currency: 'EUR' },
    { purchaseId: null, at: day(4), amount: 50, currency: 'EUR' },
  ],
  revoked: [{ purchaseId: 'p-1', at: day(6) }],
  solicitations: [{ at: day(4), kind: 'withheld', channel: null } as const],
  reactions: [{ at: day(5), kind: 'referral' } as const],
  contracts: { 'k-1': contract },
};

describe('the history of a person', () => {
  it('is that of all his files in order of time, and says under which id things came', () =>
    expect(wholeHistory(ann, [anna])).toEqual({
      clientId: 'ann',
      purchases: [{ ...anna.purchases[0], purchaseId: 'anna/p-1' }, ann.purchases[0]],
      returned: [{ ...anna.returned[0], purchaseId: 'anna/p-1' }, anna.returned[1]],
      revoked: [{ purchaseId: 'anna/p-1', at: day(6) }],
      solicitations: [anna.solicitations[0], ann.solicitations[0]],
      reactions: anna.reactions,
      contracts: { 'anna/k-1': contract },
    }));
  it('is his own where nothing is merged', () => expect(wholeHistory(ann, [])).toBe(ann));

  it('is told up to an instant, which is part of it', () => {
    expect(purchasesUntil(anna, day(3))).toEqual({ bought: anna.purchases, returned: [anna.returned[0]], revoked: [] });
    expect(purchasesUntil(anna, day(6)).revoked).toEqual(['p-1']);
    expect(solicitationsUntil(anna, day(3))).toEqual([]);
    expect(reactionsUntil(anna, day(5))).toEqual(anna.reactions);
  });
});
