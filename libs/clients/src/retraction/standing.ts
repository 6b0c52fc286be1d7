import { RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { RETRACTED_BY } from './retraction.events.js';

const BY: Readonly<Record<string, string>> = { ...RETRACTED_BY, ConsentGiven: 'ConsentRetracted' };
const RETRACTING = new Set(Object.values(BY));

const idOf = (by: string, data: object): string => {
  const { purchaseId, returnId, responseId, contactId, consentId } = data as Readonly<Record<string, string | undefined>>;
  const ids: Readonly<Record<string, string | undefined>> = {
    PurchaseRetracted: purchaseId,
    ReturnRetracted: returnId,
    ResponseRetracted: responseId,
    ContactRetracted: contactId,
    ConsentRetracted: consentId,
  };
  return `${by}/${ids[by]}`;
};

/** What still stands of a history: neither what was taken back nor that it was. */
export const standing = <E extends RecordedEvent<ClientEvent>>(history: readonly E[]): readonly E[] => {
  if (!history.some(({ type }) => RETRACTING.has(type))) return history;
  const gone = new Set<E>();
  const told = new Map<string, E>();
  for (const event of history) {
    const by = BY[event.type];
    if (by !== undefined) told.set(idOf(by, event.data), event);
    else if (RETRACTING.has(event.type)) gone.add(event).add(told.get(idOf(event.type, event.data)) ?? event);
  }
  return history.filter((event) => !gone.has(event));
};
