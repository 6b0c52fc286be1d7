import { Message, Upcasters } from '@boucle/eventsourcing';

/** Of which segments and indicators a subscriber wants to be told; left out: of all. */
export interface WebhookChoice {
  readonly segments?: readonly string[];
  readonly indicators?: readonly string[];
}

export type WebhookEvent =
  /** Another system wants to be told, at this address, what happens behind a position of the log. The secret is sealed: only an engine with the key can read it. */
  | Message<
      'WebhookCreated',
      WebhookChoice & { webhookId: string; url: string; types: readonly string[]; asOf: number; sealedSecret: string }
    >
  /** The subscriber has moved, or wants to be told something else from now on. */
  | Message<'WebhookChanged', WebhookChoice & { webhookId: string; url: string; types: readonly string[] }>
  /** Messages are signed with a new secret; until the given instant also with the one before. */
  | Message<'WebhookSecretRotated', { webhookId: string; sealedSecret: string; previousUntil: string }>
  /** A person stopped the deliveries. */
  | Message<'WebhookPaused', { webhookId: string; reason: string }>
  /** The deliveries stopped by themselves: the subscriber is gone, or has failed for days. */
  | Message<'WebhookDisabled', { webhookId: string; reason: string }>
  /** Deliveries go on where they stopped. */
  | Message<'WebhookResumed', { webhookId: string }>
  /** The subscriber is told again what happened behind a position of the log. */
  | Message<'WebhookReplayed', { webhookId: string; asOf: number }>
  /** The subscription has ended for good. */
  | Message<'WebhookDeleted', { webhookId: string }>;

export const webhookUpcasters: Upcasters = {};
