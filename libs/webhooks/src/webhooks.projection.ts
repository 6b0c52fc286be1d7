import { Projection } from '@boucle/eventsourcing';
import { WebhookChoice, WebhookEvent } from './webhook.events.js';

/** A webhook at a glance; no secrets. */
export interface WebhookReading extends WebhookChoice {
  readonly webhookId: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly status: 'active' | 'paused' | 'disabled';
  /** Why it is paused or disabled. */
  readonly reason: string | null;
  /** It is told what happened behind this position of the log. */
  readonly asOf: number;
  /** How often it was asked to begin again. */
  readonly replays: number;
  readonly createdAt: string;
}

type Event = Exclude<WebhookEvent, { type: 'WebhookSecretRotated' }>;

/** One document per webhook. */
export const webhooksProjection: Projection<WebhookReading, Event> = {
  name: 'webhooks',
  key: ({ data }) => data.webhookId,
  on: {
    WebhookCreated: (_, { data: { webhookId, url, types, segments, indicators, asOf }, metadata }) => ({
      webhookId,
      url,
      types,
      ...(segments && { segments }),
      ...(indicators && { indicators }),
      status: 'active',
      reason: null,
      asOf,
      replays: 0,
      createdAt: metadata.occurredAt,
    }),
    WebhookChanged: (webhook, { data: { url, types, segments, indicators } }) => {
      if (!webhook) return null;
      const { segments: _, indicators: __, ...rest } = webhook;
      return { ...rest, url, types, ...(segments && { segments }), ...(indicators && { indicators }) };
    },
    WebhookPaused: (webhook, { data }) => webhook && { ...webhook, status: 'paused', reason: data.reason },
    WebhookDisabled: (webhook, { data }) => webhook && { ...webhook, status: 'disabled', reason: data.reason },
    WebhookResumed: (webhook) => webhook && { ...webhook, status: 'active', reason: null },
    WebhookReplayed: (webhook, { data: { asOf } }) => webhook && { ...webhook, asOf, replays: webhook.replays + 1 },
    WebhookDeleted: () => null,
  },
};
