import { Contract } from './contract.js';
import { headersSchema } from './envelope.js';
import { PUBLIC_TOPICS } from './topics.js';

const DESCRIPTION = `What Boucle tells other services: ids and facts, never names or addresses.

Every message is a CloudEvent 1.0 in binary mode: its attributes are the headers whose names begin with ce_. A message may come more than once, with the same id and the same bytes. For each key of a topic
positions grow, so a reader that keeps the greatest position it has seen of a key, and drops what is not greater, takes each message once and in order. A reader ignores fields and kinds of
messages that it does not know.

Without Kafka, or from before what Kafka still keeps: GET /events gives the same messages from position 0 on, in structured mode, one JSON text per line.`;

const messageOf = (contract: Contract) => ({
  name: contract.name,
  title: contract.name,
  summary: contract.summary,
  contentType: 'application/json',
  headers: headersSchema(contract),
  payload: { $id: contract.dataschema, ...contract.schema },
  correlationId: { location: '$message.header#/ce_correlationid' },
  bindings: { kafka: { key: { type: 'string', description: `The ${contract.key} of the payload` } } },
});

const refs = (names: readonly string[], at: (name: string) => string) => names.map((name) => ({ $ref: at(name) }));

/** The AsyncAPI 3 document of everything that leaves the house. */
export const asyncApi = (version: string) => ({
  asyncapi: '3.0.0',
  info: { title: 'Boucle', version, description: DESCRIPTION },
  defaultContentType: 'application/json',
  channels: Object.fromEntries(
    PUBLIC_TOPICS.map(({ name, key, summary, messages }) => [
      name,
      {
        address: name,
        summary,
        description: `In order for each ${key}.`,
        messages: Object.fromEntries(Object.keys(messages).map((message) => [message, { $ref: `#/components/messages/${message}` }])),
      },
    ]),
  ),
  operations: Object.fromEntries(
    PUBLIC_TOPICS.map(({ name, summary, messages }) => [
      `send.${name}`,
      {
        action: 'send',
        summary,
        channel: { $ref: `#/channels/${name}` },
        messages: refs(Object.keys(messages), (message) => `#/channels/${name}/messages/${message}`),
      },
    ]),
  ),
  components: {
    messages: Object.fromEntries(
      PUBLIC_TOPICS.flatMap(({ messages }) => Object.values(messages).map((contract) => [contract.name, messageOf(contract)])),
    ),
  },
});
