import { Message } from '@boucle/eventsourcing';
import { PurchaseLine } from './purchase.events.js';

/** What a sale comes to, in cents of its currency, below nought for what came back, and where it was made. */
export interface Sold {
  readonly amount: number;
  readonly currency: string;
  /** Code of the catalogue of sales channels. */
  readonly salesChannel?: string;
  readonly pointOfSaleId?: string;
}

export type AnonymousSaleEvent =
  /** Somebody bought or gave back who did not say who he is. */
  | Message<'AnonymousSaleRecorded', { saleId: string; lines?: readonly PurchaseLine[] } & Sold>
  /** The sale of that instant was entered by mistake: it counts no more, and may come again. */
  | Message<'AnonymousSaleWithdrawn', { saleId: string; at: string } & Sold>;
