import { Address } from '@boucle/clients';
import { Random, randomStream } from '@boucle/targeting';
import { families, givens, places, streets } from './people.js';

/** What a base is like: every field known and one change in a second file; or as bases are. */
export type BaseKind = 'full' | 'real';

/** A file on a person, as somebody typed it; several may be on one. */
export interface PersonFile {
  readonly id: string;
  /** Who it is really about. */
  readonly person: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string | null;
  readonly address: Address;
  readonly email: string | null;
  readonly phone: string | null;
}

type Details = Omit<PersonFile, 'id'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const SECOND_FILES = 0.14;
const THIRD_FILES = 0.15;
/** Of households: with three and a half people in each, 35% of all people live in one. */
const FAMILIES = 0.133;
const SAME_SURNAME = 0.9;
const SHARED_PHONE = 0.6;
const FAMILY_EMAIL = 0.3;
const USES_FAMILY_EMAIL = 0.6;
const NAMED_AFTER_FATHER = 0.05;
const TWINS = 0.05;
const TWO_CHANGES = 0.4;
/** How often a field is known in a real base. */
const KNOWN = { birthDate: 0.5, email: 0.6, phone: 0.5 };
const OTHER_SPELLING = 0.2;

/** Everyday names, chosen apart from those that the comparison knows. */
const EVERYDAY: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'Elisabeth Lisa,Michael Michi,Thomas Tom,Daniel Dani,Andreas Andi,Christian Chris,Stefan Stephan,Nicole Nicki,Barbara Babsi,Ursula Uschi,Monika Moni,' +
    'Patrick Pat,Philippe Phil,Catherine Cathy,Isabelle Isa,Nathalie Nath,Verena Vreni,Hans Johann,Jean Jeannot,Markus Märki,Simon Simi,Silvia Silvie,Martin Tinu,' +
    'Sandra Sandy,Ruth Ruthli,Peter Pesche,Sarah Sari,Sebastian Basti,François Franz,René Reni'
  )
    .split(',')
    .map((pair) => pair.split(' ') as [string, string]),
);

const MAILBOXES = [
  'bluewin.ch',
  'gmail.com',
  'gmx.ch',
  'hotmail.com',
  'outlook.com',
  'sunrise.ch',
  'proton.me',
  'yahoo.fr',
  'web.de',
  'hispeed.ch',
];
const LETTERS = [...'abcdefghijklmnoprstuvwz'];

const whole = (random: Random, least: number, most: number): number => least + Math.floor(random.uniform() * (most - least + 1));
const pick = <T>(random: Random, items: readonly T[]): T => items[whole(random, 0, items.length - 1)];
const two = (n: number): string => String(n).padStart(2, '0');

const mistyped = (random: Random, text: string): string => {
  if (text.length < 3) return `${text}${pick(random, LETTERS)}`;
  const at = whole(random, 1, text.length - 2);
  const [before, letter, after] = [text.slice(0, at), text[at], text.slice(at + 1)];
  return pick(random, [
    before + after,
    `${before}${letter}${letter}${after}`,
    `${before}${pick(random, LETTERS)}${after}`,
    `${before}${after[0]}${letter}${after.slice(1)}`,
  ]);
};

const otherDigit = (random: Random, text: string, from = 0): string => {
  const at = whole(random, from, text.length - 1);
  return `${text.slice(0, at)}${(Number(text[at]) + whole(random, 1, 9)) % 10}${text.slice(at + 1)}`;
};

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter]!)
    .normalize('NFD')
    .replace(/[^a-z]/g, '');

/** Draws people, homes and what is theirs alone; one per base, since no mailbox and no number is given twice. */
class Draws {
  private readonly given = new Set<string>();

  constructor(readonly random: Random) {}

  chance(share: number): boolean {
    return this.random.uniform() < share;
  }

  birthDate(least: number, most: number): string {
    return `${whole(this.random, least, most)}-${two(whole(this.random, 1, 12))}-${two(whole(this.random, 1, 28))}`;
  }

  address(): Address {
    const [postalCode, ...locality] = places(this.random).split(' ');
    const houseNumber = `${whole(this.random, 1, 90)}${this.chance(0.1) ? pick(this.random, [...'abc']) : ''}`;
    return { street: streets(this.random), houseNumber, postalCode, locality: locality.join(' '), country: 'CH' };
  }

  email({ firstName, lastName }: Pick<Details, 'firstName' | 'lastName'>): string {
    const [first, last] = [plain(firstName), plain(lastName)];
    const local = pick(this.random, [
      `${first}.${last}`,
      `${first[0]}.${last}`,
      `${last}.${first}`,
      `${first}${whole(this.random, 1, 99)}`,
    ]);
    return this.fresh((n) => `${local}${n || ''}@${pick(this.random, MAILBOXES)}`);
  }

  phone(): string {
    const area = pick(this.random, ['76', '78', '79', '44', '31', '61', '21', '22']);
    return this.fresh(() => `+41${area}${whole(this.random, 2_000_000, 9_999_999)}`);
  }

  private fresh(draw: (n: number) => string): string {
    for (let n = 0; ; n++) {
      const one = draw(n);
      if (this.given.has(one)) continue;
      this.given.add(one);
      return one;
    }
  }
}

/** Who lives together: one, or a family that shares its address, often its phone, and sometimes a mailbox. */
const household = (draws: Draws): Omit<Details, 'person'>[] => {
  const { random } = draws;
  const address = draws.address();
  const lastName = families(random);
  if (!draws.chance(FAMILIES)) {
    const firstName = givens(random);
    return [
      {
        firstName,
        lastName,
        birthDate: draws.birthDate(1940, 2005),
        address,
        email: draws.email({ firstName, lastName }),
        phone: draws.phone(),
      },
    ];
  }
  const phone = draws.phone();
  const father = givens(random);
  const size = whole(random, 2, 5);
  const shared = draws.chance(FAMILY_EMAIL) ? draws.email({ firstName: father, lastName }) : null;
  const birthDates = [draws.birthDate(1955, 1975), draws.birthDate(1955, 1975)];
  for (let n = 2; n < size; n++) birthDates.push(n === 3 && draws.chance(TWINS) ? birthDates[2] : draws.birthDate(1985, 2008));
  const named = new Set<string>();
  return birthDates.map((birthDate, n) => {
    let firstName = n === 0 || (n === 2 && draws.chance(NAMED_AFTER_FATHER)) ? father : givens(random);
    // of brothers and sisters no two are called alike
    while (named.has(firstName) && firstName !== father) firstName = givens(random);
    named.add(firstName);
    const own = draws.chance(SAME_SURNAME) ? lastName : families(random);
    const email = shared !== null && draws.chance(USES_FAMILY_EMAIL) ? shared : draws.email({ firstName, lastName: own });
    return { firstName, lastName: own, birthDate, address, email, phone: draws.chance(SHARED_PHONE) ? phone : draws.phone() };
  });
};

const otherYear = (random: Random, birthDate: string): string =>
  `${birthDate.slice(0, 2)}${otherDigit(random, birthDate.slice(2, 4))}${birthDate.slice(4)}`;

/** Day and month the wrong way round, where that is a day. */
const turned = (random: Random, birthDate: string): string => {
  const [year, month, day] = birthDate.split('-');
  return Number(day) <= 12 && day !== month ? `${year}-${day}-${month}` : otherYear(random, birthDate);
};

type Change = (file: Mutable<Details>, draws: Draws) => void;

const readdressed =
  (change: (address: Mutable<Address>, random: Random) => void): Change =>
  (file, { random }) => {
    const address = { ...file.address };
    change(address, random);
    file.address = address;
  };

/** What happens to a field between two files of one person, with how often compared to the others. */
const CHANGES: readonly (readonly [weight: number, field: string, change: Change])[] = [
  [2, 'given', (file, { random }) => (file.firstName = mistyped(random, file.firstName))],
  [1.5, 'given', (file, { random }) => (file.firstName = EVERYDAY[file.firstName] ?? mistyped(random, file.firstName))],
  [0.7, 'given', (file) => (file.firstName = `${file.firstName[0]}.`)],
  [0.5, 'given', (file, { random }) => (file.firstName = `${file.firstName} ${givens(random)}`)],
  [2, 'family', (file, { random }) => (file.lastName = mistyped(random, file.lastName))],
  [1, 'family', (file, { random }) => (file.lastName = families(random))],
  [0.7, 'family', (file, { random }) => (file.lastName = `${file.lastName}-${families(random)}`)],
  [0.4, 'family', (file) => ([file.firstName, file.lastName] = [file.lastName, file.firstName])],
  [0.8, 'birth', (file, { random }) => (file.birthDate = otherYear(random, file.birthDate!))],
  [0.6, 'birth', (file, { random }) => (file.birthDate = turned(random, file.birthDate!))],
  [2, 'address', (file, draws) => (file.address = draws.address())],
  [1.2, 'address', readdressed((address, random) => (address.street = mistyped(random, address.street!)))],
  [0.7, 'address', readdressed((address, random) => (address.houseNumber = String(whole(random, 1, 90))))],
  [0.7, 'address', readdressed((address, random) => (address.postalCode = otherDigit(random, address.postalCode!, 1)))],
  [1.5, 'email', (file, draws) => (file.email = draws.email(file))],
  [
    0.7,
    'email',
    (file, { random }) => (file.email = mistyped(random, file.email!.split('@')[0]) + file.email!.slice(file.email!.indexOf('@'))),
  ],
  [1.5, 'phone', (file, draws) => (file.phone = draws.phone())],
  [0.6, 'phone', (file, { random }) => (file.phone = otherDigit(random, file.phone!, 5))],
];
const ALL_WEIGHTS = CHANGES.reduce((sum, [weight]) => sum + weight, 0);

const drawChange = ({ random }: Draws): (typeof CHANGES)[number] => {
  let drawn = random.uniform() * ALL_WEIGHTS;
  return CHANGES.find(([weight]) => (drawn -= weight) < 0) ?? CHANGES[0];
};

/** The same thing as others write it: no change, since everybody reads it as the same. */
const respelt = (file: Mutable<Details>, { random }: Draws): void => {
  const style = whole(random, 0, 3);
  if (style === 0) [file.firstName, file.lastName] = [file.firstName.toUpperCase(), file.lastName.toUpperCase()];
  if (style === 1) file.lastName = file.lastName.replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter]!);
  if (style === 2) file.address = { ...file.address, street: file.address.street!.replace(/strasse$/, 'str.').replace(/^Avenue/, 'Av.') };
  if (style === 3) file.email = file.email!.toUpperCase();
};

const secondFile = (kind: BaseKind, first: Details, draws: Draws): Details => {
  const file = { ...first };
  if (draws.chance(OTHER_SPELLING)) respelt(file, draws);
  const changed = new Set<string>();
  for (let left = kind === 'real' && draws.chance(TWO_CHANGES) ? 2 : 1; left > 0;) {
    const [, field, change] = drawChange(draws);
    if (changed.has(field)) continue;
    change(file, draws);
    changed.add(field);
    left--;
  }
  return file;
};

const forgetful = (kind: BaseKind, file: Details, draws: Draws): Details =>
  kind === 'full'
    ? file
    : {
        ...file,
        birthDate: draws.chance(KNOWN.birthDate) ? file.birthDate : null,
        email: draws.chance(KNOWN.email) ? file.email : null,
        phone: draws.chance(KNOWN.phone) ? file.phone : null,
      };

/** A base of so many files: the same for the same seed, in an order that tells nothing. */
export const baseOf = (kind: BaseKind, size: number, seed: string): readonly PersonFile[] => {
  const draws = new Draws(randomStream('base', kind, seed));
  const files: Details[] = [];
  for (let person = 0; files.length < size;)
    for (const someone of household(draws)) {
      const first = { ...someone, person: person++ };
      files.push(first);
      if (draws.chance(SECOND_FILES)) files.push(secondFile(kind, first, draws));
      if (draws.chance(SECOND_FILES * THIRD_FILES)) files.push(secondFile(kind, first, draws));
    }
  const order = files.slice(0, size).map((file) => ({ file: forgetful(kind, file, draws), at: draws.random.uniform() }));
  return order.sort((a, b) => a.at - b.at).map(({ file }, n) => ({ id: `c${n}`, ...file }));
};
