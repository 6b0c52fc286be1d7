import { Message } from '@boucle/eventsourcing';
import { PurchaseLine } from './purchase.events.js';

export type AnonymousSaleEvent =
  /** Somebody bought or gave back who did not say who he is; the amount is in cents of the currency, below nought for what came back. */
  | Message<'AnonymousSaleRecorded', { saleId: string; amount: number; currency: string; lines?: readonly PurchaseLine[] }>
  /** The sale was entered by mistake: it counts no more, and may come again. */
  | Message<'AnonymousSaleWithdrawn', { saleId: string; amount: number; currency: string }>;
