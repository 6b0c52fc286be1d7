import { canonicalJson, DomainError, Rules } from '@boucle/eventsourcing';
import { stillWaiting } from '../catalogue/waiting-value.decider.js';
import { Client } from '../client/client.js';
import { withoutPoint } from '../consent/consent-facts.js';
import { ContactPoint, changedPerson, namesOf, newIn } from './person.js';
import {
  AddAddress,
  AddEmail,
  AddPhone,
  AssignReference,
  BlockCredit,
  ChangeClientDetails,
  CloseClient,
  EndAddress,
  NoteAddressCheck,
  RefuteDeath,
  ReleaseCredit,
  RemoveContactPoint,
  ReopenClient,
  ReportDeath,
  ReportReturnedMail,
} from './person.commands.js';
import { PersonEvent } from './person.events.js';
import { mustBePhone } from './phone.js';
import { known } from '../client/registration.js';

const commands = {
  ChangeClientDetails,
  AddAddress,
  NoteAddressCheck,
  EndAddress,
  ReportReturnedMail,
  AddEmail,
  AddPhone,
  RemoveContactPoint,
  AssignReference,
  ReportDeath,
  RefuteDeath,
  CloseClient,
  ReopenClient,
  BlockCredit,
  ReleaseCredit,
};

/** A contact point that is to be added: whether it is there already; refused if its id stands for another. */
const isThere = ({ points }: Client, id: string, field: string, added: ContactPoint): boolean => {
  if (!Object.hasOwn(points, id)) return false;
  const { checked: _, ...known } = { checked: undefined, ...points[id] };
  const same = 'returned' in known ? { ...known, returned: null } : known;
  if (canonicalJson(same) === canonicalJson(added)) return true;
  throw new DomainError('contact-point-exists', `The client has something else under ${id}: choose another ${field}`, field);
};

const addressOf = ({ points }: Client, addressId: string): Extract<ContactPoint, { kind: 'address' }> => {
  const point = Object.hasOwn(points, addressId) ? points[addressId] : null;
  if (point?.kind === 'address') return point;
  throw new DomainError('unknown-address', `The client has no address ${addressId}`, 'addressId');
};

const without = (points: Client['points'], id: string): Client['points'] =>
  Object.fromEntries(Object.entries(points).filter(([other]) => other !== id));

/** The rules of who a person is, where he can be reached, and what state his file is in. */
export const personRules: Rules<Client, typeof commands, PersonEvent> = {
  commands,
  decide: {
    ChangeClientDetails: (client, { clientId, person }) => {
      known(client, clientId);
      const changes = newIn(person, client.person);
      const changed = namesOf(changes);
      return changed.length === 0 ? [] : [{ type: 'ClientDetailsChanged', data: { clientId, changed, personal: changes } }];
    },
    AddAddress: (client, { clientId, addressId, address, validFrom, validUntil, season }) => {
      known(client, clientId);
      const validity = { from: validFrom ?? null, until: validUntil ?? null, season: season ?? null };
      if (isThere(client, addressId, 'addressId', { kind: 'address', validity, returned: null, address })) return [];
      if (validity.from !== null && validity.until !== null && validity.until < validity.from)
        throw new DomainError('wrong-validity', 'validUntil must not be before validFrom', 'validUntil');
      return [{ type: 'AddressAdded', data: { clientId, addressId, validity, personal: address } }];
    },
    NoteAddressCheck: (client, { clientId, addressId, result, edition }) => {
      known(client, clientId);
      const { checked } = addressOf(client, addressId);
      if (checked?.result === result && checked.edition === edition) return [];
      return [{ type: 'AddressChecked', data: { clientId, addressId, result, edition } }];
    },
    EndAddress: (client, { clientId, addressId, until }) => {
      known(client, clientId);
      const { validity } = addressOf(client, addressId);
      if (validity.until === until) return [];
      return [{ type: 'AddressEnded', data: { clientId, addressId, until } }];
    },
    ReportReturnedMail: (client, { clientId, addressId, reason }) => {
      known(client, clientId);
      if (addressOf(client, addressId).returned === reason) return [];
      return [{ type: 'MailReturned', data: { clientId, addressId, reason } }];
    },
    AddEmail: (client, { clientId, emailId, email }) => {
      known(client, clientId);
      if (isThere(client, emailId, 'emailId', { kind: 'email', email })) return [];
      return [{ type: 'EmailAdded', data: { clientId, emailId, personal: { email } } }];
    },
    AddPhone: (client, { clientId, phoneId, phone, country }) => {
      known(client, clientId);
      const { number, line } = mustBePhone(phone, country ?? null);
      if (isThere(client, phoneId, 'phoneId', { kind: 'phone', line, number })) return [];
      return [{ type: 'PhoneAdded', data: { clientId, phoneId, line, personal: { given: phone, number } } }];
    },
    RemoveContactPoint: (client, { clientId, pointId }) => {
      known(client, clientId);
      return Object.hasOwn(client.points, pointId) ? [{ type: 'ContactPointRemoved', data: { clientId, pointId } }] : [];
    },
    AssignReference: (client, { clientId, system, number, lookup }) => {
      known(client, clientId);
      if (client.references.includes(lookup)) return [];
      return [{ type: 'ReferenceAssigned', data: { clientId, system, lookup, personal: { number } } }];
    },
    ReportDeath: (client, { clientId, on }) => {
      known(client, clientId);
      return client.deceased ? [] : [{ type: 'ClientDied', data: { clientId, on: on ?? null } }];
    },
    RefuteDeath: (client, { clientId }) => {
      known(client, clientId);
      return client.deceased ? [{ type: 'DeathRefuted', data: { clientId } }] : [];
    },
    CloseClient: (client, { clientId }) => {
      known(client, clientId);
      return client.closed ? [] : [{ type: 'ClientClosed', data: { clientId } }];
    },
    ReopenClient: (client, { clientId }) => {
      known(client, clientId);
      return client.closed ? [{ type: 'ClientReopened', data: { clientId } }] : [];
    },
    BlockCredit: (client, { clientId }) => {
      known(client, clientId);
      return client.creditBlocked ? [] : [{ type: 'CreditBlocked', data: { clientId } }];
    },
    ReleaseCredit: (client, { clientId }) => {
      known(client, clientId);
      return client.creditBlocked ? [{ type: 'CreditReleased', data: { clientId } }] : [];
    },
  },
  evolve: {
    ClientDetailsChanged: (client, { changed, personal }) => ({
      ...client,
      person: changedPerson(client.person, personal ?? {}),
      waiting: stillWaiting(client.waiting, changed),
    }),
    AddressAdded: (client, { addressId, validity, personal }) => ({
      ...client,
      points: { ...client.points, [addressId]: { kind: 'address', validity, returned: null, address: personal } },
    }),
    AddressChecked: (client, { addressId, result, edition }) => ({
      ...client,
      points: { ...client.points, [addressId]: { ...addressOf(client, addressId), checked: { result, edition } } },
    }),
    AddressEnded: (client, { addressId, until }) => {
      const address = addressOf(client, addressId);
      return { ...client, points: { ...client.points, [addressId]: { ...address, validity: { ...address.validity, until } } } };
    },
    MailReturned: (client, { addressId, reason }) => ({
      ...client,
      points: { ...client.points, [addressId]: { ...addressOf(client, addressId), returned: reason } },
    }),
    EmailAdded: (client, { emailId, personal }) => ({
      ...client,
      points: { ...client.points, [emailId]: { kind: 'email', email: personal?.email ?? null } },
    }),
    PhoneAdded: (client, { phoneId, line, personal }) => ({
      ...client,
      points: { ...client.points, [phoneId]: { kind: 'phone', line, number: personal?.number ?? null } },
    }),
    ContactPointRemoved: (client, { pointId }, at) => ({
      ...client,
      points: without(client.points, pointId),
      consent: withoutPoint(client.consent, pointId, at),
    }),
    ReferenceAssigned: (client, { lookup }) => ({ ...client, references: [...client.references, lookup] }),
    ClientDied: (client) => ({ ...client, deceased: true }),
    DeathRefuted: (client) => ({ ...client, deceased: false }),
    ClientClosed: (client) => ({ ...client, closed: true }),
    ClientReopened: (client) => ({ ...client, closed: false }),
    CreditBlocked: (client) => ({ ...client, creditBlocked: true }),
    CreditReleased: (client) => ({ ...client, creditBlocked: false }),
  },
};
