import { soundOf } from '../search/spelling.js';
import { Traits } from './traits.js';

/** A block that holds more tells nothing about who is who, and is passed over. */
export const MOST_OF_A_BLOCK = 50;

/** Day and month in either order. */
const eitherOrder = (birthDate: string): string => {
  const [year, month, day] = birthDate.startsWith('--') ? ['', ...birthDate.slice(2).split('-')] : birthDate.split('-');
  return [year, ...[month, day].sort()].join('-');
};

/**
 * Keys of which two files of one person are likely to share one, however it was typed: only files that do are compared.
 * Each begins with its kind, and holds nothing that is not known.
 */
export const blockingKeys = ({ given, family, birthDate, roofs, emails, phones }: Traits): string[] => {
  const keys = [...emails.map((email) => `email ${email}`), ...phones.map((phone) => `phone ${phone}`)];
  const [givenSound, familySound] = [soundOf(given.join('')), soundOf(family.join(''))];
  if (givenSound && familySound) keys.push(`name ${[givenSound, familySound].sort().join(' ')}`);
  // with either initial: a name may have changed, and first and last name may stand the wrong way round
  const initials = [given[0], family[0]].flatMap((word) => (word ? [word[0]] : []));
  if (birthDate !== null) for (const initial of initials) keys.push(`birth ${eitherOrder(birthDate)} ${initial}`);
  for (const { postalCode, street, number } of roofs) {
    if (familySound && postalCode) keys.push(`place ${familySound} ${postalCode}`);
    if (street && number) for (const initial of initials) keys.push(`roof ${soundOf(street)} ${number} ${initial}`);
  }
  return [...new Set(keys)];
};
