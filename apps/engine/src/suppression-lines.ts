import { Lookup } from '@boucle/eventsourcing';
import { emailLookup, phoneLookup, phoneNumber, residentLookup, SuppressedPerson } from '@boucle/clients';
import { isEmail } from 'class-validator';
import { FieldProblem } from './http/problem.filter.js';
import { shaped } from './http/shape.js';

const wrong = (field: string, reason: string): FieldProblem => ({ field, reason });

const ofPhone = (phone: string, country: string | null, lookup: Lookup): string | FieldProblem => {
  const found = phoneNumber(phone, country);
  return found
    ? phoneLookup(lookup, found.number)
    : wrong('phone', 'not a phone number: write it with its country code, or name its country');
};

const ofPerson = ({ email, phone, country, lastName, address }: SuppressedPerson, lookup: Lookup): string | FieldProblem => {
  if (email !== undefined) return emailLookup(lookup, email);
  if (phone !== undefined) return ofPhone(phone, country ?? null, lookup);
  if (lastName === undefined || address === undefined) return wrong('line', 'name an email, a phone, or a lastName with an address');
  return (
    residentLookup(lookup, lastName, address) ?? wrong('address', 'too vague: postalCode, street and houseNumber (or poBox) are needed')
  );
};

/** The keyed hash of a line of a list, or what is wrong with it, which never repeats the line: an e-mail address, a phone number, or a JSON object. */
export const hashOfLine = (line: string, country: string | null, lookup: Lookup): string | FieldProblem => {
  const text = line.trim();
  if (!text.startsWith('{')) {
    if (!text.includes('@')) return ofPhone(text, country, lookup);
    return isEmail(text) ? emailLookup(lookup, text) : wrong('email', 'not an e-mail address');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong('line', 'not JSON');
  }
  const person = shaped(SuppressedPerson, value, 'line');
  return Array.isArray(person) ? person[0] : ofPerson({ ...person, country: person.country ?? country ?? undefined }, lookup);
};
