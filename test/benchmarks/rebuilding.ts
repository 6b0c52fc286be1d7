import { Lookups } from '@boucle/adapters';
import { ClientEvent, clientStream, referenceLookup, searchWorker } from '@boucle/clients';
import { Consumer, NAMESPACE, projectionConsumer, RecordedEvent, Room } from '@boucle/eventsourcing';
import { Adapters, onFolder, openAdapters } from '../../apps/engine/src/adapters.js';
import { projections } from '../../apps/engine/src/processors.js';
import { inGroups } from './events.js';
import { load, progress, seconds } from './measure.js';
import { CLIENTS, personOf, REGISTERED, SyntheticPerson } from './people.js';

const AT_ONCE = 5_000;

/** What rebuilding took: seconds in all, seconds of the search index, and memory at its peak in MB. */
export interface Rebuilt {
  readonly all: number;
  readonly indexed: number;
  readonly peak: number;
}

/** What the log would hold of a person. */
const eventsOf = (person: SyntheticPerson, lookup: (system: string, number: string) => string): { event: ClientEvent; at: string }[] => {
  const { clientId, firstName, lastName, street, houseNumber, postalCode, locality, email, mobile, landline, card, erp, lastOrder } =
    person;
  const events: ClientEvent[] = [{ type: 'ClientRegistered', data: { clientId, attributes: {}, personal: { firstName, lastName } } }];
  const address = { street, houseNumber, postalCode, locality, country: 'CH' };
  const validity = { from: null, until: null, season: null };
  events.push({ type: 'AddressAdded', data: { clientId, addressId: 'home', validity, personal: address } });
  if (email) events.push({ type: 'EmailAdded', data: { clientId, emailId: 'own', personal: { email } } });
  const phone = (phoneId: string, line: 'mobile' | 'landline', number: string): void =>
    void events.push({ type: 'PhoneAdded', data: { clientId, phoneId, line, personal: { given: number, number } } });
  if (mobile) phone('mobile', 'mobile', mobile);
  if (landline) phone('landline', 'landline', landline);
  const refer = (system: string, number: string): void =>
    void events.push({ type: 'ReferenceAssigned', data: { clientId, system, lookup: lookup(system, number), personal: { number } } });
  refer('erp', erp);
  if (card) refer('card', card);
  const all = events.map((event) => ({ event, at: REGISTERED }));
  if (!lastOrder) return all;
  const bought = { clientId, purchaseId: `order-${clientId}`, amount: 4900, currency: 'CHF', credit: null } as const;
  return [...all, { event: { type: 'PurchaseRecorded', data: bought }, at: lastOrder }];
};

/** Everybody's events, as a log would give them. */
function* history(lookup: (system: string, number: string) => string): Generator<RecordedEvent> {
  let position = 0;
  for (let n = 0; n < CLIENTS; n++) {
    const person = personOf(n);
    for (const [revision, { event, at }] of eventsOf(person, lookup).entries()) {
      const metadata = {
        id: NAMESPACE,
        schemaVersion: 1,
        occurredAt: at,
        correlationId: NAMESPACE,
        causationId: NAMESPACE,
        actor: 'benchmark',
      };
      yield { ...event, stream: clientStream(person.clientId), revision, position: ++position, recordedAt: at, metadata };
    }
  }
}

/** Rebuilds every read model as its processor does; gives the seconds that all took, and the search index alone. */
const rebuild = async ({ documents, vault, openIndex }: Adapters): Promise<Omit<Rebuilt, 'peak'>> => {
  const index = openIndex();
  const lookup = await new Lookups(vault).lookup();
  const search = searchWorker(index, async () => lookup);
  const room = new Room();
  const consumers = [search, ...projections.map(({ projection }) => projectionConsumer(projection, documents, undefined, room))];
  for (const consumer of consumers) await consumer.start!(0);
  let all = 0;
  let indexed = 0;
  const work = async (consumer: Consumer, what: () => Promise<void>): Promise<void> => {
    const taken = await seconds(what);
    all += taken;
    if (consumer === search) indexed += taken;
  };
  let position = 0;
  for (const events of inGroups(
    history((system, number) => referenceLookup(lookup, system, number)),
    AT_ONCE,
  )) {
    for (const consumer of consumers) {
      const own = events.filter(({ type }) => consumer.types!.includes(type));
      await work(consumer, () => consumer.take(own));
      if (consumer.full!()) await work(consumer, () => consumer.settle!());
    }
    position = events[events.length - 1].position;
    if (position % 500_000 < AT_ONCE) progress(`${position} events, ${all.toFixed(0)} s, load ${load()}`);
  }
  for (const consumer of consumers) await work(consumer, () => consumer.settle!());
  await index.reach(position);
  return { all, indexed };
};

/** Rebuilds the read models of the folder named on the command line and tells its parent what it took. */
const measure = async (folder: string): Promise<void> => {
  const adapters = await openAdapters(onFolder(folder));
  const taken = await rebuild(adapters);
  await adapters.close();
  process.send!({ ...taken, peak: process.resourceUsage().maxRSS / 1024 }, () => process.disconnect());
};

void measure(process.argv[2]);
