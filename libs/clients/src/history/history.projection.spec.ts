import { specProjection } from '../../../eventsourcing/src/testing.js';
import { day } from '../testing.js';
import { historyProjection } from './history.projection.js';

const given = specProjection(historyProjection, day(3));
const at = day(3);
const said = (type: string, data: object = {}) => ({ type, data: { clientId: 'ann', ...data } });
const nothing = { clientId: 'ann', purchases: [], returned: [], revoked: [], solicitations: [], reactions: [], contracts: {} };
const placement = { campaignId: 'spring', wave: 2, cell: 'all', arm: 'letter' };
const bought = { purchaseId: 'p-1', amount: 900, currency: 'EUR' };
const started = said('ContractStarted', {
  ...{ contractId: 'k-1', kind: 'subscription', articleId: 'gazette', amount: null, currency: null },
  ...{ startsOn: '2026-01-01', endsOn: '2026-12-31', personal: { contractNumber: '4711' } },
});
const contract = { kind: 'subscription', articleId: 'gazette', startsOn: '2026-01-01', endsOn: '2026-12-31', noticeBy: null, ended: false };

describe('the history of a client', () => {
  it('holds purchases with what was in them, but neither what the till calls it nor an order number', () =>
    given(
      said('PurchaseRecorded', {
        ...bought,
        lines: [{ articleId: 'mug-7', text: 'MUG', quantity: 2, unitPrice: 500, amount: 1000, coupon: 'spring' }],
        ...{ discount: 100, salesChannel: 'web', personal: { orderNumber: '4711' }, credit: { ...placement, first: true, asDrawn: true } },
      }),
    ).then('ann', {
      ...nothing,
      purchases: [
        {
          ...{ ...bought, at, discount: 100, salesChannel: 'web', campaignId: 'spring', wave: 2 },
          lines: [{ articleId: 'mug-7', quantity: 2, amount: 1000, coupon: 'spring' }],
        },
      ],
    }));

  it('learns by which channel a purchase came once somebody has said what the file meant', () => {
    const settled = (field: string, recordId: string, code: string | null) =>
      said('WaitingValueSettled', { valueId: 'v-1', field, recordId, code });
    const purchases = [{ ...bought, at, salesChannel: 'fair' }];
    given(
      said('PurchaseRecorded', { ...bought, credit: null }),
      settled('outcome', 'contact/c-1', 'reached'),
      settled('salesChannel', 'purchase/another', 'web'),
      settled('salesChannel', `purchase/${bought.purchaseId}`, 'fair'),
      settled('salesChannel', `purchase/${bought.purchaseId}`, null),
    ).then('ann', { ...nothing, purchases });
  });

  it('holds what came back and what was never kept', () =>
    given(
      said('PurchaseReturned', { returnId: 'r-1', purchaseId: 'p-1', amount: 300, currency: 'EUR', kept: true, reason: null }),
      said('PurchaseCancelled', { ...bought, purchaseId: 'p-2', reason: null }),
      said('DeliveryRefused', { ...bought, purchaseId: 'p-3', reason: null }),
    ).then('ann', {
      ...nothing,
      returned: [{ purchaseId: 'p-1', at, amount: 300, currency: 'EUR' }],
      revoked: [
        { purchaseId: 'p-2', at },
        { purchaseId: 'p-3', at },
      ],
    }));

  it('holds how he was turned to, and would have been but for the hold-out', () =>
    given(
      said('MailingDispatched', { ...placement, channel: 'email', mailingId: 'm-1', cost: 1 }),
      said('ContactWithheld', { ...placement, wave: 3, reason: 'hold-out', shadow: true }),
      said('ContactWithheld', { ...placement, wave: 4, reason: 'arm', shadow: false }),
      said('ContactRecorded', { contactId: 'c-1', kind: 'call', channel: 'phone' }),
    ).then('ann', {
      ...nothing,
      solicitations: [
        { at, kind: 'mailing', channel: 'email', campaignId: 'spring', wave: 2 },
        { at, kind: 'withheld', channel: null, campaignId: 'spring', wave: 3 },
        { at, kind: 'contact', contact: 'call', channel: 'phone' },
      ],
    }));

  it('holds what he did of his own accord, without his words', () =>
    given(
      said('ResponseRecorded', { responseId: 'a', kind: 'quote-request', articleIds: ['mug-7'], personal: { text: 'soon' }, credit: null }),
      said('OrderPlaced', { orderId: 'o', pointOfSaleId: 'shop-1', personal: null }),
      said('PaymentReceived', { paymentId: 'p' }),
      said('ClubJoined', { membershipId: 'm', personal: { cardNumber: '4711' } }),
      said('ClubLeft', { membershipId: 'm' }),
      said('CaseOpened', { caseId: 'c', personal: { text: 'broken' } }),
    ).then('ann', {
      ...nothing,
      reactions: [
        { at, kind: 'quote-request', articleIds: ['mug-7'] },
        { at, kind: 'order', pointOfSaleId: 'shop-1' },
        { at, kind: 'payment' },
        { at, kind: 'club-joined' },
        { at, kind: 'club-left' },
        { at, kind: 'case' },
      ],
    }));

  it('holds how long he is bound', () => {
    const reactions = [{ at, kind: 'contract' }];
    const [notice, renewed] = [
      { contractId: 'k-1', by: 'company', endsOn: '2026-06-30' },
      { contractId: 'k-1', endsOn: '2027-12-31' },
    ];
    given(started).then('ann', { ...nothing, reactions, contracts: { 'k-1': contract } });
    given(started, said('NoticeGiven', notice)).then('ann', {
      ...nothing,
      reactions,
      contracts: { 'k-1': { ...contract, endsOn: '2026-06-30', noticeBy: 'company' } },
    });
    given(started, said('NoticeGiven', notice), said('ContractRenewed', renewed)).then('ann', {
      ...nothing,
      reactions,
      contracts: { 'k-1': { ...contract, endsOn: '2027-12-31' } },
    });
    given(started, said('ContractEnded', { contractId: 'k-1', on: '2026-05-31', reason: null })).then('ann', {
      ...nothing,
      reactions,
      contracts: { 'k-1': { ...contract, endsOn: '2026-05-31', ended: true } },
    });
  });

  it('counts a notice of his as something that he did', () =>
    given(started, said('NoticeGiven', { contractId: 'k-1', by: 'client', endsOn: '2026-06-30' })).then('ann', {
      ...nothing,
      reactions: [
        { at, kind: 'contract' },
        { at, kind: 'notice' },
      ],
      contracts: { 'k-1': { ...contract, endsOn: '2026-06-30', noticeBy: 'client' } },
    }));

  it('is gone with him', () => given(started, said('ClientErased')).then('ann', null));
});
