import { Message } from '@boucle/eventsourcing';

/** Why a client is erased. */
export const ERASURE_REASONS = ['requested', 'retention-over', 'processed-unlawfully', 'registered-by-mistake', 'erased-before'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** Those that somebody may give; the last one is for who is in the erasure register and not in the log. */
export const GIVEN_REASONS = ERASURE_REASONS.filter((reason) => reason !== 'erased-before');

/** Who wants it. */
export const REQUESTERS = ['person', 'representative', 'authority', 'company'] as const;
export type Requester = (typeof REQUESTERS)[number];

/** What became of an erasure; nothing personal in any of it. */
export type ErasureReport =
  /** Files that would have expired by themselves still held the client when he was erased; they are removed. */
  | Message<'CopiesFound', { clientId: string; files: readonly string[] }>
  /** Nothing personal of the client is kept in these places any more; those who live from our events must say by then that they have forgotten him too. */
  | Message<'ErasureCompleted', { clientId: string; places: readonly string[]; subscribers: readonly string[]; acknowledgeBy: string }>
  /** One who lives from our events has forgotten the client. */
  | Message<'ErasureAcknowledged', { clientId: string; subscriber: string }>;

export type ErasureEvent =
  /** Everything personal of the client is forgotten; his counts stay. The files that were merged into his are erased with him. */
  | Message<'ClientErased', { clientId: string; reason: ErasureReason; requestedBy: Requester; mergedIds?: readonly string[] }>
  | ErasureReport;
