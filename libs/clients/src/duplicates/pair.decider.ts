import { Decider, DomainError, NAMESPACE, uuidv5 } from '@boucle/eventsourcing';
import { TellPeopleApart } from './pair.commands.js';
import { DuplicateEvent } from './pair.events.js';

/** What was said of two clients. */
export interface Pair {
  readonly apart: boolean;
}

/** Two clients in the order in which pairs name them. */
export const inOrder = (a: string, b: string): readonly [string, string] => (a < b ? [a, b] : [b, a]);

const commands = { TellPeopleApart };

/** One stream per pair of clients. */
export const pairDecider: Decider<Pair, typeof commands, DuplicateEvent> = {
  commands,
  stream: ({ clientIds }) => `pair-${uuidv5(NAMESPACE, 'pair', ...clientIds)}`,
  initial: { apart: false },
  decide: {
    TellPeopleApart: ({ apart }, { clientIds }) => {
      if (apart) return [];
      if (clientIds[0] === clientIds[1]) throw new DomainError('one-client', `${clientIds[0]} is one client: name two`, 'otherId');
      return [{ type: 'PeopleToldApart', data: { clientIds } }];
    },
  },
  evolve: { PeopleToldApart: () => ({ apart: true }) },
};
