import { topic } from './contract.js';
import { placement } from './placement.js';
import { byName, count, described, fields, id, nullable, word } from './shapes.js';

export const decisionsTopic = topic(
  { noun: 'decisions', version: 1, key: 'clientId', summary: 'The decision of each wave for each client drawn into it' },
  {
    DecisionTaken: {
      summary: 'A wave decided which offer the client gets, or that he is left alone.',
      payload: fields({
        clientId: id,
        ...placement,
        reason: described('Why there is no offer; null if there is one', nullable(word('hold-out'))),
        propensities: described(
          'The probabilities it was drawn with, in millionths by offer; null if nothing was drawn',
          nullable(byName(count)),
        ),
      }),
    },
  },
);
