import { Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { ConsentEvent } from '../consent/consent.events.js';
import { MergeEvent } from '../merging/merge.events.js';
import { ClientScore, ScoringEvent } from './scoring.events.js';

/** What the latest scoring run made of a client. */
export interface Score extends ClientScore {
  /** The day as of which he was scored, and which run of that day it was. */
  readonly scoringId: string;
  readonly run: number;
}

/** A client of whom nothing may be concluded, whatever a run that had begun before goes on to say. */
interface Barred {
  readonly clientId: string;
  readonly barred: true;
}

export type ScoreDocument = Score | Barred;

type Event =
  | Extract<ScoringEvent, { type: 'ClientsScored' }>
  | Extract<ConsentEvent, { type: 'ProfilingObjected' | 'ProfilingObjectionEnded' | 'ProcessingRestricted' | 'RestrictionEnded' }>
  | Extract<MergeEvent, { type: 'AliasBegun' | 'AliasEnded' }>
  | Extract<ClientEvent, { type: 'ClientErased' }>;

const bar = (_: ScoreDocument | null, { data: { clientId } }: { readonly data: { readonly clientId: string } }): Barred => ({
  clientId,
  barred: true,
});

/** The scores of each client; of whom none was made nothing is kept. */
export const scoresProjection: Projection<ScoreDocument, Event> = {
  name: 'scores',
  indexes: ['rfm', 'lifetimeValue'],
  key: ({ type, data }) => (type === 'ClientsScored' ? data.scores.map(({ clientId }) => clientId) : data.clientId),
  on: {
    ClientsScored: (known, { data: { scoringId, run, scores } }, key) => {
      if (known && 'barred' in known) return known;
      return { ...scores.find(({ clientId }) => clientId === key)!, scoringId, run };
    },
    ProfilingObjected: bar,
    ProfilingObjectionEnded: () => null,
    ProcessingRestricted: bar,
    RestrictionEnded: () => null,
    AliasBegun: bar,
    AliasEnded: () => null,
    ClientErased: () => null,
  },
};

/** Whether a document tells a score. */
export const isScore = (document: ScoreDocument | null): document is Score => document !== null && !('barred' in document);
