import fc from 'fast-check';
import { ContactPoint, ContactPoints } from '../person/person.js';
import { Address } from '../person/person.events.js';
import { joinedPoints } from './joined-points.js';

const email = (address: string | null): ContactPoint => ({ kind: 'email', email: address });
const phone = (number: string): ContactPoint => ({ kind: 'phone', line: 'mobile', number });
const always = { from: null, until: null, season: null };
const home = (address: Partial<Address>): ContactPoint => ({
  kind: 'address',
  validity: always,
  returned: null,
  address: { street: 'Bahnhofstrasse', houseNumber: '7', postalCode: '8001', locality: 'Zürich', country: 'CH', ...address },
});

const named = (own: ContactPoints, ...merged: ContactPoints[]) => joinedPoints(own, merged).names.map((names) => Object.fromEntries(names));

describe('a contact point of a merged file', () => {
  it('has the name of the survivor where it is the same, however it is written', () =>
    expect(
      named(
        { mail: email('ann@example.org'), cell: phone('+41797178364'), flat: home({}) },
        { a: email(' ANN@example.org'), b: phone('+41797178364'), c: home({ street: 'Bahnhofstr.', locality: 'Zuerich' }) },
      ),
    ).toEqual([{ a: ['mail'], b: ['cell'], c: ['flat'] }]));
  it('has all of his names for it', () =>
    expect(named({ a: email('ann@example.org'), b: email('ann@example.org') }, { c: email('ann@example.org') })).toEqual([
      { c: ['a', 'b'] },
    ]));
  it('has its own name and a number where he does not have it', () =>
    expect(named({ mail: email('ann@example.org') }, { mail: email('bob@example.org') })).toEqual([{ mail: ['mail.2'] }]));
  it('has the name of another merged file that has it', () =>
    expect(named({}, { a: email('ann@example.org') }, { b: email('ann@example.org') })).toEqual([{ a: ['a.2'] }, { b: ['a.2'] }]));
  it('is the same as no other once it is erased', () =>
    expect(named({ mail: email(null) }, { home: email(null) })).toEqual([{ home: ['home.2'] }]));
});

it('Every point has a name, no name stands for two places, and those of the survivor stay', () => {
  const ids = fc.constantFrom('a', 'a.2', 'a.3', 'x'.repeat(64), '__proto__');
  const points = fc
    .array(fc.tuple(ids, fc.constantFrom('ann@example.org', 'bob@example.org', null)))
    .map((entries): ContactPoints => Object.fromEntries(entries.map(([id, address]) => [id, email(address)])));
  fc.assert(
    fc.property(points, fc.array(points, { maxLength: 3 }), (own, merged) => {
      const joined = joinedPoints(own, merged);
      for (const [id, point] of Object.entries(own)) expect(Object.entries(joined.points)).toContainEqual([id, point]);
      merged.forEach((theirs, n) => {
        for (const [id, point] of Object.entries(theirs)) {
          const names = joined.names[n].get(id)!;
          expect(names.length).toBeGreaterThan(0);
          for (const name of names) {
            expect(name.length).toBeLessThanOrEqual(64);
            expect(Object.entries(joined.points)).toContainEqual([name, point]);
          }
        }
      });
    }),
  );
});
