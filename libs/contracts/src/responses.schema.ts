import { topic } from './contract.js';
import { credit } from './placement.js';
import { fields, id, word } from './shapes.js';

export const responsesTopic = topic(
  { noun: 'responses', version: 1, key: 'clientId', summary: 'Reactions of clients other than purchases' },
  {
    ResponseRecorded: {
      summary: 'The client reacted otherwise than by a purchase.',
      payload: fields({
        clientId: id,
        responseId: id,
        kind: word('quote-request', 'sample-request', 'reply-card', 'coupon', 'click', 'visit', 'complaint', 'survey-answer'),
        credit,
      }),
    },
  },
);
