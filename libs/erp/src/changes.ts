import { canonicalJson, Lookup, Message } from '@boucle/eventsourcing';
import { Client, ERP, referenceLookup } from '@boucle/clients';
import { Change, ChangedArticle, ChangedCustomer, ChangedOrder } from './change.commands.js';

/** What records of the client file are called that came from the ERP: keyed hashes of its own numbers, so that the same record again is the same. */
export const erpId = (lookup: Lookup, kind: 'order' | 'invoice' | 'payment' | 'return', number: string): string =>
  referenceLookup(lookup, `${ERP}-${kind}`, number);

/** Contact points that came from the ERP. */
const OWN_POINT = `${ERP}-`;

/** What is still to be said of a customer whom the engine knows so; places that the ERP named before are no longer his. */
export const customerChanges = (change: ChangedCustomer, client: Client, clientId: string, lookup: Lookup, today: string): Message[] => {
  const { address, email, phone, phoneCountry, closed, creditBlocked } = change;
  const own = Object.entries(client.points).filter(([id]) => id.startsWith(OWN_POINT));
  const idOf = (...place: readonly unknown[]): string => `${OWN_POINT}${lookup('erp-point', canonicalJson(place)).slice(0, 22)}`;
  const told: Message[] = [];

  if (address) {
    const isThis = (known: unknown): boolean => canonicalJson(known) === canonicalJson(address);
    const addresses = own.flatMap(([id, point]) => (point.kind === 'address' ? [{ id, ...point }] : []));
    for (const { id, validity, address: known } of addresses)
      if (validity.until === null && !isThis(known)) told.push({ type: 'EndAddress', data: { clientId, addressId: id, until: today } });
    const same = addresses.filter((point) => isThis(point.address));
    // who has come back to where he lived before lives there anew
    const addressId = idOf('address', address, same.length);
    if (same.every(({ validity }) => validity.until !== null)) told.push({ type: 'AddAddress', data: { clientId, addressId, address } });
  }
  const reach = (kind: 'email' | 'phone', id: string, add: Message): void => {
    const former = own.filter(([other, point]) => other !== id && point.kind === kind);
    told.push(...former.map(([other]) => ({ type: 'RemoveContactPoint', data: { clientId, pointId: other } })));
    if (!Object.hasOwn(client.points, id)) told.push(add);
  };
  if (email !== undefined) {
    const emailId = idOf('email', email);
    reach('email', emailId, { type: 'AddEmail', data: { clientId, emailId, email } });
  }
  if (phone !== undefined) {
    const country = phoneCountry ?? address?.country;
    const phoneId = idOf('phone', phone, country ?? null);
    reach('phone', phoneId, { type: 'AddPhone', data: { clientId, phoneId, phone, ...(country && { country }) } });
  }
  if (closed !== undefined) told.push({ type: closed ? 'CloseClient' : 'ReopenClient', data: { clientId } });
  if (creditBlocked !== undefined) told.push({ type: creditBlocked ? 'BlockCredit' : 'ReleaseCredit', data: { clientId } });
  return told;
};

const linesOf = ({ lines }: ChangedOrder) =>
  lines && { lines: [...lines].sort((a, b) => a.line - b.line).map(({ line: _, ...rest }) => rest) };

/** What an order says, by how far it has come. */
const orderChanges = (change: ChangedOrder, clientId: string, id: string): Message => {
  const { order, state, amount, discount = 0, reason, occurredAt } = change;
  const { currency, freight, vatIncluded, salesChannel, pointOfSaleId } = change;
  const when = occurredAt === undefined ? {} : { occurredAt };
  const facts = { clientId, currency, ...linesOf(change), salesChannel, pointOfSaleId, orderNumber: order, ...when };
  switch (state) {
    case 'placed':
      return { type: 'PlaceOrder', data: { ...facts, orderId: id, amount: amount + discount } };
    case 'delivered':
      return {
        type: 'RecordPurchase',
        data: { ...facts, purchaseId: id, orderId: id, amount, discount: change.discount, freight, vatIncluded },
      };
    case 'cancelled':
      return { type: 'CancelPurchase', data: { clientId, purchaseId: id, reason, ...when } };
    case 'refused':
      return { type: 'RefuseDelivery', data: { clientId, purchaseId: id, reason, ...when } };
  }
};

const withoutUndefined = ({ type, data }: Message): Message => ({
  type,
  data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)),
});

/** What a change says of a client, but for what is said of the customer himself. */
export const recordChange = (change: Exclude<Change, ChangedCustomer | ChangedArticle>, clientId: string, lookup: Lookup): Message => {
  const idOf = (kind: Parameters<typeof erpId>[1], number: string | undefined) =>
    number === undefined ? undefined : erpId(lookup, kind, number);
  const { amount, currency, occurredAt } = change;
  const facts = { clientId, amount, currency, occurredAt };
  switch (change.record) {
    case 'order':
      return withoutUndefined(orderChanges(change, clientId, erpId(lookup, 'order', change.order)));
    case 'invoice': {
      const { invoice, order, dueOn } = change;
      const ids = { invoiceId: erpId(lookup, 'invoice', invoice), purchaseId: idOf('order', order), invoiceNumber: invoice };
      return withoutUndefined({ type: 'IssueInvoice', data: { ...facts, ...ids, dueOn } });
    }
    case 'payment': {
      const ids = { paymentId: erpId(lookup, 'payment', change.payment), invoiceId: idOf('invoice', change.invoice) };
      return withoutUndefined({ type: 'RecordPayment', data: { ...facts, ...ids, means: change.means } });
    }
    case 'return': {
      const { lines, reason } = change;
      const ids = { returnId: erpId(lookup, 'return', change.return), purchaseId: idOf('order', change.order) };
      return withoutUndefined({ type: 'ReturnPurchase', data: { ...facts, ...ids, lines, reason } });
    }
  }
};

/** What a change says of an article: once it is sold no more, that alone. */
export const articleChange = ({ record: _, article: articleId, retired, ...facts }: ChangedArticle): Message =>
  retired === true
    ? { type: 'RetireArticle', data: { articleId } }
    : withoutUndefined({ type: 'DescribeArticle', data: { articleId, ...facts } });
