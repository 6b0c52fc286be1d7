import { Person } from '@boucle/clients';

/** How letters of a language begin, and how they name people. */
interface Manners {
  readonly titles: Readonly<Record<string, string>>;
  readonly dear: (title: string, lastName: string, civility: string) => string;
  /** To whom nobody knows how to write. */
  readonly nobody: string;
  readonly neutral: (name: string) => string;
  /** Of households, by the code of the catalogue of salutations: on the envelope, and at the beginning. */
  readonly together: Readonly<Record<string, readonly [envelope: (lastName: string) => string, dear: (lastName: string) => string]>>;
}

const MANNERS: Readonly<Record<string, Manners>> = {
  de: {
    titles: { ms: 'Frau', mr: 'Herr' },
    dear: (title, lastName, civility) => `${civility === 'ms' ? 'Sehr geehrte' : 'Sehr geehrter'} ${title} ${lastName}`,
    nobody: 'Sehr geehrte Damen und Herren',
    neutral: (name) => `Guten Tag ${name}`,
    together: {
      family: [(name) => `Familie ${name}`, (name) => `Sehr geehrte Familie ${name}`],
      couple: [(name) => `Frau und Herr ${name}`, (name) => `Sehr geehrte Frau ${name}, sehr geehrter Herr ${name}`],
    },
  },
  fr: {
    titles: { ms: 'Madame', mr: 'Monsieur' },
    dear: (title) => title,
    nobody: 'Madame, Monsieur',
    neutral: (name) => `Bonjour ${name}`,
    together: {
      family: [(name) => `Famille ${name}`, () => 'Madame, Monsieur'],
      couple: [(name) => `Madame et Monsieur ${name}`, () => 'Madame, Monsieur'],
    },
  },
  it: {
    titles: { ms: 'Signora', mr: 'Signor' },
    dear: (title, lastName, civility) => `${civility === 'ms' ? 'Gentile' : 'Egregio'} ${title} ${lastName}`,
    nobody: 'Gentili Signore e Signori',
    neutral: (name) => `Buongiorno ${name}`,
    together: {
      family: [(name) => `Famiglia ${name}`, (name) => `Gentile famiglia ${name}`],
      couple: [(name) => `Signori ${name}`, (name) => `Gentili Signori ${name}`],
    },
  },
  en: {
    titles: { ms: 'Ms', mr: 'Mr' },
    dear: (title, lastName) => `Dear ${title} ${lastName}`,
    nobody: 'Dear Sir or Madam',
    neutral: (name) => `Dear ${name}`,
    together: {
      family: [(name) => `The ${name} family`, (name) => `Dear ${name} family`],
      couple: [(name) => `Ms and Mr ${name}`, (name) => `Dear Ms ${name}, dear Mr ${name}`],
    },
  },
};

const mannersOf = ({ language }: Person): Manners => MANNERS[language ?? ''] ?? MANNERS.en;

const nameOf = ({ firstName, lastName }: Person): string | null =>
  [firstName, lastName].filter((name) => name !== undefined).join(' ') || null;

const togetherIn = (person: Person, salutation: string | null): Manners['together'][string] | undefined =>
  person.lastName === undefined || salutation === null ? undefined : mannersOf(person).together[salutation];

/** The first line of an address; null: nobody knows his name. */
export const envelopeName = (person: Person, salutation: string | null = null): string | null => {
  const household = togetherIn(person, salutation);
  if (household) return household[0](person.lastName!);
  const name = nameOf(person);
  const title = mannersOf(person).titles[person.civility ?? ''];
  return name === null || title === undefined ? name : `${title} ${name}`;
};

/** How a letter to somebody begins, in his language; to a household, by its salutation. */
export const salutationFor = (person: Person, salutation: string | null = null): string => {
  const household = togetherIn(person, salutation);
  if (household) return household[1](person.lastName!);
  const { titles, dear, neutral, nobody } = mannersOf(person);
  const { civility = '', lastName } = person;
  const name = nameOf(person);
  if (name === null) return nobody;
  return titles[civility] !== undefined && lastName !== undefined ? dear(titles[civility], lastName, civility) : neutral(name);
};
