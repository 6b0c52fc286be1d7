import { Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { Attributes, ClientEvent } from '../client/client.events.js';
import { withoutInstant } from '../client/contact-pressure.js';
import { registered } from '../client/registration.js';
import { ConsentEvent } from '../consent/consent.events.js';
import { namesOf, newIn } from '../person/person.js';
import { PersonChanges, PersonEvent } from '../person/person.events.js';
import { withoutOne } from '../purchase/purchase-history.js';
import { RetractTold } from './retraction.commands.js';
import { HeardWithout, Retractable, RetractionEvent } from './retraction.events.js';

const commands = { RetractTold };

type Elsewhere =
  | Extract<ClientEvent, { type: 'AttributesChanged' | 'WaitingValueSettled' }>
  | Extract<PersonEvent, { type: 'ClientDetailsChanged' | 'ContactPointRemoved' }>
  | Extract<ConsentEvent, { type: 'ConsentRetracted' }>;

const unrecorded = ({ records }: Client, record: string): readonly string[] => records.filter((one) => one !== record);

/** Whether it is there, and nothing that stays rests on it. */
const isFree = ({ records, purchases: { returned, revoked } }: Client, { type, data }: Retractable): boolean => {
  if (type === 'PurchaseReturned') return records.includes(`return/${data.returnId}`);
  if (type === 'ResponseRecorded') return records.includes(`response/${data.responseId}`);
  if (type === 'ContactRecorded') return records.includes(`contact/${data.contactId}`);
  const { purchaseId } = data;
  return (
    records.includes(`purchase/${purchaseId}`) && !revoked.includes(purchaseId) && !returned.some((one) => one.purchaseId === purchaseId)
  );
};

const retraction = ({ type, data }: Retractable, heard: HeardWithout, respondedLast: string | null): RetractionEvent => {
  if (type === 'PurchaseRecorded') return { type: 'PurchaseRetracted', data: { ...data, ...heard } };
  if (type === 'PurchaseReturned') return { type: 'ReturnRetracted', data: { ...data, ...heard } };
  if (type === 'ResponseRecorded') return { type: 'ResponseRetracted', data: { ...data, ...heard, respondedLast } };
  return { type: 'ContactRetracted', data };
};

/** What is still as it was said, as it was before; also where that is the same: nobody says it any more. */
const restored = ({ person }: Client, { said, before }: RetractTold['details']): PersonChanges => {
  const changed = new Set(namesOf(newIn(said, person)));
  const back = (names: object, known: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(Object.keys(names).flatMap((name) => (changed.has(name) ? [] : [[name, known[name] ?? null]])));
  const { fields = {}, ...own } = said;
  const ownFields = back(fields, before.fields ?? {}) as NonNullable<PersonChanges['fields']>;
  const changes: PersonChanges = back(own, before);
  return Object.keys(ownFields).length > 0 ? { ...changes, fields: ownFields } : changes;
};

const restoredAttributes = (known: Attributes, { said, before }: RetractTold['attributes']): Attributes =>
  Object.fromEntries(Object.keys(said).flatMap((name) => ((known[name] ?? null) === said[name] ? [[name, before[name] ?? null]] : [])));

/** The rules of what was told by mistake: it is taken back by events of its own, so that it becomes neither a return nor a change of mind. */
export const retractionRules: Rules<Client, typeof commands, RetractionEvent, Elsewhere> = {
  commands,
  decide: {
    RetractTold: (client, { clientId, records, consentIds, pointIds, details, attributes, waiting, heard, respondedLast }) => {
      registered(client, clientId);
      if (client.erased) return [];
      const { heardOf } = client.retention;
      const without = { heardOf: heardOf === heard.before ? heard.after : heardOf, reacted: heard.reacted };
      const events: (RetractionEvent | Elsewhere)[] = [];
      let left = client;
      for (const record of records) {
        if (!isFree(left, record)) continue;
        const event = retraction(record, without, respondedLast);
        const evolve = retractionRules.evolve[event.type] as (state: Client, data: object, at: string) => Client;
        left = evolve(left, event.data, record.data.at);
        events.push(event);
      }
      for (const consentId of consentIds)
        if (client.consent.consents.some(({ id }) => id === consentId))
          events.push({ type: 'ConsentRetracted', data: { clientId, consentId } });
      for (const pointId of pointIds)
        if (Object.hasOwn(client.points, pointId)) events.push({ type: 'ContactPointRemoved', data: { clientId, pointId } });
      const changes = restored(client, details);
      const changed = namesOf(changes);
      if (changed.length > 0) events.push({ type: 'ClientDetailsChanged', data: { clientId, changed, personal: changes } });
      const read = restoredAttributes(client.attributes!, attributes);
      if (Object.keys(read).length > 0) events.push({ type: 'AttributesChanged', data: { clientId, attributes: read } });
      for (const { valueId, field, recordId } of waiting)
        if (client.waiting.some((one) => one.valueId === valueId && one.field === field && one.recordId === recordId))
          events.push({ type: 'WaitingValueSettled', data: { clientId, valueId, field, recordId, code: null } });
      return events;
    },
  },
  evolve: {
    PurchaseRetracted: (client, { purchaseId }) => ({
      ...client,
      purchases: { ...client.purchases, bought: client.purchases.bought.filter((one) => one.purchaseId !== purchaseId) },
      records: unrecorded(client, `purchase/${purchaseId}`),
    }),
    ReturnRetracted: (client, { returnId, ...returned }) => ({
      ...client,
      purchases: { ...client.purchases, returned: withoutOne(client.purchases.returned, returned) },
      records: unrecorded(client, `return/${returnId}`),
    }),
    ResponseRetracted: (client, { responseId }) => ({ ...client, records: unrecorded(client, `response/${responseId}`) }),
    ContactRetracted: (client, { contactId, at }) => ({
      ...client,
      answerable: client.answerable.filter((one) => one.contactId !== contactId),
      contacts: withoutInstant(client.contacts, at),
      contacted: client.contacted - 1,
      records: unrecorded(client, `contact/${contactId}`),
    }),
  },
};
