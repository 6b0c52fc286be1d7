import { RecordedEvent } from '@boucle/eventsourcing';
import { Client } from './client.js';
import { clientDecider } from './client.decider.js';
import { ClientEvent } from './client.events.js';

/** A client of whom nothing is known but that he is registered: what anybody bought or returned in the past is decided of him as of everybody who has no such record. */
export const PLAIN_CLIENT: Client = { ...clientDecider.initial, attributes: {} };

const NO_RECORD = ['ClientRegistered', 'ReferenceAssigned', 'AddressAdded', 'EmailAdded', 'PhoneAdded', 'ClientClassChanged'];

/** The records of a client who has a number, told from his events without opening what they say of his person; null: only his whole state tells. */
export const plainRecords = (events: readonly RecordedEvent<ClientEvent>[], lookup: string): string[] | null => {
  const records: string[] = [];
  for (const event of events)
    if (event.type === 'PurchaseRecorded') records.push(`purchase/${event.data.purchaseId}`);
    else if (event.type === 'PurchaseReturned') records.push(`return/${event.data.returnId}`);
    else if (!NO_RECORD.includes(event.type)) return null;
  const isRegistered = events.some(({ type }) => type === 'ClientRegistered');
  const hasNumber = events.some((event) => event.type === 'ReferenceAssigned' && event.data.lookup === lookup);
  return isRegistered && hasNumber ? records : null;
};
