import { LineFields } from './purchase.commands.js';

/** A sale of which nobody knows whose it is. Comes from an import only. */
export class RecordAnonymousSale {
  readonly saleId: string;
  /** In cents, below nought for what came back. */
  readonly amount: number;
  readonly currency: string;
  readonly salesChannel?: string;
  readonly pointOfSaleId?: string;
  readonly lines?: readonly LineFields[];
}

/** Comes from an import that is undone only. */
export class WithdrawAnonymousSale {
  readonly saleId: string;
}
