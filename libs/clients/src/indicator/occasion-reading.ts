import { Door, EventStore, fold, mustExecute, NAMESPACE, Request, uuidv5 } from '@boucle/eventsourcing';
import { tellsOfPerson } from '../forgetting/retention-facts.js';
import { ClientEvent } from '../client/client.events.js';
import { Conclusion, Occasion, Reading } from '../standing/reading.js';
import { RaiseIndicator } from './indicator.commands.js';
import { activeOf, Indicator, INDICATORS_STREAM, indicatorsDecider } from './indicator.decider.js';
import { TIMED_KINDS } from './indicator.events.js';
import { comings, TimedTerms } from './occasions.js';

/** When the next thing comes that is to be told of a client. */
interface Awaited {
  readonly due: string;
}

const ACTOR = 'worker:occasions';

/** By these the days of a client become others, or whether he is told of. */
const CONCERNING: readonly ClientEvent['type'][] = [
  'ClientDetailsChanged',
  ...(['ContractStarted', 'ContractRenewed', 'NoticeGiven', 'ContractEnded'] as const),
  ...(['ClientDied', 'DeathRefuted', 'ClientClosed', 'ClientReopened', 'ProcessingRestricted', 'RestrictionEnded'] as const),
  ...(['ClientsMerged', 'ClientsUnmerged', 'MergedFileChanged', 'AliasBegun', 'AliasEnded', 'ClientErased'] as const),
];

type Timed = readonly (readonly [string, Indicator & { readonly terms: TimedTerms }])[];

const read = (
  { clientId, subject, at, said }: Occasion<Awaited>,
  indicators: Timed,
): Conclusion<Awaited> & { readonly raised: readonly Request[] } => {
  const person = subject?.profile.person;
  const raised: Request[] = [];
  let due: string | null = null;
  if (subject && person && !person.deceased && !person.closed && !subject.profile.restricted)
    for (const [indicatorId, { terms, version, since }] of indicators) {
      // what nobody waited for has passed
      const { come, next } = comings(terms, subject, said?.due ?? at, at);
      for (const { at: now, occasion } of said ? come : []) {
        if (now < since) continue;
        const id = uuidv5(NAMESPACE, ACTOR, indicatorId, clientId, occasion);
        const data: RaiseIndicator = { clientId, indicatorId, version, kind: terms.kind, occasion };
        raised.push({ message: { type: 'RaiseIndicator', data }, cause: { id, correlationId: id, now, actor: ACTOR } });
      }
      if (next !== null && (due === null || next < due)) due = next;
    }
  return { raised, said: due === null ? null : { due }, due };
};

/** Says when a birthday or the end of a contract comes that somebody wants to hear of, and tells of it when it has come. */
export const occasionReading = (events: EventStore, door: Door): Reading<Awaited> => ({
  name: 'occasions',
  changedBy: ['IndicatorDeclared', 'IndicatorRetired'],
  concerns: ({ type, data }) => (type === 'ClientRegistered' ? tellsOfPerson(data) : CONCERNING.includes(type)),
  read: async (occasions) => {
    const indicators = activeOf(fold(indicatorsDecider, indicatorsDecider.initial, await events.read(INDICATORS_STREAM)), TIMED_KINDS);
    const found = occasions.map((occasion) => read(occasion, indicators));
    const raised = found.flatMap((one) => one.raised);
    if (raised.length > 0) await mustExecute(door, raised);
    return found.map(({ said, due }) => ({ said, due }));
  },
});
