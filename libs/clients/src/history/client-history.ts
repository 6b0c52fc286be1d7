import { Channel } from '../client/channel.js';
import { Placement } from '../client/placement.js';
import { Bought, PurchaseHistory, Returned } from '../purchase/purchase-history.js';
import { PurchaseDetails, PurchaseLine } from '../purchase/purchase.events.js';
import { Belonging, wholeBelonging } from '../record/belonging.js';
import { ContactKind } from '../reaction/contact.events.js';
import { ContractKind, ContractSide } from '../reaction/relation.events.js';
import { ResponseKind } from '../reaction/response.events.js';

/** The campaign and wave that something belongs to. */
export type OfWave = Partial<Pick<Placement, 'campaignId' | 'wave'>>;

/** A purchase with what was in it; whether it was kept, the history says. */
export type PastPurchase = Bought &
  OfWave &
  Pick<PurchaseDetails, 'discount' | 'freight' | 'vatIncluded' | 'salesChannel' | 'pointOfSaleId'> & {
    readonly lines?: readonly Omit<PurchaseLine, 'text' | 'unitPrice'>[];
  };

/** A purchase that was cancelled or not taken in. */
export interface Revoked {
  readonly purchaseId: string;
  /** ISO instant. */
  readonly at: string;
}

/** We turned to the client, or would have but for the hold-out. */
export interface Solicitation extends OfWave {
  /** ISO instant. */
  readonly at: string;
  /** A mailing of a wave, one that the hold-out would have got, or a contact outside of any wave. */
  readonly kind: 'mailing' | 'withheld' | 'contact';
  /** What a contact was. */
  readonly contact?: ContactKind;
  /** null: not known, or left open. */
  readonly channel: Channel | null;
}

/** What a client does of his own accord besides buying. */
export type ReactionKind = ResponseKind | 'order' | 'payment' | 'contract' | 'notice' | 'club-joined' | 'club-left' | 'case';

/** The client did something. */
export interface PastReaction extends OfWave {
  /** ISO instant. */
  readonly at: string;
  readonly kind: ReactionKind;
  readonly articleIds?: readonly string[];
  readonly pointOfSaleId?: string;
}

/** A contract as it stands; days are YYYY-MM-DD. */
export interface ContractTerm {
  readonly kind: ContractKind;
  readonly articleId: string | null;
  readonly startsOn: string;
  /** null: it goes on until it is given notice of. */
  readonly endsOn: string | null;
  readonly noticeBy: ContractSide | null;
  readonly ended: boolean;
}

/** What happened between a client and us as far as analysis asks, in order of arrival; nothing personal. */
export interface ClientHistory {
  readonly clientId: string;
  readonly purchases: readonly PastPurchase[];
  readonly returned: readonly Returned[];
  readonly revoked: readonly Revoked[];
  readonly solicitations: readonly Solicitation[];
  readonly reactions: readonly PastReaction[];
  /** By id. */
  readonly contracts: Readonly<Record<string, ContractTerm>>;
  /** Left out: nowhere. */
  readonly belongs?: Belonging;
}

/** The history of a client with whom nothing has happened yet. */
export const noHistory = (clientId: string): ClientHistory => ({
  clientId,
  purchases: [],
  returned: [],
  revoked: [],
  solicitations: [],
  reactions: [],
  contracts: {},
});

const until = <Entry extends { readonly at: string }>(entries: readonly Entry[], at: string): readonly Entry[] =>
  entries.every((entry) => entry.at <= at) ? entries : entries.filter((entry) => entry.at <= at);

/** What had been bought and not been kept at an instant. */
export const purchasesUntil = ({ purchases, returned, revoked }: ClientHistory, at: string): PurchaseHistory => ({
  bought: until(purchases, at),
  returned: until(returned, at),
  revoked: until(revoked, at).map(({ purchaseId }) => purchaseId),
});

/** How he had been turned to until an instant. */
export const solicitationsUntil = ({ solicitations }: ClientHistory, at: string): readonly Solicitation[] => until(solicitations, at);

/** What he had done of his own accord until an instant. */
export const reactionsUntil = ({ reactions }: ClientHistory, at: string): readonly PastReaction[] => until(reactions, at);

const inOrder = <Entry extends { readonly at: string }>(entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

const elsewhere = (history: ClientHistory): ClientHistory => {
  const named = (id: string): string => `${history.clientId}/${id}`;
  return {
    ...history,
    purchases: history.purchases.map((one) => ({ ...one, purchaseId: named(one.purchaseId) })),
    returned: history.returned.map((one) => ({ ...one, purchaseId: one.purchaseId && named(one.purchaseId) })),
    revoked: history.revoked.map((one) => ({ ...one, purchaseId: named(one.purchaseId) })),
    contracts: Object.fromEntries(Object.entries(history.contracts).map(([id, contract]) => [named(id), contract])),
  };
};

/** What happened with a person under all his ids, in order of time; the ids of another file's say whose they are. */
export const wholeHistory = (own: ClientHistory, others: readonly ClientHistory[]): ClientHistory => {
  if (others.length === 0) return own;
  const all = [own, ...others.map(elsewhere)];
  return {
    clientId: own.clientId,
    purchases: inOrder(all.flatMap(({ purchases }) => purchases)),
    returned: inOrder(all.flatMap(({ returned }) => returned)),
    revoked: inOrder(all.flatMap(({ revoked }) => revoked)),
    solicitations: inOrder(all.flatMap(({ solicitations }) => solicitations)),
    reactions: inOrder(all.flatMap(({ reactions }) => reactions)),
    contracts: Object.fromEntries(all.flatMap(({ contracts }) => Object.entries(contracts))),
    ...(all.some(({ belongs }) => belongs) && { belongs: wholeBelonging(all.flatMap(({ belongs }) => belongs ?? [])) }),
  };
};
