import { Webhook as Signer } from 'standardwebhooks';
import { Outbound } from './outbound.js';
import { Webhook } from './webhook.decider.js';

/** The headers of Standard Webhooks, signed with every secret that is valid. */
export const signedHeaders = (
  webhookId: string,
  { secrets }: Pick<Webhook, 'secrets'>,
  open: Outbound['open'],
  message: { id: string; body: string },
  now: string,
): Record<string, string> => {
  const at = new Date(now);
  // what is signed is joined with dots
  const id = message.id.replaceAll('.', '_');
  const valid = secrets.filter(({ until }) => until === null || until > now);
  const signatures = valid.map(({ sealed }) => new Signer(open(sealed, webhookId)).sign(id, at, message.body));
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
};
