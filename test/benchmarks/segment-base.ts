import { join } from 'node:path';
import { EmbeddedDocumentStore, EmbeddedEventStore } from '@boucle/adapters';
import {
  AnyProjection,
  Checkpoints,
  Codec,
  DocumentStore,
  EventStore,
  NAMESPACE,
  NewEvent,
  NO_STREAM,
  projectEvent,
  RecordedEvent,
  StoredDocument,
} from '@boucle/eventsourcing';
import {
  ASKED_MODELS,
  ClientEvent,
  clientSampleProjection,
  clientStream,
  historyProjection,
  identityProjection,
  profileProjection,
  standingName,
} from '@boucle/clients';
import { Random, randomStream } from '@boucle/targeting';
import { upcasters } from '../../apps/engine/src/adapters.js';

/** As of when they are asked. */
export const ASKED_AT = '2026-03-01T09:00:00.000Z';
/** What had happened by then stands before all the rest in the log. */
export const YEAR_BEFORE = '2025-03-01T09:00:00.000Z';
/** The key under which the base notes how far the log reaches that far back. */
export const PAST = 'year-before';

const AT_ONCE = 500;
const DAY_MS = 86_400_000;
const YEARS = 3;
const ARTICLES = 200;

type Happened = ClientEvent & { readonly at: string };

/** The log and the read models of a folder; nothing is sealed, so that reading is what takes its time. */
export const openBase = (dir: string): { events: EventStore; documents: DocumentStore; close(): void } => {
  const events = new EmbeddedEventStore(join(dir, 'log.sqlite'), new Codec(upcasters));
  const documents = new EmbeddedDocumentStore(join(dir, 'documents.sqlite'));
  return { events, documents, close: () => [events, documents].forEach((one) => one.close()) };
};

const oneOf = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)];
const two = (n: number): string => String(n).padStart(2, '0');

/** The id of the n-th client: in no order. */
export const idOf = (n: number): string => `${Math.floor(randomStream('base', n).uniform() * 2 ** 40).toString(16)}-${n}`;

/** What happened with the n-th client, in order of time: most have bought, some were called. */
const happenedWith = (n: number): readonly Happened[] => {
  const clientId = idOf(n);
  const random = randomStream('base', 'history', n);
  const end = Date.parse(ASKED_AT);
  const registered = end - Math.floor((0.02 + 0.98 * random.uniform()) * YEARS * 365) * DAY_MS;
  const at = new Date(registered).toISOString();
  const later = (): string => new Date(registered + Math.floor(random.uniform() * (end - registered))).toISOString();
  const attributes = { region: oneOf(random, ['north', 'south', 'east', 'west']), points: Math.floor(1000 * random.uniform()) };
  const birthDate = `${1940 + Math.floor(65 * random.uniform())}-${two(1 + Math.floor(12 * random.uniform()))}-${two(1 + Math.floor(28 * random.uniform()))}`;
  const personal = { birthDate, language: oneOf(random, ['de', 'fr', 'it']) };
  const events: Happened[] = [{ type: 'ClientRegistered', data: { clientId, attributes, told: ['birthDate', 'language'], personal }, at }];
  if (random.uniform() < 0.7)
    events.push({ type: 'EmailAdded', data: { clientId, emailId: 'own', personal: { email: `person.${n}@example.org` } }, at });
  const rest: Happened[] = [];
  for (let purchase = Math.floor(4 * random.uniform() ** 2 + 0.6); purchase > 0; purchase--)
    rest.push({ ...bought(clientId, `p-${purchase}`, random), at: later() });
  for (let contact = Math.floor(3 * random.uniform()); contact > 0; contact--)
    rest.push({ type: 'ContactRecorded', data: { clientId, contactId: `c-${contact}`, kind: 'call', channel: 'phone' }, at: later() });
  return [...events, ...rest.sort((a, b) => (a.at < b.at ? -1 : 1))];
};

/** A purchase of one article. */
export const bought = (clientId: string, purchaseId: string, random: Random): Extract<ClientEvent, { type: 'PurchaseRecorded' }> => {
  const amount = 500 + Math.floor(20_000 * random.uniform() ** 3);
  const lines = [{ articleId: `a-${Math.floor(ARTICLES * random.uniform() ** 2)}`, quantity: 1, unitPrice: amount, amount }];
  const salesChannel = oneOf(random, ['shop', 'web']);
  return { type: 'PurchaseRecorded', data: { clientId, purchaseId, amount, currency: 'EUR', lines, salesChannel, credit: null } };
};

/** An event as it is written down. */
export const newEvent = ({ at, ...event }: Happened): NewEvent => ({
  ...event,
  metadata: { id: NAMESPACE, schemaVersion: 1, occurredAt: at, correlationId: NAMESPACE, causationId: NAMESPACE, actor: 'benchmark' },
});

const FOLDED: readonly AnyProjection[] = [profileProjection, identityProjection, historyProjection, clientSampleProjection];

const documentsOf = (events: readonly Happened[]): readonly (StoredDocument | null)[] => {
  const key = events[0].data.clientId;
  const recorded = events.map((event, revision): RecordedEvent => ({
    ...newEvent(event),
    stream: clientStream(key),
    revision,
    position: revision + 1,
    recordedAt: event.at,
  }));
  return FOLDED.map((projection) => {
    if (projection.key(recorded[0]).length === 0) return null;
    const document = recorded.reduce<object | null>((told, event) => projectEvent(projection, told, event, key), null);
    return document && { key, document, position: 1 };
  });
};

/** A log with so many clients, and read models that are at its head. */
export const fillBase = async (dir: string, clients: number): Promise<void> => {
  const { events, documents, close } = openBase(dir);
  const each = async (work: (people: readonly (readonly Happened[])[]) => Promise<unknown>): Promise<void> => {
    for (let first = 0; first < clients; first += AT_ONCE)
      await work(Array.from({ length: Math.min(AT_ONCE, clients - first) }, (_, n) => happenedWith(first + n)));
  };
  const written = (at: string): boolean => at <= YEAR_BEFORE;
  await each((people) =>
    Promise.all(
      people.map(async (all) => {
        const early = all.filter((event) => written(event.at)).map(newEvent);
        if (early.length > 0) await events.append(clientStream(all[0].data.clientId), NO_STREAM, early);
      }),
    ),
  );
  await documents.put(PAST, [{ key: PAST, document: { position: await events.head() }, position: 1 }]);
  await each(async (people) => {
    await Promise.all(
      people.map(async (all) => {
        const late = all.filter((event) => !written(event.at));
        if (late.length > 0) await events.append(clientStream(all[0].data.clientId), all.length - late.length - 1, late.map(newEvent));
      }),
    );
    const stored = people.map(documentsOf);
    for (const [which, { name }] of FOLDED.entries())
      await documents.put(
        name,
        stored.flatMap((found) => found[which] ?? []),
      );
  });
  const position = await events.head();
  const checkpoints = new Checkpoints(documents);
  for (const name of [...ASKED_MODELS, standingName]) await checkpoints.store(name, { position, heldBy: null });
  close();
};
