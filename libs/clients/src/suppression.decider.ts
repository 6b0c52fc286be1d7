import { Decider, DomainError } from '@boucle/eventsourcing';
import { EndSuppressionList, EnterSuppressions } from './suppression.commands.js';
import { OWN_LIST, SuppressionEvent } from './suppression.events.js';

/** What the rules of one list read. */
export interface SuppressionList {
  readonly edition: number;
  /** Whether anything was entered since the list was begun anew. */
  readonly empty: boolean;
  /** The latest batches: an older one that is entered again does no harm, and none comes back so late. */
  readonly batches: readonly string[];
}

const REMEMBERED = 1000;

export const suppressionStream = (listId: string): string => `suppression-${listId}`;

const commands = { EnterSuppressions, EndSuppressionList };

export const suppressionDecider: Decider<SuppressionList, typeof commands, SuppressionEvent> = {
  commands,
  stream: ({ listId }) => suppressionStream(listId),
  initial: { edition: 0, empty: true, batches: [] },
  decide: {
    EnterSuppressions: (list, { listId, edition, batchId, source, channels, purpose, until, hashes, renewed }, now) => {
      if (list.batches.includes(batchId)) return [];
      if (edition !== list.edition)
        throw new DomainError('list-begun-anew', `List ${listId} was ended meanwhile: enter it again from its first line`, 'listId');
      if (until !== null && until <= now)
        throw new DomainError('wrong-validity', 'validUntil must lie in the future: nobody would be on the list', 'validUntil');
      if (hashes.length === 0) return [];
      return [{ type: 'SuppressionsEntered', data: { listId, edition, batchId, source, channels, purpose, until, hashes, renewed } }];
    },
    EndSuppressionList: (list, { listId }) => {
      if (listId === OWN_LIST)
        throw new DomainError('own-list', 'The list of those who opposed us never ends: only their own consent overrides it', 'listId');
      if (list.empty && list.edition === 0) throw new DomainError('unknown-list', `There is no suppression list ${listId}`, 'listId');
      return list.empty ? [] : [{ type: 'SuppressionListEnded', data: { listId, edition: list.edition } }];
    },
  },
  evolve: {
    SuppressionsEntered: (list, { batchId }) => ({ ...list, empty: false, batches: [...list.batches, batchId].slice(-REMEMBERED) }),
    SuppressionListEnded: ({ edition }) => ({ edition: edition + 1, empty: true, batches: [] }),
  },
};
