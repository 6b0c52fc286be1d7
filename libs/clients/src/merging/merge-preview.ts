import { fold, RecordedEvent } from '@boucle/eventsourcing';
import { clientDecider } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { Client } from '../client/client.js';
import { joinedPoints } from './joined-points.js';
import { Disagreement, disagreements, OneOfTwo } from './winners.js';

/** What two files would be as one. */
export interface MergePreview {
  readonly clientId: string;
  readonly mergedId: string;
  /** Where they differ, and whose value counts if nobody chooses. */
  readonly fields: readonly Disagreement[];
  /** The contact points of the merged file, and what they are called in the other one; `shared`: it has them too. */
  readonly points: readonly { readonly pointId: string; readonly as: readonly string[]; readonly shared: boolean }[];
}

const stateOf = (history: readonly RecordedEvent<ClientEvent>[]): Client => fold(clientDecider, clientDecider.initial, history);

/** Shows what a merge would come to, before anybody decides on it. */
export const mergePreview = (survivor: OneOfTwo, merged: OneOfTwo): MergePreview => {
  const [his, other] = [stateOf(survivor.history).points, stateOf(merged.history).points];
  const [names] = joinedPoints(his, [other]).names;
  return {
    clientId: survivor.id,
    mergedId: merged.id,
    fields: disagreements(survivor, merged),
    points: [...names].map(([pointId, as]) => ({ pointId, as, shared: as.some((name) => Object.hasOwn(his, name)) })),
  };
};
