export * from './attribution.js';
export * from './client.commands.js';
export * from './client.decider.js';
export * from './client.events.js';
export * from './client.relay.js';
export * from './contact-pressure.js';
export * from './profile.projection.js';
