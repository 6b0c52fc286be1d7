import { Lookup } from '@boucle/eventsourcing';

/** A number of another system as it is looked up, however it is spaced and cased. */
export const referenceLookup = (lookup: Lookup, system: string, number: string): string =>
  lookup(`reference/${system}`, number.replace(/\s/g, '').toUpperCase());

/** An e-mail address as it is looked up: mailboxes of one name in another case are one. */
export const emailLookup = (lookup: Lookup, email: string): string => lookup('email', email.trim().toLowerCase());

/** A number in E.164 as it is looked up. */
export const phoneLookup = (lookup: Lookup, number: string): string => lookup('phone', number);
