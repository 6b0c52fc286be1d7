import { RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { Person, PersonChanges } from '../person/person.events.js';
import { PERSON_FIELDS } from '../person/person.js';
import { Winners } from './merge.events.js';

type Value = string | number | boolean | readonly number[];

/** What is said of a person by field, custom ones by their own names. */
const flat = ({ fields, ...own }: PersonChanges): readonly (readonly [field: string, value: Value | null])[] =>
  [...Object.entries(own), ...Object.entries(fields ?? {})] as [string, Value | null][];

const person = (values: ReadonlyMap<string, Value>): Person => {
  const isOwn = (field: string): boolean => (PERSON_FIELDS as readonly string[]).includes(field);
  const fields = [...values].filter(([field]) => !isOwn(field));
  const own = [...values].filter(([field]) => isOwn(field));
  return Object.fromEntries([...own, ...(fields.length > 0 ? [['fields', Object.fromEntries(fields)]] : [])]) as Person;
};

/** A value and when it was told. */
interface Told {
  readonly value: Value;
  readonly at: string;
}

/** What is known of a person by field, and since when. */
const toldIn = (history: readonly RecordedEvent<ClientEvent>[]): ReadonlyMap<string, Told> => {
  const told = new Map<string, Told>();
  for (const { type, data, metadata } of history) {
    if (type !== 'ClientRegistered' && type !== 'ClientDetailsChanged') continue;
    for (const [field, value] of flat(data.personal ?? {}))
      if (value === null) told.delete(field);
      else told.set(field, { value, at: metadata.occurredAt });
  }
  return told;
};

/** One of two files that are to be one. */
export interface OneOfTwo {
  readonly id: string;
  readonly history: readonly RecordedEvent<ClientEvent>[];
}

/** A field that the files do not agree in; null: nothing is known there. */
export interface Disagreement {
  readonly field: string;
  readonly survivor: Value | null;
  readonly merged: Value | null;
  /** The id of the file whose value counts. */
  readonly winner: string;
}

/** Where two files differ, and whose value counts if nobody chooses: what is known counts more than nothing, what was told later more than what was told before, and else the survivor's. */
export const disagreements = (survivor: OneOfTwo, merged: OneOfTwo): readonly Disagreement[] => {
  const [his, other] = [toldIn(survivor.history), toldIn(merged.history)];
  return [...new Set([...his.keys(), ...other.keys()])].sort().flatMap((field) => {
    const [a, b] = [his.get(field), other.get(field)];
    if (JSON.stringify(a?.value) === JSON.stringify(b?.value)) return [];
    const winner = !a || (b && b.at > a.at) ? merged.id : survivor.id;
    return [{ field, survivor: a?.value ?? null, merged: b?.value ?? null, winner }];
  });
};

export const winnersOf = (found: readonly Disagreement[]): Winners => Object.fromEntries(found.map(({ field, winner }) => [field, winner]));

/** Who a person is by all his files. */
export const wholeOf = (
  own: Person,
  files: readonly { readonly id: string; readonly person: Person; readonly winners: Winners }[],
): Person => {
  const values = new Map(flat(own) as [string, Value][]);
  for (const file of files)
    for (const [field, value] of flat(file.person))
      if (value !== null && (!values.has(field) || (Object.hasOwn(file.winners, field) && file.winners[field] === file.id)))
        values.set(field, value);
  return person(values);
};
