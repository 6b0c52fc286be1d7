import { Decider, DomainError } from '@boucle/eventsourcing';
import { ID } from '../fields.js';
import { RecordAnonymousSale, WithdrawAnonymousSale } from './anonymous-sale.commands.js';
import { AnonymousSaleEvent, Sold } from './anonymous-sale.events.js';
import { checkedLines, mustComeTo } from './purchase-lines.js';

/** What is known of a sale, and when it was; null: nothing. */
export interface AnonymousSale {
  readonly sold: (Sold & { readonly at: string }) | null;
}

const commands = { RecordAnonymousSale, WithdrawAnonymousSale };

/** One stream per sale, so that totals agree where a client is not known. */
export const anonymousSaleDecider: Decider<AnonymousSale, typeof commands, AnonymousSaleEvent> = {
  commands,
  stream: ({ saleId }) => `sale-${saleId}`,
  initial: { sold: null },
  decide: {
    RecordAnonymousSale: (sale, { saleId, amount, currency, salesChannel, pointOfSaleId, lines: given }) => {
      if (sale.sold) return [];
      const lines = given && checkedLines(given);
      if (lines) mustComeTo(amount, lines);
      if (pointOfSaleId !== undefined && !ID.test(pointOfSaleId))
        throw new DomainError(
          'no-id',
          `${pointOfSaleId} is no id of a point of sale: letters, digits, dots, underscores and hyphens`,
          'pointOfSaleId',
        );
      const place = { ...(salesChannel && { salesChannel }), ...(pointOfSaleId && { pointOfSaleId }) };
      return [{ type: 'AnonymousSaleRecorded', data: { saleId, amount, currency, ...place, ...(lines && { lines }) } }];
    },
    WithdrawAnonymousSale: ({ sold }, { saleId }) => (sold ? [{ type: 'AnonymousSaleWithdrawn', data: { saleId, ...sold } }] : []),
  },
  evolve: {
    AnonymousSaleRecorded: (_, { saleId: __, lines: ___, ...sold }, at) => ({ sold: { ...sold, at } }),
    AnonymousSaleWithdrawn: () => ({ sold: null }),
  },
};
