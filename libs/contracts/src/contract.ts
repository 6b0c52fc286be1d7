import { Of, Schema, Shape } from './shapes.js';

/** A kind of message that is promised to others. */
export interface Contract<Payload = object> {
  readonly name: string;
  readonly topic: string;
  /** The field of the payload that orders the messages of a topic: client or campaign. */
  readonly key: string;
  /** CloudEvents type. */
  readonly type: string;
  /** Names the schema of the payload and its version. */
  readonly dataschema: string;
  readonly summary: string;
  readonly schema: Schema;
  /** Never set: it carries the type. */
  readonly of?: Payload;
}

/** A topic and the messages promised on it. */
export interface TopicContract {
  readonly name: string;
  readonly key: string;
  readonly summary: string;
  readonly messages: Readonly<Record<string, Contract>>;
}

/** Tells an event as promised; the compiler checks the payload against the published schema. */
export const tell = <Payload extends object, Event>(
  contract: Contract<Payload>,
  payload: (event: Event) => NoInfer<Payload> | readonly NoInfer<Payload>[],
): { readonly contract: Contract; readonly payload: typeof payload } => ({ contract, payload });

type Messages<Key extends string> = Record<string, { readonly summary: string; readonly payload: Shape<Readonly<Record<Key, string>>> }>;

/** Promises messages on version `version` of a topic, in order for each value of `key`. */
export const topic = <Key extends string, M extends Messages<Key>>(
  { noun, version, key, summary }: { noun: string; version: number; key: Key; summary: string },
  messages: M,
): TopicContract & { readonly messages: { readonly [N in keyof M]: Contract<Of<M[N]['payload']>> } } => {
  const name = `boucle.${noun}.v${version}`;
  const contracts = Object.entries(messages).map(([message, { summary, payload }]): [string, Contract] => [
    message,
    {
      name: message,
      topic: name,
      key,
      type: `boucle.${message}.v${version}`,
      dataschema: `urn:boucle:schema:${message}:v${version}`,
      summary,
      schema: payload.schema,
    },
  ]);
  return { name, key, summary, messages: Object.fromEntries(contracts) as { [N in keyof M]: Contract<Of<M[N]['payload']>> } };
};
