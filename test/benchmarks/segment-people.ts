import {
  ClientEvent,
  clientSampleProjection,
  clientStream,
  historyProjection,
  identityProjection,
  profileProjection,
} from '@boucle/clients';
import { AnyProjection, DocumentStore, NAMESPACE, projectEvent, RecordedEvent, StoredDocument } from '@boucle/eventsourcing';
import { Random, randomStream } from '@boucle/targeting';

/** As of when they are asked. */
export const ASKED_AT = '2026-03-01T09:00:00.000Z';
/** What was known a year before. */
export const YEAR_BEFORE = '2025-03-01T09:00:00.000Z';

const AT_ONCE = 2_000;
const DAY_MS = 86_400_000;
const YEARS = 3;
const ARTICLES = 200;

type Happened = ClientEvent & { readonly at: string };

const oneOf = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)];
const two = (n: number): string => String(n).padStart(2, '0');

/** The id of the n-th client: in no order. */
export const idOf = (n: number): string =>
  `${Math.floor(randomStream('segment-people', n).uniform() * 2 ** 40)
    .toString(16)
    .padStart(10, '0')}-${n}`;

/** What happened with the n-th client, in order of time: most have bought, some have been written to. */
export const happenedWith = (n: number): readonly Happened[] => {
  const clientId = idOf(n);
  const random = randomStream('segment-people', 'history', n);
  const end = Date.parse(ASKED_AT);
  const registered = end - Math.floor((0.02 + random.uniform()) * YEARS * 365) * DAY_MS;
  const later = (): string => new Date(registered + Math.floor(random.uniform() * (end - registered))).toISOString();
  const at = new Date(registered).toISOString();
  const birthDate = `${1940 + Math.floor(65 * random.uniform())}-${two(1 + Math.floor(12 * random.uniform()))}-${two(1 + Math.floor(28 * random.uniform()))}`;
  const attributes = { region: oneOf(random, ['north', 'south', 'east', 'west']), points: Math.floor(1000 * random.uniform()) };
  const personal = { birthDate, language: oneOf(random, ['de', 'fr', 'it']) };
  const events: Happened[] = [{ type: 'ClientRegistered', data: { clientId, attributes, told: ['birthDate', 'language'], personal }, at }];
  if (random.uniform() < 0.7)
    events.push({ type: 'EmailAdded', data: { clientId, emailId: 'own', personal: { email: `person.${n}@example.org` } }, at });
  const rest: Happened[] = [];
  for (let purchase = Math.floor(4 * random.uniform() ** 2 + 0.6); purchase > 0; purchase--) {
    const amount = 500 + Math.floor(20_000 * random.uniform() ** 3);
    const article = Math.floor(ARTICLES * random.uniform() ** 2);
    const lines = [{ articleId: `a-${article}`, quantity: 1, unitPrice: amount, amount }];
    const data = {
      clientId,
      purchaseId: `p-${purchase}`,
      amount,
      currency: 'EUR',
      lines,
      salesChannel: oneOf(random, ['shop', 'web']),
      credit: null,
    };
    rest.push({ type: 'PurchaseRecorded', data, at: later() });
  }
  for (let contact = Math.floor(3 * random.uniform()); contact > 0; contact--)
    rest.push({ type: 'ContactRecorded', data: { clientId, contactId: `c-${contact}`, kind: 'call', channel: 'phone' }, at: later() });
  return [...events, ...rest.sort((a, b) => (a.at < b.at ? -1 : 1))];
};

const recorded = ({ at, ...event }: Happened, revision: number): RecordedEvent<ClientEvent> => ({
  ...event,
  stream: clientStream(event.data.clientId),
  revision,
  position: revision + 1,
  recordedAt: at,
  metadata: { id: NAMESPACE, schemaVersion: 1, occurredAt: at, correlationId: NAMESPACE, causationId: NAMESPACE, actor: 'benchmark' },
});

const FOLDED: readonly AnyProjection[] = [profileProjection, identityProjection, historyProjection, clientSampleProjection];

/** Stores so many clients as their read models have them. */
export const storePeople = async (documents: DocumentStore, from: number, to: number): Promise<void> => {
  for (let first = from; first < to; first += AT_ONCE) {
    const stored = FOLDED.map((): StoredDocument[] => []);
    for (let n = first; n < Math.min(to, first + AT_ONCE); n++) {
      const events = happenedWith(n).map(recorded);
      const key = events[0].data.clientId;
      FOLDED.forEach((projection, which) => {
        if (projection.key(events[0]).length === 0) return;
        const document = events.reduce<object | null>((told, event) => projectEvent(projection, told, event, key), null);
        if (document) stored[which].push({ key, document, position: 1 });
      });
    }
    for (const [which, { name }] of FOLDED.entries()) await documents.put(name, stored[which]);
  }
};
