import { NAMESPACE, NO_STREAM, uuidv5 } from '@boucle/eventsourcing';
import { ClientEvent, clientStream } from '@boucle/clients';
import { randomStream } from '@boucle/targeting';
import { Envelope } from './plain-file.js';

export const CLIENTS = 100_000;

const START = Date.parse('2024-01-01T00:00:00Z');

const factFor = (clientId: string, revision: number, n: number): ClientEvent => {
  if (revision === 0)
    return {
      type: 'ClientRegistered',
      data: { clientId, attributes: { region: `r${n % 13}`, age: 20 + (n % 60), newsletter: n % 2 === 0 } },
    };
  const placement = { campaignId: 'spring', wave: revision, cell: `region=r${n % 13}`, arm: 'letter' };
  if (n % 3 === 0)
    return {
      type: 'PurchaseRecorded',
      data: { clientId, purchaseId: `order-${n}`, amount: 100 + (n % 9000), currency: 'EUR', credit: null },
    };
  const windowEndsAt = new Date(START + n * 1000 + 14 * 86_400_000).toISOString();
  return {
    type: 'MailingDispatched',
    data: {
      clientId,
      ...placement,
      mailingId: `spring.${revision}.${n}`,
      channel: 'post',
      cost: 55,
      priorContacts: revision - 1,
      windowEndsAt,
    },
  };
};

/** Events of some 400 bytes that befall clients in random order, each in its stream; every client is registered first. */
export function* clientHistory(events: number, clients = CLIENTS): Generator<Envelope> {
  const random = randomStream('benchmark');
  const revisions = new Int32Array(clients).fill(NO_STREAM);
  for (let n = 0; n < events; n++) {
    const client = n < clients ? n : Math.floor(random.uniform() * clients);
    const clientId = `client${String(client).padStart(8, '0')}`;
    const revision = ++revisions[client];
    const fact = factFor(clientId, revision, n);
    const metadata = {
      id: uuidv5(NAMESPACE, n),
      schemaVersion: 1,
      occurredAt: new Date(START + n * 1000).toISOString(),
      correlationId: NAMESPACE,
      causationId: NAMESPACE,
      actor: 'benchmark',
    };
    yield { stream: clientStream(clientId), revision, event: { ...fact, metadata } };
  }
}

/** Groups of so many. */
export function* inGroups<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
