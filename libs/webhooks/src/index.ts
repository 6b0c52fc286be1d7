export * from './delivery.js';
export * from './outbound.js';
export * from './webhook-delivery.worker.js';
export * from './webhook.commands.js';
export * from './webhook.decider.js';
export * from './webhook.events.js';
export * from './webhooks.projection.js';
