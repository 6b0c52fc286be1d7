export * from './field-groups.js';
export * from './key.commands.js';
export * from './key.decider.js';
export * from './key.events.js';
export * from './roles.js';
