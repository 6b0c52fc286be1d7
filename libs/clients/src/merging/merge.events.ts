import { Message } from '@boucle/eventsourcing';
import { Credit } from '../client/placement.js';
import { Countries, MergedFacts, MergedReach, Undecided, Winners } from './merged-file.js';

/** What is personal of where a merged file can be reached: the rest stays in its own stream, sealed with its own key. */
export interface MergedPlaces {
  readonly countries: Countries;
}

export type MergeEvent =
  /** Two files are taken for those of one person; until the other is an alias nothing is sent to him. `winners` are the fields that somebody chose. */
  | Message<'MergeBegun', { clientId: string; mergedId: string; winners: Winners }>
  /** The other file could not be merged. */
  | Message<'MergeAbandoned', { clientId: string; mergedId: string; reason: string }>
  /** The client is known under another id from here on: his own one leads there, and nothing is sent to it. */
  | Message<'AliasBegun', { clientId: string; survivorId: string }>
  /** The client is a person of his own again. */
  | Message<'AliasEnded', { clientId: string; survivorId: string }>
  /** The files are one; what came under each id stays under it. `winners` says whose value counts, field by field. */
  | Message<
      'ClientsMerged',
      { clientId: string; mergedId: string; winners: Winners; facts: MergedFacts; reach: MergedReach; personal?: MergedPlaces | null }
    >
  /** Something that counts for the whole happened under a merged id. */
  | Message<
      'MergedFileChanged',
      {
        clientId: string;
        mergedId: string;
        /** Those that are others now. */
        facts: Partial<MergedFacts>;
        /** Left out: as before. */
        reach?: MergedReach;
        personal?: MergedPlaces | null;
      }
    >
  /** The files were of two people: to each goes what came under his id. `undecided` came under neither, and a person has to look at it. */
  | Message<'ClientsUnmerged', { clientId: string; mergedId: string; undecided: readonly Undecided[] }>
  /** A reaction under another id of the person counts for a decision about this one. */
  | Message<
      'ReactionCredited',
      {
        clientId: string;
        /** The id under which it came. */
        underId: string;
        reaction: 'response' | 'purchase';
        reactionId: string;
        /** Of a purchase, in cents. */
        amount: number | null;
        currency: string | null;
        credit: Credit;
      }
    >;
