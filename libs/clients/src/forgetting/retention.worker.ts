import {
  Clock,
  Consumer,
  DocumentStore,
  DomainError,
  Door,
  EventStore,
  everyDocument,
  NAMESPACE,
  RecordedEvent,
  StoredDocument,
  uuidv5,
} from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { ClientEvent } from '../client/client.events.js';
import { ErasureEvent } from './erasure.events.js';
import { forgettingPolicy } from './forgetting-policy.decider.js';
import { ForgettingPolicy, ForgettingPolicyEvent } from './forgetting-policy.events.js';
import { MergeEvent } from '../merging/merge.events.js';
import { wholePerson } from '../merging/merged-file.js';
import { readClient } from '../merging/survivor.js';
import { WholeRetention } from './retention.commands.js';
import { RetentionEvent } from './retention.events.js';
import { KNOWN_BY, tellsOfPerson } from './retention-facts.js';
import { dayOf, firstLook, nextLook } from './retention.js';
import { RETRACTIONS, RetractionEvent } from '../retraction/retraction.events.js';

/** On which day each client of whom something personal is known is looked at next. */
const CLIENTS = 'retention';
/** The same by day, so that the next come first. */
const DAYS = 'retention-days';

const ACTOR = 'worker:retention';
const AT_ONCE = 500;

interface Review {
  readonly clientId: string;
  readonly whole?: WholeRetention;
}

interface Look {
  readonly clientId: string;
  /** YYYY-MM-DD. */
  readonly on: string;
}

type Event = RecordedEvent<
  | Extract<ClientEvent, { type: (typeof KNOWN_BY)[number] }>
  | Extract<RetentionEvent, { type: 'ErasurePutOff' | 'LegalHoldLifted' }>
  | Extract<ErasureEvent, { type: 'ClientErased' }>
  | Extract<MergeEvent, { type: 'AliasEnded' }>
  | RetractionEvent
  | ForgettingPolicyEvent
>;

const TYPES: readonly Event['type'][] = [
  ...KNOWN_BY,
  ...RETRACTIONS,
  'ErasurePutOff',
  'LegalHoldLifted',
  'ClientErased',
  'AliasEnded',
  'ForgettingPolicySet',
];

const isRetraction = (type: string): boolean => (RETRACTIONS as readonly string[]).includes(type);

const keyOf = ({ on, clientId }: Look): string => `${on}/${clientId}`;

/** Looks at clients on the day on which something of them may be due, and at nobody else. */
export interface RetentionWorker {
  /** Keeps the days. */
  readonly consumer: Consumer;
  /** Sees to everybody whose day has come. */
  sweep(): Promise<void>;
}

export const retentionWorker = (events: EventStore, documents: DocumentStore, door: Door, clock: Clock): RetentionWorker => {
  /** Nobody is to be looked at before this day any more. */
  let swept = '';

  /** Nobody else writes these documents: the next position is always free. */
  const write = async (collection: string, changes: ReadonlyMap<string, Look | null>): Promise<void> => {
    const keys = [...changes.keys()];
    const positions = new Map((await documents.getMany(collection, keys)).map(({ key, position }) => [key, position]));
    const news = keys.map((key): StoredDocument => ({ key, document: changes.get(key)!, position: (positions.get(key) ?? 0) + 1 }));
    if (news.length > 0) await documents.put(collection, news);
  };

  const looksAt = async (clientIds: readonly string[]): Promise<ReadonlyMap<string, Look>> =>
    new Map((await documents.getMany<Look>(CLIENTS, clientIds)).flatMap(({ key, document }) => (document ? [[key, document]] : [])));

  /** Sets the next day of each client, null: none. A crash in between leaves an old day behind, which is passed over when it comes. */
  const set = async (days: ReadonlyMap<string, string | null>): Promise<void> => {
    const before = await looksAt([...days.keys()]);
    const [looks, entries, left] = [new Map<string, Look | null>(), new Map<string, Look>(), new Map<string, null>()];
    for (const [clientId, day] of days) {
      const known = before.get(clientId);
      const look = day === null ? null : { clientId, on: day < swept ? swept : day };
      if (look?.on === known?.on) continue;
      looks.set(clientId, look);
      if (look) entries.set(keyOf(look), look);
      if (known) left.set(keyOf(known), null);
    }
    await write(DAYS, entries);
    await write(CLIENTS, looks);
    await write(DAYS, left);
  };

  const everybodyOn = async (day: string): Promise<void> => {
    for await (const page of everyDocument<Look>(documents, CLIENTS))
      await set(new Map(page.flatMap(({ key, document }) => (document ? [[key, day] as const] : []))));
  };

  const take = async (batch: readonly Event[]): Promise<void> => {
    const told = batch.filter(({ type, data }) => type !== 'ClientRegistered' || tellsOfPerson(data));
    if (told.length === 0) return;
    const policy = await forgettingPolicy(events);
    const there = await looksAt(told.flatMap(({ data }) => ('clientId' in data ? [data.clientId] : [])));
    let days = new Map<string, string | null>();
    for (const { type, data, metadata } of told) {
      const today = dayOf(metadata.occurredAt);
      if (type === 'ForgettingPolicySet') {
        await set(days);
        days = new Map();
        await everybodyOn(today);
      } else if (type === 'ClientErased') days.set(data.clientId, null);
      else if (type === 'LegalHoldLifted' || type === 'AliasEnded' || isRetraction(type)) days.set(data.clientId, today);
      else if (type === 'ErasurePutOff') days.set(data.clientId, data.until);
      else if (!there.has(data.clientId) && !days.has(data.clientId)) days.set(data.clientId, firstLook(metadata.occurredAt, policy));
    }
    await set(days);
  };

  /** Sees to these clients, and gives what became of each; null: nothing will ever be due of him. */
  const seeToThem = async (reviews: readonly Review[], policy: ForgettingPolicy, now: string): Promise<readonly (Client | null)[]> => {
    const id = uuidv5(NAMESPACE, ACTOR, now);
    const outcomes = await door.executeMany(
      reviews.map((one) => ({
        message: { type: 'ReviewRetention', data: { ...one, policy } },
        cause: { id, correlationId: id, now, actor: ACTOR },
      })),
    );
    return outcomes.map((outcome) => {
      if (outcome instanceof DomainError) return null;
      if (outcome instanceof Error) throw outcome;
      return outcome.state as Client;
    });
  };

  /** Aliases are seen to by what is known of the person under all his ids. */
  const review = async (clientIds: readonly string[], now: string): Promise<void> => {
    if (clientIds.length === 0) return;
    const policy = await forgettingPolicy(events);
    const days = new Map<string, string | null>();
    const aliases: Review[] = [];
    const clients = await seeToThem(
      clientIds.map((clientId) => ({ clientId })),
      policy,
      now,
    );
    for (const [n, client] of clients.entries()) {
      const clientId = clientIds[n];
      if (!client || client.merging.into === null) days.set(clientId, client && nextLook(client, policy, now));
      else {
        const { heardOf, holds } = wholePerson(await readClient(events, client.merging.into)).retention;
        aliases.push({ clientId, whole: { heardOf, holds } });
      }
    }
    for (const [n, client] of (aliases.length > 0 ? await seeToThem(aliases, policy, now) : []).entries()) {
      const { clientId, whole } = aliases[n];
      days.set(clientId, client && nextLook({ ...client, retention: { ...client.retention, ...whole } }, policy, now));
    }
    await set(days);
  };

  /** Goes through the days from one to today. */
  const seeTo = async (from: string, now: string): Promise<void> => {
    for (let after = from; ;) {
      const page = await documents.scan<Look>(DAYS, { after, limit: AT_ONCE });
      const come = page.filter(({ key }) => dayOf(key) <= dayOf(now));
      const entries = come.flatMap(({ document }) => document ?? []);
      const looks = await looksAt(entries.map(({ clientId }) => clientId));
      const holds = ({ clientId, on }: Look): boolean => looks.get(clientId)?.on === on;
      await write(DAYS, new Map(entries.filter((entry) => !holds(entry)).map((entry) => [keyOf(entry), null])));
      await review(
        entries.filter(holds).map(({ clientId }) => clientId),
        now,
      );
      if (come.length < AT_ONCE) return;
      after = come[come.length - 1].key;
    }
  };

  return {
    consumer: { name: 'retention', types: TYPES, sealed: true, take: (batch) => take(batch as readonly Event[]) },
    sweep: async () => {
      const now = clock.now();
      const before = swept;
      // whose day is set meanwhile must not be set behind us
      swept = dayOf(now);
      try {
        await seeTo(before, now);
      } catch (error) {
        swept = before;
        throw error;
      }
    },
  };
};
