import { canonicalJson } from '@boucle/eventsourcing';
import { Decision } from './wave.events.js';

/** One decision as the ledger hash and the Merkle root see it: RFC 8785, without position, time or event id. */
export const ledgerLine = (wave: number, decision: Decision): string => canonicalJson({ wave, ...decision });
