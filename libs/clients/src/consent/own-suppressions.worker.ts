import { causedBy, Consumer, Door, EventStore, fold, Lookup, mustExecute, NAMESPACE, RecordedEvent, uuidv5 } from '@boucle/eventsourcing';
import { Channel, CHANNELS } from '../client/channel.js';
import { clientDecider, clientStream } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { CONSENT_POLICY } from './consent-policy.js';
import { mayContact } from './contact-permission.js';
import { identityAfter } from '../person/identity.projection.js';
import { placesOf, pointIdsFor } from './reach.js';
import { hashedPoints } from './screening.js';
import { EnterSuppressions } from './suppression.commands.js';
import { OWN_LIST } from './suppression.events.js';

export const ownSuppressionsName = 'own-suppressions';

const ACTOR = `worker:${ownSuppressionsName}`;
/** No code of a purpose: only what opposes every purpose is about it. */
const ANYTHING = '';

type Trigger = RecordedEvent<Extract<ClientEvent, { type: 'OppositionDeclared' | 'ResponseRecorded' | 'ClientErased' }>>;

const isOpposition = (event: RecordedEvent<ClientEvent>): boolean =>
  event.type === 'OppositionDeclared' || (event.type === 'ResponseRecorded' && event.data.kind === 'complaint');

type History = readonly RecordedEvent<ClientEvent>[];
type Points = readonly (readonly [pointId: string, hash: string])[];

const pointsAfter = (history: History, lookup: Lookup): Points => {
  const identity = identityAfter(history);
  return identity ? hashedPoints(identity, lookup) : [];
};

/** Contact points at which somebody opposes to be addressed, all in the same ways. */
export type OpposedPoints = Pick<EnterSuppressions, 'channels' | 'purpose' | 'hashes'>;

/**
 * What enters our own list after the last event of a client: what he opposes by it, and the contact points that he got since he last opposed something.
 * @param history his events until then, without that which erases him
 */
export const newlyOpposed = (history: History, lookup: Lookup, at: string): readonly OpposedPoints[] => {
  const opposes = isOpposition(history.at(-1)!);
  const before = opposes ? history.slice(0, -1) : history;
  const known = new Set(pointsAfter(before.slice(0, before.findLastIndex(isOpposition) + 1), lookup).map(([, hash]) => hash));
  const points = pointsAfter(history, lookup);
  const client = fold(clientDecider, clientDecider.initial, history);
  const places = placesOf(client.points);
  // a restriction would hide what he opposes
  const consent = { ...client.consent, restrictions: [] };
  const isOpposed = (channel: Channel, purpose: string | null, pointId: string): boolean =>
    mayContact(consent, [], { channel, purpose: purpose ?? ANYTHING, pointId, country: null, at }, CONSENT_POLICY).reason === 'opposed';
  const found = new Map<string, OpposedPoints>();
  for (const opposition of consent.oppositions) {
    const { purpose } = opposition;
    const isNew = opposes && opposition === consent.oppositions.at(-1);
    for (const [pointId, hash] of points) {
      if ((known.has(hash) && !isNew) || (opposition.pointId !== null && opposition.pointId !== pointId)) continue;
      const channels = CHANNELS.filter(
        (channel) =>
          (opposition.channel === null || opposition.channel === channel) &&
          pointIdsFor(places, channel).includes(pointId) &&
          isOpposed(channel, purpose, pointId),
      );
      const ways = JSON.stringify([channels, purpose]);
      const hashes = found.get(ways)?.hashes ?? [];
      if (channels.length > 0 && !hashes.includes(hash)) found.set(ways, { channels, purpose, hashes: [...hashes, hash] });
    }
  }
  return [...found.values()];
};

/** Enters on our own list, as keyed hashes, what clients oppose: it outlives their erasure, which waits for this worker. */
export const ownSuppressionsWorker = (events: EventStore, door: Door, lookup: () => Promise<Lookup>): Consumer => ({
  name: ownSuppressionsName,
  types: ['OppositionDeclared', 'ResponseRecorded', 'ClientErased'],
  sealed: true,
  take: async (batch) => {
    for (const event of batch as readonly Trigger[]) {
      const erased = event.type === 'ClientErased';
      if (!erased && !isOpposition(event)) continue;
      const length = event.revision + (erased ? 0 : 1);
      const history = (await events.read(clientStream(event.data.clientId), 0, length)) as RecordedEvent<ClientEvent>[];
      const opposed = newlyOpposed(history, await lookup(), event.metadata.occurredAt);
      await mustExecute(
        door,
        opposed.map((ways) => {
          const batchId = uuidv5(NAMESPACE, event.metadata.id, ways.channels.join(), String(ways.purpose));
          const data = { listId: OWN_LIST, edition: 0, batchId, source: OWN_LIST, until: null, renewed: 0, ...ways };
          return { message: { type: 'EnterSuppressions', data }, cause: causedBy(event, ACTOR, batchId) };
        }),
      );
    }
  },
});
