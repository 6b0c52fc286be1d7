import {
  Clock,
  Consumer,
  DocumentStore,
  Door,
  EventStore,
  everyDocument,
  fold,
  mustExecute,
  NAMESPACE,
  uuidv5,
  rest,
} from '@boucle/eventsourcing';
import { Delivery, EndpointLost, WEBHOOK_LANES, WEBHOOK_PROGRESS, WebhookProgress } from './delivery.js';
import { Outbound } from './outbound.js';
import { Webhook, webhookDecider, webhookStream } from './webhook.decider.js';
import { WebhookEvent } from './webhook.events.js';

const ACTOR = 'worker:webhooks';
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

interface Running {
  stop(): Promise<void>;
}

/** Told when deliveries of a webhook break off and are about to start again. */
export type BrokenOff = (webhookId: string, error: Error) => void;

/** Delivers to every webhook, each at its own pace and from its own place in the log. */
export const webhookDeliveryWorker = (
  events: EventStore,
  documents: DocumentStore,
  door: Door,
  clock: Clock,
  outbound: Outbound,
  brokenOff: BrokenOff,
): Consumer => {
  const running = new Map<string, Running>();

  const stop = async (webhookId: string): Promise<void> => {
    await running.get(webhookId)?.stop();
    running.delete(webhookId);
  };

  const disable = async (webhookId: string, { resumes }: Webhook, reason: string): Promise<void> => {
    const id = uuidv5(NAMESPACE, webhookStream(webhookId), 'lost', resumes);
    const cause = { id, correlationId: id, now: clock.now(), actor: ACTOR };
    await mustExecute(door, [{ message: { type: 'DisableWebhook', data: { webhookId, reason } }, cause }]);
  };

  /** Delivers, and again after every failure of ours. */
  const supervise = async (webhookId: string, webhook: Webhook, signal: AbortSignal): Promise<void> => {
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS))
      try {
        await new Delivery(webhookId, webhook, events, documents, clock, outbound).run(signal).catch((error: Error) => {
          if (!(error instanceof EndpointLost)) throw error;
          return disable(webhookId, webhook, error.message);
        });
        return;
      } catch (error) {
        if (signal.aborted) return;
        brokenOff(webhookId, error as Error);
        await rest(pause, signal);
      }
  };

  const forget = async (webhookId: string): Promise<void> => {
    for await (const page of everyDocument(documents, WEBHOOK_LANES, `${webhookId}/`))
      await documents.put(
        WEBHOOK_LANES,
        page.map(({ key, position }) => ({ key, document: null, position: position + 1 })),
      );
    const [progress] = await documents.getMany(WEBHOOK_PROGRESS, [webhookId]);
    if (progress?.document) await documents.put(WEBHOOK_PROGRESS, [{ ...progress, document: null, position: progress.position + 1 }]);
  };

  /** Brings the deliveries of a webhook in line with its stream. */
  const align = async (webhookId: string): Promise<void> => {
    await stop(webhookId);
    const webhook = fold(webhookDecider, webhookDecider.initial, await events.read(webhookStream(webhookId)));
    if (webhook.status === 'deleted') return forget(webhookId);
    const { asOf: position, replays } = webhook;
    const beginning: WebhookProgress = { position, replays, waiting: 0, lastError: null, nextAttempt: null };
    await documents.swap(WEBHOOK_PROGRESS, { key: webhookId, document: beginning, position: 1 }, null);
    if (webhook.status !== 'active') return;
    const aborter = new AbortController();
    const done = supervise(webhookId, webhook, aborter.signal);
    running.set(webhookId, {
      stop: () => {
        aborter.abort();
        return done;
      },
    });
  };

  return {
    name: 'webhook-delivery',
    types: Object.keys(webhookDecider.evolve),
    start: async () => {
      for await (const page of everyDocument(documents, WEBHOOK_PROGRESS))
        for (const { key, document } of page) if (document) await align(key);
    },
    take: async (batch) => {
      const ids = new Set(batch.map((event) => (event.data as WebhookEvent['data']).webhookId));
      for (const id of ids) await align(id);
    },
    stop: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
};
