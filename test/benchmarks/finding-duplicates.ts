import { blockingKeys, likeness, MOST_OF_A_BLOCK, Traits, traitsOf } from '@boucle/clients';
import { PersonFile } from './bases.js';

/** Two files by their places in the base, the earlier first. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

/** What was found in a base, and what there is to find. */
export interface Finding {
  /** Every pair that was compared, with how likely it is of one person. */
  readonly compared: readonly (Pair & { readonly probability: number })[];
  /** Files that each file was compared with. */
  readonly perFile: readonly number[];
  /** All pairs of one person. */
  readonly truth: readonly Pair[];
}

/** The traits of a file. */
const traitsIn = ({ firstName, lastName, birthDate, address, email, phone }: PersonFile): Traits =>
  traitsOf({
    person: { firstName, lastName, ...(birthDate !== null && { birthDate }) },
    addresses: [address],
    emails: email === null ? [] : [email.toLowerCase()],
    phones: phone === null ? [] : [phone],
  });

const nameOf = ({ a, b }: Pair): string => `${a} ${b}`;
const pairOf = (i: number, j: number): Pair => (i < j ? { a: i, b: j } : { a: j, b: i });

/** Compares the files of a base as the engine does: with those that share a block, as many of each block as are looked at. */
export const findDuplicates = (base: readonly PersonFile[]): Finding => {
  const traits = base.map(traitsIn);
  const keys = traits.map(blockingKeys);
  const blocks = new Map<string, number[]>();
  keys.forEach((own, i) => {
    for (const key of own) {
      const block = blocks.get(key);
      if (block) block.push(i);
      else blocks.set(key, [i]);
    }
  });
  const compared = new Map<string, Pair & { probability: number }>();
  const perFile = keys.map((own, i) => {
    const small = own.map((key) => blocks.get(key)!).filter(({ length }) => length <= MOST_OF_A_BLOCK);
    const others = new Set(small.flat());
    others.delete(i);
    for (const j of others) {
      const pair = pairOf(i, j);
      if (!compared.has(nameOf(pair))) compared.set(nameOf(pair), { ...pair, probability: likeness(traits[i], traits[j]) });
    }
    return others.size;
  });
  return { compared: [...compared.values()], perFile, truth: truthOf(base) };
};

const truthOf = (base: readonly PersonFile[]): Pair[] => {
  const people = new Map<number, number[]>();
  base.forEach(({ person }, i) => people.set(person, [...(people.get(person) ?? []), i]));
  return [...people.values()].flatMap((files) => files.flatMap((i, n) => files.slice(n + 1).map((j) => pairOf(i, j))));
};

/** Whether two files agree, as they stand, in two of name, birth date, address, e-mail and phone: less is not enough for anybody to tell. */
export const agreeInTwo = (a: PersonFile, b: PersonFile): boolean => {
  const [one, other] = [traitsIn(a), traitsIn(b)];
  const known = <T>(value: T | null, also: T | null): boolean => value !== null && value === also;
  const name = ({ given, family }: Traits): string => [...given, ...family].join(' ');
  const roof = ({ roofs: [{ postalCode, street, number }] }: Traits): string => [postalCode, street, number].join(' ');
  const agreed = [
    name(one) === name(other),
    known(a.birthDate, b.birthDate),
    roof(one) === roof(other),
    known(one.emails[0] ?? null, other.emails[0] ?? null),
    known(a.phone, b.phone),
  ];
  return agreed.filter(Boolean).length >= 2;
};

/** How good an answer is: the share of what it names that is right, and the share of what there is that it names. */
export const qualityAbove = (
  threshold: number,
  { compared, truth }: Finding,
  counts: (pair: Pair) => boolean = () => true,
): { readonly precision: number; readonly recall: number; readonly named: number } => {
  const right = new Set(truth.map(nameOf));
  const named = compared.filter(({ probability }) => probability >= threshold);
  const hits = named.filter((pair) => right.has(nameOf(pair)));
  const wanted = truth.filter(counts);
  const found = new Set(hits.map(nameOf));
  return {
    precision: named.length === 0 ? 1 : hits.length / named.length,
    recall: wanted.filter((pair) => found.has(nameOf(pair))).length / wanted.length,
    named: named.length,
  };
};

/** The share of the pairs of one person that were compared at all. */
export const blockingRecall = ({ compared, truth }: Finding): number => {
  const seen = new Set(compared.map(nameOf));
  return truth.filter((pair) => seen.has(nameOf(pair))).length / truth.length;
};
