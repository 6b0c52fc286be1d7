import { specDecider } from '../../../eventsourcing/src/testing.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { clientDecider } from '../client/client.decider.js';
import {
  ConfirmConsent,
  DeclareOpposition,
  EndProfilingObjection,
  EndRestriction,
  GiveConsent,
  ObjectToProfiling,
  RestrictProcessing,
  WithdrawConsent,
} from './consent.commands.js';
import { day, order } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));

const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };
const work = { type: 'EmailAdded', data: { clientId, emailId: 'work', personal: { email: 'anna@example.org' } } };
const home = { type: 'EmailAdded', data: { clientId, emailId: 'home', personal: { email: 'keller@example.org' } } };
const bought = { type: 'PurchaseRecorded', data: { clientId, purchaseId: 'order-1', amount: 100, currency: 'EUR', credit: null } };
const known = given(registered, work, home);

const consentId = 'newsletter';
const proof = { how: 'web-form', wordingId: 'wording-1' };
const give = order(GiveConsent, { clientId, consentId, channel: 'email', purpose: 'marketing', basis: 'consent', proof });
const consent = {
  type: 'ConsentGiven',
  data: {
    clientId,
    consentId,
    channel: 'email',
    purpose: 'marketing',
    basis: 'consent',
    expiresAt: null,
    pointIds: ['home', 'work'],
    purchaseId: null,
    proof,
  },
};
const ask = order(GiveConsent, { ...give, basis: 'double-opt-in' });
const asked = { ...consent, data: { ...consent.data, basis: 'double-opt-in' } };
const opposition = {
  type: 'OppositionDeclared',
  data: { clientId, oppositionId: 'no', channel: null, purpose: null, pointId: null, how: null },
};
const lifted = { type: 'OppositionLifted', data: { clientId, oppositionId: 'no', consentId } };

describe('a consent', () => {
  it('is for the contact points that there are', () => known.when(give).then(consent));
  it('is for the one it names', () =>
    known.when(order(GiveConsent, { ...give, pointId: 'work' })).then({ ...consent, data: { ...consent.data, pointIds: ['work'] } }));
  it('names who gave it', () =>
    known
      .when(order(GiveConsent, { ...give, by: 'Mrs Keller' }))
      .then({ ...consent, data: { ...consent.data, personal: { by: 'Mrs Keller' } } }));
  it('is given once', () => given(registered, work, consent).when(give).thenNothing());
  it('is not given otherwise', () =>
    given(registered, work, consent)
      .when(order(GiveConsent, { ...give, purpose: 'survey' }))
      .thenRejected('consent-exists'));
  it('comes from somebody', () => given().when(give).thenRejected('unknown-client'));
  it('is for somewhere', () => given(registered).when(give).thenRejected('no-contact-point'));
  it('is for somewhere known', () =>
    known.when(order(GiveConsent, { ...give, pointId: 'elsewhere' })).thenRejected('unknown-contact-point'));
  it('is for somewhere on its channel', () =>
    known.when(order(GiveConsent, { ...give, channel: 'phone', pointId: 'work' })).thenRejected('unknown-contact-point'));
  it('can be shown', () => known.when(order(GiveConsent, { ...give, proof: undefined })).thenRejected('no-proof'));
  it('ends after it began', () => known.when(order(GiveConsent, { ...give, expiresAt: day(0) })).thenRejected('wrong-expiry'));
  it('ends when it says', () =>
    known
      .when(order(GiveConsent, { ...give, expiresAt: '2026-04-01T02:00:00+02:00' }))
      .then({ ...consent, data: { ...consent.data, expiresAt: '2026-04-01T00:00:00.000Z' } }));
  it('lifts an opposition', () => given(registered, work, home, opposition).when(give, day(1)).then(consent, lifted));
  it('lifts none of another channel', () =>
    given(registered, work, home, { ...opposition, data: { ...opposition.data, channel: 'post' } })
      .when(give, day(1))
      .then(consent));
});

describe('the basis existing-customer', () => {
  const customer = order(GiveConsent, { ...give, basis: 'existing-customer', proof: undefined, purchaseId: 'order-1' });
  it('stands on a purchase', () =>
    given(registered, work, home, bought)
      .when(customer)
      .then({ ...consent, data: { ...consent.data, basis: 'existing-customer', purchaseId: 'order-1', proof: null } }));
  it('stands on no other', () => known.when(customer).thenRejected('unknown-purchase'));
  it('stands on something', () => known.when(order(GiveConsent, { ...customer, purchaseId: undefined })).thenRejected('no-purchase'));
  it('lifts nothing', () =>
    given(registered, work, home, bought, opposition)
      .when(customer, day(1))
      .then({ ...consent, data: { ...consent.data, basis: 'existing-customer', purchaseId: 'order-1', proof: null } }));
});

describe('a double opt-in', () => {
  const confirm = order(ConfirmConsent, { clientId, consentId });
  const confirmed = { type: 'ConsentConfirmed', data: { clientId, consentId } };
  const withdrawn = { type: 'ConsentWithdrawn', data: { clientId, consentId } };
  it('lifts nothing until it is confirmed', () => given(registered, work, home, opposition).when(ask, day(1)).then(asked));
  it('is confirmed, which lifts an opposition', () =>
    given(registered, work, home, opposition, asked).when(confirm, day(1)).then(confirmed, lifted));
  it('is confirmed once', () => given(registered, work, asked, confirmed).when(confirm).thenNothing());
  it('is asked for before', () => known.when(confirm).thenRejected('unknown-consent'));
  it('is nothing else', () => given(registered, work, consent).when(confirm).thenRejected('not-double-opt-in'));
  it('is not confirmed once it was withdrawn', () =>
    given(registered, work, asked, withdrawn).when(confirm).thenRejected('consent-withdrawn'));
});

describe('a withdrawal', () => {
  const withdraw = order(WithdrawConsent, { clientId, consentId });
  const withdrawn = { type: 'ConsentWithdrawn', data: { clientId, consentId } };
  it('ends a consent', () => given(registered, work, consent).when(withdraw).then(withdrawn));
  it('ends it once', () => given(registered, work, consent, withdrawn).when(withdraw).thenNothing());
  it('ends no other', () => known.when(withdraw).thenRejected('unknown-consent'));
});

describe('an opposition', () => {
  const oppose = order(DeclareOpposition, { clientId, oppositionId: 'no' });
  it('is about everything, unless it says what it is about', () => known.when(oppose).then(opposition));
  it('is about what it says', () =>
    known
      .when(order(DeclareOpposition, { ...oppose, channel: 'email', purpose: 'survey', pointId: 'work', how: 'call', by: 'his wife' }))
      .then({
        type: 'OppositionDeclared',
        data: {
          clientId,
          oppositionId: 'no',
          channel: 'email',
          purpose: 'survey',
          pointId: 'work',
          how: 'call',
          personal: { by: 'his wife' },
        },
      }));
  it('is declared once', () => given(registered, opposition).when(oppose).thenNothing());
  it('is not declared otherwise', () =>
    given(registered, opposition)
      .when(order(DeclareOpposition, { ...oppose, channel: 'sms' }))
      .thenRejected('opposition-exists'));
  it('is about something that is there', () =>
    known.when(order(DeclareOpposition, { ...oppose, pointId: 'elsewhere' })).thenRejected('unknown-contact-point'));
  it('comes from somebody', () => given().when(oppose).thenRejected('unknown-client'));
});

describe.each([
  ['a restriction', RestrictProcessing, 'ProcessingRestricted', EndRestriction, 'RestrictionEnded'],
  ['an objection to profiling', ObjectToProfiling, 'ProfilingObjected', EndProfilingObjection, 'ProfilingObjectionEnded'],
] as const)('%s', (_, Begin, began, End, ended) => {
  const [begin, end] = [order(Begin, { clientId }), order(End, { clientId })];
  const [beginning, ending] = [began, ended].map((type) => ({ type, data: { clientId } }));
  it('begins', () => known.when(begin).then(beginning));
  it('begins once', () => given(registered, beginning).when(begin).thenNothing());
  it('ends', () => given(registered, beginning).when(end).then(ending));
  it('ends once', () => given(registered, beginning, ending).when(end).thenNothing());
  it('begins again', () => given(registered, beginning, ending).when(begin).then(beginning));
  it('is somebody’s', () => {
    given().when(begin).thenRejected('unknown-client');
    given().when(end).thenRejected('unknown-client');
  });
});

it('a purchase is still recorded of somebody who is restricted', () =>
  given(registered, { type: 'ProcessingRestricted', data: { clientId } })
    .when(order(RecordPurchase, { clientId, purchaseId: 'order-1', amount: 100, currency: 'EUR' }))
    .then(bought));
