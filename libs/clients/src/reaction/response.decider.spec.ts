import fc from 'fast-check';
import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { RecordResponse } from './response.commands.js';
import { RESPONSE_KINDS, SAID_WITH } from './response.events.js';
import { day, faults, order } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));
const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };
const thin = { clientId, responseId: 'r-1' };
const respond = (fields: Omit<RecordResponse, 'clientId' | 'responseId'>) => order(RecordResponse, { ...thin, ...fields });
const recorded = (data: object) => ({ type: 'ResponseRecorded', data: { ...thin, ...data, credit: null } });

const everything = {
  articleIds: ['mug-7'],
  coupon: 'SPRING10',
  advert: 'gazette',
  cardNumber: 'C-0815',
  pointOfSaleId: 'shop-3',
  contestId: 'draw',
  surveyId: 'after-delivery',
  answers: { satisfied: 4 },
  referredId: 'client-2',
  subject: 'delivery',
};

describe('RecordResponse', () => {
  it('stays as thin as it was when nothing more is said', () =>
    given(registered)
      .when(respond({ kind: 'click' }))
      .then(recorded({ kind: 'click' })));
  it('tells what it is about, and keeps words and numbers apart', () => {
    const { articleIds, advert, cardNumber, surveyId, answers } = everything;
    given(registered)
      .when(respond({ kind: 'quote-request', articleIds, text: 'For 200, please' }))
      .then(recorded({ kind: 'quote-request', articleIds, personal: { text: 'For 200, please' } }));
    given(registered)
      .when(respond({ kind: 'reply-card', advert, cardNumber }))
      .then(recorded({ kind: 'reply-card', advert, personal: { cardNumber } }));
    given(registered)
      .when(respond({ kind: 'survey-answer', surveyId, answers }))
      .then(recorded({ kind: 'survey-answer', surveyId, personal: { answers } }));
  });
  it('is repeatable', () => {
    const said = { kind: 'complaint', subject: 'delivery', text: 'Two weeks late' } as const;
    const { text, ...topic } = said;
    given(registered, recorded({ ...topic, personal: { text } }))
      .when(respond(said))
      .thenNothing();
    given(registered, recorded({ ...topic, personal: null }))
      .when(respond(said))
      .thenNothing();
  });
  it('needs a registered client', () =>
    given()
      .when(respond({ kind: 'referral', referredId: 'client-2' }))
      .thenRejected('unknown-client'));
  it('takes with each kind what is said of it, and nothing else', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...RESPONSE_KINDS),
        fc.constantFrom(...(Object.keys(everything) as (keyof typeof everything)[])),
        (kind, field) => {
          const when = given(registered).when(respond({ kind, [field]: everything[field] }));
          if (!SAID_WITH[kind].includes(field)) when.thenRejected('not-of-this-kind');
          else if (field === 'cardNumber' || field === 'answers') when.then(recorded({ kind, personal: { [field]: everything[field] } }));
          else when.then(recorded({ kind, [field]: everything[field] }));
        },
      ),
    ));
});

it.each([
  ['articleIds', ['a b']],
  ['articleIds', 'mug-7'],
  ['answers', { 'of two words': 1 }],
  ['answers', { satisfied: [1] }],
  ['answers', []],
  ['cardNumber', ''],
  ['text', ''],
  ['subject', 'of two words'],
])('a wrong %s (%j) is named', (field, wrong) =>
  expect(faults(RecordResponse, { ...thin, kind: 'click', ...everything, text: 'Hello', [field]: wrong })).toEqual([field]),
);

describe('What comes of what was sent before', () => {
  const sent = {
    type: 'ContactRecorded',
    data: { clientId, contactId: 'letter-1', kind: 'mailing', channel: 'post', campaignId: 'shop.spring', answersUntil: day(10) },
  };
  const answer = { kind: 'coupon', campaignId: 'shop.spring' } as const;

  it('answers the contact of its campaign as long as there is time', () =>
    given(registered, sent)
      .when(respond(answer), day(9))
      .then(recorded({ ...answer, contactId: 'letter-1' })));
  it.each([
    ['too late', answer, day(10)],
    ['too early', answer, day(-1)],
    ['to another campaign', { ...answer, campaignId: 'shop.summer' }, day(1)],
  ])('answers none %s', (_, late, at) => given(registered, sent).when(respond(late), at).then(recorded(late)));

  const mailed = {
    type: 'MailingDispatched',
    data: {
      clientId,
      campaignId: 'spring',
      wave: 1,
      cell: 'all',
      arm: 'letter',
      mailingId: 'm',
      channel: 'post',
      cost: 1,
      priorContacts: 0,
      windowEndsAt: day(20),
    },
  };
  it('is credited to no open mailing when it is told of the past, nor is a purchase', () => {
    given(registered, mailed)
      .when(respond({ kind: 'click' }), day(1), true)
      .then(recorded({ kind: 'click' }));
    const purchase = { clientId, purchaseId: 'p-1', amount: 100, currency: 'EUR' };
    given(registered, mailed)
      .when(order(RecordPurchase, purchase), day(1), true)
      .then({ type: 'PurchaseRecorded', data: { ...purchase, credit: null } });
    const credit = { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter', first: true, asDrawn: true };
    given(registered, mailed)
      .when(order(RecordPurchase, purchase), day(1))
      .then({ type: 'PurchaseRecorded', data: { ...purchase, credit } });
  });
});
