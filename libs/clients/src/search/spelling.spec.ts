import fc from 'fast-check';
import { alike, distance, nameWordsOf, nearness, soundOf, streetWordsOf, wordsOf } from './spelling.js';

const only = (text: string): string => {
  const words = wordsOf(text);
  expect(words).toHaveLength(1);
  return words[0];
};
const meet = (one: string, other: string): boolean => {
  const [a, b] = [only(one), only(other)];
  return a === b || (nearness(a).some((near) => nearness(b).includes(near)) && alike(a, b));
};

describe('words', () => {
  it.each([
    ['Müller', 'Mueller'],
    ['Müller', 'Muller'],
    ['Weiß', 'WEISS'],
    ['Bœuf', 'boeuf'],
    ['Søren', 'Soren'],
    ['Çelik', 'celik'],
    ['Zoë', 'Zoe'],
    ['Łukasz', 'Lukasz'],
  ])('%s and %s are the same', (one, other) => expect(wordsOf(one)).toEqual(wordsOf(other)));

  it('are told apart by anything but letters and digits', () => {
    expect(wordsOf(" Jean-Pierre  d'Arc, 12a ")).toEqual(['jean', 'pierre', 'd', 'arc', '12a']);
    expect(wordsOf('…')).toEqual([]);
  });

  it('of a name are also there written together', () => {
    expect(nameWordsOf('Yann', 'Le Goff')).toEqual(['yann', 'le', 'goff', 'legoff']);
    expect(nameWordsOf(undefined, undefined)).toEqual([]);
  });

  it('of a street are written out', () => {
    expect(streetWordsOf('Bahnhofstr. 12')).toEqual(streetWordsOf('Bahnhofstraße 12'));
    expect(streetWordsOf('12, av. de la Gare')).toEqual(streetWordsOf('12 Avenue de la Gare'));
  });
});

describe('names that are meant for each other', () => {
  it.each([
    ['Meier', 'Meyer'],
    ['Meier', 'Maier'],
    ['Meyer', 'Maier'],
    ['Mayr', 'Meier'],
    ['Philippe', 'Filip'],
    ['Schmid', 'Schmidt'],
    ['Schmidt', 'Schmitt'],
    ['Stefan', 'Stephan'],
    ['Steven', 'Stefan'],
    ['Hofmann', 'Hoffmann'],
    ['Christian', 'Kristian'],
    ['Thierry', 'Tieri'],
    ['Catherine', 'Katrin'],
    ['Renault', 'Renaud'],
    ['Thibault', 'Thibaut'],
    ['Dupont', 'Dupond'],
    ['Jacques', 'Jaques'],
    ['Yannick', 'Janick'],
    ['Smith', 'Smyth'],
    ['Thompson', 'Thomson'],
    ['Clark', 'Clarke'],
    ['Walter', 'Valter'],
    ['Zürcher', 'Zurcher'],
    ['Böhm', 'Boehm'],
    ['Schneider', 'Schnieder'],
    ['Schneider', 'Shneider'],
    ['Zimmermann', 'Zimermannn'],
  ])('%s and %s', (one, other) => {
    expect(meet(one, other)).toBe(true);
    expect(meet(other, one)).toBe(true);
  });

  it.each([
    ['Meier', 'Maria'],
    ['Müller', 'Keller'],
    ['Huber', 'Weber'],
    ['Peter', 'Petra'],
    ['Anna', 'Hans'],
    ['12', '13'],
    ['1234', '1235'],
  ])('are not %s and %s', (one, other) => expect(meet(one, other)).toBe(false));

  const word = fc.string({ unit: fc.constantFrom(...'abcdehiklmnoprstuvwz'), minLength: 4, maxLength: 12 });

  it('are all that are one typo apart', () => {
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('insert', 'remove', 'replace', 'swap'), (right, at, typo) => {
        const i = at % (right.length - 1);
        const wrong = {
          insert: `${right.slice(0, i)}x${right.slice(i)}`,
          remove: right.slice(0, i) + right.slice(i + 1),
          replace: `${right.slice(0, i)}x${right.slice(i + 1)}`,
          swap: right.slice(0, i) + right[i + 1] + right[i] + right.slice(i + 2),
        }[typo];
        expect(distance(wrong, right)).toBeLessThanOrEqual(1);
        fc.pre(wrong.length >= 4);
        expect(nearness(wrong).some((near) => nearness(right).includes(near))).toBe(true);
        expect(alike(wrong, right)).toBe(true);
      }),
    );
  });

  it('have the same sound as Cologne phonetics tells', () => {
    expect(['Meier', 'Wikipedia', 'Breschnew', 'Hausmann'].map((name) => soundOf(only(name)))).toEqual(['67', '3412', '17863', '0866']);
  });
});
