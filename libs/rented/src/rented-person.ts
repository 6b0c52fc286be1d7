import { ContactPoints, emailLookup, Identity, phoneLookup, phoneNumber, Places, placesOf, residentLookup } from '@boucle/clients';
import { Lookup } from '@boucle/eventsourcing';
import { RentedRow } from './rented-file.commands.js';
import { Addressing, RentedPerson } from './rented-file.events.js';

const FOR_EVER = { from: null, until: null, season: null };

/** What is wrong with a row, or the person in it. */
export const rentedPerson = ({ phone, ...row }: RentedRow): RentedPerson | { readonly field: string; readonly reason: string } => {
  if (phone === undefined) {
    if (row.address || row.email) return row;
    return { field: 'line', reason: 'nobody can be reached by it: name an address, an email or a phone' };
  }
  const found = phoneNumber(phone, row.address?.country ?? null);
  if (!found) return { field: 'phone', reason: 'not a phone number: write it with its country code, or name the country of the address' };
  return { ...row, phone: { given: phone, ...found } };
};

const pointsOf = ({ address, email, phone }: RentedPerson): ContactPoints => ({
  ...(address && { post: { kind: 'address' as const, validity: FOR_EVER, returned: null, address } }),
  ...(email !== undefined && { email: { kind: 'email' as const, email } }),
  ...(phone && { phone: { kind: 'phone' as const, line: phone.line, number: phone.number } }),
});

/** Where somebody may be reached: at most one place a channel. */
export const placesIn = (person: RentedPerson): Places => placesOf(pointsOf(person));

/** Somebody in a row as registers of our own would know him; `key` tells him apart. */
export const asIdentity = ({ address, email, phone, ...person }: RentedPerson, key: string): Identity => ({
  clientId: key,
  person,
  origin: null,
  addresses: address ? { post: { address, validity: FOR_EVER, returned: null } } : {},
  emails: email === undefined ? {} : { email },
  phones: phone ? { phone } : {},
  references: [],
  householdId: null,
  state: { deceased: false, closed: false, creditBlocked: false },
});

/** What two rows of a file have in common if they are the same letter, e-mail or call; null: nothing can be said. */
export const sameness = (person: RentedPerson, addressing: Addressing, lookup: Lookup): string | null => {
  const { firstName = '', lastName, address, email, phone } = person;
  if (addressing === 'email') return email === undefined ? null : emailLookup(lookup, email);
  if (addressing === 'calls') return phone ? phoneLookup(lookup, phone.number) : null;
  const resident = address && lastName !== undefined ? residentLookup(lookup, lastName, address) : null;
  return resident && `${resident} ${firstName.toLowerCase()}`;
};
