import { canonicalJson, Decider, EventStore, fold } from '@boucle/eventsourcing';
import { SetLifeCyclePolicy } from './life-cycle-policy.commands.js';
import { LifeCyclePolicy, LifeCyclePolicyEvent } from './life-cycle-policy.events.js';

/** The thresholds that hold now; version 0 are those of an engine that was told none. */
export type VersionedLifeCyclePolicy = LifeCyclePolicy & { readonly version: number };

export const LIFE_CYCLE_POLICY_STREAM = 'life-cycle-policy';

const commands = { SetLifeCyclePolicy };

export const lifeCyclePolicyDecider: Decider<VersionedLifeCyclePolicy, typeof commands, LifeCyclePolicyEvent> = {
  commands,
  stream: () => LIFE_CYCLE_POLICY_STREAM,
  initial: {
    version: 0,
    lapseDays: 365,
    lapseGaps: 3,
    unanswered: 3,
    unsolicitedMonths: 24,
    interestDays: 90,
    regularDays: 3,
    regularVariation: 1,
    regularGaps: 2,
  },
  decide: {
    SetLifeCyclePolicy: ({ version, ...now }, command) => {
      const policy = { ...command };
      if (canonicalJson(policy) === canonicalJson(now)) return [];
      return [{ type: 'LifeCyclePolicySet', data: { ...policy, version: version + 1 } }];
    },
  },
  evolve: { LifeCyclePolicySet: (_, policy) => policy },
};

/** The policy at the end of a log. */
export const lifeCyclePolicy = async (events: Pick<EventStore, 'read'>): Promise<VersionedLifeCyclePolicy> =>
  fold(lifeCyclePolicyDecider, lifeCyclePolicyDecider.initial, await events.read(LIFE_CYCLE_POLICY_STREAM));
