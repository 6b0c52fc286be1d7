export * from './change.commands.js';
export * from './changes.js';
