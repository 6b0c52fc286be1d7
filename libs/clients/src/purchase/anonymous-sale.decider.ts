import { Decider } from '@boucle/eventsourcing';
import { RecordAnonymousSale, WithdrawAnonymousSale } from './anonymous-sale.commands.js';
import { AnonymousSaleEvent } from './anonymous-sale.events.js';
import { checkedLines, mustComeTo } from './purchase-lines.js';

/** What is known of a sale; null: nothing. */
export interface AnonymousSale {
  readonly sold: { readonly amount: number; readonly currency: string } | null;
}

const commands = { RecordAnonymousSale, WithdrawAnonymousSale };

/** One stream per sale, so that totals agree where a client is not known. */
export const anonymousSaleDecider: Decider<AnonymousSale, typeof commands, AnonymousSaleEvent> = {
  commands,
  stream: ({ saleId }) => `sale-${saleId}`,
  initial: { sold: null },
  decide: {
    RecordAnonymousSale: (sale, { saleId, amount, currency, lines: given }) => {
      if (sale.sold) return [];
      const lines = given && checkedLines(given);
      if (lines) mustComeTo(amount, lines);
      return [{ type: 'AnonymousSaleRecorded', data: { saleId, amount, currency, ...(lines && { lines }) } }];
    },
    WithdrawAnonymousSale: ({ sold }, { saleId }) => (sold ? [{ type: 'AnonymousSaleWithdrawn', data: { saleId, ...sold } }] : []),
  },
  evolve: {
    AnonymousSaleRecorded: (_, { amount, currency }) => ({ sold: { amount, currency } }),
    AnonymousSaleWithdrawn: () => ({ sold: null }),
  },
};
