import { Projection } from '@boucle/eventsourcing';
import { ErasureEvent, ErasureReason, Requester } from './erasure.events.js';

/** The receipt of an erasure; nothing personal stands in it. */
export interface Erasure {
  readonly clientId: string;
  readonly reason: ErasureReason;
  readonly requestedBy: Requester;
  /** His other files, each erased with a receipt of its own. */
  readonly mergedIds: readonly string[];
  /** Who asked the engine for it. */
  readonly by: string;
  readonly erasedAt: string;
  /** When he was gone from every place; null: not yet. */
  readonly completedAt: string | null;
  /** What he was purged from. */
  readonly places: readonly string[];
  /** Files that still held him, removed before they would have expired. */
  readonly files: readonly string[];
  /** Who must have forgotten him too, and by when. */
  readonly subscribers: readonly string[];
  readonly acknowledgeBy: string | null;
  readonly acknowledgements: readonly { readonly subscriber: string; readonly at: string }[];
}

/** One receipt per erased client. */
export const erasuresProjection: Projection<Erasure, ErasureEvent> = {
  name: 'erasures',
  key: ({ data }) => data.clientId,
  on: {
    ClientErased: (_, { data: { clientId, reason, requestedBy, mergedIds = [] }, metadata }) => ({
      clientId,
      reason,
      requestedBy,
      mergedIds,
      by: metadata.actor,
      erasedAt: metadata.occurredAt,
      completedAt: null,
      places: [],
      files: [],
      subscribers: [],
      acknowledgeBy: null,
      acknowledgements: [],
    }),
    CopiesFound: (erasure, { data }) => erasure && { ...erasure, files: [...erasure.files, ...data.files] },
    ErasureCompleted: (erasure, { data: { places, subscribers, acknowledgeBy }, metadata }) =>
      erasure && { ...erasure, completedAt: metadata.occurredAt, places, subscribers, acknowledgeBy },
    ErasureAcknowledged: (erasure, { data: { subscriber }, metadata }) =>
      erasure && { ...erasure, acknowledgements: [...erasure.acknowledgements, { subscriber, at: metadata.occurredAt }] },
  },
};

/** Who has not said yet that he has forgotten the client. */
export const awaited = ({ subscribers, acknowledgements }: Erasure): string[] =>
  subscribers.filter((name) => !acknowledgements.some(({ subscriber }) => subscriber === name));

/** Whether somebody has not forgotten the client in time. */
export const isOverdue = (erasure: Erasure, now: string): boolean =>
  erasure.acknowledgeBy !== null && erasure.acknowledgeBy < now && awaited(erasure).length > 0;
