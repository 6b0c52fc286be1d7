import { Message, NAMESPACE, RecordedEvent, uuidv5 } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { ClientEvent } from '../client/client.events.js';
import { entry } from '../entries.js';
import { joinedPoints } from './joined-points.js';

/** What of this file's contact points the other one calls its own; a survivor knows what those of his are called there. */
const namesIn = (clientId: string, there: Client, here: Client, pointId: string): readonly string[] => {
  const file = entry(here.merging.files, clientId);
  if (file) return Object.entries(file.reach.names).flatMap(([id, names]) => (names.includes(pointId) ? [id] : []));
  const [names] = joinedPoints(there.points, [here.points]).names;
  return (names.get(pointId) ?? []).filter((name) => entry(there.points, name) !== undefined);
};

/** What somebody opposed under one id of his, said under another: it holds for both, also if they turn out to be two people. What he allows is not carried: that holds where he said it. */
export const carriedTo = (clientId: string, there: Client, event: RecordedEvent<ClientEvent>, here: Client): readonly Message[] => {
  const opposed = (oppositionId: string, facts: object): Message => ({
    type: 'DeclareOpposition',
    data: { clientId, oppositionId: uuidv5(NAMESPACE, event.data.clientId, clientId, oppositionId), ...facts },
  });
  switch (event.type) {
    case 'OppositionDeclared': {
      const { oppositionId, channel, purpose, pointId, how } = event.data;
      const facts = { channel, purpose, ...(how !== null && { how }) };
      if (pointId === null) return [opposed(oppositionId, facts)];
      return namesIn(clientId, there, here, pointId).map((name) => opposed(`${oppositionId}/${name}`, { ...facts, pointId: name }));
    }
    case 'ResponseRecorded':
      return event.data.kind === 'complaint' ? [opposed(`complaint/${event.data.responseId}`, { how: 'complaint' })] : [];
    case 'ConsentWithdrawn': {
      const taken = here.consent.consents.find(({ id }) => id === event.data.consentId)!;
      const points = taken.points.flatMap(({ pointId, until }) => (until === null ? namesIn(clientId, there, here, pointId) : []));
      return there.consent.consents
        .filter(
          ({ channel, purpose, withdrawnAt, givenAt, points: of }) =>
            channel === taken.channel &&
            purpose === taken.purpose &&
            withdrawnAt === null &&
            givenAt <= event.metadata.occurredAt &&
            of.some(({ pointId, until }) => until === null && points.includes(pointId)),
        )
        .map(({ id: consentId }) => ({ type: 'WithdrawConsent', data: { clientId, consentId } }));
    }
    case 'ProcessingRestricted':
      return [{ type: 'RestrictProcessing', data: { clientId } }];
    case 'ProfilingObjected':
      return [{ type: 'ObjectToProfiling', data: { clientId } }];
    case 'ClientDied':
      return [{ type: 'ReportDeath', data: { clientId, ...(event.data.on !== null && { on: event.data.on }) } }];
    default:
      return [];
  }
};
