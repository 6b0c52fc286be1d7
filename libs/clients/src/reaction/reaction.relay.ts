import { Relay } from '@boucle/eventsourcing';
import { Contract, purchasesTopic, responsesTopic, tell } from '@boucle/contracts';
import { AccountEvent } from './account.events.js';
import { MergeEvent } from '../merging/merge.events.js';
import { Credit } from '../client/placement.js';
import { PurchaseLine, PurchaseRecorded, ReversalEvent } from '../purchase/purchase.events.js';
import { RelationEvent } from './relation.events.js';
import { RetractionEvent } from '../retraction/retraction.events.js';
import { ResponseRecorded } from './response.events.js';

type ReactionEvent =
  | Exclude<RetractionEvent, { type: 'ContactRetracted' }>
  | PurchaseRecorded
  | ReversalEvent
  | ResponseRecorded
  | AccountEvent
  | RelationEvent
  | Extract<MergeEvent, { type: 'ReactionCredited' }>;

const { messages: purchases } = purchasesTopic;
const { messages: responses } = responsesTopic;

/** These facts and no others. */
const only = <Facts extends object, Name extends keyof Facts>(facts: Facts, ...names: readonly Name[]): Pick<Facts, Name> =>
  Object.fromEntries(names.map((name) => [name, facts[name]])) as Pick<Facts, Name>;

const creditOf = (credit: Credit | null): Credit | null => credit && only(credit, 'campaignId', 'wave', 'cell', 'arm', 'first', 'asDrawn');

/** Lines without the words of the till. */
const linesOf = (lines: readonly PurchaseLine[] = []) =>
  lines.map((line) => ({
    ...only(line, 'articleId', 'quantity', 'unitPrice', 'amount'),
    variantId: line.variantId ?? null,
    promotion: line.promotion ?? null,
    coupon: line.coupon ?? null,
    gift: line.gift ?? false,
  }));

/** What reactions of clients tell other services; what a person wrote or said stays inside. */
export const reactionRelay: Relay<ReactionEvent, Contract> = {
  ReactionCredited: tell(responses.ReactionCredited, ({ data }) => ({
    ...only(data, 'clientId', 'underId', 'reaction', 'reactionId'),
    credit: creditOf(data.credit),
  })),
  PurchaseRecorded: tell(purchases.PurchaseRecorded, ({ data }) => ({
    ...only(data, 'clientId', 'purchaseId', 'amount', 'currency'),
    lines: linesOf(data.lines),
    discount: data.discount ?? 0,
    freight: data.freight ?? 0,
    vatIncluded: data.vatIncluded ?? null,
    salesChannel: data.salesChannel ?? null,
    pointOfSaleId: data.pointOfSaleId ?? null,
    orderId: data.orderId ?? null,
    credit: creditOf(data.credit),
  })),
  PurchaseReturned: tell(purchases.PurchaseReturned, ({ data }) => ({
    ...only(data, 'clientId', 'returnId', 'purchaseId', 'amount', 'currency', 'kept', 'reason'),
    lines: linesOf(data.lines),
  })),
  PurchaseRetracted: tell(purchases.PurchaseRetracted, ({ data }) => only(data, 'clientId', 'purchaseId', 'amount', 'currency')),
  ReturnRetracted: tell(purchases.ReturnRetracted, ({ data }) => only(data, 'clientId', 'returnId', 'purchaseId', 'amount', 'currency')),
  PurchaseCancelled: tell(purchases.PurchaseCancelled, ({ data }) => only(data, 'clientId', 'purchaseId', 'amount', 'currency', 'reason')),
  DeliveryRefused: tell(purchases.DeliveryRefused, ({ data }) => only(data, 'clientId', 'purchaseId', 'amount', 'currency', 'reason')),
  OrderPlaced: tell(purchases.OrderPlaced, ({ data }) => ({
    ...only(data, 'clientId', 'orderId', 'amount', 'currency', 'salesChannel', 'pointOfSaleId'),
    lines: linesOf(data.lines),
  })),
  OrderCancelled: tell(purchases.OrderCancelled, ({ data }) => only(data, 'clientId', 'orderId', 'reason')),
  InvoiceIssued: tell(purchases.InvoiceIssued, ({ data }) =>
    only(data, 'clientId', 'invoiceId', 'purchaseId', 'contractId', 'amount', 'currency', 'dueOn'),
  ),
  PaymentReceived: tell(purchases.PaymentReceived, ({ data }) =>
    only(data, 'clientId', 'paymentId', 'invoiceId', 'amount', 'currency', 'means'),
  ),
  ReminderSent: tell(purchases.ReminderSent, ({ data }) => only(data, 'clientId', 'reminderId', 'invoiceId', 'level')),
  OpenBalanceReported: tell(purchases.OpenBalanceReported, ({ data }) => only(data, 'clientId', 'amount', 'currency')),
  ResponseRecorded: tell(responses.ResponseRecorded, ({ data }) => ({
    ...only(data, 'clientId', 'responseId', 'kind'),
    articleIds: data.articleIds ?? [],
    coupon: data.coupon ?? null,
    advert: data.advert ?? null,
    pointOfSaleId: data.pointOfSaleId ?? null,
    contestId: data.contestId ?? null,
    surveyId: data.surveyId ?? null,
    referredId: data.referredId ?? null,
    subject: data.subject ?? null,
    credit: creditOf(data.credit),
  })),
  ResponseRetracted: tell(responses.ResponseRetracted, ({ data }) => only(data, 'clientId', 'responseId', 'kind')),
  ContractStarted: tell(responses.ContractStarted, ({ data }) =>
    only(data, 'clientId', 'contractId', 'kind', 'articleId', 'amount', 'currency', 'startsOn', 'endsOn'),
  ),
  ContractRenewed: tell(responses.ContractRenewed, ({ data }) => only(data, 'clientId', 'contractId', 'endsOn')),
  NoticeGiven: tell(responses.NoticeGiven, ({ data }) => only(data, 'clientId', 'contractId', 'by', 'endsOn')),
  ContractEnded: tell(responses.ContractEnded, ({ data }) => only(data, 'clientId', 'contractId', 'on', 'reason')),
  ClubJoined: tell(responses.ClubJoined, ({ data }) => only(data, 'clientId', 'membershipId', 'clubId', 'level')),
  ClubLeft: tell(responses.ClubLeft, ({ data }) => only(data, 'clientId', 'membershipId', 'clubId', 'reason')),
  CaseOpened: tell(responses.CaseOpened, ({ data }) => only(data, 'clientId', 'caseId', 'subject', 'purchaseId', 'articleId')),
  CaseClosed: tell(responses.CaseClosed, ({ data }) => only(data, 'clientId', 'caseId', 'outcome')),
};
