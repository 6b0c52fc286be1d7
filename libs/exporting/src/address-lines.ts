import { Address } from '@boucle/clients';

/** How many lines the post wants at most. */
export const ADDRESS_LINES = 6;

/** Where the number of a house stands before its street. */
const NUMBER_FIRST = ['AU', 'CA', 'FR', 'GB', 'IE', 'LU', 'MC', 'NZ', 'US'];
/** Where the locality stands before the code. */
const CODE_LAST = ['AU', 'CA', 'GB', 'IE', 'NZ', 'US'];
/** Where the last line is in capital letters. */
const CAPITALS = ['FR', 'GB', 'IE', 'MC'];

const POST_BOX: Readonly<Record<string, string>> = { de: 'Postfach', fr: 'Case postale', it: 'Casella postale', en: 'PO Box' };

const joined = (...words: readonly (string | undefined)[]): string => words.filter((word) => word !== undefined).join(' ');

/** The number of a box in words, unless the words stand there already. */
const boxLine = (poBox: string, country: string, language: string | null): string => {
  if (/^\p{L}/u.test(poBox)) return poBox;
  if (CAPITALS.includes(country) && country !== 'GB' && country !== 'IE') return `BP ${poBox}`;
  return `${POST_BOX[language ?? ''] ?? POST_BOX.en} ${poBox}`;
};

/** Countries as all posts read them: in capitals, in English. */
const countries = new Intl.DisplayNames(['en'], { type: 'region' });

/** Who gets a letter, and from where. */
export interface Addressing {
  readonly name: string | null;
  readonly language: string | null;
  /** The country that it leaves from, ISO 3166; null: not known. */
  readonly sender: string | null;
}

/** An address as the post of its country wants it: name, care of, street, box, locality and, from abroad, the country; at most six lines, none empty. */
export const addressLines = (address: Address, { name, language, sender }: Addressing): readonly string[] => {
  const { careOf, street, houseNumber, poBox, postalCode, locality, country } = address;
  const streetLine = NUMBER_FIRST.includes(country) ? joined(houseNumber, street) : joined(street, houseNumber);
  const place = CAPITALS.includes(country) ? locality.toUpperCase() : locality;
  const placeLine = CODE_LAST.includes(country) ? joined(place, postalCode) : joined(postalCode, place);
  const lines = [
    name,
    careOf ?? null,
    streetLine,
    poBox === undefined ? null : boxLine(poBox, country, language),
    placeLine,
    country === sender ? null : (countries.of(country) ?? country).toUpperCase(),
  ];
  return lines.filter((line): line is string => line !== null && line !== '');
};
