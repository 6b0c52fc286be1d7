import { specDecider } from '../../../eventsourcing/src/testing.js';
import { RegisterClient } from '../client/client.commands.js';
import { clientDecider } from '../client/client.decider.js';
import { EraseClient } from './erasure.commands.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { AcceptErasure, EndLicence, LiftLegalHold, PlaceLegalHold, PutOffErasure, ReviewRetention } from './retention.commands.js';
import { day, faults, live, order } from '../testing.js';

const clientId = 'ann';
const given = specDecider(clientDecider, day(0));

const policy = { version: 3, months: { prospects: 6, clients: 12, consents: 6, children: 3 }, automaticAfterDays: 20 };
const forPeople = { ...policy, automaticAfterDays: null };
const review = order(ReviewRetention, { clientId, policy });
const registered = { type: 'ClientRegistered', data: { clientId, attributes: {}, told: ['lastName'], personal: { lastName: 'Keller' } } };
const registration = order(RegisterClient, { clientId, attributes: {}, person: { lastName: 'Keller' } });
const children = {
  type: 'ClientDetailsChanged',
  data: { clientId, changed: ['childrenBirthYears'], personal: { childrenBirthYears: [2019] } },
};
const consent = {
  type: 'ConsentGiven',
  data: {
    ...{ clientId, consentId: 'news', channel: 'email', purpose: 'news', pointIds: ['home'], basis: 'consent' },
    ...{ purchaseId: null, proof: null, expiresAt: null },
  },
};
const bought = { type: 'PurchaseRecorded', data: { clientId, purchaseId: 'p-1', amount: 100, currency: 'EUR', credit: null } };
const proposed = { type: 'ErasureProposed', data: { clientId, kept: 'prospects', heardOf: day(0), policyVersion: 3 } };
const putOff = { type: 'ErasurePutOff', data: { clientId, until: '2026-12-01', reason: 'case-open' } };
const held = { type: 'LegalHoldPlaced', data: { clientId, reason: 'lawsuit' } };
const lifted = { type: 'LegalHoldLifted', data: { clientId, reason: 'lawsuit' } };
const erased = { type: 'ClientErased', data: { clientId, reason: 'retention-over', requestedBy: 'company' } };
const lapsed = { type: 'ConsentLapsed', data: { clientId, consentId: 'news' } };
const childless = {
  type: 'ClientDetailsChanged',
  data: { clientId, changed: ['childrenBirthYears'], personal: { childrenBirthYears: null } },
};

describe('ReviewRetention', () => {
  it('finds nothing to do before a day is over', () => given(registered, children, consent).when(review, day(91)).thenNothing());
  it("forgets the children's birth years first", () => given(registered, children, consent).when(review, day(92)).then(childless));
  it('proposes a prospect, and ends his consents', () => given(registered, consent).when(review, day(184)).then(lapsed, proposed));
  it('keeps a client for longer', () => {
    given(registered, bought).when(review, day(364)).thenNothing();
    given(registered, bought)
      .when(review, day(365))
      .then({ ...proposed, data: { ...proposed.data, kept: 'clients' } });
  });
  it('proposes nobody while a contract of his runs, and goes on once it is over', () => {
    const started = {
      type: 'ContractStarted',
      data: { ...{ clientId, contractId: 'c-1', kind: 'subscription', articleId: null }, startsOn: '2026-01-01', endsOn: null },
    };
    const noticed = { type: 'NoticeGiven', data: { clientId, contractId: 'c-1', by: 'company', endsOn: day(300).slice(0, 10) } };
    given(registered, started, consent).when(review, day(300)).then(lapsed);
    given(registered, started, noticed).when(review, day(300)).thenNothing();
    given(registered, started, noticed).when(review, day(301)).then(proposed);
  });
  it('is repeatable', () =>
    given(registered, consent, lapsed, proposed)
      .when(order(ReviewRetention, { clientId, policy: forPeople }), day(184))
      .thenNothing());
  it('lets a proposal wait, and carries it out by itself', () => {
    const waiting = live([day(0), registration], [day(184), review], [day(203), review], [day(204), review]);
    expect(waiting.answers.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['ClientRegistered'],
      ['ErasureProposed'],
      [],
      ['ClientErased'],
    ]);
  });
  it('does not carry it out where the policy keeps him for longer now', () => {
    const months = { ...policy.months, prospects: 24 };
    const patient = order(ReviewRetention, { clientId, policy: { ...policy, months } });
    given(registered, proposed).when(patient, day(400)).thenNothing();
    given(registered, proposed).when(patient, day(731)).then(erased);
  });
  it('never carries it out where the policy says so', () =>
    given(registered, proposed)
      .when(order(ReviewRetention, { clientId, policy: forPeople }), day(5000))
      .thenNothing());
  it('forgets the proposal as soon as he is heard of', () => {
    const purchase = order(RecordPurchase, { clientId, purchaseId: 'p-1', amount: 100, currency: 'EUR' });
    const { answers, client } = live(
      [day(0), registration],
      [day(190), review],
      [day(200), purchase],
      [day(300), review],
      [day(300), order(AcceptErasure, { clientId })],
    );
    expect(answers.map(({ events, refusal }) => refusal ?? events.map(({ type }) => type))).toEqual([
      ['ClientRegistered'],
      ['ErasureProposed'],
      ['PurchaseRecorded'],
      [],
      'not-proposed',
    ]);
    expect(client.erased).toBe(false);
  });
  it('does not propose again what was put off until its day', () => {
    given(registered, proposed, putOff).when(review, '2026-11-30T09:00:00.000Z').thenNothing();
    given(registered, proposed, putOff).when(review, '2026-12-01T09:00:00.000Z').then(proposed);
  });
  it('erases nothing of whom a hold keeps, but ends his consents', () => {
    given(registered, children, consent, held).when(review, day(400)).then(lapsed);
    given(registered, proposed, held).when(review, day(400)).thenNothing();
    given(registered, proposed, held, lifted).when(review, day(400)).then(erased);
  });
  it('is nothing to who is erased, or of whom nothing is known', () => {
    given(registered, erased).when(review, day(400)).thenNothing();
    given({ type: 'ClientRegistered', data: { clientId, attributes: {} } })
      .when(review, day(4000))
      .thenNothing();
  });
});

describe('AcceptErasure', () => {
  const accept = order(AcceptErasure, { clientId });
  it('erases as proposed', () => given(registered, proposed).when(accept).then(erased));
  it('proposes nobody while a contract of his runs, and goes on once it is over', () => {
    const started = {
      type: 'ContractStarted',
      data: { ...{ clientId, contractId: 'c-1', kind: 'subscription', articleId: null }, startsOn: '2026-01-01', endsOn: null },
    };
    const noticed = { type: 'NoticeGiven', data: { clientId, contractId: 'c-1', by: 'company', endsOn: day(300).slice(0, 10) } };
    given(registered, started, consent).when(review, day(300)).then(lapsed);
    given(registered, started, noticed).when(review, day(300)).thenNothing();
    given(registered, started, noticed).when(review, day(301)).then(proposed);
  });
  it('is repeatable', () => given(registered, proposed, erased).when(accept).thenNothing());
  it('needs a proposal', () => given(registered).when(accept).thenRejected('not-proposed'));
  it('needs a client', () => given().when(accept).thenRejected('unknown-client'));
  it('is refused under a hold', () => given(registered, proposed, held).when(accept).thenRejected('legal-hold'));
});

describe('PutOffErasure', () => {
  const wait = order(PutOffErasure, { clientId, until: '2026-12-01', reason: 'case-open' });
  it('keeps him for the time being', () => given(registered, proposed).when(wait).then(putOff));
  it('proposes nobody while a contract of his runs, and goes on once it is over', () => {
    const started = {
      type: 'ContractStarted',
      data: { ...{ clientId, contractId: 'c-1', kind: 'subscription', articleId: null }, startsOn: '2026-01-01', endsOn: null },
    };
    const noticed = { type: 'NoticeGiven', data: { clientId, contractId: 'c-1', by: 'company', endsOn: day(300).slice(0, 10) } };
    given(registered, started, consent).when(review, day(300)).then(lapsed);
    given(registered, started, noticed).when(review, day(300)).thenNothing();
    given(registered, started, noticed).when(review, day(301)).then(proposed);
  });
  it('is repeatable', () => given(registered, proposed, putOff).when(wait).thenNothing());
  it('needs a proposal', () => given(registered).when(wait).thenRejected('not-proposed'));
  it('needs a day to come', () =>
    given(registered, proposed)
      .when(order(PutOffErasure, { ...wait, until: '2026-03-01' }))
      .thenRejected('wrong-day'));
  it('needs somebody who is there', () => given(registered, erased).when(wait).thenRejected('client-erased'));
  it('has a reason of a list', () => expect(faults(PutOffErasure, { ...wait, reason: 'because' })).toEqual(['reason']));
});

describe('EndLicence', () => {
  const end = order(EndLicence, { clientId, fileId: 'gardeners' });
  const came = { type: 'ClientRegistered', data: { ...registered.data, origin: { how: 'purchased-file', file: 'gardeners' } } };
  const assigned = { type: 'ReferenceAssigned', data: { clientId, system: 'erp', lookup: 'l-1', personal: { number: '4711' } } };
  it('erases who came with the file and never reacted', () => given(came).when(end).then(erased));
  it.each([
    ['came otherwise', [registered]],
    ['reacted', [came, bought]],
    ['has a number elsewhere', [came, assigned]],
    ['is held', [came, held]],
    ['is gone', [came, erased]],
  ])('leaves alone who %s', (_, past) =>
    given(...past)
      .when(end)
      .thenNothing(),
  );
});

describe('a legal hold', () => {
  const place = order(PlaceLegalHold, { clientId, reason: 'lawsuit' });
  const lift = order(LiftLegalHold, { clientId, reason: 'lawsuit' });
  it('is placed', () => given(registered).when(place).then(held));
  it('is placed once for each reason', () => {
    given(registered, held).when(place).thenNothing();
    given(registered, held)
      .when(order(PlaceLegalHold, { clientId, reason: 'tax' }))
      .then({ type: 'LegalHoldPlaced', data: { clientId, reason: 'tax' } });
  });
  it('needs a client', () => given().when(place).thenRejected('unknown-client'));
  it('is lifted', () => given(registered, held).when(lift).then(lifted));
  it('is lifted once', () => given(registered, held, lifted).when(lift).thenNothing());
  it('is lifted of somebody who is there', () => given().when(lift).thenRejected('unknown-client'));

  const erase = order(EraseClient, { clientId, reason: 'requested', requestedBy: 'person' });
  it('stops every erasure', () => given(registered, held).when(erase).thenRejected('legal-hold'));
  it('stops it as long as one is left', () => {
    given(registered, held, { type: 'LegalHoldPlaced', data: { clientId, reason: 'tax' } }, lifted)
      .when(erase)
      .thenRejected('legal-hold');
    given(registered, held, lifted)
      .when(erase)
      .then({ ...erased, data: { ...erased.data, reason: 'requested', requestedBy: 'person' } });
  });
  it('cannot keep whose key is destroyed already', () =>
    given(registered, held)
      .when(order(EraseClient, { clientId, reason: 'erased-before', requestedBy: 'company' }))
      .then({ ...erased, data: { ...erased.data, reason: 'erased-before' } }));
  it('nobody may say that himself', () => expect(faults(EraseClient, { ...erase, reason: 'erased-before' })).toEqual(['reason']));
});
