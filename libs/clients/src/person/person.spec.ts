import fc from 'fast-check';
import { changedPerson, holdsOn, namesOf, newIn } from './person.js';
import { PersonChanges } from './person.events.js';

const keller = { firstName: 'Anna', lastName: 'Keller', fields: { shoeSize: 42, member: true } };

describe('a person', () => {
  it('keeps what is not said anew, and loses what is not known any more', () => {
    expect(changedPerson(keller, { firstName: null, lastName: 'Meier', fields: { shoeSize: null } })).toEqual({
      lastName: 'Meier',
      fields: { member: true },
    });
    expect(changedPerson({ fields: { shoeSize: 42 } }, { fields: { shoeSize: null } })).toEqual({});
  });

  it('changes by what is new alone', () => {
    expect(newIn({ firstName: 'Anna', lastName: 'Meier', language: null, fields: { shoeSize: 42, club: 'gold' } }, keller)).toEqual({
      lastName: 'Meier',
      fields: { club: 'gold' },
    });
    expect(namesOf({ lastName: 'Meier', fields: { club: 'gold' } })).toEqual(['club', 'lastName']);
  });

  it('is the same whether all or only the news is told', () => {
    const value = fc.constantFrom('a', 'b', null);
    const changes: fc.Arbitrary<PersonChanges> = fc.record(
      {
        firstName: value,
        language: value,
        childrenBirthYears: fc.option(fc.array(fc.integer({ min: 2000, max: 2003 }), { maxLength: 2 })),
        fields: fc.record({ size: value, club: value }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(changes, changes, (before, after) => {
        const person = changedPerson({}, before);
        expect(changedPerson(person, newIn(after, person))).toEqual(changedPerson(person, after));
        expect(newIn(after, changedPerson(person, after))).toEqual({});
      }),
    );
  });
});

describe('an address', () => {
  const always = { from: null, until: null, season: null };

  it('holds from its first to its last day', () => {
    const spring = { from: '2026-03-01', until: '2026-05-31', season: null };
    expect(['2026-02-28', '2026-03-01', '2026-05-31', '2026-06-01'].map((day) => holdsOn(spring, day))).toEqual([false, true, true, false]);
    expect(holdsOn(always, '2026-02-28')).toBe(true);
  });

  it('holds in its season every year, over the turn of the year too', () => {
    const winter = { ...always, season: { from: '--11-15', until: '--02-28' } };
    expect(['2026-11-14', '2026-11-15', '2027-01-01', '2027-02-28', '2027-03-01'].map((day) => holdsOn(winter, day))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});
