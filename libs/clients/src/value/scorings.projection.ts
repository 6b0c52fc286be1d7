import { Projection } from '@boucle/eventsourcing';
import { Fit, ScoringEvent, ScoringTerms } from './scoring.events.js';

/** A scoring run as people read it. */
export interface ScoringReading {
  readonly scoringId: string;
  readonly run: number;
  readonly status: 'requested' | 'fitted' | 'done';
  readonly requestedAt: string;
  readonly by: string;
  /** ISO instant up to which things count. */
  readonly at: string;
  readonly terms: ScoringTerms;
  /** What was known when it was fitted; null: it has not been yet. */
  readonly position: number | null;
  readonly fit: Fit | null;
  readonly scored: number;
}

type Event = Exclude<ScoringEvent, { type: 'ClientsScored' }>;

/** The latest scoring run as of each day; what it made of clients the scores tell. */
export const scoringsProjection: Projection<ScoringReading, Event> = {
  name: 'scorings',
  key: ({ data }) => data.scoringId,
  on: {
    ScoringRequested: (_, { data, metadata: { occurredAt, actor } }) => ({
      ...data,
      ...{ status: 'requested', requestedAt: occurredAt, by: actor, position: null, fit: null, scored: 0 },
    }),
    ScoringFitted: (known, { data: { position, fit } }) => known && { ...known, status: 'fitted', position, fit },
    ScoringCompleted: (known, { data: { scored } }) => known && { ...known, status: 'done', scored },
  },
};
