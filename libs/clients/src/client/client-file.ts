import { DataOf, projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import { LineArticle } from '../article/articles.projection.js';
import { ClientEvent } from './client.events.js';
import { Appointment } from '../reaction/contact.events.js';
import { Conversion } from '../purchase/conversion.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { Said, saidIn } from '../person/said.js';
import { PurchaseLine } from '../purchase/purchase.events.js';
import { standing } from '../retraction/standing.js';
import { keptOf, PurchaseHistory } from '../purchase/purchase-history.js';

type Facts<T extends ClientEvent['type']> = DataOf<ClientEvent, T>;
type Words<Data> = Data extends { personal?: infer P } ? Partial<NonNullable<P>> : object;

/** An event as a file shows it: when it was, and all that is known of it; words that were erased are left out. */
export type Told<T extends ClientEvent['type']> = { readonly at: string } & Omit<Facts<T>, 'clientId' | 'personal'> & Words<Facts<T>>;

/** What we did towards a client, and mean to do. */
export interface Actions {
  readonly mailings: readonly Told<'MailingDispatched'>[];
  readonly contacts: readonly (Told<'ContactRecorded'> & { readonly reports: readonly Told<'ContactReported'>[] })[];
  /** Neither held nor cancelled, the next one first. */
  readonly planned: readonly Told<'ContactPlanned'>[];
}

/** What has lines, each with its article, null: not known; left out where nobody has looked. */
export type WithLines<T> = Omit<T, 'lines'> & { readonly lines?: readonly (PurchaseLine & { readonly article?: LineArticle | null })[] };

/** What a client did. */
export interface Reactions {
  /** With the cents that are left of each, null where it is not kept. */
  readonly purchases: readonly (WithLines<Told<'PurchaseRecorded'>> & { readonly kept: number | null })[];
  readonly returns: readonly WithLines<Told<'PurchaseReturned'>>[];
  readonly orders: readonly (WithLines<Told<'OrderPlaced'>> & { readonly cancelled: Told<'OrderCancelled'> | null })[];
  /** With the cents that are still open of each. */
  readonly invoices: readonly (Told<'InvoiceIssued'> & { readonly reminders: readonly Told<'ReminderSent'>[]; readonly open: number })[];
  readonly payments: readonly Told<'PaymentReceived'>[];
  /** What the invoices less the payments come to, in cents by currency. */
  readonly openBalances: Readonly<Record<string, number>>;
  /** What another system said last, by currency. */
  readonly reportedBalances: Readonly<Record<string, Told<'OpenBalanceReported'>>>;
  readonly contracts: readonly (Told<'ContractStarted'> & {
    readonly renewals: readonly Told<'ContractRenewed'>[];
    readonly notices: readonly Told<'NoticeGiven'>[];
    readonly ended: Told<'ContractEnded'> | null;
  })[];
  readonly memberships: readonly (Told<'ClubJoined'> & { readonly left: Told<'ClubLeft'> | null })[];
  readonly cases: readonly (Told<'CaseOpened'> & { readonly closed: Told<'CaseClosed'> | null })[];
  readonly responses: readonly Told<'ResponseRecorded'>[];
}

/** All that is known of a client, in the three groups in which it is shown. */
export interface ClientFile {
  readonly clientId: string;
  readonly personal: Identity;
  readonly actions: Actions;
  readonly reactions: Reactions;
  /** Who said last what is known of him, and when, by field. */
  readonly said: Said;
  /** What the purchases that were kept come to in one currency, if one was asked for. */
  readonly converted?: Conversion;
}

type History = readonly RecordedEvent<ClientEvent>[];

/** What a record is called where a value of it waited, by the type of its event. */
const RECORDS: Readonly<Partial<Record<ClientEvent['type'], (data: object) => string>>> = {
  PurchaseRecorded: (data) => `purchase/${(data as Facts<'PurchaseRecorded'>).purchaseId}`,
  ContactRecorded: (data) => `contact/${(data as Facts<'ContactRecorded'>).contactId}`,
  ResponseRecorded: (data) => `response/${(data as Facts<'ResponseRecorded'>).responseId}`,
};

/** The codes that were found out later, by record and field. */
const settledIn = (history: History): ReadonlyMap<string, object> => {
  const settled = new Map<string, object>();
  for (const event of history)
    if (event.type === 'WaitingValueSettled' && event.data.recordId !== null && event.data.code !== null)
      settled.set(event.data.recordId, { ...settled.get(event.data.recordId), [event.data.field]: event.data.code });
  return settled;
};

const tellingOf = (history: History) => {
  const settled = settledIn(history);
  return <T extends ClientEvent['type']>(type: T): Told<T>[] =>
    history
      .filter((event) => event.type === type)
      .map(({ data, metadata }) => {
        const { clientId: _, personal, ...facts } = data as { clientId: string; personal?: object | null };
        return { at: metadata.occurredAt, ...facts, ...settled.get(RECORDS[type]?.(data) ?? ''), ...personal } as unknown as Told<T>;
      });
};

type Telling = ReturnType<typeof tellingOf>;

/** Those of the entries that are about the same thing. */
const about = <Entry, Name extends keyof Entry>(entries: readonly Entry[], name: Name, id: Entry[Name]): Entry[] =>
  entries.filter((entry) => entry[name] === id);

const actionsOf = (told: Telling): Actions => {
  const contacts = told('ContactRecorded');
  const reports = told('ContactReported');
  const moves = told('PlannedContactMoved');
  const over = new Set([...contacts, ...told('PlannedContactCancelled')].map(({ contactId }) => contactId));
  const lastMove = (contactId: string): Partial<Appointment> => {
    const { at, durationMinutes, salespersonId } = about(moves, 'contactId', contactId).at(-1) ?? {};
    return at === undefined ? {} : { at, durationMinutes, salespersonId };
  };
  const planned = told('ContactPlanned')
    .filter(({ contactId }) => !over.has(contactId))
    .map((plan) => ({ ...plan, ...lastMove(plan.contactId) }));
  return {
    mailings: told('MailingDispatched'),
    contacts: contacts.map((contact) => ({ ...contact, reports: about(reports, 'contactId', contact.contactId) })),
    planned: planned.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
};

const byCurrency = (amounts: readonly { readonly currency: string; readonly amount: number }[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { currency, amount } of amounts) sums[currency] = (sums[currency] ?? 0) + amount;
  return sums;
};

const accountOf = (told: Telling): Pick<Reactions, 'invoices' | 'payments' | 'openBalances' | 'reportedBalances'> => {
  const invoices = told('InvoiceIssued');
  const payments = told('PaymentReceived');
  const reminders = told('ReminderSent');
  const reported = told('OpenBalanceReported');
  return {
    invoices: invoices.map((invoice) => ({
      ...invoice,
      reminders: about(reminders, 'invoiceId', invoice.invoiceId),
      open: about(payments, 'invoiceId', invoice.invoiceId).reduce((open, { amount }) => open - amount, invoice.amount),
    })),
    payments,
    openBalances: byCurrency([...invoices, ...payments.map(({ currency, amount }) => ({ currency, amount: -amount }))]),
    reportedBalances: Object.fromEntries(reported.map((balance) => [balance.currency, balance])),
  };
};

/** What was bought and not kept by a client with this history. */
export const purchaseHistoryOf = (history: History): PurchaseHistory => {
  const told = tellingOf(standing(history));
  return {
    bought: told('PurchaseRecorded').map(({ purchaseId, at, amount, currency }) => ({ purchaseId, at, amount, currency })),
    returned: told('PurchaseReturned').map(({ purchaseId, at, amount, currency }) => ({ purchaseId, at, amount, currency })),
    revoked: [...told('PurchaseCancelled'), ...told('DeliveryRefused')].map(({ purchaseId }) => purchaseId),
  };
};

const reactionsOf = (told: Telling, history: PurchaseHistory): Reactions => {
  const [cancelled, renewals, notices, ended] = [
    told('OrderCancelled'),
    told('ContractRenewed'),
    told('NoticeGiven'),
    told('ContractEnded'),
  ];
  const [left, closed] = [told('ClubLeft'), told('CaseClosed')];
  return {
    purchases: told('PurchaseRecorded').map((purchase) => ({ ...purchase, kept: keptOf(history, purchase) })),
    returns: told('PurchaseReturned'),
    orders: told('OrderPlaced').map((order) => ({ ...order, cancelled: about(cancelled, 'orderId', order.orderId).at(0) ?? null })),
    ...accountOf(told),
    contracts: told('ContractStarted').map((contract) => ({
      ...contract,
      renewals: about(renewals, 'contractId', contract.contractId),
      notices: about(notices, 'contractId', contract.contractId),
      ended: about(ended, 'contractId', contract.contractId).at(0) ?? null,
    })),
    memberships: told('ClubJoined').map((joined) => ({ ...joined, left: about(left, 'membershipId', joined.membershipId).at(0) ?? null })),
    cases: told('CaseOpened').map((opened) => ({ ...opened, closed: about(closed, 'caseId', opened.caseId).at(0) ?? null })),
    responses: told('ResponseRecorded'),
  };
};

/** The file of a client, read from his history; null if he is not there, or was erased. */
export const clientFileOf = (clientId: string, history: History): ClientFile | null => {
  const personal = history.reduce<object | null>((identity, event) => projectEvent(identityProjection, identity, event, clientId), null);
  if (personal === null) return null;
  const told = tellingOf(standing(history));
  return {
    clientId,
    personal: personal as Identity,
    actions: actionsOf(told),
    reactions: reactionsOf(told, purchaseHistoryOf(history)),
    said: saidIn(history),
  };
};
