import { Message } from '@boucle/eventsourcing';
import { Credit } from '../client/placement.js';

/** The reactions that are not purchases and over at once. */
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
] as const;
export type ResponseKind = (typeof RESPONSE_KINDS)[number];

/** What a response is about; ids and codes only. */
export interface ResponseTopic {
  /** What he wants to know more of, a quote for, or a sample of. */
  readonly articleIds?: readonly string[];
  /** A code that many have. */
  readonly coupon?: string;
  /** The press advert that the reply card was in. */
  readonly advert?: string;
  readonly pointOfSaleId?: string;
  readonly contestId?: string;
  readonly surveyId?: string;
  /** The client whom he brought. */
  readonly referredId?: string;
  /** Code of the catalogue of subjects. */
  readonly subject?: string;
}

/** What a person wrote or said, and the number that tells his card from all others. */
export interface ResponseWords {
  readonly text?: string;
  readonly cardNumber?: string;
  readonly answers?: Readonly<Record<string, string | number | boolean>>;
}

/** The client reacted otherwise than by a purchase. */
export type ResponseRecorded = Message<
  'ResponseRecorded',
  {
    clientId: string;
    responseId: string;
    kind: ResponseKind;
    /** The campaign of another system that it answers. */
    campaignId?: string;
    /** The contact of that campaign that it answers; left out where it lies outside of its time. */
    contactId?: string;
  } & ResponseTopic & { personal?: ResponseWords | null; credit: Credit | null }
>;

/** What is said with a response of each kind, besides a text. */
export const SAID_WITH: Readonly<Record<ResponseKind, readonly (keyof ResponseTopic | keyof ResponseWords)[]>> = {
  'information-request': ['articleIds', 'subject'],
  'quote-request': ['articleIds'],
  'sample-request': ['articleIds'],
  'reply-card': ['advert', 'cardNumber'],
  coupon: ['coupon', 'pointOfSaleId'],
  click: [],
  visit: ['pointOfSaleId'],
  contest: ['contestId', 'answers'],
  complaint: ['subject', 'pointOfSaleId'],
  'hotline-call': ['subject'],
  'survey-answer': ['surveyId', 'answers'],
  referral: ['referredId'],
};
