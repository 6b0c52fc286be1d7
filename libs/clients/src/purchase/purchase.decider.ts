import { DomainError, Rules } from '@boucle/eventsourcing';
import { credited, creditFor } from '../client/attribution.js';
import { Client } from '../client/client.js';
import { CancelPurchase, RecordPurchase, RefuseDelivery, ReturnPurchase } from './purchase.commands.js';
import { PurchaseDetails, PurchaseRecorded, ReversalEvent } from './purchase.events.js';
import { Bought, keptOf } from './purchase-history.js';
import { checkedLines, mustComeTo, totalOf } from './purchase-lines.js';
import { known } from '../client/registration.js';

const commands = { RecordPurchase, ReturnPurchase, CancelPurchase, RefuseDelivery };

const detailsOf = (purchase: RecordPurchase): PurchaseDetails => {
  const { amount, discount, freight, vatIncluded, salesChannel, pointOfSaleId, orderId, orderNumber } = purchase;
  const lines = purchase.lines && checkedLines(purchase.lines);
  if (lines) mustComeTo(amount, lines, discount);
  return {
    ...(lines && { lines }),
    ...(discount !== undefined && { discount }),
    ...(freight !== undefined && { freight }),
    ...(vatIncluded !== undefined && { vatIncluded }),
    ...(salesChannel && { salesChannel }),
    ...(pointOfSaleId && { pointOfSaleId }),
    ...(orderId && { orderId }),
    ...(orderNumber && { personal: { orderNumber } }),
  };
};

const find = ({ purchases }: Client, purchaseId: string | undefined): Bought | undefined =>
  purchases.bought.find((bought) => bought.purchaseId === purchaseId);

/** What is left of a purchase, refused if nothing is. */
const mustBeKept = ({ purchases }: Client, bought: Bought): number => {
  const kept = keptOf(purchases, bought);
  if (kept !== null) return kept;
  throw new DomainError(
    'purchase-not-kept',
    `Purchase ${bought.purchaseId} was returned, cancelled or refused as a whole before`,
    'purchaseId',
  );
};

/** What takes back all that is left of a purchase. */
const revoked = (client: Client, { clientId, purchaseId, reason }: CancelPurchase | RefuseDelivery) => {
  known(client, clientId);
  const bought = find(client, purchaseId);
  if (!bought) throw new DomainError('unknown-purchase', `The client has no purchase ${purchaseId}: record it first`, 'purchaseId');
  return { clientId, purchaseId, amount: mustBeKept(client, bought), currency: bought.currency, reason: reason ?? null };
};

const withoutPurchase = (client: Client, record: 'cancellation' | 'refusal', purchaseId: string): Client => ({
  ...client,
  purchases: { ...client.purchases, revoked: [...client.purchases.revoked, purchaseId] },
  records: [...client.records, `${record}/${purchaseId}`],
});

/** The rules of what a client buys and does not keep. */
export const purchaseRules: Rules<Client, typeof commands, PurchaseRecorded | ReversalEvent> = {
  commands,
  decide: {
    RecordPurchase: (client, command, now, history) => {
      const { clientId, purchaseId, amount, currency } = command;
      if (client.records.includes(`purchase/${purchaseId}`)) return [];
      known(client, clientId);
      const credit = history ? null : creditFor(client.windows, now, 'purchased');
      return [{ type: 'PurchaseRecorded', data: { clientId, purchaseId, amount, currency, ...detailsOf(command), credit } }];
    },
    ReturnPurchase: (client, command) => {
      const { clientId, returnId, purchaseId = null, reason = null } = command;
      if (client.records.includes(`return/${returnId}`)) return [];
      known(client, clientId);
      const bought = find(client, command.purchaseId);
      const left = bought && mustBeKept(client, bought);
      const lines = command.lines && checkedLines(command.lines);
      const amount = command.amount ?? (lines ? totalOf(lines) : left);
      const currency = command.currency ?? bought?.currency;
      if (amount === undefined || currency === undefined)
        throw new DomainError(
          'unmatched-return',
          'The return names no purchase that is known, so it stands alone: state its amount and currency',
          amount === undefined ? 'amount' : 'currency',
        );
      if (lines) mustComeTo(amount, lines);
      if (bought && currency !== bought.currency)
        throw new DomainError(
          'other-currency',
          `Purchase ${bought.purchaseId} is in ${bought.currency}: state the return in it`,
          'currency',
        );
      if (amount < 0 || (left !== undefined && amount > left))
        throw new DomainError('more-than-bought', `${amount} cannot be given back: ${left ?? 'nothing'} is left of it`, 'amount');
      const kept = left === undefined ? null : amount < left;
      const facts = { clientId, returnId, purchaseId, amount, currency, kept, ...(lines && { lines }), reason };
      return [{ type: 'PurchaseReturned', data: facts }];
    },
    CancelPurchase: (client, command) =>
      client.records.includes(`cancellation/${command.purchaseId}`) ? [] : [{ type: 'PurchaseCancelled', data: revoked(client, command) }],
    RefuseDelivery: (client, command) =>
      client.records.includes(`refusal/${command.purchaseId}`) ? [] : [{ type: 'DeliveryRefused', data: revoked(client, command) }],
  },
  evolve: {
    PurchaseRecorded: (client, { purchaseId, amount, currency, credit }, at) => ({
      ...client,
      purchases: { ...client.purchases, bought: [...client.purchases.bought, { purchaseId, at, amount, currency }] },
      records: [...client.records, `purchase/${purchaseId}`],
      windows: credited(client.windows, credit, 'purchased'),
    }),
    PurchaseReturned: (client, { returnId, purchaseId, amount, currency }, at) => ({
      ...client,
      purchases: { ...client.purchases, returned: [...client.purchases.returned, { purchaseId, at, amount, currency }] },
      records: [...client.records, `return/${returnId}`],
    }),
    PurchaseCancelled: (client, { purchaseId }) => withoutPurchase(client, 'cancellation', purchaseId),
    DeliveryRefused: (client, { purchaseId }) => withoutPurchase(client, 'refusal', purchaseId),
  },
};
