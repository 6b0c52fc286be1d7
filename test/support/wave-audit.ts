import { join } from 'node:path';
import { EmbeddedDocumentStore } from '@boucle/adapters';
import { Decision } from '@boucle/campaigns';
import {
  canonicalJson,
  Consumer,
  DocumentStore,
  everyDocument,
  projectionConsumer,
  RecordedEvent,
  SagaConsumer,
} from '@boucle/eventsourcing';
import { AnyEvent } from '../../apps/engine/src/outgoing.relay.js';
import { projections, sagas } from '../../apps/engine/src/processors.js';
import { outboxIn } from './engine-folder.js';
import { newFolder } from './folders.js';

type OfType<T extends AnyEvent['type']> = Extract<AnyEvent, { type: T }>['data'];

/** The events of some type. */
export const all = <T extends AnyEvent['type']>(log: readonly RecordedEvent[], type: T): OfType<T>[] =>
  (log as readonly RecordedEvent<AnyEvent>[]).flatMap((event) => (event.type === type ? [event.data as OfType<T>] : []));

const times = (items: readonly string[]): Map<string, number> => {
  const found = new Map<string, number>();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
};

/** Where two lists of what must be there once each differ, in words. */
const differences = (what: string, expected: readonly string[], found: readonly string[]): string[] => {
  const counts = times(found);
  const wanted = new Set(expected);
  return [
    ...expected.filter((item) => !counts.has(item)).map((item) => `${what}: ${item} is missing`),
    ...[...counts].filter(([item]) => !wanted.has(item)).map(([item]) => `${what}: ${item} should not be there`),
    ...[...counts].filter(([, count]) => count > 1).map(([item, count]) => `${what}: ${item} is there ${count} times`),
  ];
};

/** What is wrong with the first wave of a campaign that draws every client: decisions, mailings and the outbox must agree client by client. */
export const waveFaults = (log: readonly RecordedEvent[], campaignId: string, dir: string): string[] => {
  const own = log.filter(({ data }) => (data as { campaignId?: string }).campaignId === campaignId);
  const clients = all(log, 'ClientRegistered').map(({ clientId }) => clientId);
  const decisions = all(own, 'DecisionsTaken').flatMap(({ decisions: some }): readonly Decision[] => some);
  const mailed = all(own, 'MailingDispatched');
  const withheld = all(own, 'ContactWithheld');
  const outbox = Object.entries(outboxIn(dir)).flatMap(([name, lines]) => (name.startsWith(`${campaignId}.`) ? lines : []));
  const lines = outbox.filter((line) => line !== '').map((line) => JSON.parse(line) as { clientId: string; offer: string });
  const drawn = decisions.map((decision) => `${decision.clientId} ${'arm' in decision ? decision.arm : null}`);
  const completed = all(own, 'WaveDispatched').map((wave) => `${wave.mailed} mailed, ${wave.withheld} withheld`);
  return [
    ...differences(
      'decisions',
      clients,
      decisions.map(({ clientId }) => clientId),
    ),
    ...differences(
      'carried out',
      drawn,
      [...mailed, ...withheld].map(({ clientId, arm }) => `${clientId} ${arm}`),
    ),
    ...differences(
      'outbox',
      mailed.map(({ clientId, arm }) => `${clientId} ${arm}`),
      lines.map(({ clientId, offer }) => `${clientId} ${offer}`),
    ),
    ...differences('dispatch', [`${mailed.length} mailed, ${withheld.length} withheld`], completed),
  ];
};

/** What is wrong with reactions: each acknowledged one is in the log once, and no other twice. */
export const reactionFaults = (log: readonly RecordedEvent[], acknowledged: readonly string[]): string[] => {
  const counts = times([
    ...all(log, 'PurchaseRecorded').map(({ purchaseId }) => purchaseId),
    ...all(log, 'ResponseRecorded').map(({ responseId }) => responseId),
  ]);
  return [
    ...acknowledged.filter((id) => !counts.has(id)).map((id) => `${id} was acknowledged and is lost`),
    ...[...counts].filter(([, count]) => count > 1).map(([id, count]) => `${id} is in the log ${count} times`),
  ];
};

/** Keeps the documents of everything that can be rebuilt; sagas send nothing. */
const rebuilders = (documents: DocumentStore): Consumer[] => [
  ...projections.map(({ projection }) => projectionConsumer(projection, documents)),
  ...sagas.map((saga) => new SagaConsumer(saga, documents, { executeMany: () => Promise.resolve([]) }, () => undefined)),
];

/** A collection to the byte: key, document and position. */
const rowsOf = async (documents: DocumentStore, collection: string): Promise<string[]> => {
  const rows: string[] = [];
  for await (const page of everyDocument(documents, collection))
    rows.push(...page.map(({ key, document, position }) => `${collection} ${key} at ${position}: ${canonicalJson(document)}`));
  return rows;
};

/** Where read models differ from what the log alone gives. */
export const modelFaults = async (log: readonly RecordedEvent[], documents: DocumentStore): Promise<string[]> => {
  const rebuilt = new EmbeddedDocumentStore(join(newFolder(), 'documents.sqlite'));
  const faults: string[] = [];
  for (const consumer of rebuilders(rebuilt)) {
    await consumer.start?.(0);
    await consumer.take(log.filter(({ type }) => consumer.types!.includes(type)));
    await consumer.settle?.();
    faults.push(...differences(consumer.name, await rowsOf(rebuilt, consumer.name), await rowsOf(documents, consumer.name)));
  }
  rebuilt.close();
  return faults;
};
