import { topic } from './contract.js';
import { credit } from './placement.js';
import { cents, described, fields, id, list, nullable, text, word } from './shapes.js';

/** The kinds of responses that are told and heard. */
export const RESPONSE_KINDS = [
  'information-request',
  'quote-request',
  'sample-request',
  'reply-card',
  'coupon',
  'click',
  'visit',
  'contest',
  'complaint',
  'hotline-call',
  'survey-answer',
  'referral',
];

const day = described('YYYY-MM-DD', text);
const reason = described('A code of the catalogue of reasons', nullable(text));
const contract = { clientId: id, contractId: id };
const membership = { clientId: id, membershipId: id, clubId: id };

export const responsesTopic = topic(
  {
    noun: 'responses',
    version: 1,
    key: 'clientId',
    summary: 'Reactions of clients other than purchases, and what lasts between them and us',
  },
  {
    ResponseRecorded: {
      summary: 'The client reacted otherwise than by a purchase.',
      payload: fields({
        clientId: id,
        responseId: id,
        kind: word(...RESPONSE_KINDS),
        articleIds: described('What he wants to know more of, a quote for, or a sample of', list(id)),
        coupon: nullable(id),
        advert: described('The press advert that the reply card was in', nullable(id)),
        pointOfSaleId: nullable(id),
        contestId: nullable(id),
        surveyId: nullable(id),
        referredId: described('The client whom he brought', nullable(id)),
        subject: described('A code of the catalogue of subjects', nullable(text)),
        credit,
      }),
    },
    ResponseRetracted: {
      summary: 'A response was told of by mistake: it never was.',
      payload: fields({ clientId: id, responseId: id, kind: word(...RESPONSE_KINDS) }),
    },
    ReactionCredited: {
      summary:
        'A reaction under another id of the person counts for a decision about this one; the reaction itself was told under its own.',
      payload: fields({
        clientId: id,
        underId: described('The id under which the reaction came', id),
        reaction: word('response', 'purchase'),
        reactionId: described('The id of the response or the purchase', id),
        credit,
      }),
    },
    ContractStarted: {
      summary: 'A contract or subscription begins.',
      payload: fields({
        ...contract,
        kind: word('contract', 'subscription'),
        articleId: nullable(id),
        amount: described('In cents, per period', nullable(cents)),
        currency: described('ISO 4217', nullable(text)),
        startsOn: day,
        endsOn: described('YYYY-MM-DD; null: without an end', nullable(text)),
      }),
    },
    ContractRenewed: {
      summary: 'It goes on until another day, or without an end; a notice is void.',
      payload: fields({ ...contract, endsOn: described('YYYY-MM-DD; null: without an end', nullable(text)) }),
    },
    NoticeGiven: {
      summary: 'The client or we will end it on a day.',
      payload: fields({ ...contract, by: word('client', 'company'), endsOn: day }),
    },
    ContractEnded: { summary: 'It is over.', payload: fields({ ...contract, on: day, reason }) },
    ClubJoined: {
      summary: 'The client joined a club.',
      payload: fields({ ...membership, level: described('A code of the catalogue of levels', nullable(text)) }),
    },
    ClubLeft: { summary: 'The client left a club.', payload: fields({ ...membership, reason }) },
    CaseOpened: {
      summary: 'After a sale the client needs something from us.',
      payload: fields({
        clientId: id,
        caseId: id,
        subject: described('A code of the catalogue of subjects', text),
        purchaseId: nullable(id),
        articleId: nullable(id),
      }),
    },
    CaseClosed: {
      summary: 'He was helped, or not.',
      payload: fields({ clientId: id, caseId: id, outcome: described('A code of the catalogue of outcomes', nullable(text)) }),
    },
  },
);
