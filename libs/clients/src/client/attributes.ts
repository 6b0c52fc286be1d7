import { Attributes } from './client.events.js';

/** What rules may read of a client once these changes are known; null takes away. */
export const changedAttributes = (attributes: Attributes, changes: Attributes): Attributes =>
  Object.fromEntries(Object.entries({ ...attributes, ...changes }).filter(([name, value]) => value !== null || !(name in changes)));
