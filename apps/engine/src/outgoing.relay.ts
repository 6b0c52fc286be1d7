import { Addressed, Inside, MessageBus, RecordedEvent, Relay, RelayConsumer, Telling } from '@boucle/eventsourcing';
import { CampaignEvent, campaignRelay, WaveEvent, waveRelay } from '@boucle/campaigns';
import { ClientEvent, clientRelay, SegmentEvent, SegmentMembersEvent, segmentRelay } from '@boucle/clients';
import { binaryHeaders, CloudEvent, cloudEvent, Contract, INTERNAL_TOPIC, keyOf, MARKER, PUBLIC_TOPICS } from '@boucle/contracts';

/** Everything that happens in the engine. */
export type AnyEvent = ClientEvent | SegmentEvent | SegmentMembersEvent | CampaignEvent | WaveEvent;

/** How each event is told to other services. */
export const outgoing: Relay<AnyEvent, Contract> = { ...clientRelay, ...segmentRelay, ...campaignRelay, ...waveRelay };

const tellings = new Map(Object.entries(outgoing) as [string, Telling<RecordedEvent, Contract> | null][]);

/** What a partitioned projection must see in each of its partitions: what raises and lowers barriers, and what stops dispatch. */
export const SEEN_EVERYWHERE: ReadonlySet<string> = new Set<AnyEvent['type']>([
  'WaveLaunched',
  'WaveTargeted',
  'WaveAbandoned',
  'WaveDispatched',
  'WaveClosed',
  'ResponsesAnalysed',
  'CampaignPaused',
  'CampaignResumed',
  'CampaignCompleted',
]);

const told = <T>(event: RecordedEvent, as: (id: string, contract: Contract, payload: object) => T): T[] => {
  const telling = tellings.get(event.type);
  if (!telling) return [];
  const { contract } = telling;
  const payload = telling.payload(event);
  if (!Array.isArray(payload)) return [as(event.metadata.id, contract, payload)];
  return payload.map((one: object, n) => as(`${event.metadata.id}.${n}`, contract, one));
};

/** The messages of an event for other services. */
export const publicMessages = (event: RecordedEvent): Addressed[] =>
  told(event, (id, contract, payload) => {
    const key = keyOf(contract, payload);
    return { topic: contract.topic, message: { key, headers: binaryHeaders(id, contract, key, event), value: JSON.stringify(payload) } };
  });

/** The same messages, each in a text of its own. */
export const cloudEvents = (event: RecordedEvent): CloudEvent[] =>
  told(event, (id, contract, payload) => cloudEvent(id, contract, payload, event));

/** The types of events that are told in messages of each type. */
export const eventsBehind: ReadonlyMap<string, readonly string[]> = [...tellings].reduce((behind, [event, telling]) => {
  if (telling) behind.set(telling.contract.type, [...(behind.get(telling.contract.type) ?? []), event]);
  return behind;
}, new Map<string, readonly string[]>());

const clientOf = ({ data }: RecordedEvent): string | null => ('clientId' in data ? (data.clientId as string) : null);

/** What the processes of one engine hear; `partitionOf` is the rule by which the bus, too, places a key. */
export const insideOf = (partitions: number, partitionOf: Inside['partitionOf']): Inside => ({
  topic: { name: INTERNAL_TOPIC, partitions },
  clientOf,
  everywhere: SEEN_EVERYWHERE,
  partitionOf,
  marker: MARKER,
});

/** The relay over a bus. */
export const relayConsumer = (bus: MessageBus, inside: Inside): RelayConsumer => {
  const { partitions } = inside.topic;
  return new RelayConsumer(bus, { topics: PUBLIC_TOPICS.map(({ name }) => ({ name, partitions })), say: publicMessages }, inside);
};
