import { FieldProblem } from './http/problem.filter.js';
import { hashOfLine } from './suppression-lines.js';

const lookup = (kind: string, value: string): string => `${kind}/${value}`;
const read = (line: string | object, country: string | null = 'FR'): string | FieldProblem =>
  hashOfLine(typeof line === 'string' ? line : JSON.stringify(line), country, lookup);
const address = { street: 'Avenue du Général Leclerc', houseNumber: '7 bis', postalCode: '69001', locality: 'Lyon', country: 'FR' };

it.each([
  ['an e-mail address', 'email/ann@example.org', ['ann@example.org', ' Ann@Example.org\r', { email: 'ANN@example.org' }]],
  ['a number', 'phone/+33612345678', ['06 12 34 56 78', '+33 6 12 34 56 78', '0033612345678', { phone: '06.12.34.56.78', country: 'FR' }]],
  [
    'a name and an address',
    'name-and-address/ledoux FR 69001 avdugeneralleclerc 7bis',
    [
      { lastName: 'Le Doux', address },
      { lastName: 'LEDOUX', address: { ...address, street: 'av. du general leclerc', houseNumber: '7BIS', locality: 'LYON 1er' } },
      { lastName: 'Le-Doux', address: { ...address, careOf: 'Mme Petit' } },
    ],
  ],
])('knows %s however it is written', (_, hash, lines) => {
  for (const line of lines) expect([line, read(line)]).toEqual([line, hash]);
});

it.each<[string, string | object, string, string]>([
  ['what is none', 'nonsense', 'phone', 'not a phone number: write it with its country code, or name its country'],
  ['an e-mail address that is none', 'a@b', 'email', 'not an e-mail address'],
  ['JSON that is none', '{"email":', 'line', 'not JSON'],
  ['an object that names nobody', { lastName: 'Martin' }, 'line', 'name an email, a phone, or a lastName with an address'],
  ['a field that nobody knows', { mail: 'ann@example.org' }, 'mail', 'property mail should not exist'],
  [
    'an address that is too vague',
    { lastName: 'Martin', address: { ...address, houseNumber: undefined } },
    'address',
    'too vague: postalCode, street and houseNumber (or poBox) are needed',
  ],
])('refuses %s, and names the field', (_, line, field, reason) => expect(read(line)).toEqual({ field, reason }));

it('takes a national number of no country for none', () => expect(read('06 12 34 56 78', null)).toMatchObject({ field: 'phone' }));
