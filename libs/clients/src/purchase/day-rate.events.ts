import { Message, Upcasters } from '@boucle/eventsourcing';

/** What one unit of a currency is worth in another on a day. */
export interface DayRate {
  readonly currency: string;
  readonly toCurrency: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  /** A decimal text: exact. */
  readonly rate: string;
  /** Whose rate it is. */
  readonly source: string;
}

export type DayRateEvent =
  /** The rate of a day became known, or was corrected: the latest counts. */
  Message<'DayRateStated', DayRate>;

export const dayRateUpcasters: Upcasters = {};
