import { Message } from '@boucle/eventsourcing';

/** Whether clients are merged without asking a person. */
export interface DuplicatePolicy {
  /** From which probability on; null: never. */
  readonly mergeFrom: number | null;
}

export type DuplicatePolicyEvent =
  /** From now on duplicates are merged by this rule, or by people only. */
  Message<'DuplicatePolicySet', DuplicatePolicy & { version: number }>;
