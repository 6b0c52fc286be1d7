import { DomainError } from '@boucle/eventsourcing';
import { Attributes } from './client.events.js';

/** Refuses what is about nobody. */
export const known = (client: { readonly attributes: Attributes | null }, clientId: string): void => {
  if (client.attributes === null)
    throw new DomainError('unknown-client', `Client ${clientId} is not registered: register him first`, 'clientId');
};
