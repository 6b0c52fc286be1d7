import { DocumentStore, EventStore, fold, Message, RecordedEvent } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { clientDecider, clientStream } from '../client/client.decider.js';
import { ContactPoints } from '../person/person.js';
import { factsOf } from './merged-file.js';
import { readClient } from './survivor.js';

/** Whose file was ever to be one with another: stood here before it was. Nobody else is looked at. */
export const MERGED_CLIENTS = 'merged-clients';

/** Where each file that is merged into a client can be reached. */
export const pointsOf = async (events: EventStore, { merging }: Client): Promise<Record<string, ContactPoints>> => {
  const ids = Object.keys(merging.files);
  return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, (await readClient(events, id)).points] as const)));
};

/** What a survivor has to be told of a file of his; null: it is none. */
export const newsOf = async (events: EventStore, clientId: string, survivor: Client, mergedId: string): Promise<Message | null> => {
  if (!Object.hasOwn(survivor.merging.files, mergedId)) return null;
  const history: readonly RecordedEvent[] = await events.read(clientStream(mergedId));
  const facts = factsOf(fold(clientDecider, clientDecider.initial, history), history.length);
  return { type: 'UpdateMergedFile', data: { clientId, mergedId, facts, points: await pointsOf(events, survivor) } };
};

/** What those of these clients who have other files would have to be told of them: who dispatches must not wait until somebody else does. */
export const newsOfAll = async (
  events: EventStore,
  documents: DocumentStore,
  clientIds: readonly string[],
): Promise<readonly Message[]> => {
  const merged = await documents.getMany(MERGED_CLIENTS, clientIds);
  const news: Message[] = [];
  for (const { key } of merged) {
    const survivor = await readClient(events, key);
    for (const mergedId of Object.keys(survivor.merging.files)) {
      const message = await newsOf(events, key, survivor, mergedId);
      if (message) news.push(message);
    }
  }
  return news;
};
