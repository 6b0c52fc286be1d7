import { Message, Upcasters } from '@boucle/eventsourcing';
import { Channel, SegmentProof, Unreachable } from '@boucle/clients';
import { Propensities } from './campaign.events.js';

/** What a wave decided for one client drawn: an offer with the probabilities it was drawn from, or why none. */
export type Decision =
  | { readonly clientId: string; readonly cell: string; readonly arm: string; readonly propensities: Propensities }
  | {
      readonly clientId: string;
      readonly cell: string;
      readonly reason: 'hold-out';
      /** He would have been contacted, */ readonly shadow: boolean;
      /** in this way; left out by engines that did not keep it. */ readonly channel?: Channel;
    };

/** Why a client could not be drawn into a wave. */
export type ExclusionReason =
  'merged' | 'outside-universe' | 'deceased' | 'closed' | Unreachable | 'objects-to-profiling' | 'already-drawn' | 'contact-cap';

/** How many clients a wave found, and why the others were left out. */
export interface TargetingCounts {
  readonly eligible: number;
  readonly drawn: number;
  readonly heldOut: number;
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
}

export type WaveEvent =
  /** The next so many clients of the wave were decided, in order of client id. */
  | Message<'DecisionsTaken', { campaignId: string; wave: number; chunk: number; decisions: readonly Decision[] }>
  /** Every client of the wave is decided; the Merkle root seals the ledger. */
  | Message<
      'WaveTargeted',
      {
        campaignId: string;
        wave: number;
        asOf: number;
        chunks: number;
        counts: TargetingCounts;
        merkleRoot: string;
        /** Who alone could be drawn, as the log had told it by `asOf`; left out: the plan names no segment. */
        segment?: SegmentProof;
      }
    >
  /** The wave could not be decided and will not go out. */
  | Message<'WaveAbandoned', { campaignId: string; wave: number; reason: string }>
  /** Every decision of the wave has been carried out. */
  | Message<'WaveDispatched', { campaignId: string; wave: number; mailed: number; withheld: number }>;

export const waveUpcasters: Upcasters = {};
