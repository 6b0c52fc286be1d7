import { Projection } from '@boucle/eventsourcing';
import { uniformHash } from '@boucle/targeting';
import { ClientEvent } from './client.events.js';

/** Who of all clients stands for them: so many of one, by their ids alone. */
export const SAMPLED_SHARE = 0.01;

const isSampled = (clientId: string): boolean => uniformHash('client-sample', clientId) < SAMPLED_SHARE;

/** A client who stands for others. */
export interface SampledClient {
  readonly clientId: string;
}

/** One document per client of the sample, so that it is read without the others. */
export const clientSampleProjection: Projection<SampledClient, Extract<ClientEvent, { type: 'ClientRegistered' | 'ClientErased' }>> = {
  name: 'client-sample',
  sealed: true,
  key: ({ data: { clientId } }) => (isSampled(clientId) ? clientId : []),
  on: {
    ClientRegistered: (_, { data: { clientId } }) => ({ clientId }),
    ClientErased: () => null,
  },
};
