import { Message } from '@boucle/eventsourcing';
import { PurchaseLine } from '../purchase/purchase.events.js';

/** What a client has ordered, owes and has paid; amounts in cents. */
export type AccountEvent =
  /** The client ordered; what is delivered of it is a purchase. */
  | Message<
      'OrderPlaced',
      {
        clientId: string;
        orderId: string;
        amount: number;
        currency: string;
        lines?: readonly PurchaseLine[];
        salesChannel: string | null;
        pointOfSaleId: string | null;
        personal: { readonly orderNumber: string } | null;
      }
    >
  /** What was not yet delivered of an order will not be. */
  | Message<'OrderCancelled', { clientId: string; orderId: string; reason: string | null }>
  /** The client owes an amount for a purchase, for a contract, or otherwise. */
  | Message<
      'InvoiceIssued',
      {
        clientId: string;
        invoiceId: string;
        purchaseId: string | null;
        contractId: string | null;
        amount: number;
        currency: string;
        /** YYYY-MM-DD. */
        dueOn: string | null;
        personal: { readonly invoiceNumber: string } | null;
      }
    >
  /** An amount was paid, or credited to the client; of an invoice or on account. The means is a code of its catalogue. */
  | Message<
      'PaymentReceived',
      { clientId: string; paymentId: string; invoiceId: string | null; amount: number; currency: string; means: string | null }
    >
  /** The client was reminded of an invoice. */
  | Message<'ReminderSent', { clientId: string; reminderId: string; invoiceId: string; level: number }>
  /** Another system says what the client owes in all; less than nothing: what we owe him. */
  | Message<'OpenBalanceReported', { clientId: string; amount: number; currency: string }>;
