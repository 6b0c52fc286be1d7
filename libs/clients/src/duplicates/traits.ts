import { streetWordsOf, wordsOf } from '../search/spelling.js';
import { isSuspicious } from '../person/birth-date.js';
import { Address } from '../person/person.events.js';

/** Where somebody lives, folded for comparison; what is not known is empty. */
export interface Roof {
  readonly country: string;
  readonly postalCode: string;
  readonly locality: string;
  readonly street: string;
  /** Of the house, or of the P.O. box. */
  readonly number: string;
}

/** What tells whether two files are about one person, folded for comparison. */
export interface Traits {
  /** Words of the first name. */
  readonly given: readonly string[];
  /** Words of the last name. */
  readonly family: readonly string[];
  /** YYYY-MM-DD, or --MM-DD; null: not known, or a day that stands for that. */
  readonly birthDate: string | null;
  readonly roofs: readonly Roof[];
  /** Alike or not, and nothing else: keyed hashes do. */
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

const HOUSE_BEHIND = /^(?<street>.*\D.*?)[\s,]+(?<number>\d+\s?[a-z]?)$/i;
const HOUSE_BEFORE = /^(?<number>\d+(?:\s?(?:bis|ter|[a-z]))?)[\s,]+(?<street>\D.*)$/i;

const joined = (words: readonly string[]): string => words.join('');

/** An address folded for comparison, also where the number of the house stands in the street. */
export const roofTrait = ({ country, postalCode = '', locality, street = '', houseNumber, poBox }: Address): Roof => {
  const split = houseNumber === undefined ? (HOUSE_BEHIND.exec(street) ?? HOUSE_BEFORE.exec(street))?.groups : undefined;
  return {
    country,
    postalCode: joined(wordsOf(postalCode)),
    locality: joined(wordsOf(locality)),
    street: poBox === undefined ? joined(streetWordsOf(split?.street ?? street)) : 'box',
    number: joined(wordsOf(poBox ?? split?.number ?? houseNumber ?? '')),
  };
};

/** What is said of somebody, before it is folded; e-mail addresses and phones as they are looked up. */
export interface Described {
  readonly person: { readonly firstName?: string; readonly lastName?: string; readonly birthDate?: string };
  readonly addresses: readonly Address[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

/** What tells somebody apart, folded. */
export const traitsOf = ({ person, addresses, emails, phones }: Described): Traits => ({
  given: wordsOf(person.firstName ?? ''),
  family: wordsOf(person.lastName ?? ''),
  birthDate: person.birthDate === undefined || isSuspicious(person.birthDate) ? null : person.birthDate,
  roofs: addresses.map(roofTrait),
  emails,
  phones,
});
