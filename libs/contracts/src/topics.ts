import { clientsTopic } from './clients.schema.js';
import { consentsTopic } from './consents.schema.js';
import { TopicContract } from './contract.js';
import { decisionsTopic } from './decisions.schema.js';
import { mailingsTopic } from './mailings.schema.js';
import { purchasesTopic } from './purchases.schema.js';
import { responsesTopic } from './responses.schema.js';
import { segmentsTopic } from './segments.schema.js';
import { wavesTopic } from './waves.schema.js';

/** Every topic that is promised to other services. */
export const PUBLIC_TOPICS: readonly TopicContract[] = [
  clientsTopic,
  consentsTopic,
  mailingsTopic,
  responsesTopic,
  purchasesTopic,
  decisionsTopic,
  wavesTopic,
  segmentsTopic,
];

/** Carries events as stored between the processes of one engine; promised to nobody else. */
export const INTERNAL_TOPIC = 'boucle.internal.events';

/** The `type` header of a message of the internal topic that only tells how far the log has been relayed. */
export const MARKER = 'marker';
