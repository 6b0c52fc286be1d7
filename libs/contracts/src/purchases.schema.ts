import { topic } from './contract.js';
import { credit } from './placement.js';
import { cents, described, fields, id, text } from './shapes.js';

export const purchasesTopic = topic(
  { noun: 'purchases', version: 1, key: 'clientId', summary: 'What clients bought' },
  {
    PurchaseRecorded: {
      summary: 'The client bought.',
      payload: fields({ clientId: id, purchaseId: id, amount: cents, currency: described('ISO 4217', text), credit }),
    },
  },
);
