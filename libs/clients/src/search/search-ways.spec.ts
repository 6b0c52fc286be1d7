import fc from 'fast-check';
import { digitsOf, phoneKey } from './search-keys.js';
import { isPhone, SEARCH_KINDS, SearchKind, searchProblem, waysOf } from './search-ways.js';

const lookup = (kind: string, value: string): string => `<${value}>${kind}`.padEnd(16, '.');
const kindsOf = (text: string): SearchKind[] => [...new Set(waysOf(text, null, lookup).map(({ kind }) => kind))];

describe('what somebody typed', () => {
  it.each<[text: string, kinds: SearchKind[]]>([
    ['keller', ['household', 'name', 'street']],
    ['anna.keller@example.org', ['email']],
    ['anna@', ['email']],
    ['079 123 45 67', ['phone', 'number']],
    ['(0)44/268.45', ['phone', 'number']],
    ['471', ['number', 'household']],
    ['K-4711', ['number', 'household', 'street', 'name']],
    ['Bahnhofstr. 12', ['number', 'street', 'name']],
    ['李', ['name', 'street']],
    ['--', ['household']],
    ['…', []],
  ])('%s may be %j', (text, kinds) => expect(kindsOf(text)).toEqual(kinds));

  it('is also looked for with two neighbours as one word', () => {
    const words = waysOf('von der Mühll', 'name', lookup).map(({ way }) => 'words' in way && way.words.join(' '));
    expect(words).toEqual(['von der muhll', 'vonder muhll', 'von dermuhll']);
  });

  it('is what it is said to be, or there is a sentence', () => {
    for (const kind of SEARCH_KINDS)
      expect([kind, searchProblem('…', kind)]).toEqual([kind, expect.stringMatching(/needs|as a whole|by its id/)]);
    expect(searchProblem('12', 'phone')).toMatch('last 4 digits');
    expect(searchProblem('keller', 'name')).toBe(null);
    expect(searchProblem('…', null)).toMatch('a letter or a digit');
    expect(searchProblem('7', null)).toBe(null);
  });

  it('has a way exactly where there is no problem', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2 }), fc.constantFrom(...SEARCH_KINDS), (text, kind) => {
        expect(waysOf(text, kind, lookup).length > 0).toBe(searchProblem(text, kind) === null);
      }),
    );
  });
});

describe('a phone number', () => {
  it.each(['+41 79 123 45 67', '0041 79 123 45 67', '079 123 45 67', '+41 (0)79 123 45 67', '123 45 67', '34567', '4567'])(
    'is found as %s',
    (written) => {
      expect(isPhone('+41791234567', written)).toBe(true);
      expect(phoneKey(lookup, digitsOf('+41791234567')).startsWith(phoneKey(lookup, digitsOf(written)))).toBe(true);
    },
  );
  it.each(['078 123 45 67', '0234567', '5567'])('is not %s', (written) => expect(isPhone('+41791234567', written)).toBe(false));

  it('is found by any of its endings, whatever stands between the digits', () => {
    const number = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 13 }).map((digits) => `+4${digits}`);
    fc.assert(
      fc.property(number, fc.integer({ min: 4, max: 7 }), fc.constantFrom(' ', '.', '/', '-'), (phone, many, between) => {
        const ending = [...phone.slice(-many)].join(between);
        expect(isPhone(phone, ending)).toBe(true);
        expect(phoneKey(lookup, digitsOf(phone)).startsWith(phoneKey(lookup, digitsOf(ending)))).toBe(true);
      }),
    );
  });
});
