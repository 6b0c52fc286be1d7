import { Message } from '@boucle/eventsourcing';

/** Where a client stands, from first to last. */
export const LIFE_CYCLE_CLASSES = [
  'suspect',
  'prospect',
  'hot-prospect',
  'trial-buyer',
  'occasional',
  'regular',
  'convinced-buyer',
  'inactive',
  'former',
] as const;
export type LifeCycleClass = (typeof LIFE_CYCLE_CLASSES)[number];

/** Why somebody has no class, or why he is in his. */
export const CLASS_CAUSES = [
  'objects-to-profiling',
  'restricted',
  'merged',
  'deceased',
  'closed',
  'opposed',
  'not-solicited',
  'no-answer',
  'referral',
  'rhythm',
  'purchases',
  'purchase',
  'interest',
  'known',
  'unknown',
] as const;
export type ClassCause = (typeof CLASS_CAUSES)[number];

/** Where somebody stands. */
export interface LifeCycleStanding {
  /** null: nothing may be concluded from what he does, or he is nobody of his own. */
  readonly class: LifeCycleClass | null;
  /** He has not bought for long, and is not inactive or former yet. */
  readonly lapsing: boolean;
}

/** Where everybody stands of whom nothing else was ever said. */
export const UNCLASSED: LifeCycleStanding = { class: 'suspect', lapsing: false };

export type LifeCycleEvent =
  /** The client stands elsewhere by now, or begins or ceases to lapse, by what he did or by passing time. */
  Message<
    'ClientClassChanged',
    {
      clientId: string;
      from: LifeCycleClass | null;
      to: LifeCycleClass | null;
      lapsing: boolean;
      cause: ClassCause;
      /** Of the thresholds by which he was classed. */
      policyVersion: number;
      /** He did not move: his files were joined or parted, or the line was moved that he is measured by. */
      rearranged?: true;
    }
  >;
