import { Lookup } from '@boucle/eventsourcing';
import { folded, roofOf } from '../record/household-proposals.js';
import { Address } from './person.events.js';

/** A number of another system as it is looked up, however it is spaced and cased. */
export const referenceLookup = (lookup: Lookup, system: string, number: string): string =>
  lookup(`reference/${system}`, number.replace(/\s/g, '').toUpperCase());

/** An e-mail address as it is looked up: mailboxes of one name in another case are one. */
export const emailLookup = (lookup: Lookup, email: string): string => lookup('email', email.trim().toLowerCase());

/** A number in E.164 as it is looked up. */
export const phoneLookup = (lookup: Lookup, number: string): string => lookup('phone', number);

/** Somebody at an address as he is looked up: surname and address, without accents, case, abbreviations of the street or first name, so that a list protects the whole household; null where the address is too vague. */
export const residentLookup = (lookup: Lookup, lastName: string, address: Address): string | null => {
  const roof = roofOf(address);
  return roof === null ? null : lookup('name-and-address', `${folded(lastName)} ${roof}`);
};
