import { topic } from './contract.js';
import { credit } from './placement.js';
import { cents, described, fields, flag, id, list, nullable, rate, text } from './shapes.js';

const currency = described('ISO 4217', text);
const reason = described('A code of the catalogue of reasons', nullable(text));

const lines = described(
  'Empty where only the amount is known',
  list(
    fields({
      articleId: described('Null where the article has no id', nullable(id)),
      variantId: nullable(id),
      quantity: rate,
      unitPrice: cents,
      amount: described('In cents: quantity × unit price, rounded half away from zero; 0 for a gift', cents),
      promotion: nullable(id),
      coupon: nullable(id),
      gift: flag,
    }),
  ),
);

const revoked = fields({ clientId: id, purchaseId: id, amount: described('In cents, what had been kept of it', cents), currency, reason });

export const purchasesTopic = topic(
  { noun: 'purchases', version: 1, key: 'clientId', summary: 'What clients bought, and what they did not keep' },
  {
    PurchaseRecorded: {
      summary: 'The client bought.',
      payload: fields({
        clientId: id,
        purchaseId: id,
        amount: cents,
        currency,
        lines,
        discount: described('In cents, taken off the lines', cents),
        freight: described('In cents, not part of the amount', cents),
        vatIncluded: described('Null where it is not known', nullable(flag)),
        salesChannel: described('A code of the catalogue of sales channels', nullable(text)),
        pointOfSaleId: nullable(id),
        orderId: nullable(id),
        credit,
      }),
    },
    PurchaseReturned: {
      summary: 'The client gave something back.',
      payload: fields({
        clientId: id,
        returnId: id,
        purchaseId: described('Null where the return names none', nullable(id)),
        amount: cents,
        currency,
        kept: described('Whether something of the purchase is still kept; null where the purchase is not known', nullable(flag)),
        lines,
        reason,
      }),
    },
    PurchaseCancelled: { summary: 'A purchase was cancelled: it is not kept.', payload: revoked },
    DeliveryRefused: { summary: 'The client did not take a delivery in: the purchase is not kept.', payload: revoked },
  },
);
