import { Message } from '@boucle/eventsourcing';
import { Credit } from '../client/placement.js';
import { ConsentFacts } from '../consent/consent-facts.js';
import { HoldReason } from '../forgetting/retention.events.js';
import { Validity } from '../person/person.events.js';

/** Whose value counts, by field: the id of the file that has it. */
export type Winners = Readonly<Record<string, string>>;

/** Something that came while two files were one, of which nobody knows to whom it belongs. */
export interface Undecided {
  /** The event. */
  readonly what: string;
  readonly at: string;
  /** Fields, or ids of what it is about. */
  readonly of: readonly string[];
}

/** What the rules of a survivor read of a file that was merged into his; nothing personal. */
export interface MergedFacts {
  /** How far its stream was read: what was read later counts. */
  readonly revision: number;
  readonly consent: ConsentFacts;
  readonly deceased: boolean;
  readonly closed: boolean;
  readonly creditBlocked: boolean;
  /** As contact pressure counts them. */
  readonly contacts: readonly string[];
  readonly contacted: number;
  readonly known: boolean;
  readonly heardOf: string | null;
  readonly holds: readonly HoldReason[];
  readonly bought: boolean;
  /** Those that have not ended, with their last days; null: without one. */
  readonly contracts: Readonly<Record<string, string | null>>;
}

/** Where the person of a merged file can be reached, by the names that the survivor has for it; nothing of where that is. */
export interface MergedReach {
  /** By the id in the merged file. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Those that the survivor does not have himself. */
  readonly addresses: Readonly<Record<string, { readonly validity: Validity; readonly returned: boolean }>>;
  readonly emails: readonly string[];
  readonly mobiles: readonly string[];
  readonly landlines: readonly string[];
}

/** By the name of an address. */
export type Countries = Readonly<Record<string, string>>;

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
