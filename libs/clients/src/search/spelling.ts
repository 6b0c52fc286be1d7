import { Remembered } from '@boucle/eventsourcing';

const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'a', œ: 'o', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };
const LONGEST_WORD = 40;
/** Names come again and again; none is remembered for longer than twice that. */
const MOST_WORDS = 20_000;
const REMEMBERED_MS = 30_000;

const remembering = (of: (word: string) => string): ((word: string) => string) => {
  const known = new Remembered<string>(MOST_WORDS, REMEMBERED_MS);
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const after = of(word);
    known.set(word, after);
    return after;
  };
};

/** The words of a text without accents and capitals; ä, ae and a are the same, and so on: so they are written on other keyboards. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter])
    .replace(/([aou])e/g, '$1')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, LONGEST_WORD));

const SPOKEN: readonly (readonly [written: RegExp, spoken: string])[] = [
  [/(ault|auld|aud|aut|aux|au|ot|os)[sx]?$/, 'o'],
  [/[yj]/g, 'i'],
  [/ph/g, 'f'],
  [/th|dt/g, 't'],
  [/sch/g, 's'],
  [/tz|z/g, 's'],
  [/c(?=[ei])/g, 's'],
  [/ch|ck|qu|[cq]/g, 'k'],
  [/x/g, 'ks'],
  [/gh/g, 'g'],
  [/w/g, 'v'],
  [/ei/g, 'ai'],
  [/(.)\1+/g, '$1'],
  [/(?<=..[^aeiou])e$/, ''],
  [/d$/, 't'],
];

/** A folded word as German, French or English ears might write it down, whatever its silent and double letters. */
const spoken = remembering((word) => SPOKEN.reduce((text, [written, sound]) => text.replace(written, sound), word));

const CODES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ 0: 'aeiou', 1: 'bp', 2: 'dt', 3: 'fv', 4: 'gk', 5: 'l', 6: 'mn', 7: 'r', 8: 's' }).flatMap(([code, letters]) =>
    [...letters].map((letter) => [letter, code]),
  ),
);

/** The sound of a folded word by Cologne phonetics (H. J. Postel, 1969), once German, French and English spellings are made one. */
export const soundOf = remembering((word) =>
  [...spoken(word)]
    .map((letter) => CODES[letter] ?? '')
    .join('')
    .replace(/(.)\1+/g, '$1')
    .replace(/(?<=.)0/g, ''),
);

/** Letters to insert, remove, replace or swap with their neighbour to make one word of the other. */
export const distance = (a: string, b: string): number => {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
};

const SHORTEST_TYPO = 4;
const LONG = 8;
const hasDigit = (word: string): boolean => /\d/.test(word);

/** Words that sound alike, or that one typo apart make one of the other, have one of these in common; a number is only like itself. */
export const nearness = (word: string): string[] => {
  if (hasDigit(word)) return [];
  const sound = [`~${soundOf(word)}`];
  if (word.length < SHORTEST_TYPO) return sound;
  const pieces = Array.from({ length: word.length }, (_, i) => `-${word.slice(0, i)}${word.slice(i + 1)}`);
  return [...new Set([...sound, `-${word}`, ...pieces])];
};

/** Whether a word may be meant for another: a typo apart, two in a long word, or about the same to the ear. */
export const alike = (word: string, other: string): boolean => {
  const longest = Math.max(word.length, other.length);
  if (longest >= SHORTEST_TYPO && distance(word, other) <= (longest >= LONG ? 2 : 1)) return true;
  const [one, another] = [spoken(word), spoken(other)];
  return soundOf(word) === soundOf(other) && distance(one, another) <= Math.max(1, Math.floor(Math.max(one.length, another.length) / 3));
};

const STREETS = new Map(
  Object.entries({
    str: 'strasse',
    av: 'avenue',
    ave: 'avenue',
    bd: 'boulevard',
    blvd: 'boulevard',
    bvd: 'boulevard',
    ch: 'chemin',
    pl: 'place',
    rte: 'route',
  }).map(([short, long]) => [short, wordsOf(long)[0]]),
);

/** The words of an address, with the usual abbreviations written out. */
export const streetWordsOf = (text: string): string[] =>
  wordsOf(text).map((word) => STREETS.get(word) ?? word.replace(/(?<=..)str$/, 'strasse'));

/** The words of a name: each, and those of one name together, as Le Goff is also Legoff. */
export const nameWordsOf = (...names: readonly (string | undefined)[]): string[] => {
  const parts = names.map((name) => wordsOf(name ?? ''));
  return [...new Set(parts.flatMap((words) => (words.length > 1 ? [...words, words.join('')] : words)))];
};
