import { Message } from '@boucle/eventsourcing';
import { specDecider } from '../../eventsourcing/src/testing.js';
import {
  ChangeWebhook,
  CreateWebhook,
  DeleteWebhook,
  DisableWebhook,
  PauseWebhook,
  ReplayWebhook,
  ResumeWebhook,
  RotateWebhookSecret,
} from './webhook.commands.js';
import { webhookDecider } from './webhook.decider.js';
import { WebhookEvent } from './webhook.events.js';

const NOW = '2026-03-01T09:00:00.000Z';
const given = specDecider(webhookDecider, NOW);
const webhookId = 'till';
const url = 'https://till.example.com/boucle';
const types = ['boucle.PurchaseRecorded.v1', 'boucle.ResponseRecorded.v1'];
const wish = { webhookId, url, types, head: 7, sealedSecret: 'sealed-1' };

const command = <T extends object>(type: new () => T, data: object): T => Object.assign(new type(), data);
const event = <T extends WebhookEvent['type']>(type: T, data: Extract<WebhookEvent, { type: T }>['data']): Message => ({ type, data });

const created = event('WebhookCreated', { webhookId, url, types, asOf: 7, sealedSecret: 'sealed-1' });
const paused = event('WebhookPaused', { webhookId, reason: 'holidays' });
const disabled = event('WebhookDisabled', { webhookId, reason: 'gone' });
const deleted = event('WebhookDeleted', { webhookId });

describe('choosing', () => {
  const raised = ['boucle.IndicatorRaised.v1'];
  const choosing = command(CreateWebhook, { ...wish, types: raised, indicators: ['b', 'a'] });
  const chosen = { ...created, data: { ...created.data, types: raised, indicators: ['a', 'b'] } };
  it('names what is told', () => given().when(choosing).then(chosen));
  it('is repeatable', () => given(chosen).when(choosing).thenNothing());
  it('is changed as a whole', () =>
    given(chosen)
      .when(command(ChangeWebhook, { webhookId, url, types: raised }))
      .then(event('WebhookChanged', { webhookId, url, types: raised })));
  it('is refused where nothing of the kind is told', () =>
    given()
      .when(command(CreateWebhook, { ...wish, segments: ['a'] }))
      .thenRejected('nothing-to-choose'));
});

describe('creating a webhook', () => {
  const create = command(CreateWebhook, wish);
  it('starts at the head of the log', () => given().when(create).then(created));
  it('starts where it is asked to', () =>
    given()
      .when(command(CreateWebhook, { ...wish, after: 0 }))
      .then({ ...created, data: { ...created.data, asOf: 0 } }));
  it('is repeatable, whatever the order of the types and the secret', () =>
    given(created)
      .when(command(CreateWebhook, { ...wish, types: [...types].reverse(), sealedSecret: 'sealed-2' }))
      .thenNothing());
  it('is refused with other settings', () =>
    given(created)
      .when(command(CreateWebhook, { ...wish, after: 3 }))
      .thenRejected('webhook-exists'));
  it('is refused for an id that was deleted', () => given(created, deleted).when(create).thenRejected('webhook-exists'));
  it('is refused behind the head', () =>
    given()
      .when(command(CreateWebhook, { ...wish, after: 8 }))
      .thenRejected('unknown-position'));
  it.each(['http://[', 'https://me:word@example.com', 'https://example.com/#here', 'https://me@example.com'])('is refused for %s', (bad) =>
    given()
      .when(command(CreateWebhook, { ...wish, url: bad }))
      .thenRejected('unusable-url'),
  );
});

describe('changing a webhook', () => {
  const change = command(ChangeWebhook, { webhookId, url, types: types.slice(1) });
  const changed = event('WebhookChanged', { webhookId, url, types: types.slice(1) });
  it('is told', () => given(created).when(change).then(changed));
  it('is repeatable', () => given(created, changed).when(change).thenNothing());
  it('needs a webhook', () => given().when(change).thenRejected('unknown-webhook'));
  it('needs a usable address', () =>
    given(created)
      .when(command(ChangeWebhook, { webhookId, url: 'http://[', types }))
      .thenRejected('unusable-url'));
});

describe('a new secret', () => {
  const rotate = command(RotateWebhookSecret, { webhookId, sealedSecret: 'sealed-2' });
  const rotated = event('WebhookSecretRotated', { webhookId, sealedSecret: 'sealed-2', previousUntil: '2026-03-02T09:00:00.000Z' });
  it('leaves the former one a day', () => given(created).when(rotate).then(rotated));
  it('is repeatable', () => given(created, rotated).when(rotate).thenNothing());
  it('needs a webhook', () => given(created, deleted).when(rotate).thenRejected('unknown-webhook'));
});

describe('pausing and resuming', () => {
  const pause = command(PauseWebhook, { webhookId, reason: 'holidays' });
  const resume = command(ResumeWebhook, { webhookId });
  it('pauses', () => given(created).when(pause).then(paused));
  it('pauses once', () => given(created, paused).when(pause).thenNothing());
  it('leaves a disabled one as it is', () => given(created, disabled).when(pause).thenNothing());
  it('pauses nothing that is not there', () => given().when(pause).thenRejected('unknown-webhook'));
  it.each([paused, disabled])('resumes after $type', (stopped) =>
    given(created, stopped).when(resume).then(event('WebhookResumed', { webhookId })),
  );
  it('resumes once', () => given(created).when(resume).thenNothing());
  it('needs a webhook', () => given().when(resume).thenRejected('unknown-webhook'));
});

describe('replaying', () => {
  const replay = command(ReplayWebhook, { webhookId, after: 3, head: 7 });
  const replayed = event('WebhookReplayed', { webhookId, asOf: 3 });
  it('begins again', () => given(created).when(replay).then(replayed));
  it('begins again each time it is asked to', () => given(created, replayed).when(replay).then(replayed));
  it('is refused behind the head', () =>
    given(created)
      .when(command(ReplayWebhook, { webhookId, after: 8, head: 7 }))
      .thenRejected('unknown-position'));
  it('needs a webhook', () => given().when(replay).thenRejected('unknown-webhook'));
});

describe('ending', () => {
  const remove = command(DeleteWebhook, { webhookId });
  const disable = command(DisableWebhook, { webhookId, reason: 'gone' });
  it('deletes', () => given(created).when(remove).then(deleted));
  it('deletes once', () => given(created, deleted).when(remove).thenNothing());
  it('needs a webhook', () => given().when(remove).thenRejected('unknown-webhook'));
  it('disables', () => given(created).when(disable).then(disabled));
  it.each([paused, disabled, deleted])('does not disable after $type', (stopped) => given(created, stopped).when(disable).thenNothing());
});
