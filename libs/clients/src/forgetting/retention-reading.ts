import { fold, RecordedEvent } from '@boucle/eventsourcing';
import { clientDecider } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { wholePerson } from '../merging/merged-file.js';
import { HoldReason, RetentionEvent } from './retention.events.js';
import { automaticOn, Due, dueDays, RetentionRules, runningContracts } from './retention.js';

/** How long a client is kept, and why. */
export interface RetentionReading {
  readonly clientId: string;
  /** The last contact that he made himself, or when he became known; null: nothing personal is known of him. */
  readonly heardOf: string | null;
  readonly due: readonly Due[];
  readonly holds: readonly { readonly reason: HoldReason; readonly by: string; readonly since: string }[];
  /** The contracts that run: as long as they do, his erasure is not proposed. */
  readonly runningContracts: readonly string[];
  readonly proposedAt: string | null;
  readonly automaticOn: string | null;
  readonly putOffUntil: string | null;
}

type Placed = RecordedEvent<Extract<RetentionEvent, { type: 'LegalHoldPlaced' }>>;

/** How long a client is kept, from his history and by these rules; null: he is not there, or was erased. */
export const readRetention = (
  clientId: string,
  history: readonly RecordedEvent<ClientEvent>[],
  rules: RetentionRules,
  now: string,
): RetentionReading | null => {
  const own = fold(clientDecider, clientDecider.initial, history);
  const client = wholePerson(own);
  if (client.attributes === null || client.erased) return null;
  const { known, heardOf, proposedAt, putOffUntil } = client.retention;
  return {
    clientId,
    heardOf: known ? heardOf : null,
    due: dueDays(client, rules, now),
    holds: own.retention.holds.map((reason) => {
      const { metadata } = history.findLast((event): event is Placed => event.type === 'LegalHoldPlaced' && event.data.reason === reason)!;
      return { reason, by: metadata.actor, since: metadata.occurredAt };
    }),
    runningContracts: runningContracts(own, now),
    proposedAt,
    automaticOn: automaticOn(proposedAt, rules),
    putOffUntil,
  };
};
