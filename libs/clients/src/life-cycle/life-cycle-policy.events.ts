import { Message } from '@boucle/eventsourcing';

/** By which thresholds clients are classed. */
export interface LifeCyclePolicy {
  /** D: who has kept no purchase for so many days has lapsed, */
  readonly lapseDays: number;
  /** or for so many of his own mean gaps between days of purchase, if that is longer. */
  readonly lapseGaps: number;
  /** m: so many solicitations without an answer since the last purchase make somebody who has lapsed inactive. */
  readonly unanswered: number;
  /** S: who has lapsed and was not solicited for so many months is a former client. */
  readonly unsolicitedMonths: number;
  /** H: who asked for something within so many days is a hot prospect. */
  readonly interestDays: number;
  /** A regular buyer has bought on so many days, */
  readonly regularDays: number;
  /** with gaps whose standard deviation is at most so many times their mean, */
  readonly regularVariation: number;
  /** and the last time at most so many mean gaps ago. */
  readonly regularGaps: number;
}

export type LifeCyclePolicyEvent =
  /** From now on clients are classed by these thresholds. */
  Message<'LifeCyclePolicySet', LifeCyclePolicy & { version: number }>;
