import { DomainError, Rules } from '@boucle/eventsourcing';
import { CancelOrder, IssueInvoice, PlaceOrder, RecordPayment, RecordReminder, ReportOpenBalance } from './account.commands.js';
import { AccountEvent } from './account.events.js';
import { Client } from '../client/client.js';
import { entry, knownEntry } from '../entries.js';
import { checkedLines, mustComeTo } from '../purchase/purchase-lines.js';
import { known } from '../client/registration.js';

const commands = { PlaceOrder, CancelOrder, IssueInvoice, RecordPayment, RecordReminder, ReportOpenBalance };

const isRecorded = ({ records }: Client, kind: string, id: string): boolean => records.includes(`${kind}/${id}`);

const withRecord = (client: Client, kind: string, id: string): Client => ({ ...client, records: [...client.records, `${kind}/${id}`] });

/** The rules of what a client orders, owes and pays. */
export const accountRules: Rules<Client, typeof commands, AccountEvent> = {
  commands,
  decide: {
    PlaceOrder: (client, order) => {
      const { clientId, orderId, amount, currency, salesChannel = null, pointOfSaleId = null, orderNumber } = order;
      if (isRecorded(client, 'order', orderId)) return [];
      known(client, clientId);
      const lines = order.lines && checkedLines(order.lines);
      if (lines) mustComeTo(amount, lines);
      const personal = orderNumber === undefined ? null : { orderNumber };
      const facts = { clientId, orderId, amount, currency, ...(lines && { lines }), salesChannel, pointOfSaleId, personal };
      return [{ type: 'OrderPlaced', data: facts }];
    },
    CancelOrder: (client, { clientId, orderId, reason = null }) => {
      if (isRecorded(client, 'order-cancellation', orderId)) return [];
      known(client, clientId);
      if (!isRecorded(client, 'order', orderId))
        throw new DomainError('unknown-order', `The client has no order ${orderId}: record it first`, 'orderId');
      return [{ type: 'OrderCancelled', data: { clientId, orderId, reason } }];
    },
    IssueInvoice: (client, { clientId, invoiceId, purchaseId, contractId, amount, currency, dueOn, invoiceNumber }) => {
      if (entry(client.invoices, invoiceId) !== undefined) return [];
      known(client, clientId);
      const of = { purchaseId: purchaseId ?? null, contractId: contractId ?? null };
      const personal = invoiceNumber === undefined ? null : { invoiceNumber };
      return [{ type: 'InvoiceIssued', data: { clientId, invoiceId, ...of, amount, currency, dueOn: dueOn ?? null, personal } }];
    },
    RecordPayment: (client, { clientId, paymentId, invoiceId, amount, currency, means = null }) => {
      if (isRecorded(client, 'payment', paymentId)) return [];
      known(client, clientId);
      const owed = invoiceId === undefined ? currency : knownEntry(client.invoices, invoiceId, 'invoice', 'invoiceId');
      if (owed !== currency)
        throw new DomainError('other-currency', `Invoice ${invoiceId} is in ${owed}: state the payment in it, or on account`, 'currency');
      return [{ type: 'PaymentReceived', data: { clientId, paymentId, invoiceId: invoiceId ?? null, amount, currency, means } }];
    },
    RecordReminder: (client, { clientId, reminderId, invoiceId, level }) => {
      if (isRecorded(client, 'reminder', reminderId)) return [];
      known(client, clientId);
      knownEntry(client.invoices, invoiceId, 'invoice', 'invoiceId');
      return [{ type: 'ReminderSent', data: { clientId, reminderId, invoiceId, level } }];
    },
    ReportOpenBalance: (client, { clientId, amount, currency }) => {
      known(client, clientId);
      return entry(client.balances, currency) === amount ? [] : [{ type: 'OpenBalanceReported', data: { clientId, amount, currency } }];
    },
  },
  evolve: {
    OrderPlaced: (client, { orderId }) => withRecord(client, 'order', orderId),
    OrderCancelled: (client, { orderId }) => withRecord(client, 'order-cancellation', orderId),
    InvoiceIssued: (client, { invoiceId, currency }) => ({ ...client, invoices: { ...client.invoices, [invoiceId]: currency } }),
    PaymentReceived: (client, { paymentId }) => withRecord(client, 'payment', paymentId),
    ReminderSent: (client, { reminderId }) => withRecord(client, 'reminder', reminderId),
    OpenBalanceReported: (client, { amount, currency }) => ({ ...client, balances: { ...client.balances, [currency]: amount } }),
  },
};
