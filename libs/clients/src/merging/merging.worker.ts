import {
  causedBy,
  Consumer,
  DocumentStore,
  DomainError,
  Door,
  EventStore,
  everyDocument,
  fold,
  Message,
  RecordedEvent,
} from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { clientDecider, clientStream } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { HEARD_TYPES } from '../forgetting/retention-facts.js';
import { RETRACTIONS } from '../retraction/retraction.events.js';
import { carriedTo } from './carried.js';
import { factsOf } from './merged-file.js';
import { MERGED_CLIENTS, newsOf, pointsOf } from './merged-news.js';
import { readClient } from './survivor.js';
import { disagreements, winnersOf } from './winners.js';

export const mergingName = 'merging';

const MERGING_ACTOR = `worker:${mergingName}`;

type Event<T extends Type> = RecordedEvent<Extract<ClientEvent, { type: T }>>;
type History = readonly RecordedEvent<ClientEvent>[];

type Type = ClientEvent['type'];

const POINTS: readonly Type[] = ['AddressAdded', 'AddressEnded', 'MailReturned', 'EmailAdded', 'PhoneAdded', 'ContactPointRemoved'];
const CONSENTS: readonly Type[] = [
  'ConsentGiven',
  'ConsentConfirmed',
  'ConsentWithdrawn',
  'ConsentLapsed',
  'ConsentRetracted',
  'OppositionDeclared',
];
const LIMITS: readonly Type[] = ['ProcessingRestricted', 'RestrictionEnded', 'ProfilingObjected', 'ProfilingObjectionEnded'];
const STATES: readonly Type[] = ['ClientDied', 'DeathRefuted', 'ClientClosed', 'ClientReopened', 'CreditBlocked', 'CreditReleased'];
const KEEPING: readonly Type[] = [
  ...(['ContactRecorded', 'LegalHoldPlaced', 'LegalHoldLifted', 'ContractRenewed', 'ContractEnded'] as const),
  ...HEARD_TYPES,
  ...RETRACTIONS,
];

/** What stands in the other files of what is carried to them. */
const CARRIED: readonly Type[] = ['OppositionDeclared', 'ConsentWithdrawn', 'ProcessingRestricted', 'ProfilingObjected', 'ClientDied'];

const STEPS: readonly Type[] = ['MergeBegun', 'AliasBegun', 'ClientsUnmerged', 'ClientErased'];

/** Whether something of these kinds followed from an event before: what came since must not be undone when it is taken again. */
const isFollowed = (event: RecordedEvent, by: readonly Type[], history: History): boolean =>
  history.some(({ type, metadata }) => by.includes(type) && metadata.causationId === event.metadata.id && metadata.actor === MERGING_ACTOR);

const stateAfter = (history: History): Client => fold(clientDecider, clientDecider.initial, history);

/** Carries what happens to one file of a person to the others: each keeps a history of its own. A crash in between repeats it. */
export const mergingWorker = (events: EventStore, documents: DocumentStore, door: Door): Consumer => {
  const merged = new Set<string>();

  const historyOf = async (clientId: string): Promise<History> =>
    (await events.read(clientStream(clientId))) as RecordedEvent<ClientEvent>[];

  /** Sends what follows from an event; who was erased meanwhile refuses it, and that is an answer. */
  const send = async (event: RecordedEvent, messages: readonly Message[]): Promise<void> => {
    const requests = messages.map((message, n) => {
      const { clientId, mergedId = n } = message.data as { clientId: string; mergedId?: string };
      const cause = causedBy(event, MERGING_ACTOR, `${message.type}/${clientId}/${mergedId}`);
      return { message, cause: event.metadata.history ? { ...cause, history: true as const } : cause };
    });
    const outcomes = messages.length > 0 ? await door.executeMany(requests) : [];
    for (const outcome of outcomes) if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
  };

  const remember = async ({ position, data: { clientId, mergedId } }: Event<'MergeBegun'>): Promise<void> => {
    const news = [clientId, mergedId].filter((id) => !merged.has(id));
    if (news.length === 0) return;
    await documents.put(
      MERGED_CLIENTS,
      news.map((id) => ({ key: id, document: { clientId: id }, position })),
    );
    for (const id of news) merged.add(id);
  };

  /** First the alias: from then on nothing is sent to it, and nothing to the survivor until he knows what was said under it. */
  const begin = async (event: Event<'MergeBegun'>): Promise<void> => {
    const { clientId, mergedId } = event.data;
    if (isFollowed(event, ['MergeAbandoned'], await historyOf(clientId))) return;
    if (isFollowed(event, ['AliasBegun'], await historyOf(mergedId))) return;
    const message = { type: 'BeginAlias', data: { clientId: mergedId, survivorId: clientId } };
    const [outcome] = await door.executeMany([{ message, cause: causedBy(event, MERGING_ACTOR, mergedId) }]);
    if (outcome instanceof DomainError) await send(event, [{ type: 'AbandonMerge', data: { clientId, mergedId, reason: outcome.code } }]);
    else if (outcome instanceof Error) throw outcome;
  };

  const complete = async (event: Event<'AliasBegun'>): Promise<void> => {
    const { clientId: mergedId, survivorId } = event.data;
    const [history, other] = [await historyOf(survivorId), await historyOf(mergedId)];
    if (isFollowed(event, ['ClientsMerged'], history)) return;
    const file = stateAfter(other);
    const found = disagreements({ id: survivorId, history }, { id: mergedId, history: other });
    const winners = { ...winnersOf(found), ...stateAfter(history).merging.begun[mergedId] };
    const points = { ...(await pointsOf(events, stateAfter(history))), [mergedId]: file.points };
    const data = { clientId: survivorId, mergedId, winners, facts: factsOf(file, other.length), points };
    await send(event, [{ type: 'CompleteMerge', data }]);
  };

  const release = async (event: Event<'ClientsUnmerged'>): Promise<void> => {
    const { clientId, mergedId } = event.data;
    if (isFollowed(event, ['AliasEnded'], await historyOf(mergedId))) return;
    await send(event, [{ type: 'EndAlias', data: { clientId: mergedId, survivorId: clientId } }]);
  };

  /** The other files of a person, as things stood before or with the event. */
  const othersOf = async (clientId: string, { merging }: Client): Promise<readonly string[]> => {
    if (merging.into === null) return Object.keys(merging.files);
    const survivor = stateAfter(await historyOf(merging.into));
    return [merging.into, ...Object.keys(survivor.merging.files).filter((id) => id !== clientId)];
  };

  const eraseOthers = async (event: Event<'ClientErased'>): Promise<void> => {
    const { clientId, reason, requestedBy } = event.data;
    const before = stateAfter((await historyOf(clientId)).slice(0, event.revision));
    const { into, begun } = before.merging;
    for (const id of [...(await othersOf(clientId, before)), ...Object.keys(begun)]) {
      // one who was only to be merged may be another's alias, or nobody's
      const { merging } = stateAfter(await historyOf(id));
      if (id === into || merging.into === clientId || (into !== null && merging.into === into))
        await send(event, [{ type: 'EraseWithOthers', data: { clientId: id, reason, requestedBy } }]);
    }
  };

  /** Lets the first of the other files that awaits a reaction have it: it counts once. */
  const credit = async (event: Event<'PurchaseRecorded' | 'ResponseRecorded'>, others: readonly string[]): Promise<void> => {
    const { clientId: underId } = event.data;
    const of =
      event.type === 'PurchaseRecorded'
        ? { reaction: 'purchase', reactionId: event.data.purchaseId, amount: event.data.amount, currency: event.data.currency }
        : { reaction: 'response', reactionId: event.data.responseId, amount: null, currency: null };
    for (const clientId of others) {
      await send(event, [{ type: 'CreditReaction', data: { clientId, underId, ...of } }]);
      if (isFollowed(event, ['ReactionCredited'], await historyOf(clientId))) return;
    }
  };

  const update = async (event: RecordedEvent, clientId: string, mergedId: string): Promise<void> => {
    const news = await newsOf(events, clientId, await readClient(events, clientId), mergedId);
    if (news) await send(event, [news]);
  };

  const follow = async (event: RecordedEvent<ClientEvent>): Promise<void> => {
    const { clientId } = event.data;
    const history = await historyOf(clientId);
    const then = stateAfter(history.slice(0, event.revision + 1));
    const others = await othersOf(clientId, then);
    if (others.length === 0) return;
    if (then.merging.into !== null) await update(event, then.merging.into, clientId);
    // another contact point of his own may be one of theirs
    else if (POINTS.includes(event.type)) for (const mergedId of others) await update(event, clientId, mergedId);
    if (event.metadata.actor === MERGING_ACTOR) return;
    for (const id of others) {
      const there = await historyOf(id);
      const carried = carriedTo(id, stateAfter(there), event, then);
      if (carried.length > 0 && !isFollowed(event, CARRIED, there)) await send(event, carried);
    }
    // what is told of the past, or answers a campaign of another system, counts for no decision of ours
    const news = event.metadata.history !== true;
    if (event.type === 'PurchaseRecorded' && event.data.credit === null && news) await credit(event, others);
    if (event.type === 'ResponseRecorded' && event.data.credit === null && event.data.campaignId === undefined && news)
      await credit(event, others);
  };

  return {
    name: mergingName,
    types: [...new Set([...STEPS, ...POINTS, ...CONSENTS, ...LIMITS, ...STATES, ...KEEPING])],
    sealed: true,
    start: async () => {
      merged.clear();
      for await (const page of everyDocument(documents, MERGED_CLIENTS)) for (const { key } of page) merged.add(key);
    },
    take: async (batch) => {
      for (const event of batch as readonly RecordedEvent<ClientEvent>[]) {
        if (event.type === 'MergeBegun') await remember(event);
        if (!merged.has(event.data.clientId)) continue;
        if (event.type === 'MergeBegun') await begin(event);
        else if (event.type === 'AliasBegun') await complete(event);
        else if (event.type === 'ClientsUnmerged') await release(event);
        else if (event.type === 'ClientErased') await eraseOthers(event);
        else await follow(event);
      }
    },
  };
};
