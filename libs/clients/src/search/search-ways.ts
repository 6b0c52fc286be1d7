import { Lookup, Way } from '@boucle/eventsourcing';
import { ID } from '../fields.js';
import { digitsOf, emailKey, ENDING, householdKey, numberKey, phoneKey, plainNumber } from './search-keys.js';
import { streetWordsOf, wordsOf } from './spelling.js';

/** What a client can be looked for by. */
export const SEARCH_KINDS = ['name', 'email', 'phone', 'street', 'number', 'household'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** A way to look for clients, and what it takes the text for. */
export interface ClientWay {
  readonly kind: SearchKind;
  readonly way: Way;
}

const MOST_WORDS = 6;

/** The words as they are written, and each neighbours as one: Bahnhof Strasse may be a Bahnhofstrasse. */
const variants = (words: readonly string[]): string[][] => [
  [...words],
  ...words.slice(1).map((word, i) => [...words.slice(0, i), words[i] + word, ...words.slice(i + 2)]),
];

const textWays = (kind: 'name' | 'street', words: readonly string[]): ClientWay[] =>
  variants([...new Set(words)].slice(0, MOST_WORDS)).map((some) => ({ kind, way: { kind, words: some } }));

const hasLetter = (text: string): boolean => /\p{L}/u.test(text);

const waysBy: Readonly<Record<SearchKind, (text: string, lookup: Lookup) => ClientWay[]>> = {
  email: (text, lookup) => (text.includes('@') ? [{ kind: 'email', way: { key: emailKey(lookup, text) } }] : []),
  phone: (text, lookup) => {
    const digits = digitsOf(text);
    return digits.length >= ENDING.least && !hasLetter(text) ? [{ kind: 'phone', way: { key: phoneKey(lookup, digits) } }] : [];
  },
  number: (text, lookup) => (plainNumber(text) === '' ? [] : [{ kind: 'number', way: { key: numberKey(lookup, text) } }]),
  household: (text) => (ID.test(text) ? [{ kind: 'household', way: { key: householdKey(text) } }] : []),
  name: (text) => {
    const words = wordsOf(text);
    return words.some(hasLetter) ? textWays('name', words) : [];
  },
  street: (text) => {
    const words = streetWordsOf(text);
    return words.some(hasLetter) ? textWays('street', words) : [];
  },
};

const NEEDED: Readonly<Record<SearchKind, string>> = {
  email: 'an e-mail address is found as a whole, such as anna.keller@example.org',
  phone: `a phone number needs its last ${ENDING.least} digits, and no letters`,
  number: 'a number needs a digit or a letter',
  household: 'a household is found by its id: letters, digits, dots, underscores and hyphens',
  name: 'a name needs a letter',
  street: 'a street needs a letter',
};

/** What a text may be, by its letters. */
const guessed = (text: string): readonly SearchKind[] => {
  if (text.includes('@')) return ['email'];
  if (!hasLetter(text)) return ['phone', 'number', 'household'];
  return /\d/.test(text) ? ['number', 'household', 'street', 'name'] : ['household', 'name', 'street'];
};

/**
 * The ways to look for clients by what somebody typed.
 * @param kind what the text is; guessed if null
 */
export const waysOf = (text: string, kind: SearchKind | null, lookup: Lookup): ClientWay[] =>
  (kind === null ? guessed(text) : [kind]).flatMap((one) => waysBy[one](text, lookup));

/** Why nobody can be found by a text, or null. */
export const searchProblem = (text: string, kind: SearchKind | null): string | null => {
  if (kind !== null) return waysOf(text, kind, () => '').length > 0 ? null : NEEDED[kind];
  return /[\p{L}\p{N}]/u.test(text) ? null : 'search must hold a letter or a digit';
};

/** Whether a phone number may be the one that somebody wrote. */
export const isPhone = (number: string, written: string): boolean => digitsOf(number).endsWith(digitsOf(written));
