import { Door, EventStore, mustExecute, Request } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { profileProjection } from '../client/profile.projection.js';
import { historyProjection } from '../history/history.projection.js';
import { tellsOfPerson } from '../forgetting/retention-facts.js';
import { Conclusion, Occasion, Reading } from '../standing/reading.js';
import { ClassifyClient } from './life-cycle.commands.js';
import { LifeCycleStanding, UNCLASSED } from './life-cycle.events.js';
import { lifeCyclePolicy, VersionedLifeCyclePolicy } from './life-cycle-policy.decider.js';
import { Classified, classOf } from './life-cycle.js';

/** By these nothing is told of who never did anything himself. */
const SOLICITATIONS: readonly ClientEvent['type'][] = ['MailingDispatched', 'ContactWithheld', 'ContactRecorded'];

const MERGED: Classified = { class: null, lapsing: false, cause: 'merged', nextDue: null };

const same = (a: LifeCycleStanding, b: LifeCycleStanding): boolean => a.class === b.class && a.lapsing === b.lapsing;

interface Read extends Conclusion<LifeCycleStanding> {
  readonly changes: readonly Request[];
}

/** Follows a client from one instant to another: each change of class stands where it came about. */
const follow = (
  { clientId, subject, from, at, said, rearranged, causeAt }: Occasion<LifeCycleStanding>,
  policy: VersionedLifeCyclePolicy,
): Read => {
  const changes: Request[] = [];
  let standing = said ?? UNCLASSED;
  for (let now = from; ;) {
    const found = subject ? classOf(subject, policy, now) : MERGED;
    const { class: to, lapsing, cause: why, nextDue } = found;
    if (!same(found, standing)) {
      standing = { class: to, lapsing };
      const moved = rearranged && now === at && { rearranged };
      const data: ClassifyClient = { clientId, to, lapsing, cause: why, policyVersion: policy.version, ...moved };
      changes.push({ message: { type: 'ClassifyClient', data }, cause: { ...causeAt(now), key: `${clientId}/${now}` } });
    }
    if (nextDue === null || nextDue > at) return { changes, said: same(standing, UNCLASSED) ? null : standing, due: nextDue };
    now = nextDue;
  }
};

/** Says where each client stands in his life-cycle. Of whom nothing is known nothing is said: he is a suspect by rule. */
export const classReading = (events: EventStore, door: Door): Reading<LifeCycleStanding> => ({
  name: 'class',
  changedBy: ['LifeCyclePolicySet'],
  concerns: ({ type, data }, said) => {
    if (type === 'ClientRegistered') return tellsOfPerson(data);
    if (said === null && SOLICITATIONS.includes(type)) return false;
    return type in profileProjection.on || type in historyProjection.on;
  },
  read: async (occasions) => {
    const policy = await lifeCyclePolicy(events);
    const found = occasions.map((occasion) => follow(occasion, policy));
    const changes = found.flatMap(({ changes }) => changes);
    if (changes.length > 0) await mustExecute(door, changes);
    return found.map(({ said, due }) => ({ said, due }));
  },
});
