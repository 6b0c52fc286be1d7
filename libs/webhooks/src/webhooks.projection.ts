import { Projection } from '@boucle/eventsourcing';
import { WebhookEvent } from './webhook.events.js';

/** A webhook at a glance; no secrets. */
export interface WebhookReading {
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
    WebhookCreated: (_, { data: { webhookId, url, types, asOf }, metadata }) => ({
      webhookId,
      url,
      types,
      status: 'active',
      reason: null,
      asOf,
      replays: 0,
      createdAt: metadata.occurredAt,
    }),
    WebhookChanged: (webhook, { data: { url, types } }) => webhook && { ...webhook, url, types },
    WebhookPaused: (webhook, { data }) => webhook && { ...webhook, status: 'paused', reason: data.reason },
    WebhookDisabled: (webhook, { data }) => webhook && { ...webhook, status: 'disabled', reason: data.reason },
    WebhookResumed: (webhook) => webhook && { ...webhook, status: 'active', reason: null },
    WebhookReplayed: (webhook, { data: { asOf } }) => webhook && { ...webhook, asOf, replays: webhook.replays + 1 },
    WebhookDeleted: () => null,
  },
};
