import { Decider, EventStore, fold } from '@boucle/eventsourcing';
import { SetDuplicatePolicy } from './duplicate-policy.commands.js';
import { DuplicatePolicy, DuplicatePolicyEvent } from './duplicate-policy.events.js';

/** The rule by which duplicates are merged now; version 0 is that of an engine that was told none. */
export type VersionedDuplicatePolicy = DuplicatePolicy & { readonly version: number };

export const DUPLICATE_POLICY_STREAM = 'duplicate-policy';

const commands = { SetDuplicatePolicy };

export const duplicatePolicyDecider: Decider<VersionedDuplicatePolicy, typeof commands, DuplicatePolicyEvent> = {
  commands,
  stream: () => DUPLICATE_POLICY_STREAM,
  initial: { version: 0, mergeFrom: null },
  decide: {
    SetDuplicatePolicy: (now, { mergeFrom }) =>
      mergeFrom === now.mergeFrom ? [] : [{ type: 'DuplicatePolicySet', data: { mergeFrom, version: now.version + 1 } }],
  },
  evolve: { DuplicatePolicySet: (_, policy) => policy },
};

/** The policy at the head of the log. */
export const duplicatePolicy = async (events: EventStore): Promise<VersionedDuplicatePolicy> =>
  fold(duplicatePolicyDecider, duplicatePolicyDecider.initial, await events.read(DUPLICATE_POLICY_STREAM));
