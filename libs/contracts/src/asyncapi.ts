import { Contract } from './contract.js';
import { headersSchema } from './envelope.js';
import { IN_TOPICS, InTopic } from './in-topics.js';
import { PUBLIC_TOPICS } from './topics.js';

const DESCRIPTION = `What Boucle tells other services, and what they may tell it: ids and facts, never names or addresses.

Every message of Boucle is a CloudEvent 1.0 in binary mode: its attributes are the headers whose names begin with ce_. A message may come more than once, with the same id and the same bytes. For each key of a topic
positions grow, so a reader that keeps the greatest position it has seen of a key, and drops what is not greater, takes each message once and in order. A reader ignores fields and kinds of
messages that it does not know.

Without Kafka, or from before what Kafka still keeps: GET /events gives the same messages from position 0 on, in structured mode, one JSON text per line; webhooks (POST /webhooks) have them posted, in the same words.

What Boucle hears is a JSON object, keyed by client. The header ce_id tells a message from others, ce_source names its producer. What cannot be taken goes to the topic of the same name that ends in .dead, with the
reason and its body sealed; nothing else waits for it.`;

const heardOf = ({ summary, payload }: InTopic) => ({
  summary,
  contentType: 'application/json',
  headers: {
    type: 'object',
    properties: {
      ce_id: { type: 'string', description: 'The same message, sent again, has the same id; the ids of the payload count if left out' },
      ce_source: { type: 'string', description: 'The producer; it becomes the actor of the event' },
      ce_correlationid: { type: 'string', description: 'The first cause of the chain that led here' },
    },
  },
  payload,
  bindings: { kafka: { key: { type: 'string', description: 'The clientId of the payload' } } },
});

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

const byName = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> => Object.fromEntries(entries);

const heard = Object.values(IN_TOPICS);

/** The AsyncAPI 3 document of everything that leaves the house and everything that enters by topic. */
export const asyncApi = (version: string) => ({
  asyncapi: '3.0.0',
  info: { title: 'Boucle', version, description: DESCRIPTION },
  defaultContentType: 'application/json',
  channels: byName<object>([
    ...PUBLIC_TOPICS.map(({ name, key, summary, messages }) => {
      const kinds = byName(Object.keys(messages).map((message) => [message, { $ref: `#/components/messages/${message}` }]));
      return [name, { address: name, summary, description: `In order for each ${key}.`, messages: kinds }] as const;
    }),
    ...heard.map(({ topic, message, summary }) => {
      const kinds = { [message]: { $ref: `#/components/messages/${message}` } };
      return [topic, { address: topic, summary, messages: kinds }] as const;
    }),
  ]),
  operations: byName<object>([
    ...PUBLIC_TOPICS.map(({ name, summary, messages }) => {
      const kinds = refs(Object.keys(messages), (message) => `#/channels/${name}/messages/${message}`);
      return [`send.${name}`, { action: 'send', summary, channel: { $ref: `#/channels/${name}` }, messages: kinds }] as const;
    }),
    ...heard.map(({ topic, message, summary }) => {
      const kinds = refs([message], (name) => `#/channels/${topic}/messages/${name}`);
      return [`receive.${topic}`, { action: 'receive', summary, channel: { $ref: `#/channels/${topic}` }, messages: kinds }] as const;
    }),
  ]),
  components: {
    messages: {
      ...byName(
        PUBLIC_TOPICS.flatMap(({ messages }) => Object.values(messages).map((contract) => [contract.name, messageOf(contract)] as const)),
      ),
      ...byName(heard.map((topic) => [topic.message, heardOf(topic)] as const)),
    },
  },
});
