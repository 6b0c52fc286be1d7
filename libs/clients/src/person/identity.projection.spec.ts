import { specProjection } from '../../../eventsourcing/src/testing.js';
import { identityProjection } from './identity.projection.js';
import { profileProjection } from '../client/profile.projection.js';
import { day } from '../testing.js';

const clientId = 'client-1';
const home = { street: 'Bahnhofstrasse', postalCode: '8001', locality: 'Zürich', country: 'CH' };
const validity = { from: null, until: null, season: null };

const told = <T>(personal: T, forgotten: boolean): T | null => (forgotten ? null : personal);
const history = (forgotten = false) => [
  {
    type: 'ClientRegistered',
    data: { clientId, attributes: {}, origin: { how: 'advert' }, personal: told({ lastName: 'Keller', language: 'de' }, forgotten) },
  },
  { type: 'ClientDetailsChanged', data: { clientId, changed: ['birthDate'], personal: told({ birthDate: '--02-29' }, forgotten) } },
  { type: 'AddressAdded', data: { clientId, addressId: 'home', validity, personal: told(home, forgotten) } },
  { type: 'AddressEnded', data: { clientId, addressId: 'home', until: '2026-06-30' } },
  { type: 'MailReturned', data: { clientId, addressId: 'home', reason: 'moved' } },
  { type: 'EmailAdded', data: { clientId, emailId: 'work', personal: told({ email: 'keller@example.org' }, forgotten) } },
  {
    type: 'PhoneAdded',
    data: { clientId, phoneId: 'mobile', line: 'mobile', personal: told({ given: '079 123 45 67', number: '+41791234567' }, forgotten) },
  },
  { type: 'CreditBlocked', data: { clientId } },
];
const assigned = { type: 'ReferenceAssigned', data: { clientId, system: 'erp', lookup: 'f00d', personal: { number: '4711' } } };
const state = { deceased: false, closed: false, creditBlocked: true };
const until = { ...validity, until: '2026-06-30' };

describe('the identity of a client', () => {
  const given = specProjection(identityProjection, day(0));
  const identity = {
    clientId,
    person: { lastName: 'Keller', language: 'de', birthDate: '--02-29' },
    origin: { how: 'advert' },
    addresses: { home: { address: home, validity: until, returned: 'moved' } },
    emails: { work: 'keller@example.org' },
    phones: { mobile: { given: '079 123 45 67', number: '+41791234567', line: 'mobile' } },
    references: [{ system: 'erp', number: '4711', lookup: 'f00d' }],
    householdId: null,
    state,
  };

  it('holds who he is and where he can be reached', () => given(...history(), assigned).then(clientId, identity));
  it('forgets contact points that are no more', () =>
    given(
      ...history(),
      assigned,
      { type: 'ContactPointRemoved', data: { clientId, pointId: 'home' } },
      { type: 'ContactPointRemoved', data: { clientId, pointId: 'work' } },
    ).then(clientId, { ...identity, addresses: {}, emails: {} }));
  it('holds nothing of an erased person', () =>
    given(...history(true), { ...assigned, data: { ...assigned.data, personal: null } }).then(clientId, {
      ...identity,
      person: {},
      addresses: { home: { address: null, validity: until, returned: 'moved' } },
      emails: {},
      phones: {},
      references: [],
    }));
});

describe('the profile of a client', () => {
  const given = specProjection(profileProjection, day(0));
  const person = {
    described: true,
    birthDate: '--02-29',
    language: 'de',
    addresses: { home: { country: 'CH', postalCode: '8001', validity: until, returned: true } },
    emails: ['work'],
    mobiles: ['mobile'],
    landlines: [],
    ...state,
  };
  const profile = {
    clientId,
    attributes: {},
    registeredAt: day(0),
    purchases: { days: [], count: 0, monetary: {}, first: null, last: null, history: { bought: [], returned: [], revoked: [] } },
    solicitations: { mailings: 0, otherContacts: 0, withheld: 0, sinceLastPurchase: 0, recent: [] },
    responses: { count: 0, last: null },
    consent: null,
    opposed: false,
    restricted: false,
    objectsToProfiling: false,
    waves: {},
  };

  it('holds what rules need of the person, and not who he is', () => given(...history()).then(clientId, { ...profile, person }));
  it('holds nothing of an erased person', () =>
    given(...history(true)).then(clientId, {
      ...profile,
      person: { ...person, birthDate: null, language: null, addresses: {}, emails: [], mobiles: [] },
    }));
});
