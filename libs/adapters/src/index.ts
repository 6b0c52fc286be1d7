export * from './channel/outbox.js';
export * from './document-store/embedded.js';
export * from './event-store/embedded.js';
export * from './folder.js';
export * from './snapshot.js';
