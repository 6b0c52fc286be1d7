import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { AcknowledgeErasure } from '@boucle/clients';
import { clientsTopic, CloudEvent } from '@boucle/contracts';
import { Clock, NAMESPACE, RecordedEvent, uuidv5 } from '@boucle/eventsourcing';
import { Outbound } from '@boucle/webhooks';
import { CommandDoor } from './door.js';
import { cloudEvents, eventsBehind } from './outgoing.relay.js';
import { Secrets } from './secrets.js';
import { WebhookTarget } from './webhook-target.js';

const ERASED = clientsTopic.messages.ClientErased.type;

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
    private readonly door: CommandDoor,
    private readonly clock: Clock,
    { webhooksPrivate, webhooksTimeout }: WebhookSettings,
  ) {
    super();
    this.target = new WebhookTarget(webhooksPrivate, webhooksTimeout);
  }

  eventsBehind(types: readonly string[]): readonly string[] {
    return [...new Set(types.flatMap((type) => eventsBehind.get(type) ?? []))];
  }

  /** What is told of the past is no news. */
  say(event: RecordedEvent): readonly CloudEvent[] {
    return event.metadata.history ? [] : cloudEvents(event);
  }

  open(sealed: string, webhookId: string): string {
    return this.secrets.open(sealed, webhookId);
  }

  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    return this.target.post(url, headers, body, signal);
  }

  /** Who has taken that a client is erased has forgotten him. */
  async taken(webhookId: string, body: string): Promise<void> {
    if (!body.includes(ERASED)) return;
    const { id: message, type, subject: clientId } = JSON.parse(body) as CloudEvent;
    if (type !== ERASED) return;
    const id = uuidv5(NAMESPACE, 'webhook-has-taken', webhookId, message);
    const command = Object.assign(new AcknowledgeErasure(), { clientId, subscriber: webhookId });
    await this.door.execute(command, { id, correlationId: id, now: this.clock.now(), actor: `webhook:${webhookId}` });
  }

  onApplicationShutdown(): void {
    this.target.close();
  }
}
