import { EventStore, fold } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { clientDecider, clientStream } from '../client/client.decider.js';

/** What the rules of a client read, from the log. */
export const readClient = async (events: EventStore, clientId: string): Promise<Client> =>
  fold(clientDecider, clientDecider.initial, await events.read(clientStream(clientId)));

/** Under whose id a client is known: that of the survivor if he is an alias. */
export const survivorOf = async (events: EventStore, clientId: string): Promise<string> =>
  (await readClient(events, clientId)).merging.into ?? clientId;
