import { DocumentStore, Page } from '@boucle/eventsourcing';
import { WEBHOOK_PROGRESS, WebhookProgress, WebhookReading, webhooksProjection } from '@boucle/webhooks';
import { found, pageOf } from './reading.js';

export class ListWebhooks {
  constructor(readonly page: Page) {}
}
export class GetWebhook {
  constructor(readonly webhookId: string) {}
}

/** A webhook and how its deliveries do. */
export interface WebhookAnswer {
  readonly webhook: WebhookReading;
  /** Null before the first delivery, and right after it was asked to begin again. */
  readonly progress: WebhookProgress | null;
}

/** Answers which webhooks there are, and how they do. */
export class WebhookQueries {
  constructor(private readonly documents: DocumentStore) {}

  async list({ page }: ListWebhooks): Promise<WebhookAnswer[]> {
    const webhooks = await pageOf<WebhookReading>(this.documents, webhooksProjection, page);
    return Promise.all(webhooks.map((webhook) => this.withProgress(webhook)));
  }

  async webhook({ webhookId }: GetWebhook): Promise<WebhookAnswer> {
    const webhook = await this.documents.get<WebhookReading>(webhooksProjection.name, webhookId);
    return this.withProgress(found(webhook, 'unknown-webhook', `There is no webhook ${webhookId}`, 'webhookId'));
  }

  private async withProgress(webhook: WebhookReading): Promise<WebhookAnswer> {
    const progress = await this.documents.get<WebhookProgress>(WEBHOOK_PROGRESS, webhook.webhookId);
    return { webhook, progress: progress?.replays === webhook.replays ? progress : null };
  }
}
