import { Identity } from './identity.projection.js';
import { mentions } from './mention.js';

const keller: Identity = {
  clientId: 'c7f3',
  householdId: null,
  person: { firstName: 'Zoë', lastName: 'Käller' },
  origin: null,
  addresses: {
    home: {
      address: { street: 'Bahnhofstrasse', postalCode: '8001', locality: 'Zürich', country: 'CH' },
      validity: { from: null, until: null, season: null },
      returned: null,
    },
  },
  emails: { work: 'Zoe.Kaeller@Example.org' },
  phones: { mobile: { given: '079 123 45 67', number: '+41791234567', line: 'mobile' } },
  references: [
    { system: 'erp', number: 'C-4711', lookup: 'f00d' },
    { system: 'club', number: '7', lookup: 'cafe' },
  ],
  state: { deceased: false, closed: false, creditBlocked: false },
};

describe('a line speaks of a person', () => {
  const speaks = mentions(keller);

  it.each([
    ['by his id', '{"clientId":"c7f3","amount":1}'],
    ['by his e-mail address in any case', 'Ms;x;zoe.kaeller@example.ORG'],
    ['by his name with his first name, in any order, case and accents', 'kaller;;ZOE'],
    ['by his name with his postal code', '"KÄLLER","8001 Zürich"'],
    ['by his phone number in any notation', 'x;0041 (0)79/123.45.67'],
    ['by a number of another system', 'erp,c-4711,2026-03-01'],
  ])('%s', (_, line) => expect(speaks(line)).toBe(true));

  it.each([
    ['his last name alone', 'Käller;Hans;3000;Bern'],
    ['his place alone', 'Meier;8001;Zürich'],
    ['a longer number', 'C-47112'],
    ['a number too short to tell', '7'],
    ['nothing', ''],
  ])('not by %s', (_, line) => expect(speaks(line)).toBe(false));

  it('of whom nothing is known only by his id', () => {
    const unknown = mentions({ ...keller, person: {}, addresses: {}, emails: {}, phones: {}, references: [] });
    expect(['', 'undefined', 'c7f3'].map(unknown)).toEqual([false, false, true]);
  });
});
