import { SegmentProof } from '@boucle/clients';
import { Decision, TargetingCounts } from './wave.events.js';

/** Writes the next decisions of a wave into its ledger. Comes from targeting. */
export class TakeDecisions {
  readonly campaignId: string;
  readonly wave: number;
  readonly chunk: number;
  readonly decisions: readonly Decision[];
}

/** Comes from targeting. */
export class CompleteTargeting {
  readonly campaignId: string;
  readonly wave: number;
  readonly asOf: number;
  readonly counts: TargetingCounts;
  readonly merkleRoot: string;
  readonly segment?: SegmentProof;
}

/** Gives up a wave that cannot be decided. Comes from targeting, or from the saga when targeting is overdue. */
export class AbandonWave {
  readonly campaignId: string;
  readonly wave: number;
  readonly reason: string;
}

/** Comes from dispatch. */
export class CompleteDispatch {
  readonly campaignId: string;
  readonly wave: number;
  readonly mailed: number;
  readonly withheld: number;
}
