import { topic } from './contract.js';
import { credit } from './placement.js';
import { cents, count, described, fields, flag, id, list, nullable, rate, text } from './shapes.js';

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
  { noun: 'purchases', version: 1, key: 'clientId', summary: 'What clients ordered, bought and did not keep, owe and have paid' },
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
    PurchaseRetracted: {
      summary: 'A purchase was told of by mistake: it never was. It may be told of again.',
      payload: fields({ clientId: id, purchaseId: id, amount: cents, currency }),
    },
    ReturnRetracted: {
      summary: 'A return was told of by mistake: it never was.',
      payload: fields({
        clientId: id,
        returnId: id,
        purchaseId: described('Null where the return names none', nullable(id)),
        amount: cents,
        currency,
      }),
    },
    PurchaseCancelled: { summary: 'A purchase was cancelled: it is not kept.', payload: revoked },
    DeliveryRefused: { summary: 'The client did not take a delivery in: the purchase is not kept.', payload: revoked },
    OrderPlaced: {
      summary: 'The client ordered; what is delivered of it is a purchase.',
      payload: fields({
        clientId: id,
        orderId: id,
        amount: cents,
        currency,
        lines,
        salesChannel: described('A code of the catalogue of sales channels', nullable(text)),
        pointOfSaleId: nullable(id),
      }),
    },
    OrderCancelled: {
      summary: 'What was not yet delivered of an order will not be.',
      payload: fields({ clientId: id, orderId: id, reason }),
    },
    InvoiceIssued: {
      summary: 'The client owes an amount.',
      payload: fields({
        clientId: id,
        invoiceId: id,
        purchaseId: nullable(id),
        contractId: nullable(id),
        amount: cents,
        currency,
        dueOn: described('YYYY-MM-DD', nullable(text)),
      }),
    },
    PaymentReceived: {
      summary: 'An amount was paid, or credited to the client.',
      payload: fields({
        clientId: id,
        paymentId: id,
        invoiceId: described('Null where it was paid on account', nullable(id)),
        amount: cents,
        currency,
        means: described('A code of the catalogue of means of payment', nullable(text)),
      }),
    },
    ReminderSent: {
      summary: 'The client was reminded of an invoice.',
      payload: fields({ clientId: id, reminderId: id, invoiceId: id, level: described('From 1', count) }),
    },
    OpenBalanceReported: {
      summary: 'Another system says what the client owes in all.',
      payload: fields({ clientId: id, amount: described('In cents; below nought: what we owe him', cents), currency }),
    },
  },
);
