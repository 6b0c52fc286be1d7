import { Contract } from './contract.js';

const SOURCE = '/boucle';
const JSON_TYPE = 'application/json';

/** What an envelope tells about the event behind a message. */
export interface Origin {
  readonly position: number;
  readonly recordedAt: string;
  readonly metadata: { readonly id: string; readonly occurredAt: string; readonly correlationId: string; readonly causationId: string };
}

/** What orders a message within its topic. */
export const keyOf = ({ key }: Contract, payload: object): string => (payload as Record<string, string>)[key];

/** CloudEvents 1.0 as Kafka headers, binary mode. */
export const binaryHeaders = (id: string, { type, dataschema }: Contract, subject: string, origin: Origin): Record<string, string> => ({
  'content-type': JSON_TYPE,
  ce_specversion: '1.0',
  ce_id: id,
  ce_source: SOURCE,
  ce_type: type,
  ce_dataschema: dataschema,
  ce_subject: subject,
  ce_time: origin.metadata.occurredAt,
  ce_recordedtime: origin.recordedAt,
  ce_position: String(origin.position),
  ce_correlationid: origin.metadata.correlationId,
  ce_causationid: origin.metadata.causationId,
});

/** A CloudEvent 1.0 in structured JSON. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly datacontenttype: string;
  readonly dataschema: string;
  readonly subject: string;
  readonly time: string;
  readonly recordedtime: string;
  /** Digits: an integer of CloudEvents has 32 bits only. */
  readonly position: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly data: object;
}

/** A message as a text of its own. */
export const cloudEvent = (id: string, contract: Contract, payload: object, origin: Origin): CloudEvent => ({
  specversion: '1.0',
  id,
  source: SOURCE,
  type: contract.type,
  datacontenttype: JSON_TYPE,
  dataschema: contract.dataschema,
  subject: keyOf(contract, payload),
  time: origin.metadata.occurredAt,
  recordedtime: origin.recordedAt,
  position: String(origin.position),
  correlationid: origin.metadata.correlationId,
  causationid: origin.metadata.causationId,
  data: payload,
});

const attribute = (description: string, more: object = {}) => ({ type: 'string', description, ...more });

/** The headers of every message, as a JSON Schema. */
export const headersSchema = ({ type, dataschema, key }: Contract) => {
  const properties = {
    'content-type': attribute('Of the payload', { const: JSON_TYPE }),
    ce_specversion: attribute('Version of CloudEvents', { const: '1.0' }),
    ce_id: attribute('The same message, sent again after a failure or a republication, has the same id'),
    ce_source: attribute('The engine', { const: SOURCE }),
    ce_type: attribute('Kind of message and version', { const: type }),
    ce_dataschema: attribute('Schema of the payload and version', { const: dataschema }),
    ce_subject: attribute(`The ${key} of the payload, which is also the key of the message`),
    ce_time: attribute('When it happened', { format: 'date-time' }),
    ce_recordedtime: attribute('When the log took it', { format: 'date-time' }),
    ce_position: attribute('Place in the log: greater for each later message of the same key', { pattern: '^[0-9]+$' }),
    ce_correlationid: attribute('The first cause of the chain of events that led here'),
    ce_causationid: attribute('What directly led here'),
  };
  return { type: 'object', properties, required: Object.keys(properties) };
};
