import { RecordedEvent } from '@boucle/eventsourcing';
import { projectEvent } from '../../../eventsourcing/src/projection.js';
import { specProjection } from '../../../eventsourcing/src/testing.js';
import { RegisterClient } from '../client/client.commands.js';
import { ClientEvent } from '../client/client.events.js';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { DeclareOpposition } from '../consent/consent.commands.js';
import { identityAfter, identityProjection } from '../person/identity.projection.js';
import { AddAddress, AddEmail, AddPhone } from '../person/person.commands.js';
import { RecordPurchase, ReturnPurchase } from '../purchase/purchase.commands.js';
import { RecordContact } from '../reaction/contact.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { day, live, order, Step } from '../testing.js';
import { namesOfPoints, wholeIdentity } from './whole-identity.js';
import { wholeProfile } from './whole-profile.js';

const home = { street: 'Bahnhofstrasse', houseNumber: '7', postalCode: '8001', locality: 'Zürich', country: 'CH' };

const historyOf = (...steps: Step[]): RecordedEvent<ClientEvent>[] => {
  const { history, answers } = live(...steps);
  expect(answers.map(({ refusal }) => refusal)).toEqual(answers.map(() => null));
  return history;
};

const ann = historyOf(
  [day(0), order(RegisterClient, { clientId: 'ann', attributes: { region: 'north', vip: null }, person: { lastName: 'Keller' } })],
  [day(0), order(AddEmail, { clientId: 'ann', emailId: 'mail', email: 'ann@example.org' })],
  [day(1), order(RecordPurchase, { clientId: 'ann', purchaseId: 'p-1', amount: 500, currency: 'EUR' })],
  [day(4), order(RecordContact, { clientId: 'ann', contactId: 'c-1', kind: 'call' })],
);
const anna = historyOf(
  [day(-9), order(RegisterClient, { clientId: 'anna', attributes: { region: 'south', vip: true }, person: { birthDate: '1971-02-03' } })],
  [day(-9), order(AddEmail, { clientId: 'anna', emailId: 'home', email: 'Ann@example.org' })],
  [day(-9), order(AddPhone, { clientId: 'anna', phoneId: 'cell', phone: '+41797178364' })],
  [day(-9), order(AddAddress, { clientId: 'anna', addressId: 'flat', address: home })],
  [day(2), order(RecordPurchase, { clientId: 'anna', purchaseId: 'p-1', amount: 900, currency: 'EUR' })],
  [day(3), order(ReturnPurchase, { clientId: 'anna', returnId: 'r-1', purchaseId: 'p-1', amount: 300 })],
  [day(3), order(RecordContact, { clientId: 'anna', contactId: 'c-1', kind: 'call' })],
  [day(5), order(RecordResponse, { clientId: 'anna', responseId: 'r-1', kind: 'click' })],
  [day(6), order(DeclareOpposition, { clientId: 'anna', oppositionId: 'no' })],
);

const profileOf = (history: readonly RecordedEvent<ClientEvent>[]): Profile =>
  history.reduce<object | null>((profile, event) => projectEvent(profileProjection, profile, event, event.data.clientId), null) as Profile;

const one = { clientId: 'anna', winners: { lastName: 'ann', birthDate: 'anna' } };
const identities = { own: identityAfter(ann)!, other: identityAfter(anna)! };

describe('a person by all files', () => {
  const names = namesOfPoints(identities.own, [identities.other]);
  const whole = wholeProfile(profileOf(ann), [{ ...one, document: profileOf(anna) }], names);

  it('goes by the id of the survivor, and is known since the first of them', () =>
    expect(whole).toMatchObject({ clientId: 'ann', registeredAt: day(-9), attributes: { region: 'north', vip: true } }));
  it('has bought what was bought under any id, and a return is of the purchase under its own', () => {
    expect(whole.purchases).toMatchObject({ count: 2, monetary: { EUR: 1100 }, first: day(1), last: day(2) });
    expect(whole.purchases.history.bought.map(({ purchaseId }) => purchaseId)).toEqual(['p-1', 'anna/p-1']);
  });
  it('was contacted under every id', () =>
    expect(whole.solicitations).toMatchObject({ otherContacts: 2, sinceLastPurchase: 2, recent: [day(3), day(4)] }));
  it('reacted and opposed under every id', () => {
    expect(whole.responses).toEqual({ count: 1, last: day(5) });
    expect(whole).toMatchObject({ opposed: true, consent: { oppositions: [{ id: 'anna/no' }] } });
  });
  it('is reached wherever a file says, once', () =>
    expect(whole.person).toMatchObject({
      birthDate: '1971-02-03',
      emails: ['mail'],
      mobiles: ['cell.2'],
      addresses: { 'flat.2': { country: 'CH', postalCode: '8001' } },
    }));
  it('has one identity', () =>
    expect(wholeIdentity(identities.own, [{ ...one, document: identities.other }])).toMatchObject({
      clientId: 'ann',
      person: { lastName: 'Keller', birthDate: '1971-02-03' },
      emails: { mail: 'ann@example.org' },
      phones: { 'cell.2': { number: '+41797178364' } },
      addresses: { 'flat.2': { address: home } },
    }));
  it('is himself where nothing is merged', () => {
    expect(wholeProfile(profileOf(ann), [], [])).toEqual(profileOf(ann));
    expect(wholeIdentity(identities.own, [])).toEqual(identities.own);
  });
});

describe.each([identityProjection, profileProjection])('a document of $name', (projection) => {
  const registered = { type: 'ClientRegistered', data: { clientId: 'ann', attributes: {} } };
  const said = (type: string, data: object) => ({ type, data: { clientId: 'ann', ...data } });
  const merged = said('ClientsMerged', { mergedId: 'anna', winners: {} });
  const given = specProjection(projection, day(0));
  const documentAfter = (...events: { type: string; data: object }[]): object =>
    historyLike(events).reduce<object | null>((document, event) => projectEvent(projection, document, event, 'ann'), null)!;

  it('says with whom he is one, until they are two', () => {
    expect(documentAfter(registered, merged)).toMatchObject({ merged: [{ clientId: 'anna', winners: {} }] });
    given(registered, merged, said('ClientsUnmerged', { mergedId: 'anna', undecided: [] })).then('ann', documentAfter(registered));
  });
  it('says whose alias he is, as long as he is one', () => {
    const alias = said('AliasBegun', { survivorId: 'eve' });
    expect(documentAfter(registered, alias)).toMatchObject({ mergedInto: 'eve' });
    given(registered, alias, said('AliasEnded', { survivorId: 'eve' })).then('ann', documentAfter(registered));
  });
  it('does not come back from an erasure', () =>
    given(registered, said('ClientErased', {}), merged, said('AliasBegun', {})).then('ann', null));
});

const historyLike = (events: readonly { type: string; data: object }[]): RecordedEvent[] =>
  events.map((event, n) => ({ ...ann[0], ...event, position: n + 1, revision: n }));
