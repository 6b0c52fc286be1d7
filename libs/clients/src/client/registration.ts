import { DomainError } from '@boucle/eventsourcing';
import { Attributes } from './client.events.js';

/** Refuses what is about nobody. */
export const registered = (client: { readonly attributes: Attributes | null }, clientId: string): void => {
  if (client.attributes === null)
    throw new DomainError('unknown-client', `Client ${clientId} is not registered: register him first`, 'clientId');
};

/** Refuses what is about nobody, or about somebody who was erased. */
export const known = (client: { readonly attributes: Attributes | null; readonly erased: boolean }, clientId: string): void => {
  registered(client, clientId);
  if (client.erased)
    throw new DomainError('client-erased', `Client ${clientId} was erased: if the person is back, register a new client`, 'clientId');
};
