import { Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { ClassifyClient } from './life-cycle.commands.js';
import { LifeCycleEvent } from './life-cycle.events.js';

const commands = { ClassifyClient };

/** The rules of where a client is said to stand. */
export const lifeCycleRules: Rules<Client, typeof commands, LifeCycleEvent> = {
  commands,
  decide: {
    ClassifyClient: ({ erased, attributes, merging, standing }, { clientId, to, lapsing, cause, policyVersion, rearranged }, now) => {
      const said = now < standing.since || (standing.class === to && standing.lapsing === lapsing);
      // who has become an alias meanwhile is nobody of his own
      if (said || erased || attributes === null || (merging.into !== null && to !== null)) return [];
      const data = { clientId, from: standing.class, to, lapsing, cause, policyVersion, ...(rearranged && { rearranged }) };
      return [{ type: 'ClientClassChanged', data }];
    },
  },
  evolve: { ClientClassChanged: (client, { to, lapsing }, since) => ({ ...client, standing: { class: to, lapsing, since } }) },
};
