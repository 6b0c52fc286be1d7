import { Identity } from './identity.projection.js';

const LEAST_DIGITS = 7;
const LEAST_NUMBER = 4;

/** A text as two people may write it who do not agree on case and accents. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const digits = (text: string): string => text.replace(/\D/g, '');

/** Whether a line of a file speaks of a person: by his id, an e-mail address, a phone number, a number of another system, or his name with his first name or his postal code. */
export const mentions = ({ clientId, person, addresses, emails, phones, references }: Identity): ((line: string) => boolean) => {
  const words = [clientId, ...Object.values(emails)].map(plain);
  // without what stands before it in other countries
  const numbers = Object.values(phones)
    .map(({ number }) => digits(number).slice(-LEAST_DIGITS - 1))
    .filter(({ length }) => length >= LEAST_DIGITS);
  const tokens = new Set(references.map(({ number }) => plain(number)).filter(({ length }) => length >= LEAST_NUMBER));
  const lastName = person.lastName === undefined ? null : plain(person.lastName);
  const beside = [person.firstName, ...Object.values(addresses).map(({ address }) => address?.postalCode)].flatMap((text) =>
    text === undefined ? [] : [plain(text)],
  );
  return (line) => {
    const text = plain(line);
    if (words.some((word) => text.includes(word))) return true;
    if (lastName !== null && text.includes(lastName) && beside.some((word) => text.includes(word))) return true;
    if (tokens.size > 0 && text.split(/[\s;,|"']+/).some((token) => tokens.has(token))) return true;
    const all = numbers.length > 0 ? digits(text) : '';
    return numbers.some((number) => all.includes(number));
  };
};
