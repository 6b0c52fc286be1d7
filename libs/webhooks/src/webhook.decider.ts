import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import {
  ChangeWebhook,
  CHOOSING,
  CreateWebhook,
  DeleteWebhook,
  DisableWebhook,
  PauseWebhook,
  ReplayWebhook,
  ResumeWebhook,
  RotateWebhookSecret,
  WebhookWish,
} from './webhook.commands.js';
import { WebhookChoice, WebhookEvent } from './webhook.events.js';

/** A secret that still signs. */
export interface SealedSecret {
  readonly sealed: string;
  /** Null for the newest one. */
  readonly until: string | null;
}

/** What the rules and the deliveries of one webhook read. */
export interface Webhook {
  readonly status: 'none' | 'active' | 'paused' | 'disabled' | 'deleted';
  readonly url: string;
  readonly types: readonly string[];
  readonly choice: WebhookChoice;
  /** Messages behind this position of the log are told. */
  readonly asOf: number;
  /** How often it was asked to begin again. */
  readonly replays: number;
  /** How often it was resumed. */
  readonly resumes: number;
  /** The newest first; never more than two. */
  readonly secrets: readonly SealedSecret[];
}

export const webhookStream = (webhookId: string): string => `webhook-${webhookId}`;

const OVERLAP_MS = 86_400_000;

const commands = {
  CreateWebhook,
  ChangeWebhook,
  RotateWebhookSecret,
  PauseWebhook,
  ResumeWebhook,
  ReplayWebhook,
  DeleteWebhook,
  DisableWebhook,
};

const known = ({ status }: Webhook, webhookId: string): void => {
  if (status === 'none' || status === 'deleted') throw new DomainError('unknown-webhook', `There is no webhook ${webhookId}`, 'webhookId');
};

const sameTypes = (types: readonly string[], others: readonly string[]): boolean =>
  types.length === others.length && types.every((type) => others.includes(type));

/** What a subscriber has chosen, as it is compared and written down. */
const choiceOf = ({ segments, indicators }: WebhookChoice): WebhookChoice => ({
  ...(segments && { segments: [...segments].sort() }),
  ...(indicators && { indicators: [...indicators].sort() }),
});

/** What nobody is told of is not to be chosen from. */
const choosable = ({ types, ...chosen }: Pick<WebhookWish, 'types' | keyof WebhookChoice>): void => {
  for (const [field, among] of Object.entries(CHOOSING) as [keyof WebhookChoice, readonly string[]][])
    if (chosen[field] && !types.some((type) => among.includes(type)))
      throw new DomainError('nothing-to-choose', `${field} needs one of the types ${among.join(', ')}, or is left out`, field);
};

const sameWish = (webhook: Webhook, wish: Pick<WebhookWish, 'url' | 'types' | keyof WebhookChoice>): boolean =>
  webhook.url === wish.url && sameTypes(webhook.types, wish.types) && canonicalJson(webhook.choice) === canonicalJson(choiceOf(wish));

const usable = (url: string): void => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || parsed.username !== '' || parsed.password !== '' || parsed.hash !== '')
    throw new DomainError('unusable-url', 'url must be an address without name, password and fragment', 'url');
};

const reached = (position: number, head: number): void => {
  if (position > head)
    throw new DomainError('unknown-position', `The log has not reached position ${position}; it ends at ${head}`, 'after');
};

export const webhookDecider: Decider<Webhook, typeof commands, WebhookEvent> = {
  commands,
  stream: ({ webhookId }) => webhookStream(webhookId),
  initial: { status: 'none', url: '', types: [], choice: {}, asOf: 0, replays: 0, resumes: 0, secrets: [] },
  decide: {
    CreateWebhook: (webhook, command) => {
      const { webhookId, url, types, after, head, sealedSecret } = command;
      if (webhook.status !== 'none') {
        const same = sameWish(webhook, command) && (after === undefined || after === webhook.asOf);
        if (same && webhook.status !== 'deleted') return [];
        const what =
          webhook.status === 'deleted' ? 'was deleted: choose another id' : 'is there already with other settings: change that one';
        throw new DomainError('webhook-exists', `Webhook ${webhookId} ${what}`, 'webhookId');
      }
      usable(url);
      choosable(command);
      if (after !== undefined) reached(after, head);
      return [{ type: 'WebhookCreated', data: { webhookId, url, types, ...choiceOf(command), asOf: after ?? head, sealedSecret } }];
    },
    ChangeWebhook: (webhook, command) => {
      const { webhookId, url, types } = command;
      known(webhook, webhookId);
      if (sameWish(webhook, command)) return [];
      usable(url);
      choosable(command);
      return [{ type: 'WebhookChanged', data: { webhookId, url, types, ...choiceOf(command) } }];
    },
    RotateWebhookSecret: (webhook, { webhookId, sealedSecret }, now) => {
      known(webhook, webhookId);
      if (webhook.secrets[0].sealed === sealedSecret) return [];
      const previousUntil = new Date(Date.parse(now) + OVERLAP_MS).toISOString();
      return [{ type: 'WebhookSecretRotated', data: { webhookId, sealedSecret, previousUntil } }];
    },
    PauseWebhook: (webhook, { webhookId, reason }) => {
      known(webhook, webhookId);
      return webhook.status === 'active' ? [{ type: 'WebhookPaused', data: { webhookId, reason } }] : [];
    },
    ResumeWebhook: (webhook, { webhookId }) => {
      known(webhook, webhookId);
      return webhook.status === 'active' ? [] : [{ type: 'WebhookResumed', data: { webhookId } }];
    },
    ReplayWebhook: (webhook, { webhookId, after, head }) => {
      known(webhook, webhookId);
      reached(after, head);
      return [{ type: 'WebhookReplayed', data: { webhookId, asOf: after } }];
    },
    DeleteWebhook: (webhook, { webhookId }) => {
      if (webhook.status === 'deleted') return [];
      known(webhook, webhookId);
      return [{ type: 'WebhookDeleted', data: { webhookId } }];
    },
    DisableWebhook: (webhook, { webhookId, reason }) =>
      webhook.status === 'active' ? [{ type: 'WebhookDisabled', data: { webhookId, reason } }] : [],
  },
  evolve: {
    WebhookCreated: (webhook, { url, types, asOf, sealedSecret, ...chosen }) => ({
      ...webhook,
      status: 'active',
      url,
      types,
      choice: choiceOf(chosen),
      asOf,
      secrets: [{ sealed: sealedSecret, until: null }],
    }),
    WebhookChanged: (webhook, { url, types, ...chosen }) => ({ ...webhook, url, types, choice: choiceOf(chosen) }),
    WebhookSecretRotated: (webhook, { sealedSecret, previousUntil }) => ({
      ...webhook,
      secrets: [
        { sealed: sealedSecret, until: null },
        { sealed: webhook.secrets[0].sealed, until: previousUntil },
      ],
    }),
    WebhookPaused: (webhook) => ({ ...webhook, status: 'paused' }),
    WebhookDisabled: (webhook) => ({ ...webhook, status: 'disabled' }),
    WebhookResumed: (webhook) => ({ ...webhook, status: 'active', resumes: webhook.resumes + 1 }),
    WebhookReplayed: (webhook, { asOf }) => ({ ...webhook, asOf, replays: webhook.replays + 1 }),
    WebhookDeleted: (webhook) => ({ ...webhook, status: 'deleted', secrets: [] }),
  },
};
