import 'reflect-metadata';
import { Type } from '@nestjs/common';
import {
  AddAddress,
  AddEmail,
  AddPhone,
  ChangeClientDetails,
  RecordContact,
  RecordPurchase,
  RecordResponse,
  RegisterClient,
  ReturnPurchase,
} from '@boucle/clients';
import * as fc from 'fast-check';
import { fits } from './fitting.js';
import { shaped } from './shape.js';

const address = { street: 'Rue de la Gare', houseNumber: '4', postalCode: '1003', locality: 'Lausanne', country: 'CH' };
const lines = [{ articleId: 'a-1', text: 'Shoes', quantity: 2, unitPrice: 4950 }];
const clientId = 'client-1';

/** One that fits, of every class that rows lead to. */
const FITTING: readonly [Type<object>, Record<string, unknown>][] = [
  [
    RegisterClient,
    {
      clientId,
      attributes: { region: 'north', age: 30, newsletter: true },
      person: { civility: 'ms', firstName: 'Anna', lastName: 'Keller', birthDate: '1980-02-29', language: 'de', fields: { shoeSize: 42 } },
      origin: { how: 'advert', campaignId: 'spring' },
    },
  ],
  [ChangeClientDetails, { clientId, person: { lastName: null, childrenBirthYears: [2014] } }],
  [AddAddress, { clientId, addressId: 'home', address, validFrom: '2024-01-01', season: { from: '--06-01', until: '--08-31' } }],
  [AddEmail, { clientId, emailId: 'own', email: 'anna@example.org' }],
  [AddPhone, { clientId, phoneId: 'own', phone: '079 123 45 67', country: 'CH' }],
  [RecordPurchase, { clientId, purchaseId: 'p-1', amount: 9900, currency: 'CHF', lines, orderNumber: 'A 17' }],
  [ReturnPurchase, { clientId, returnId: 'r-1', purchaseId: 'p-1', amount: 9900, currency: 'CHF', lines }],
  [RecordContact, { clientId, contactId: 'c-1', kind: 'mailing', channel: 'post' }],
  [RecordResponse, { clientId, responseId: 'a-1', kind: 'visit' }],
];

const finds = (type: Type<object>, value: unknown): boolean => !Array.isArray(shaped(type, value, 'line'));

/** What may stand in the place of something. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', ' ', 'CH', 'ms', '2024-02-30', 0, -1, 1.5, NaN, Infinity, true, [], {}, [{}], [null]),
  fc.string({ maxLength: 120 }),
  fc.integer(),
  fc.jsonValue(),
  fc.constantFrom<unknown>(...FITTING.map(([, value]) => value), address, lines, { constructor: 1 }, { a: { prototype: 2 } }),
);

/** A value with one place of it changed. */
const changed = (value: unknown, path: readonly number[], to: unknown, name: string): unknown => {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return to;
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === first % value.length ? changed(item, rest, to, name) : item));
  const names = [...Object.keys(value), name];
  const chosen = names[first % names.length];
  return { ...value, [chosen]: changed((value as Record<string, unknown>)[chosen], rest, to, name) };
};

describe('fits', () => {
  it.each(FITTING.map(([type, value]) => ({ name: type.name, type, value })))('knows a $name', ({ type, value }) => {
    expect([fits(type, value), finds(type, value)]).toEqual([true, true]);
  });

  it('says of everything what the full check says', () => {
    const place = fc.array(fc.nat({ max: 20 }), { minLength: 0, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.constantFrom(...FITTING),
        place,
        anything,
        fc.constantFrom('x', 'season', 'fields', 'lines'),
        ([type, value], path, to, name) => {
          const other = changed(value, path, to, name);
          expect(fits(type, other)).toBe(finds(type, other));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('leaves what it cannot know to the full check', () => {
    class Bare {
      readonly name: string;
    }
    expect(fits(Bare, { name: 'x' })).toBe(false);
  });
});
