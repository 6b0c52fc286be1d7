import { Lookup } from '@boucle/eventsourcing';
import { emailLookup } from '../person/lookups.js';

const LENGTH = 16;
/** The least and the most digits that a phone number is found by; whoever types more compares them himself. */
export const ENDING = { least: 4, most: 7 };
const FIRST_LENGTH = 6;
const NEXT_LENGTH = 4;

/** The digits of a phone number as somebody wrote it, of a whole one without what stands before the area code. */
export const digitsOf = (phone: string): string => {
  const digits = phone.replace(/\(0\)/g, '').replace(/\D/g, '');
  return digits.length > ENDING.most ? digits.replace(/^0+/, '') : digits;
};

/** The key of an e-mail address. */
export const emailKey = (lookup: Lookup, email: string): string => `e${emailLookup(lookup, email).slice(0, LENGTH)}`;

/** The key of the last digits of a phone number: that of fewer digits is the beginning of that of more. */
export const phoneKey = (lookup: Lookup, digits: string): string => {
  const ending = digits.slice(-ENDING.most);
  let key = 'p';
  for (let count = ENDING.least; count <= ending.length; count++)
    key += lookup('phone-ending', ending.slice(-count)).slice(0, count === ENDING.least ? FIRST_LENGTH : NEXT_LENGTH);
  return key;
};

/** A number of another system without what people leave out: spaces, dots, hyphens, capitals. */
export const plainNumber = (number: string): string =>
  number
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The key of a number that another system gave: a client's, a card's, an order's. */
export const numberKey = (lookup: Lookup, number: string): string => `n${lookup('number', plainNumber(number)).slice(0, LENGTH)}`;

/** The key of a household. */
export const householdKey = (householdId: string): string => `h${householdId}/`;
