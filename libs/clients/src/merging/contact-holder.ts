import { EventStore } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { readClient } from './survivor.js';

/** Under which id of a person a contact was planned or recorded: what is one with another file keeps its contacts; the id asked for if under none. */
export const contactHolder = async (events: EventStore, clientId: string, contactId: string): Promise<string> => {
  const holds = ({ records }: Client): boolean => ['plan', 'contact'].some((what) => records.includes(`${what}/${contactId}`));
  const client = await readClient(events, clientId);
  if (holds(client)) return clientId;
  const { into } = client.merging;
  const { files } = into === null ? client.merging : (await readClient(events, into)).merging;
  for (const other of [...(into === null ? [] : [into]), ...Object.keys(files)])
    if (other !== clientId && holds(await readClient(events, other))) return other;
  return clientId;
};
