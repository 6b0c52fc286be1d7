import { Message } from '@boucle/eventsourcing';

export type ValueMeaningEvent =
  /** From now on a value that a source used for a field stands for a code; null: for nothing. What it was stands nowhere here. */
  Message<'WaitingValueMapped', { valueId: string; source: string; field: string; catalogue: string; code: string | null }>;
