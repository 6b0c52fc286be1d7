import { sha256 } from '@boucle/eventsourcing';
import { Expression } from './vocabulary.js';

/** A prime of 26 bits: squares of what is below it are exact as doubles, and each has one cube root. */
const PRIME = 67_108_859;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-';
/** Read behind each id, so that ids that differ at their end alone lie far apart. */
const TAIL = '------';

/** Where the order of a segment begins, and what is added at each letter. */
const keysOf = (segment: string): readonly [first: number, key: number] => {
  const hash = sha256(`segment/${segment}`);
  return [parseInt(hash.slice(0, 12), 16) % PRIME, parseInt(hash.slice(12, 24), 16) % PRIME];
};

const inHundred = 100 / PRIME;

/**
 * A random order of a segment: where in a hundred each client stands in it, by his id and the segment's name alone, so in no relation to any other draw.
 * Letter by letter what is known so far is added to the letter and a key, and cubed modulo a prime: arithmetic that a document store does too.
 */
export const randomOrder = (segment: string): ((id: string) => number) => {
  const [first, key] = keysOf(segment);
  return (id) => {
    let known = first;
    for (const letter of id + TAIL) {
      const sum = (known + key + LETTERS.indexOf(letter)) % PRIME;
      known = (((sum * sum) % PRIME) * sum) % PRIME;
    }
    return known * inHundred;
  };
};

/** The same place as an expression of MongoDB. */
export const randomPlace = (segment: string, id: Expression): Expression => {
  const [first, key] = keysOf(segment);
  const whole = { $concat: [id, TAIL] };
  const letter = { $indexOfBytes: [LETTERS, { $substrBytes: [whole, '$$this', 1] }] };
  const sum = { $mod: [{ $add: ['$$value', key, letter] }, PRIME] };
  const cube = { $mod: [{ $multiply: [{ $mod: [{ $multiply: ['$$sum', '$$sum'] }, PRIME] }, '$$sum'] }, PRIME] };
  const known = {
    $reduce: { input: { $range: [0, { $strLenBytes: whole }] }, initialValue: first, in: { $let: { vars: { sum }, in: cube } } },
  };
  return { $multiply: [known, inHundred] };
};
