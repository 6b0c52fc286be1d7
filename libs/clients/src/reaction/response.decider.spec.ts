import fc from 'fast-check';
import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
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
