import { specDecider } from '../../../eventsourcing/src/testing.js';
import { CancelOrder, IssueInvoice, PlaceOrder, RecordPayment, RecordReminder, ReportOpenBalance } from './account.commands.js';
import { clientDecider } from '../client/client.decider.js';
import { day, faults, order } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));
const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };

const orderId = 'o-1';
const place = order(PlaceOrder, { clientId, orderId, amount: 500, currency: 'EUR', salesChannel: 'web', orderNumber: 'B-1' });
const placed = {
  type: 'OrderPlaced',
  data: { clientId, orderId, amount: 500, currency: 'EUR', salesChannel: 'web', pointOfSaleId: null, personal: { orderNumber: 'B-1' } },
};
const cancel = order(CancelOrder, { clientId, orderId, reason: 'too-late' });
const cancelled = { type: 'OrderCancelled', data: { clientId, orderId, reason: 'too-late' } };

const invoiceId = 'i-1';
const issue = order(IssueInvoice, {
  clientId,
  invoiceId,
  purchaseId: 'p-1',
  amount: 500,
  currency: 'EUR',
  dueOn: '2026-03-31',
  invoiceNumber: 'R-1',
});
const issued = {
  type: 'InvoiceIssued',
  data: {
    clientId,
    invoiceId,
    purchaseId: 'p-1',
    contractId: null,
    amount: 500,
    currency: 'EUR',
    dueOn: '2026-03-31',
    personal: { invoiceNumber: 'R-1' },
  },
};
const pay = order(RecordPayment, { clientId, paymentId: 'paid-1', invoiceId, amount: 200, currency: 'EUR', means: 'transfer' });
const paid = {
  type: 'PaymentReceived',
  data: { clientId, paymentId: 'paid-1', invoiceId, amount: 200, currency: 'EUR', means: 'transfer' },
};
const remind = order(RecordReminder, { clientId, reminderId: 'reminder-1', invoiceId, level: 1 });
const reminded = { type: 'ReminderSent', data: { clientId, reminderId: 'reminder-1', invoiceId, level: 1 } };
const owe = order(ReportOpenBalance, { clientId, amount: 300, currency: 'EUR' });
const owed = { type: 'OpenBalanceReported', data: { clientId, amount: 300, currency: 'EUR' } };

describe.each([
  ['PlaceOrder', place, [], placed],
  ['CancelOrder', cancel, [placed], cancelled],
  ['IssueInvoice', issue, [], issued],
  ['RecordPayment', pay, [issued], paid],
  ['RecordReminder', remind, [issued], reminded],
  ['ReportOpenBalance', owe, [], owed],
])('%s', (_, command, before, event) => {
  it('is recorded', () =>
    given(registered, ...before)
      .when(command)
      .then(event));
  it('is repeatable', () =>
    given(registered, ...before, event)
      .when(command)
      .thenNothing());
  it('is repeatable when what is personal has been erased', () => {
    const erased = [...before, event].map(({ type, data }) => ({ type, data: 'personal' in data ? { ...data, personal: null } : data }));
    given(registered, ...erased)
      .when(command)
      .thenNothing();
  });
  it('needs a registered client', () => given().when(command).thenRejected('unknown-client'));
});

it('an order comes to what its lines do', () => {
  const line = { articleId: 'mug-7', quantity: 2, unitPrice: 250 };
  given(registered)
    .when(order(PlaceOrder, { ...place, lines: [line] }))
    .then({ ...placed, data: { ...placed.data, lines: [{ ...line, amount: 500 }] } });
  given(registered)
    .when(order(PlaceOrder, { ...place, amount: 501, lines: [line] }))
    .thenRejected('wrong-total');
});
it('only an order that is known can be cancelled', () => given(registered).when(cancel).thenRejected('unknown-order'));
it('only an invoice that is known can be paid or reminded of', () => {
  given(registered).when(pay).thenRejected('unknown-invoice');
  given(registered).when(remind).thenRejected('unknown-invoice');
});
it('an invoice is paid in its currency', () =>
  given(registered, issued)
    .when(order(RecordPayment, { ...pay, currency: 'CHF' }))
    .thenRejected('other-currency'));
it('a payment may be on account', () =>
  given(registered)
    .when(order(RecordPayment, { clientId, paymentId: 'paid-1', amount: 200, currency: 'CHF' }))
    .then({
      type: 'PaymentReceived',
      data: { clientId, paymentId: 'paid-1', invoiceId: null, amount: 200, currency: 'CHF', means: null },
    }));
it('an open balance is told again when it is another, and for each currency', () => {
  given(registered, owed)
    .when(order(ReportOpenBalance, { ...owe, amount: -1 }))
    .then({ ...owed, data: { ...owed.data, amount: -1 } });
  given(registered, owed)
    .when(order(ReportOpenBalance, { ...owe, currency: 'CHF' }))
    .then({ ...owed, data: { ...owed.data, currency: 'CHF' } });
});

it.each([
  [PlaceOrder, { ...place, amount: undefined }, 'amount'],
  [PlaceOrder, { ...place, purchaseId: 'p-1' }, 'purchaseId'],
  [IssueInvoice, { ...issue, dueOn: '31.3.2026' }, 'dueOn'],
  [RecordPayment, { ...pay, amount: -1 }, 'amount'],
  [RecordReminder, { ...remind, level: 0 }, 'level'],
  [ReportOpenBalance, { ...owe, amount: 0.5 }, 'amount'],
])('%p: a wrong field is named', (type, fields, field) => expect(faults(type, fields)).toEqual([field]));
