import { Decider } from '@boucle/eventsourcing';
import { ClaimReference, ReleaseReference } from './reference.commands.js';
import { ReferenceEvent } from './reference.events.js';

/** Whose number it is. */
export interface Reference {
  readonly clientId: string | null;
}

/** The stream of a number. */
export const referenceStream = (lookup: string): string => `reference-${lookup}`;

const commands = { ClaimReference, ReleaseReference };

/** One stream per number, so that two registrations at once end with one client. */
export const referenceDecider: Decider<Reference, typeof commands, ReferenceEvent> = {
  commands,
  stream: ({ lookup }) => referenceStream(lookup),
  initial: { clientId: null },
  decide: {
    ClaimReference: (reference, { lookup, clientId }) =>
      reference.clientId === null ? [{ type: 'ReferenceClaimed', data: { lookup, clientId } }] : [],
    ReleaseReference: (reference, { lookup, clientId }) =>
      reference.clientId === clientId ? [{ type: 'ReferenceReleased', data: { lookup, clientId } }] : [],
  },
  evolve: {
    ReferenceClaimed: (_, { clientId }) => ({ clientId }),
    ReferenceReleased: () => ({ clientId: null }),
  },
};
