import fc from 'fast-check';
import { blockingKeys } from './blocking.js';
import { compared, Comparison } from './comparison.js';
import { ANNOUNCED, CERTAIN, explained, likeness, probability } from './likeness.js';
import { Described, Traits, traitsOf } from './traits.js';

interface Someone {
  readonly name?: string;
  readonly born?: string;
  readonly at?: string;
  readonly email?: string;
  readonly phone?: string;
}

/** Somebody in a line: `Anna Keller`, `Bahnhofstrasse 12, 8001 Zürich`. */
const traits = ({ name = '', born, at, email, phone }: Someone): Traits => {
  const [firstName, ...last] = name.split(' ');
  const [, street, houseNumber, postalCode, locality] = at === undefined ? [] : /^(.+) (\S+), (\d+) (.+)$/.exec(at)!;
  const described: Described = {
    person: { ...(firstName && { firstName }), ...(last.length > 0 && { lastName: last.join(' ') }), ...(born && { birthDate: born }) },
    addresses: locality === undefined ? [] : [{ street, houseNumber, postalCode, locality, country: 'CH' }],
    emails: email === undefined ? [] : [email],
    phones: phone === undefined ? [] : [phone],
  };
  return traitsOf(described);
};

const levels = (one: Someone, other: Someone): Partial<Comparison> =>
  Object.fromEntries(Object.entries(compared(traits(one), traits(other))).filter(([, level]) => level !== 'missing'));
const verdict = (one: Someone, other: Someone): string => {
  const likely = likeness(traits(one), traits(other));
  return likely >= CERTAIN ? 'certain' : likely >= ANNOUNCED ? 'announced' : 'no';
};

describe('two names', () => {
  it.each<[one: string, other: string, given: string, family: string]>([
    ['Anna Keller', 'ANNA KELLER', 'same', 'same'],
    ['Jürg Müller', 'Juerg Mueller', 'same', 'same'],
    ['Elisabeth Meier', 'Lisa Meyer', 'nickname', 'near'],
    ['Hans Muster', 'Johann Muster', 'nickname', 'same'],
    ['A. Keller', 'Anna Keller', 'initial', 'same'],
    ['Jean-Pierre Roux', 'Jean Roux', 'part', 'same'],
    ['Thomas Weber', 'Tohmas Weber', 'near', 'same'],
    ['Daniel Weber', 'Daniela Weber', 'ending', 'same'],
    ['Simon Weber', 'Simone Weber', 'ending', 'same'],
    ['Anna Keller', 'Anna Keller-Meier', 'same', 'part'],
    ['Keller Anna', 'Anna Keller', 'near', 'near'],
    ['Anna Keller', 'Bruno Huber', 'different', 'different'],
  ])('%s and %s', (one, other, given, family) => expect(levels({ name: one }, { name: other })).toEqual({ given, family }));
});

describe('two birth dates', () => {
  it.each([
    ['1980-02-03', '1980-02-03', 'same'],
    ['1980-02-03', '1980-03-02', 'near'],
    ['1980-02-03', '1986-02-03', 'near'],
    ['1980-02-03', '--02-03', 'day'],
    ['1980-02-03', '1954-11-28', 'different'],
  ])('%s and %s are %s', (born, other, birthDate) => expect(levels({ born }, { born: other })).toEqual({ birthDate }));
  it('that stand for none tell nothing', () => expect(levels({ born: '1900-01-01' }, { born: '1900-01-01' })).toEqual({}));
});

describe('two addresses', () => {
  it.each([
    ['Bahnhofstrasse 12, 8001 Zürich', 'Bahnhofstr. 12, 8001 Zuerich', 'same'],
    ['Bahnhofstrasse 12, 8001 Zürich', 'Bahnhofstrase 12, 8001 Zürich', 'same'],
    ['Bahnhofstrasse 12, 8001 Zürich', 'Bahnhofstrasse 12, 8004 Zürich', 'near'],
    ['Bahnhofstrasse 12, 8001 Zürich', 'Bahnhofstrasse 14, 8001 Zürich', 'near'],
    ['Bahnhofstrasse 12, 8001 Zürich', 'Seeweg 3, 8001 Zürich', 'area'],
    ['Bahnhofstrasse 12, 8001 Zürich', 'Bahnhofstrasse 12, 4600 Olten', 'different'],
  ])('%s and %s are %s', (at, other, address) => expect(levels({ at }, { at: other })).toEqual({ address }));
  it('are one, also where the number of the house stands in the street', () => {
    const place = { postalCode: '1003', locality: 'Lausanne', country: 'CH' };
    const roofs = [{ street: '12, rue de Bourg' }, { street: 'Rue de Bourg 12' }, { street: 'rue de Bourg', houseNumber: '12' }];
    const all = roofs.map((street) => traitsOf({ person: {}, addresses: [{ ...street, ...place }], emails: [], phones: [] }));
    for (const one of all) for (const other of all) expect(compared(one, other).address).toBe('same');
  });
});

describe('two files', () => {
  const home = 'Bahnhofstrasse 12, 8001 Zürich';
  const anna = { name: 'Anna Keller', born: '1980-02-03', at: home, email: 'a', phone: 'p' };

  it.each<[what: string, one: Someone, other: Someone, said: string]>([
    ['that say the same', anna, anna, 'certain'],
    ['of somebody who has moved', anna, { ...anna, at: 'Seeweg 3, 4001 Basel' }, 'certain'],
    ['of somebody who has married', anna, { ...anna, name: 'Anna Frei' }, 'certain'],
    [
      'with name and birth date alone',
      { name: 'Anna Keller', born: '1980-02-03' },
      { name: 'Anna Keller', born: '1980-02-03' },
      'announced',
    ],
    ['with name and address alone', { name: 'Anna Keller', at: home }, { name: 'Anna Keller', at: home }, 'announced'],
    ['with a name alone', { name: 'Anna Keller' }, { name: 'Anna Keller' }, 'no'],
    ['of father and son of one name', anna, { ...anna, born: '1955-06-17', email: 'b' }, 'no'],
    ['of father and son whose birth dates nobody knows', { ...anna, born: undefined }, { ...anna, born: undefined }, 'announced'],
    ['of twins', { ...anna, email: undefined }, { ...anna, name: 'Lena Keller', email: undefined }, 'no'],
    ['of twins with one mailbox', anna, { ...anna, name: 'Lena Keller' }, 'announced'],
    ['of husband and wife', { ...anna, born: undefined }, { ...anna, name: 'Bruno Keller', born: undefined }, 'no'],
    ['of Simon and Simone', { ...anna, name: 'Simon Keller', born: undefined }, { ...anna, name: 'Simone Keller', born: undefined }, 'no'],
    ['under one roof', { name: 'Anna Keller', at: home }, { name: 'Bruno Huber', at: home }, 'no'],
  ])('%s', (_, one, other, said) => expect(verdict(one, other)).toBe(said));

  it('are as alike one way round as the other, however they are filled', () => {
    const some = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const someone: fc.Arbitrary<Someone> = fc.record({
      name: some('Anna Keller', 'A. Keller', 'Keller Anna', 'Anna-Lena Keller-Meier', 'Hans Müller', 'Johann Mueller'),
      born: some('1980-02-03', '1980-03-02', '--02-03', '1900-01-01', '1955-06-17'),
      at: some(home, 'Bahnhofstr. 14, 8001 Zürich', 'Seeweg 3, 4001 Basel'),
      email: some('a', 'b'),
      phone: some('p', 'q'),
    });
    fc.assert(
      fc.property(someone, someone, (one, other) => {
        const [there, back] = [compared(traits(one), traits(other)), compared(traits(other), traits(one))];
        expect(there).toEqual(back);
        const { probability: likely, rival, prior, fields } = explained(there);
        expect(likely).toBe(probability(there));
        // the rival is the most likely of the others, so the odds against all are no better
        const bits = fields.reduce((sum, { weight }) => sum + weight, prior);
        expect(Math.log2(likely / (1 - likely))).toBeLessThanOrEqual(bits + 1e-6);
        expect(rival).not.toBe('same');
      }),
    );
  });
});

describe('a block', () => {
  it('is shared however a name, a street or a day was typed', () => {
    const shares = (one: Someone, other: Someone): string[] => {
      const keys = blockingKeys(traits(other));
      return blockingKeys(traits(one)).flatMap((key) => (keys.includes(key) ? [key.split(' ')[0]] : []));
    };
    const home = 'Bahnhofstrasse 12, 8001 Zürich';
    expect(shares({ name: 'Anna Meier', at: home }, { name: 'Beat Meyer', at: home })).toEqual(['place', 'roof']);
    expect(shares({ name: 'Anna Meier', born: '1980-02-03' }, { name: 'Anna Frei', born: '1980-03-02' })).toEqual(['birth']);
    expect(shares({ name: 'Philippe Roux' }, { name: 'Filip Roux' })).toEqual(['name']);
    expect(shares({ name: 'Anna Meier', email: 'a' }, { name: 'Bruno Frei', email: 'a' })).toEqual(['email']);
    expect(shares({}, {})).toEqual([]);
  });
});
