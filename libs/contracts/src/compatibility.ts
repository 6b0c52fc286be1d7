import { TopicContract } from './contract.js';
import { Schema } from './shapes.js';

/** A topic as it was published once. */
export interface Revision {
  readonly key: string;
  readonly messages: Readonly<Record<string, Schema>>;
}

/** A topic as it would be published now. */
export const revisionOf = ({ key, messages }: TopicContract): Revision => ({
  key,
  messages: Object.fromEntries(Object.entries(messages).map(([name, { schema }]) => [name, schema])),
});

const typesOf = ({ type }: Schema): readonly string[] => (typeof type === 'string' ? [type] : type);

const admits = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));

/**
 * What would break a reader of the schema `before` if messages followed `after`; empty only if every message of `after` is one of `before` and has all its fields.
 * Fields may be added; types, closed lists of words and limits may only become narrower.
 */
export const breakingChanges = (before: Schema, after: Schema, path = 'payload'): string[] => {
  const found: string[] = [];
  const wider = typesOf(after).filter((type) => !admits(typesOf(before), type));
  if (wider.length > 0) found.push(`${path}: may now be of type ${wider.join(', ')}`);

  if (before.enum && !after.enum) found.push(`${path}: the closed list of words was opened`);
  const words = before.enum && (after.enum ?? []).filter((word) => !before.enum!.includes(word));
  if (words && words.length > 0) found.push(`${path}: ${words.join(', ')} joined the closed list of words`);

  if (before.pattern !== undefined && after.pattern !== before.pattern) found.push(`${path}: the pattern changed`);
  if (before.format !== undefined && after.format !== before.format) found.push(`${path}: the format changed`);
  if (before.minimum !== undefined && !(after.minimum !== undefined && after.minimum >= before.minimum))
    found.push(`${path}: the minimum fell`);

  const inside = (place: string, was: Schema | undefined, is: Schema | undefined): void => {
    if (was) found.push(...(is ? breakingChanges(was, is, place) : [`${place}: was removed`]));
  };
  inside(`${path}[]`, before.items, after.items);
  for (const [name, was] of Object.entries(before.properties ?? {})) inside(`${path}.${name}`, was, after.properties?.[name]);
  inside(`${path}.*`, before.additionalProperties, after.additionalProperties);
  for (const [name, is] of Object.entries(after.properties ?? {}))
    if (!before.properties?.[name]) inside(`${path}.${name}`, before.additionalProperties, is);
  for (const name of before.required ?? []) if (!after.required?.includes(name)) found.push(`${path}.${name}: may now be left out`);
  return found;
};

/** What would break a reader of an earlier revision of a topic. */
export const breakingRevision = (before: Revision, after: Revision): string[] => [
  ...(after.key === before.key ? [] : [`the key changed from ${before.key} to ${after.key}`]),
  ...Object.entries(before.messages).flatMap(([name, was]) =>
    name in after.messages ? breakingChanges(was, after.messages[name], name) : [`${name}: was removed`],
  ),
];
