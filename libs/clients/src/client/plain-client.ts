import { Client } from './client.js';
import { clientDecider } from './client.decider.js';

/** A client of whom nothing is known but that he is registered: what anybody bought or returned in the past is decided of him as of everybody who has no such record. */
export const PLAIN_CLIENT: Client = { ...clientDecider.initial, attributes: {} };
