import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { CloudEvent } from '@boucle/contracts';
import { RecordedEvent } from '@boucle/eventsourcing';
import { Outbound } from '@boucle/webhooks';
import { cloudEvents, eventsBehind } from './outgoing.relay.js';
import { Secrets } from './secrets.js';
import { WebhookTarget } from './webhook-target.js';

/** What webhooks may do. */
export abstract class WebhookSettings {
  abstract readonly webhooksPrivate: boolean;
  abstract readonly webhooksTimeout: number;
}

/** Tells webhooks what the topics tell, in the same words. */
@Injectable()
export class WebhookOutbound extends Outbound implements OnApplicationShutdown {
  private readonly target: WebhookTarget;

  constructor(
    private readonly secrets: Secrets,
    { webhooksPrivate, webhooksTimeout }: WebhookSettings,
  ) {
    super();
    this.target = new WebhookTarget(webhooksPrivate, webhooksTimeout);
  }

  eventsBehind(types: readonly string[]): readonly string[] {
    return [...new Set(types.flatMap((type) => eventsBehind.get(type) ?? []))];
  }

  say(event: RecordedEvent): readonly CloudEvent[] {
    return cloudEvents(event);
  }

  open(sealed: string, webhookId: string): string {
    return this.secrets.open(sealed, webhookId);
  }

  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    return this.target.post(url, headers, body, signal);
  }

  onApplicationShutdown(): void {
    this.target.close();
  }
}
