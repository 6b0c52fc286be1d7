import { alike, distance } from '../search/spelling.js';
import { isNickname } from './given-names.js';
import { Roof, Traits } from './traits.js';

/** How well one thing fits that is said of two people; `missing`: of one of them it is not said. */
export interface Comparison {
  readonly given: 'same' | 'nickname' | 'part' | 'initial' | 'near' | 'ending' | 'different' | 'missing';
  readonly family: 'same' | 'part' | 'near' | 'different' | 'missing';
  readonly birthDate: 'same' | 'near' | 'day' | 'different' | 'missing';
  readonly address: 'same' | 'near' | 'area' | 'different' | 'missing';
  readonly email: 'same' | 'different' | 'missing';
  readonly phone: 'same' | 'different' | 'missing';
}

/** Of two people of whom nothing is known. */
export const UNKNOWN: Comparison = {
  given: 'missing',
  family: 'missing',
  birthDate: 'missing',
  address: 'missing',
  email: 'missing',
  phone: 'missing',
};

type Words = readonly string[];

const LEAST_WORD = 3;
/** How many letters the names of men and women differ by at their end: Daniel and Daniela, Simon and Simone. */
const LONGEST_ENDING = 2;

const areIn = (some: Words, all: Words): boolean => some.every((word) => word.length >= LEAST_WORD && all.includes(word));

const isInitial = (words: Words, of: Words): boolean =>
  words.every((word, i) => word.length === 1 && of[i]?.startsWith(word)) && of[0].length > 1;

const differInEnding = (a: string, b: string): boolean =>
  (a.startsWith(b) || b.startsWith(a)) && Math.abs(a.length - b.length) <= LONGEST_ENDING;

const givenOf = (a: Words, b: Words): Comparison['given'] => {
  if (a.length === 0 || b.length === 0) return 'missing';
  const [one, other] = [a.join(''), b.join('')];
  if (one === other) return 'same';
  if (isNickname(one, other)) return 'nickname';
  if (isInitial(a, b) || isInitial(b, a)) return 'initial';
  if (areIn(a, b) || areIn(b, a) || isNickname(a[0], b[0])) return 'part';
  if (differInEnding(one, other)) return 'ending';
  return alike(one, other) ? 'near' : 'different';
};

const familyOf = (a: Words, b: Words): Comparison['family'] => {
  if (a.length === 0 || b.length === 0) return 'missing';
  const [one, other] = [a.join(''), b.join('')];
  if (one === other) return 'same';
  if (alike(one, other)) return 'near';
  return a.some((word) => word.length > LEAST_WORD && b.includes(word)) ? 'part' : 'different';
};

/** First and last name, also where they stand the wrong way round. */
const namesOf = (a: Traits, b: Traits): Pick<Comparison, 'given' | 'family'> => {
  const straight = { given: givenOf(a.given, b.given), family: familyOf(a.family, b.family) };
  if (straight.given !== 'different' || straight.family !== 'different') return straight;
  const crossed = [familyOf(a.given, b.family), familyOf(a.family, b.given)];
  return crossed.every((level) => level === 'same' || level === 'near') ? { given: 'near', family: 'near' } : straight;
};

const isTurned = (a: string, b: string): boolean =>
  a.slice(0, 5) === b.slice(0, 5) && a.slice(5, 7) === b.slice(8) && a.slice(8) === b.slice(5, 7);

const birthOf = (a: string | null, b: string | null): Comparison['birthDate'] => {
  if (a === null || b === null) return 'missing';
  const years = !a.startsWith('--') && !b.startsWith('--');
  if (!years) return a.slice(-5) === b.slice(-5) ? 'day' : 'different';
  if (a === b) return 'same';
  return distance(a, b) === 1 || isTurned(a, b) ? 'near' : 'different';
};

const ORDER = ['same', 'near', 'area', 'different'] as const;

const isSimilar = (a: string, b: string): boolean => a === b || alike(a, b);

const roofLevel = (a: Roof, b: Roof): (typeof ORDER)[number] => {
  if (a.country !== b.country) return 'different';
  const area = a.postalCode && b.postalCode ? a.postalCode === b.postalCode : a.locality === b.locality;
  const street = a.street !== '' && b.street !== '' && isSimilar(a.street, b.street);
  const house = a.number !== '' && a.number === b.number;
  if (street && house && area) return 'same';
  // a slip in the postal code, in the number, or a number that is left out
  const slip = a.locality === b.locality || distance(a.postalCode, b.postalCode) <= 1;
  if (street && ((house && slip) || (area && (a.number === '' || b.number === '' || distance(a.number, b.number) <= 1)))) return 'near';
  return area ? 'area' : 'different';
};

/** The best of all pairs: who has moved has two. */
const addressOf = (a: readonly Roof[], b: readonly Roof[]): Comparison['address'] => {
  if (a.length === 0 || b.length === 0) return 'missing';
  const levels = a.flatMap((one) => b.map((other) => ORDER.indexOf(roofLevel(one, other))));
  return ORDER[Math.min(...levels)];
};

const sharedOf = (a: Words, b: Words): 'same' | 'different' | 'missing' => {
  if (a.length === 0 || b.length === 0) return 'missing';
  return a.some((one) => b.includes(one)) ? 'same' : 'different';
};

/** Two files, field by field. */
export const compared = (a: Traits, b: Traits): Comparison => ({
  ...namesOf(a, b),
  birthDate: birthOf(a.birthDate, b.birthDate),
  address: addressOf(a.roofs, b.roofs),
  email: sharedOf(a.emails, b.emails),
  phone: sharedOf(a.phones, b.phones),
});
