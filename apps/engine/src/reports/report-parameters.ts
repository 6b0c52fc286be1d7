import { DomainError } from '@boucle/eventsourcing';
import { AnalysedField, fieldNamed, Fields } from './analysed-fields.js';

type Parameters = Readonly<Record<string, string>>;

/** A parameter that a report cannot do without. */
export const mustBeGiven = (parameters: Parameters, name: string): string => {
  const value = parameters[name];
  if (value === undefined)
    throw new DomainError('not-given', `${name} must be given: GET /reports, or boucle report, says what it means`, name);
  return value;
};

/** Of reports that draw at random. */
export const SEED = { seed: 'what random draws begin with; 1 if left out. The same seed gives the same answer' } as const;

export const seedOf = ({ seed = '1' }: Parameters): string => seed;

/** Fields with commas between; null: none were named. */
export const fieldsIn = (parameters: Parameters, name: string, fields: Fields): readonly AnalysedField[] | null =>
  parameters[name]?.split(',').map((field) => fieldNamed(field.trim(), fields, name)) ?? null;

/** One of some words, the first if none was given. */
export const chosen = <Word extends string>(words: readonly Word[], name: string, text: string = words[0]): Word => {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new DomainError('wrong-parameter', `${name} must be one of ${words.join(', ')}`, name);
  return word;
};
