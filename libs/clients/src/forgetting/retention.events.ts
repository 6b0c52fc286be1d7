import { Message } from '@boucle/eventsourcing';

/** Why nothing of a client may be erased for the time being. */
export const HOLD_REASONS = ['lawsuit', 'authority', 'tax', 'claim'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Why a proposed erasure waits. */
export const PUT_OFF_REASONS = ['contract-running', 'case-open', 'payment-open', 'contact-expected'] as const;
export type PutOffReason = (typeof PUT_OFF_REASONS)[number];

/** Events about the end of what is kept; nothing personal in any of them. */
export type RetentionEvent =
  /** Nothing was heard of the client for as long as the policy keeps people like him: he should be erased. */
  | Message<'ErasureProposed', { clientId: string; kept: 'prospects' | 'clients'; heardOf: string; policyVersion: number }>
  /** The client is not to be proposed again before that day. */
  | Message<'ErasurePutOff', { clientId: string; until: string; reason: PutOffReason }>
  /** Nothing of the client may be erased, whoever wants it, until this hold is lifted. */
  | Message<'LegalHoldPlaced', { clientId: string; reason: HoldReason }>
  /** This hold does not keep the client any more. */
  | Message<'LegalHoldLifted', { clientId: string; reason: HoldReason }>;
