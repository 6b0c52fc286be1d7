import { Message } from '@boucle/eventsourcing';
import { specProjection } from '../../eventsourcing/src/testing.js';
import { webhooksProjection } from './webhooks.projection.js';

const NOW = '2026-03-01T09:00:00.000Z';
const given = specProjection(webhooksProjection, NOW);
const webhookId = 'till';
const [url, moved] = ['https://till.example.com', 'https://new.example.com'];
const types = ['boucle.PurchaseRecorded.v1'];
const event = (type: string, data: object = {}): Message => ({ type, data: { webhookId, ...data } });
const created = event('WebhookCreated', { url, types, asOf: 7, sealedSecret: 'sealed' });
const reading = { webhookId, url, types, status: 'active', reason: null, asOf: 7, replays: 0, createdAt: NOW };

describe('the webhooks', () => {
  it('show a new one without its secret', () => given(created).then('till', reading));
  it('show where it went', () => given(created, event('WebhookChanged', { url: moved, types })).then('till', { ...reading, url: moved }));
  it('show why it stands still', () => {
    given(created, event('WebhookPaused', { reason: 'holidays' })).then('till', { ...reading, status: 'paused', reason: 'holidays' });
    given(created, event('WebhookDisabled', { reason: 'gone' })).then('till', { ...reading, status: 'disabled', reason: 'gone' });
  });
  it('show that it goes on', () =>
    given(created, event('WebhookDisabled', { reason: 'gone' }), event('WebhookResumed')).then('till', reading));
  it('show from where it is told again', () =>
    given(created, event('WebhookReplayed', { asOf: 2 })).then('till', { ...reading, asOf: 2, replays: 1 }));
  it('forget a deleted one', () => given(created, event('WebhookDeleted')).then('till', null));
});
