import { Decider, DomainError } from '@boucle/eventsourcing';
import { EndSuppressionList, EnterSuppressions } from './suppression.commands.js';
import { OWN_LIST, SuppressionEvent } from './suppression.events.js';

/** Batches from the latest on: one more costs the same, however many there are. */
interface Batches {
  readonly batchId: string;
  readonly before: Batches | null;
}

/** What the rules of one list read. */
export interface SuppressionList {
  readonly edition: number;
  /** Whether anything was entered since the list was begun anew. */
  readonly empty: boolean;
  /** The latest batches, and as many before them: an older one that is entered again does no harm. */
  readonly latest: Batches | null;
  readonly length: number;
  readonly earlier: Batches | null;
}

/** So many hold some millions of lines. */
const REMEMBERED = 5000;

const BEGUN = { empty: true, latest: null, length: 0, earlier: null };

const holds = (batches: Batches | null, batchId: string): boolean => {
  for (let one = batches; one; one = one.before) if (one.batchId === batchId) return true;
  return false;
};

export const suppressionStream = (listId: string): string => `suppression-${listId}`;

const commands = { EnterSuppressions, EndSuppressionList };

export const suppressionDecider: Decider<SuppressionList, typeof commands, SuppressionEvent> = {
  commands,
  stream: ({ listId }) => suppressionStream(listId),
  initial: { edition: 0, ...BEGUN },
  decide: {
    EnterSuppressions: (list, { listId, edition, batchId, source, channels, purpose, until, hashes, renewed }, now) => {
      if (holds(list.latest, batchId) || holds(list.earlier, batchId)) return [];
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
    SuppressionsEntered: (list, { batchId }) =>
      list.length < REMEMBERED
        ? { ...list, empty: false, latest: { batchId, before: list.latest }, length: list.length + 1 }
        : { ...list, latest: { batchId, before: null }, length: 1, earlier: list.latest },
    SuppressionListEnded: ({ edition }) => ({ edition: edition + 1, ...BEGUN }),
  },
};
