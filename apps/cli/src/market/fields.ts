import { MarketError } from './market.js';
import { didYouMean, listed, quoted } from '@boucle/importing';

type Read<T> = (value: unknown, field: string) => T;

const refuse = (field: string, value: unknown, remedy: string): never => {
  throw new MarketError(value === undefined ? `"${field}" is missing. ${remedy}` : `"${field}" cannot be ${quoted(value)}. ${remedy}`);
};

/** An object with no other keys than those allowed (null: any key). */
export function object(value: unknown, field: string, allowed: readonly string[] | null, remedy: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(field, value, remedy);
  const stranger = allowed && Object.keys(value).find((key) => !allowed.includes(key));
  if (stranger !== null && stranger !== undefined) {
    const hint = didYouMean(stranger, allowed!) || ` The fields are ${listed(allowed!)}.`;
    throw new MarketError(`"${field === '' ? stranger : `${field}.${stranger}`}" is no field of a trial.${hint}`);
  }
  return value as Record<string, unknown>;
}

/** A text with at least one letter, without the spaces around it. */
export const text =
  (remedy: string): Read<string> =>
  (value, field) =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : refuse(field, value, remedy);

/** A text of a certain form, as it stands. */
export const textLike =
  (form: RegExp, remedy: string): Read<string> =>
  (value, field) =>
    typeof value === 'string' && form.test(value) ? value : refuse(field, value, remedy);

/** A number that `fits`. */
export const number =
  (fits: (value: number) => boolean, remedy: string): Read<number> =>
  (value, field) =>
    typeof value === 'number' && Number.isFinite(value) && fits(value) ? value : refuse(field, value, remedy);

/** One of a few words. */
export const oneOf =
  <T extends string>(words: readonly T[]): Read<T> =>
  (value, field) =>
    words.includes(value as T) ? (value as T) : refuse(field, value, `Use one of ${listed(words)}.`);

/** A list of different things, at least `least` of them. */
export const list =
  <T>(item: Read<T>, least: number, remedy: string): Read<T[]> =>
  (value, field) => {
    if (!Array.isArray(value) || value.length < least) return refuse(field, value, remedy);
    const items = value.map((one, i) => item(one, `${field}[${i}]`));
    const twice = items.find((one, i) => items.indexOf(one) < i);
    if (twice !== undefined) throw new MarketError(`"${field}" names ${quoted(twice)} twice. Name it once.`);
    return items;
  };

/** A field that may be left out. */
export const optional =
  <T, U>(read: Read<T>, otherwise: U): Read<T | U> =>
  (value, field) =>
    value === undefined ? otherwise : read(value, field);

/** An object of any names, each with a thing of one kind. */
export const named =
  <T>(item: Read<T>, least: number, most: number, remedy: string): Read<ReadonlyMap<string, T>> =>
  (value, field) => {
    const entries = Object.entries(object(value, field, null, remedy));
    if (entries.length < least || entries.length > most || entries.some(([name]) => name.trim() === '')) refuse(field, value, remedy);
    return new Map(entries.map(([name, one]) => [name.trim(), item(one, `${field}.${name}`)]));
  };
