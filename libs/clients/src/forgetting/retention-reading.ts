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
  /** The client who answers, where the one asked for is an alias of his. */
  readonly mergedInto?: string;
}

type History = readonly RecordedEvent<ClientEvent>[];
type Placed = RecordedEvent<Extract<RetentionEvent, { type: 'LegalHoldPlaced' }>>;

const holdsIn = (history: History): RetentionReading['holds'] =>
  fold(clientDecider, clientDecider.initial, history).retention.holds.map((reason) => {
    const { metadata } = history.findLast((event): event is Placed => event.type === 'LegalHoldPlaced' && event.data.reason === reason)!;
    return { reason, by: metadata.actor, since: metadata.occurredAt };
  });

/**
 * How long a client is kept, from his history and by these rules; null: he is not there, or was erased.
 * @param others the histories of the files merged into his: a hold on any of them holds all
 */
export const readRetention = (
  clientId: string,
  history: History,
  rules: RetentionRules,
  now: string,
  others: Iterable<History> = [],
): RetentionReading | null => {
  const own = fold(clientDecider, clientDecider.initial, history);
  const client = wholePerson(own);
  if (client.attributes === null || client.erased) return null;
  const { known, heardOf, proposedAt, putOffUntil } = client.retention;
  return {
    clientId,
    heardOf: known ? heardOf : null,
    due: dueDays(client, rules, now),
    holds: [history, ...others].flatMap(holdsIn),
    runningContracts: runningContracts(own, now),
    proposedAt,
    automaticOn: automaticOn(proposedAt, rules),
    putOffUntil,
  };
};
