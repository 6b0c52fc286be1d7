import { compared, Comparison } from './comparison.js';
import { Traits } from './traits.js';

/** What two files may be of: one person, or two who have something in common. */
export const RELATIONS = ['same', 'namesake', 'twin', 'relative', 'stranger'] as const;
export type Relation = (typeof RELATIONS)[number];

type Field = keyof Comparison;

/**
 * How many others of each kind a file meets in a base of a million: files of the same person, relatives of the same first name (father and
 * son), twins, others of the household, and all the rest. Only their ratios matter.
 */
const EXPECTED: Readonly<Record<Relation, number>> = { same: 0.12, namesake: 0.006, twin: 0.006, relative: 0.9, stranger: 1e6 };

type Levels<F extends Field> = Readonly<Record<Exclude<Comparison[F], 'missing'>, readonly number[]>>;

/** How often each level is seen where both sides are known, in the order of RELATIONS. */
const SEEN: { readonly [F in Field]: Levels<F> } = {
  given: {
    same: [0.7, 0.85, 0.001, 0.0005, 0.006],
    nickname: [0.06, 0.04, 0.003, 0.002, 0.003],
    part: [0.04, 0.03, 0.004, 0.003, 0.006],
    initial: [0.05, 0.03, 0.005, 0.004, 0.005],
    near: [0.1, 0.03, 0.02, 0.006, 0.01],
    ending: [0.02, 0.01, 0.02, 0.008, 0.003],
    different: [0.03, 0.01, 0.946, 0.975, 0.967],
  },
  family: {
    same: [0.8, 0.93, 0.93, 0.84, 0.0015],
    part: [0.05, 0.02, 0.02, 0.05, 0.002],
    near: [0.1, 0.03, 0.03, 0.03, 0.005],
    different: [0.05, 0.02, 0.02, 0.08, 0.9915],
  },
  birthDate: {
    same: [0.86, 0.0003, 0.89, 0.0005, 0.00005],
    near: [0.085, 0.004, 0.07, 0.003, 0.0015],
    day: [0.04, 0.003, 0.03, 0.003, 0.003],
    different: [0.015, 0.9927, 0.01, 0.9935, 0.99545],
  },
  address: {
    same: [0.62, 0.7, 0.75, 0.8, 0.000003],
    near: [0.13, 0.1, 0.1, 0.08, 0.00003],
    area: [0.07, 0.1, 0.05, 0.05, 0.003],
    different: [0.18, 0.1, 0.1, 0.07, 0.996967],
  },
  email: { same: [0.65, 0.25, 0.15, 0.2, 0.000001], different: [0.35, 0.75, 0.85, 0.8, 0.999999] },
  phone: { same: [0.65, 0.6, 0.6, 0.65, 0.000002], different: [0.35, 0.4, 0.4, 0.35, 0.999998] },
};

const FIELDS = Object.keys(SEEN) as Field[];

const seen = (field: Field, comparison: Comparison): readonly number[] | null =>
  comparison[field] === 'missing' ? null : (SEEN[field] as Readonly<Record<string, readonly number[]>>)[comparison[field]];

/**
 * The probability that two files are of one person, by Bayes over what else they may be of: P(same | c) = n(same) Π m(c) / Σ n(r) Π m(c | r)
 * over the relations r and the fields, what is missing counting for nothing. This is the model of Fellegi and Sunter (1969), whose
 * non-matches are parted into namesakes, twins, relatives and strangers since, within a family, fields do not agree independently.
 */
export const probability = (comparison: Comparison): number => {
  const products = weighed(comparison);
  return products[0] / products.reduce((sum, one) => sum + one, 0);
};

const weighed = (comparison: Comparison): number[] => {
  const products = RELATIONS.map((relation) => EXPECTED[relation]);
  for (const field of FIELDS) seen(field, comparison)?.forEach((share, r) => (products[r] *= share));
  return products;
};

/** From here on somebody is told that two files may be of one person. */
export const ANNOUNCED = 0.5;
/** From here on a rule may merge two files without asking anybody. */
export const CERTAIN = 0.995;

/** How likely two files are of one person. */
export const likeness = (a: Traits, b: Traits): number => probability(compared(a, b));

/** Why two files are taken for one person, or not. */
export interface Explanation {
  readonly probability: number;
  /** What else they are most likely to be of. */
  readonly rival: Exclude<Relation, 'same'>;
  /** log2 of how often a file meets one of the same person to how often one of the rival. */
  readonly prior: number;
  /** How well each field fits, and its weight, log2 of the ratio in which it speaks for one person against the rival. All weights and the prior add up to the log2 of the odds against the rival. */
  readonly fields: readonly { readonly field: Field; readonly level: string; readonly weight: number }[];
}

/** The probability of a comparison, taken apart. */
export const explained = (comparison: Comparison): Explanation => {
  const [, ...others] = weighed(comparison);
  const rival = 1 + others.indexOf(Math.max(...others));
  return {
    probability: probability(comparison),
    rival: RELATIONS[rival] as Explanation['rival'],
    prior: Math.log2(EXPECTED.same / EXPECTED[RELATIONS[rival]]),
    fields: FIELDS.map((field) => {
      const shares = seen(field, comparison);
      return { field, level: comparison[field], weight: shares === null ? 0 : Math.log2(shares[0] / shares[rival]) };
    }),
  };
};
