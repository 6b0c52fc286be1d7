import { Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { Credit } from '../client/placement.js';
import { entry } from '../entries.js';
import { withoutOne } from '../purchase/purchase-history.js';
import { PurchaseLine } from '../purchase/purchase.events.js';
import { Belonging, joinedCompany, leftCompany, NO_BELONGING } from '../record/belonging.js';
import { ClientHistory, ContractTerm, noHistory, OfWave, PastReaction, ReactionKind, Solicitation } from './client-history.js';

type HistoryEvent = Extract<
  ClientEvent,
  {
    type:
      | 'PurchaseRecorded'
      | 'PurchaseReturned'
      | 'PurchaseCancelled'
      | 'DeliveryRefused'
      | 'MailingDispatched'
      | 'ContactWithheld'
      | 'ContactRecorded'
      | 'ResponseRecorded'
      | 'OrderPlaced'
      | 'PaymentReceived'
      | 'ContractStarted'
      | 'ContractRenewed'
      | 'NoticeGiven'
      | 'ContractEnded'
      | 'ClubJoined'
      | 'ClubLeft'
      | 'CaseOpened'
      | 'CompanyJoined'
      | 'CompanyLeft'
      | 'AccountOwnerAssigned'
      | 'PointOfSaleAssigned'
      | 'ProspectMoved'
      | 'PurchaseRetracted'
      | 'ReturnRetracted'
      | 'ContactRetracted'
      | 'ResponseRetracted'
      | 'WaitingValueSettled'
      | 'ClientErased';
  }
>;

interface Told {
  readonly data: { readonly clientId: string };
  readonly metadata: { readonly occurredAt: string };
}

const known = (history: ClientHistory | null, { data }: Told): ClientHistory => history ?? noHistory(data.clientId);

const waveOf = (credit: Credit | null): OfWave => (credit ? { campaignId: credit.campaignId, wave: credit.wave } : {});

const solicited = (history: ClientHistory | null, event: Told, solicitation: Omit<Solicitation, 'at'>): ClientHistory => {
  const before = known(history, event);
  return { ...before, solicitations: [...before.solicitations, { at: event.metadata.occurredAt, ...solicitation }] };
};

const reacted = (
  history: ClientHistory | null,
  event: Told,
  kind: ReactionKind,
  about: Omit<PastReaction, 'at' | 'kind'> = {},
): ClientHistory => {
  const before = known(history, event);
  return { ...before, reactions: [...before.reactions, { at: event.metadata.occurredAt, kind, ...about }] };
};

const revoked = (history: ClientHistory | null, event: Told & { readonly data: { readonly purchaseId: string } }): ClientHistory => {
  const before = known(history, event);
  const { data, metadata } = event;
  return { ...before, revoked: [...before.revoked, { purchaseId: data.purchaseId, at: metadata.occurredAt }] };
};

const changed = (history: ClientHistory | null, contractId: string, change: Partial<ContractTerm>): ClientHistory | null => {
  const contract = history && entry(history.contracts, contractId);
  return contract ? { ...history, contracts: { ...history.contracts, [contractId]: { ...contract, ...change } } } : history;
};

const belonging = (history: ClientHistory | null, event: Told, change: (before: Belonging) => Belonging): ClientHistory => {
  const before = known(history, event);
  return { ...before, belongs: change(before.belongs ?? NO_BELONGING) };
};

const withoutLast = <Entry>(entries: readonly Entry[], isIt: (entry: Entry) => boolean): readonly Entry[] => {
  const place = entries.findLastIndex(isIt);
  return place < 0 ? entries : entries.toSpliced(place, 1);
};

const analysed = ({ text: _, unitPrice: __, ...line }: PurchaseLine): Omit<PurchaseLine, 'text' | 'unitPrice'> => line;

/** What happened with each client; of whom nothing did nothing is kept. */
export const historyProjection: Projection<ClientHistory, HistoryEvent> = {
  name: 'histories',
  key: ({ data }) => data.clientId,
  on: {
    PurchaseRecorded: (history, event) => {
      const { purchaseId, amount, currency, lines, discount, freight, vatIncluded, salesChannel, pointOfSaleId, credit } = event.data;
      const before = known(history, event);
      const purchase = {
        purchaseId,
        at: event.metadata.occurredAt,
        amount,
        currency,
        ...(lines && { lines: lines.map(analysed) }),
        ...(discount !== undefined && { discount }),
        ...(freight !== undefined && { freight }),
        ...(vatIncluded !== undefined && { vatIncluded }),
        ...(salesChannel !== undefined && { salesChannel }),
        ...(pointOfSaleId !== undefined && { pointOfSaleId }),
        ...waveOf(credit),
      };
      return { ...before, purchases: [...before.purchases, purchase] };
    },
    PurchaseReturned: (history, event) => {
      const { purchaseId, amount, currency } = event.data;
      const before = known(history, event);
      return { ...before, returned: [...before.returned, { purchaseId, at: event.metadata.occurredAt, amount, currency }] };
    },
    PurchaseCancelled: revoked,
    DeliveryRefused: revoked,
    MailingDispatched: (history, event) => {
      const { channel, campaignId, wave } = event.data;
      return solicited(history, event, { kind: 'mailing', channel, campaignId, wave });
    },
    ContactWithheld: (history, event) => {
      const { shadow, channel = null, campaignId, wave } = event.data;
      return shadow ? solicited(history, event, { kind: 'withheld', channel, campaignId, wave }) : history;
    },
    ContactRecorded: (history, event) => {
      const { kind, channel, campaignId } = event.data;
      return solicited(history, event, { kind: 'contact', contact: kind, channel, ...(campaignId !== undefined && { campaignId }) });
    },
    ResponseRecorded: (history, event) => {
      const { kind, campaignId, articleIds, pointOfSaleId, credit } = event.data;
      return reacted(history, event, kind, {
        ...(campaignId !== undefined && { campaignId }),
        ...(articleIds && { articleIds }),
        ...(pointOfSaleId !== undefined && { pointOfSaleId }),
        ...waveOf(credit),
      });
    },
    OrderPlaced: (history, event) => {
      const { pointOfSaleId } = event.data;
      return reacted(history, event, 'order', pointOfSaleId === null ? {} : { pointOfSaleId });
    },
    PaymentReceived: (history, event) => reacted(history, event, 'payment'),
    ContractStarted: (history, event) => {
      const { contractId, kind, articleId, startsOn, endsOn } = event.data;
      const after = reacted(history, event, 'contract');
      const contract = { kind, articleId, startsOn, endsOn, noticeBy: null, ended: false };
      return { ...after, contracts: { ...after.contracts, [contractId]: contract } };
    },
    ContractRenewed: (history, { data: { contractId, endsOn } }) => changed(history, contractId, { endsOn, noticeBy: null }),
    NoticeGiven: (history, event) => {
      const { contractId, by: noticeBy, endsOn } = event.data;
      return changed(noticeBy === 'client' ? reacted(history, event, 'notice') : history, contractId, { endsOn, noticeBy });
    },
    ContractEnded: (history, { data: { contractId, on: endsOn } }) => changed(history, contractId, { endsOn, ended: true }),
    ClubJoined: (history, event) => reacted(history, event, 'club-joined'),
    ClubLeft: (history, event) => reacted(history, event, 'club-left'),
    CaseOpened: (history, event) => reacted(history, event, 'case'),
    CompanyJoined: (history, event) => {
      const { companyId, role, on } = event.data;
      return belonging(history, event, (before) => joinedCompany(before, companyId, role, on));
    },
    CompanyLeft: (history, event) => belonging(history, event, (before) => leftCompany(before, event.data.companyId)),
    AccountOwnerAssigned: (history, event) => belonging(history, event, (before) => ({ ...before, ownerId: event.data.salespersonId })),
    PointOfSaleAssigned: (history, event) =>
      belonging(history, event, (before) => ({ ...before, pointOfSaleId: event.data.pointOfSaleId })),
    ProspectMoved: (history, event) => {
      const { stage, nextStep, nextOn } = event.data;
      return belonging(history, event, (before) => ({ ...before, prospect: { stage, nextStep, nextOn } }));
    },
    PurchaseRetracted: (history, { data: { purchaseId } }) =>
      history && { ...history, purchases: history.purchases.filter((one) => one.purchaseId !== purchaseId) },
    ReturnRetracted: (history, { data }) => history && { ...history, returned: withoutOne(history.returned, data) },
    ContactRetracted: (history, { data: { at } }) =>
      history && { ...history, solicitations: withoutLast(history.solicitations, (one) => one.kind === 'contact' && one.at === at) },
    ResponseRetracted: (history, { data: { at, kind } }) =>
      history && { ...history, reactions: withoutLast(history.reactions, (one) => one.kind === kind && one.at === at) },
    WaitingValueSettled: (history, { data: { field, recordId, code } }) =>
      history && field === 'salesChannel' && code !== null
        ? {
            ...history,
            purchases: history.purchases.map((one) => (`purchase/${one.purchaseId}` === recordId ? { ...one, salesChannel: code } : one)),
          }
        : history,
    ClientErased: () => null,
  },
};
