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

/** A number is read where it enters and again where it is decided on; reading one takes long. */
const read = new Map<string, PhoneNumber | null>();
const MOST_READ = 2000;

const parsed = (written: string, country: string | null): PhoneNumber | null => {
  const found = parsePhoneNumberFromString(written, (country ?? undefined) as CountryCode | undefined);
  if (!found?.isValid()) return null;
  const type = found.getType();
  return { number: found.number, line: (type && LINES[type]) ?? 'other' };
};

/**
 * What a written number stands for, null if it is none.
 * @param country where a number without a country code belongs, ISO 3166 alpha-2
 */
export const phoneNumber = (written: string, country: string | null): PhoneNumber | null => {
  const name = `${country ?? ''} ${written}`;
  const before = read.get(name);
  if (before !== undefined) return before;
  const found = parsed(written, country);
  if (read.size === MOST_READ) read.clear();
  read.set(name, found);
  return found;
};

/** The same, refused where it is none. */
export const mustBePhone = (written: string, country: string | null): PhoneNumber => {
  const found = phoneNumber(written, country);
  if (found) return found;
  throw new DomainError('no-phone-number', `${written} is no phone number: write it with its country code, or name its country`, 'phone');
};
