import { Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { isOpen } from '../consent/consent-facts.js';
import { wholePerson } from '../merging/merged-file.js';
import { RaiseIndicator } from './indicator.commands.js';
import { BEHAVIOUR_KINDS, IndicatorKind, RaisedEvent } from './indicator.events.js';

const commands = { RaiseIndicator };

const BY_BEHAVIOUR: readonly IndicatorKind[] = BEHAVIOUR_KINDS;

const nameOf = ({ indicatorId, occasion }: Pick<RaiseIndicator, 'indicatorId' | 'occasion'>): string => `${indicatorId}/${occasion}`;

/** Nothing is to be started for him: nobody is there, or it would be against his will. */
const isBarred = (client: Client, kind: IndicatorKind): boolean => {
  if (client.attributes === null || client.erased || client.merging.into !== null) return true;
  const { deceased, closed, consent } = wholePerson(client);
  return deceased || closed || isOpen(consent.restrictions) || (BY_BEHAVIOUR.includes(kind) && isOpen(consent.profilingObjections));
};

/** The rules of what others are told of a client: of each occasion once. */
export const raisingRules: Rules<Client, typeof commands, RaisedEvent> = {
  commands,
  decide: {
    RaiseIndicator: (client, { clientId, indicatorId, version, kind, occasion }) =>
      client.raised.includes(nameOf({ indicatorId, occasion })) || isBarred(client, kind)
        ? []
        : [{ type: 'IndicatorRaised', data: { clientId, indicatorId, version, kind, occasion } }],
  },
  evolve: { IndicatorRaised: (client, data) => ({ ...client, raised: [...client.raised, nameOf(data)] }) },
};
