import { Projection, RecordedEvent } from '@boucle/eventsourcing';
import { ErasureEvent } from './erasure.events.js';
import { HoldReason, RetentionEvent } from './retention.events.js';
import { HEARD_TYPES, HeardEvent, isHeard } from './retention-facts.js';

/** Somebody who should be erased since nothing was heard of him for too long. */
export interface ErasureProposal {
  readonly clientId: string;
  /** As what he was kept. */
  readonly kept: 'prospects' | 'clients';
  readonly heardOf: string;
  readonly proposedAt: string;
  /** What keeps him all the same. */
  readonly holds: readonly HoldReason[];
}

type Event = RetentionEvent | HeardEvent | Extract<ErasureEvent, { type: 'ClientErased' }>;

const unlessHeard = (proposal: ErasureProposal | null, event: RecordedEvent<HeardEvent>): ErasureProposal | null =>
  proposal && isHeard(event) && event.metadata.occurredAt > proposal.heardOf ? null : proposal;

const afterHeard = Object.fromEntries(HEARD_TYPES.map((type) => [type, unlessHeard])) as {
  readonly [T in HeardEvent['type']]: typeof unlessHeard;
};

/** One document per client whose erasure is proposed. */
export const erasureProposalsProjection: Projection<ErasureProposal, Event> = {
  name: 'erasure-proposals',
  key: ({ data }) => data.clientId,
  on: {
    ...afterHeard,
    ErasureProposed: (_, { data: { clientId, kept, heardOf }, metadata }) => ({
      clientId,
      kept,
      heardOf,
      proposedAt: metadata.occurredAt,
      holds: [],
    }),
    ErasurePutOff: () => null,
    LegalHoldPlaced: (proposal, { data: { reason } }) => proposal && { ...proposal, holds: [...proposal.holds, reason] },
    LegalHoldLifted: (proposal, { data: { reason } }) => proposal && { ...proposal, holds: proposal.holds.filter((one) => one !== reason) },
    ClientErased: () => null,
  },
};
