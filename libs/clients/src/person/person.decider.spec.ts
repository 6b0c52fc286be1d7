import { specDecider } from '../../../eventsourcing/src/testing.js';
import { DispatchMailing, RegisterClient } from '../client/client.commands.js';
import { clientDecider } from '../client/client.decider.js';
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
import { day, order, unasked } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));

const keller = { firstName: 'Anna', lastName: 'Keller' };
const origin = { how: 'advert', campaignId: 'spring' };
const register = order(RegisterClient, { clientId, attributes: {}, person: keller, origin });
const registered = {
  type: 'ClientRegistered',
  data: { clientId, attributes: {}, origin, told: ['firstName', 'lastName'], personal: keller },
};
const known = given(registered);

const address = { street: 'Bahnhofstrasse', houseNumber: '1', postalCode: '8001', locality: 'Zürich', country: 'CH' };
const addAddress = order(AddAddress, { clientId, addressId: 'home', address, validFrom: '2026-01-01' });
const validity = { from: '2026-01-01', until: null, season: null };
const addressAdded = { type: 'AddressAdded', data: { clientId, addressId: 'home', validity, personal: address } };
const returned = { type: 'MailReturned', data: { clientId, addressId: 'home', reason: 'moved' } };
const email = { type: 'EmailAdded', data: { clientId, emailId: 'work', personal: { email: 'anna@example.org' } } };
const phone = {
  type: 'PhoneAdded',
  data: { clientId, phoneId: 'mobile', line: 'mobile', personal: { given: '079 123 45 67', number: '+41791234567' } },
};

describe('the person of a client', () => {
  it('is registered with him', () => given().when(register).then(registered));
  it('is registered once', () => known.when(register).thenNothing());
  it('is not registered otherwise', () => known.when(order(RegisterClient, { ...register, person: {} })).thenRejected('client-exists'));
  it('is registered once although his details have changed since', () =>
    given(registered, { type: 'ClientDetailsChanged', data: { clientId, changed: ['lastName'], personal: { lastName: 'Meier' } } })
      .when(register)
      .thenNothing());

  const marry = order(ChangeClientDetails, { clientId, person: { firstName: 'Anna', lastName: 'Meier', fields: { shoeSize: 42 } } });
  const married = {
    type: 'ClientDetailsChanged',
    data: { clientId, changed: ['lastName', 'shoeSize'], personal: { lastName: 'Meier', fields: { shoeSize: 42 } } },
  };
  it('changes by what is new', () => known.when(marry).then(married));
  it('changes once', () => given(registered, married).when(marry).thenNothing());
});

describe('a contact point', () => {
  it('is added', () => known.when(addAddress).then(addressAdded));
  it('is added once, also after mail came back', () => given(registered, addressAdded, returned).when(addAddress).thenNothing());
  it('keeps its id', () =>
    given(registered, addressAdded)
      .when(order(AddEmail, { clientId, emailId: 'home', email: 'a@example.org' }))
      .thenRejected('contact-point-exists'));
  it('does not end before it begins', () =>
    known.when(order(AddAddress, { ...addAddress, validUntil: '2025-12-31' })).thenRejected('wrong-validity'));

  const end = order(EndAddress, { clientId, addressId: 'home', until: '2026-06-30' });
  const ended = { type: 'AddressEnded', data: { clientId, addressId: 'home', until: '2026-06-30' } };
  it('ends', () => given(registered, addressAdded).when(end).then(ended));
  it('ends once', () => given(registered, addressAdded, ended).when(end).thenNothing());
  it('ends only if it is there', () => given(registered, email).when(end).thenRejected('unknown-address'));

  const note = order(NoteAddressCheck, { clientId, addressId: 'home', result: 'checked', edition: 'e1' });
  const checked = { type: 'AddressChecked', data: { clientId, addressId: 'home', result: 'checked', edition: 'e1' } };
  it('keeps what a check found', () => given(registered, addressAdded).when(note).then(checked));
  it('keeps it once', () => given(registered, addressAdded, checked).when(note).thenNothing());
  it('keeps what the next edition says', () =>
    given(registered, addressAdded, checked)
      .when(order(NoteAddressCheck, { ...note, edition: 'e2' }))
      .then({ ...checked, data: { ...checked.data, edition: 'e2' } }));
  it('is checked only if it is there', () => given(registered, email).when(note).thenRejected('unknown-address'));
  it('is the same address once it was checked', () => given(registered, addressAdded, checked).when(addAddress).thenNothing());

  const report = order(ReportReturnedMail, { clientId, addressId: 'home', reason: 'moved' });
  it('is not deliverable once mail came back', () => given(registered, addressAdded).when(report).then(returned));
  it('is reported once for one reason', () => given(registered, addressAdded, returned).when(report).thenNothing());
  it('is reported only if it is there', () => known.when(report).thenRejected('unknown-address'));

  const addEmail = order(AddEmail, { clientId, emailId: 'work', email: 'anna@example.org' });
  it('is an e-mail address', () => known.when(addEmail).then(email));
  it('is one e-mail address', () => given(registered, email).when(addEmail).thenNothing());

  const addPhone = order(AddPhone, { clientId, phoneId: 'mobile', phone: '079 123 45 67', country: 'CH' });
  it('is a number as it was given, and as it is dialled', () => known.when(addPhone).then(phone));
  it('is one number, however it is written', () =>
    given(registered, phone)
      .when(order(AddPhone, { clientId, phoneId: 'mobile', phone: '+41 79 123 45 67' }))
      .thenNothing());
  it('is no number without its country', () =>
    known.when(order(AddPhone, { clientId, phoneId: 'mobile', phone: '079 123 45 67' })).thenRejected('no-phone-number'));

  const remove = order(RemoveContactPoint, { clientId, pointId: 'work' });
  const removed = { type: 'ContactPointRemoved', data: { clientId, pointId: 'work' } };
  it('is removed', () => given(registered, email).when(remove).then(removed));
  it('is removed once', () => given(registered, email, removed).when(remove).thenNothing());
});

describe('a number of another system', () => {
  const assign = order(AssignReference, { clientId, system: 'erp', number: '4711', lookup: 'f00d' });
  const assigned = { type: 'ReferenceAssigned', data: { clientId, system: 'erp', lookup: 'f00d', personal: { number: '4711' } } };
  it('is assigned', () => known.when(assign).then(assigned));
  it('is assigned once', () => given(registered, assigned).when(assign).thenNothing());
});

describe('the state of a file', () => {
  const died = { type: 'ClientDied', data: { clientId, on: '2026-02-01' } };
  const refuted = { type: 'DeathRefuted', data: { clientId } };
  const closed = { type: 'ClientClosed', data: { clientId } };
  const reopened = { type: 'ClientReopened', data: { clientId } };
  const blocked = { type: 'CreditBlocked', data: { clientId } };
  const released = { type: 'CreditReleased', data: { clientId } };

  it.each([
    ['death', order(ReportDeath, { clientId, on: '2026-02-01' }), [], died],
    ['its refutation', order(RefuteDeath, { clientId }), [died], refuted],
    ['closing', order(CloseClient, { clientId }), [], closed],
    ['reopening', order(ReopenClient, { clientId }), [closed], reopened],
    ['a credit block', order(BlockCredit, { clientId }), [], blocked],
    ['its end', order(ReleaseCredit, { clientId }), [blocked], released],
  ])('%s is told, and told once', (_, command, before, event) => {
    given(registered, ...before)
      .when(command)
      .then(event);
    given(registered, ...before, event)
      .when(command)
      .thenNothing();
  });
});

it.each([
  ['deceased', { type: 'ClientDied', data: { clientId, on: null } }],
  ['closed', { type: 'ClientClosed', data: { clientId } }],
])('nothing is sent to a client who is %s', (reason, event) => {
  const placement = { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter' };
  const decision = { clientId, windowEndsAt: day(14) };
  given(registered, event)
    .when(order(DispatchMailing, { ...decision, placement, channel: 'post', cost: 55, contactCap: null, ...unasked }))
    .then({ type: 'ContactWithheld', data: { ...decision, ...placement, priorContacts: 0, reason, shadow: false } });
});

it.each([
  ...[
    addAddress,
    order(ChangeClientDetails, { clientId, person: {} }),
    order(EndAddress, { clientId, addressId: 'home', until: '2026-06-30' }),
  ],
  ...[
    order(ReportReturnedMail, { clientId, addressId: 'home', reason: 'moved' }),
    order(AddEmail, { clientId, emailId: 'work', email: 'a@example.org' }),
  ],
  ...[order(AddPhone, { clientId, phoneId: 'mobile', phone: '+41791234567' }), order(RemoveContactPoint, { clientId, pointId: 'work' })],
  ...[order(AssignReference, { clientId, system: 'erp', number: '4711', lookup: 'f00d' }), order(ReportDeath, { clientId })],
  ...[order(RefuteDeath, { clientId }), order(CloseClient, { clientId }), order(ReopenClient, { clientId })],
  ...[order(BlockCredit, { clientId }), order(ReleaseCredit, { clientId })],
])('nothing is told of a client who is not registered: $constructor.name', (command) =>
  given().when(command).thenRejected('unknown-client'),
);
