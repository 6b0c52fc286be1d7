import { Message } from '@boucle/eventsourcing';
import { Credit } from '../client/placement.js';

/** What was bought in one line: an article that has an id, or what the till calls it, or both. */
export interface PurchaseLine {
  readonly articleId: string | null;
  readonly variantId?: string;
  readonly text?: string;
  /** With at most three decimals. */
  readonly quantity: number;
  /** In cents; below nought for what is taken off. */
  readonly unitPrice: number;
  /** What the line comes to, in cents; nothing for a gift. */
  readonly amount: number;
  readonly promotion?: string;
  readonly coupon?: string;
  readonly gift?: true;
}

/** What is known of a purchase besides its amount. */
export interface PurchaseDetails {
  readonly lines?: readonly PurchaseLine[];
  /** In cents, taken off the lines. */
  readonly discount?: number;
  /** In cents, not part of the amount. */
  readonly freight?: number;
  readonly vatIncluded?: boolean;
  /** Code of the catalogue of sales channels. */
  readonly salesChannel?: string;
  readonly pointOfSaleId?: string;
  /** The order that it carries out. */
  readonly orderId?: string;
  /** Leads to the client in another system. */
  readonly personal?: { readonly orderNumber: string } | null;
}

/** What is not kept of a purchase any more, in cents. */
interface Revoked {
  readonly clientId: string;
  readonly purchaseId: string;
  readonly amount: number;
  readonly currency: string;
  /** Code of the catalogue of reasons. */
  readonly reason: string | null;
}

/** The client bought; the amount is in cents of the currency. */
export type PurchaseRecorded = Message<
  'PurchaseRecorded',
  { clientId: string; purchaseId: string; amount: number; currency: string } & PurchaseDetails & { credit: Credit | null }
>;

export type ReversalEvent =
  /** The client gave something back: of a purchase, of which then something is still kept or not, or by itself. */
  | Message<
      'PurchaseReturned',
      {
        clientId: string;
        returnId: string;
        purchaseId: string | null;
        amount: number;
        currency: string;
        kept: boolean | null;
        lines?: readonly PurchaseLine[];
        reason: string | null;
      }
    >
  /** A purchase was cancelled: it is not kept. */
  | Message<'PurchaseCancelled', Revoked>
  /** The client did not take a delivery in: the purchase is not kept. */
  | Message<'DeliveryRefused', Revoked>;
