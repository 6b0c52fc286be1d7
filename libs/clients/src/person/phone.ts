import { CountryCode, NumberType, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { DomainError } from '@boucle/eventsourcing';
import { Line } from './person.events.js';

/** A phone number that can be dialled. */
export interface PhoneNumber {
  /** E.164. */
  readonly number: string;
  readonly line: Line;
}

const LINES: Partial<Record<NonNullable<NumberType>, Line>> = {
  MOBILE: 'mobile',
  FIXED_LINE: 'landline',
};

/**
 * What a written number stands for, null if it is none.
 * @param country where a number without a country code belongs, ISO 3166 alpha-2
 */
export const phoneNumber = (written: string, country: string | null): PhoneNumber | null => {
  const parsed = parsePhoneNumberFromString(written, (country ?? undefined) as CountryCode | undefined);
  if (!parsed?.isValid()) return null;
  const type = parsed.getType();
  return { number: parsed.number, line: (type && LINES[type]) ?? 'other' };
};

/** The same, refused where it is none. */
export const mustBePhone = (written: string, country: string | null): PhoneNumber => {
  const found = phoneNumber(written, country);
  if (found) return found;
  throw new DomainError('no-phone-number', `${written} is no phone number: write it with its country code, or name its country`, 'phone');
};
