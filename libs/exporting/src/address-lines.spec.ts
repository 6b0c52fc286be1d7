import { Address } from '@boucle/clients';
import fc from 'fast-check';
import { ADDRESS_LINES, addressLines } from './address-lines.js';

const anna = { name: 'Frau Anna Keller', language: 'de', sender: 'CH' };

describe('address lines', () => {
  it.each<[country: string, address: Address, of: Partial<typeof anna>, lines: string[]]>([
    [
      'Switzerland',
      { street: 'Bahnhofstrasse', houseNumber: '12a', postalCode: '8001', locality: 'Zürich', country: 'CH' },
      {},
      ['Frau Anna Keller', 'Bahnhofstrasse 12a', '8001 Zürich'],
    ],
    [
      'a box',
      { poBox: '77', postalCode: '1003', locality: 'Lausanne', country: 'CH' },
      { language: 'fr' },
      ['Frau Anna Keller', 'Case postale 77', '1003 Lausanne'],
    ],
    [
      'a box in words',
      { poBox: 'Postlagernd', postalCode: '3000', locality: 'Bern', country: 'CH' },
      {},
      ['Frau Anna Keller', 'Postlagernd', '3000 Bern'],
    ],
    [
      'France from within',
      { careOf: 'chez Meier', street: 'Rue Neuve', houseNumber: '1', postalCode: '69001', locality: 'Lyon', country: 'FR' },
      { sender: 'FR' },
      ['Frau Anna Keller', 'chez Meier', '1 Rue Neuve', '69001 LYON'],
    ],
    [
      'France from abroad',
      { street: 'Rue Neuve', houseNumber: '1', poBox: '12', postalCode: '69001', locality: 'Lyon', country: 'FR' },
      {},
      ['Frau Anna Keller', '1 Rue Neuve', 'BP 12', '69001 LYON', 'FRANCE'],
    ],
    [
      'Britain',
      { street: 'High Street', houseNumber: '3', postalCode: 'SW1A 1AA', locality: 'London', country: 'GB' },
      {},
      ['Frau Anna Keller', '3 High Street', 'LONDON SW1A 1AA', 'UNITED KINGDOM'],
    ],
    [
      'a sender whom nobody knows',
      { locality: 'Vaduz', postalCode: '9490', country: 'LI' },
      { sender: undefined },
      ['Frau Anna Keller', '9490 Vaduz', 'LIECHTENSTEIN'],
    ],
  ])('of %s', (_, address, of, lines) =>
    expect(addressLines(address, { ...anna, ...of, sender: 'sender' in of ? (of.sender ?? null) : anna.sender })).toEqual(lines),
  );

  it('are six at most, and none is empty', () => {
    const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
    const address = fc.record(
      {
        careOf: word,
        street: word,
        houseNumber: word,
        poBox: word,
        postalCode: word,
        locality: word,
        country: fc.constantFrom('CH', 'FR', 'GB', 'US', 'LI'),
      },
      { requiredKeys: ['locality', 'country'] },
    );
    fc.assert(
      fc.property(address, fc.option(word), (of, name) => {
        const lines = addressLines(of, { name, language: null, sender: null });
        expect(lines.length).toBeLessThanOrEqual(ADDRESS_LINES);
        expect(lines).not.toContain('');
        expect(lines.join('\n').toLowerCase()).toContain(of.locality.toLowerCase());
      }),
    );
  });
});
