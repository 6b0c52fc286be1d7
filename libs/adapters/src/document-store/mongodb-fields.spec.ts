import fc from 'fast-check';
import { fieldsOf, mongoFilter } from './mongodb-fields.js';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('a', '\0', '\x01', '\x02', '\ud7fe', '\ud7ff', '\ud800', '\udfff', '\ue000', '\uffff') }),
);
const bytesOf = (value: string): Buffer => Buffer.from(fieldsOf({ value }).value as string);

describe('the fields of a document in MongoDB', () => {
  it('order texts by their bytes as JavaScript does by code units', () => {
    const sign = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Buffer.compare(bytesOf(a), bytesOf(b))).toBe(sign(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('have names of their own that neither the database nor its driver takes for something else', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(text, fc.constantFrom('$where', '~$where', '_bsontype', '__proto__', '_proto__')), { maxLength: 6 }),
        (names) => {
          const reachable = names.filter((name) => name !== '' && !name.includes('.'));
          const stored = Object.keys(fieldsOf(Object.fromEntries(names.map((name) => [name, 1]))));
          expect(stored).toHaveLength(reachable.length);
          for (const name of stored) expect(name).toMatch(/^[^$_\0.][^\0.]*$/);
        },
      ),
    );
  });

  it('hold no list, since MongoDB would look into it', () => {
    expect(fieldsOf({ days: ['a', { b: [1] }], none: [] })).toEqual({
      days: { length: 2, 0: 'a', 1: { b: { length: 1, 0: 1 } } },
      none: { length: 0 },
    });
  });

  it('stay as they are where nothing is strange', () => {
    const document = { clientId: 'ann', attributes: { region: 'Île', n: -1.5e-7 }, last: null, opposed: false };
    expect(fieldsOf(document)).toEqual(document);
    expect(
      mongoFilter({ all: [{ field: 'attributes.region', is: 'eq', value: 'Île' }, { not: { field: 'last', is: 'eq', value: null } }] }),
    ).toEqual({
      $and: [{ 'fields.attributes.region': { $eq: 'Île' } }, { $nor: [{ 'fields.last': { $eq: null } }] }],
    });
  });
});
