import { canonicalJson, Decider, EventStore, fold } from '@boucle/eventsourcing';
import { SetForgettingPolicy } from './forgetting-policy.commands.js';
import { ForgettingPolicy, ForgettingPolicyEvent } from './forgetting-policy.events.js';

/** The rules by which people are forgotten now; version 0 are those of an engine that was told none. */
export type VersionedForgettingPolicy = ForgettingPolicy & { readonly version: number };

export const FORGETTING_POLICY_STREAM = 'forgetting-policy';

const commands = { SetForgettingPolicy };

export const forgettingPolicyDecider: Decider<VersionedForgettingPolicy, typeof commands, ForgettingPolicyEvent> = {
  commands,
  stream: () => FORGETTING_POLICY_STREAM,
  initial: {
    version: 0,
    months: { prospects: 36, clients: 36, consents: 36, children: 36 },
    automaticAfterDays: null,
    filesAfterDays: 30,
    subscribers: [],
    acknowledgeWithinDays: 30,
  },
  decide: {
    SetForgettingPolicy: ({ version, ...now }, { months, ...rest }) => {
      const policy = { ...rest, months: { ...months } };
      if (canonicalJson(policy) === canonicalJson(now)) return [];
      return [{ type: 'ForgettingPolicySet', data: { ...policy, version: version + 1 } }];
    },
  },
  evolve: { ForgettingPolicySet: (_, policy) => policy },
};

/** The policy at the head of the log. */
export const forgettingPolicy = async (events: EventStore): Promise<VersionedForgettingPolicy> =>
  fold(forgettingPolicyDecider, forgettingPolicyDecider.initial, await events.read(FORGETTING_POLICY_STREAM));
