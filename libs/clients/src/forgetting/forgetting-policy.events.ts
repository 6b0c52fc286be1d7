import { Message } from '@boucle/eventsourcing';

/** What is kept for how long. */
export const KEPT = ['prospects', 'clients', 'consents', 'children'] as const;
export type Kept = (typeof KEPT)[number];

/** When people are forgotten, and who must forget them too. */
export interface ForgettingPolicy {
  /** Months after the last contact that the person made. */
  readonly months: Readonly<Record<Kept, number>>;
  /** Days after which a proposal is carried out by itself; null: never. */
  readonly automaticAfterDays: number | null;
  /** Days after which uploads, rejected rows and exports are removed. */
  readonly filesAfterDays: number;
  /** Those, besides webhooks, who must say that they have forgotten an erased client. */
  readonly subscribers: readonly string[];
  readonly acknowledgeWithinDays: number;
}

export type ForgettingPolicyEvent =
  /** From now on people are forgotten by these rules. */
  Message<'ForgettingPolicySet', ForgettingPolicy & { version: number }>;
