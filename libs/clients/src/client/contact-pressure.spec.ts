import fc from 'fast-check';
import { capReached, withContact } from './contact-pressure.js';
import { day } from '../testing.js';

const cap = { contacts: 2, days: 7 };

describe('contact pressure', () => {
  it('knows no limit without a cap', () => expect(capReached([day(0), day(0), day(0)], null, day(0))).toBe(false));
  it('counts the contacts of the last days', () => {
    expect(capReached([day(0)], cap, day(1))).toBe(false);
    expect(capReached([day(0), day(1)], cap, day(1))).toBe(true);
  });
  it('forgets a contact after exactly so many days', () => {
    expect(capReached([day(0), day(1)], cap, day(6, 23))).toBe(true);
    expect(capReached([day(0), day(1)], cap, day(7))).toBe(false);
  });
  it('counts contacts recorded already that lie behind', () => {
    expect(capReached([day(3), day(9)], cap, day(2, 23))).toBe(true);
    expect(capReached([day(3), day(10)], cap, day(3))).toBe(false);
    expect(capReached([day(7), day(8)], cap, day(0))).toBe(false);
  });

  it('keeps the instants in order of time, however they arrive', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }), (days) => {
        const kept = days.map((at) => day(at)).reduce<readonly string[]>((contacts, at) => withContact(contacts, at), []);
        expect(kept).toEqual(days.map((at) => day(at)).sort());
      }),
    ));
  it('forgets the oldest of more than two hundred, even if it arrives last', () => {
    const full = Array.from({ length: 200 }, (_, i) => day(i + 1)).reduce<readonly string[]>(
      (contacts, at) => withContact(contacts, at),
      [],
    );
    expect(withContact(full, day(0))).toEqual(full);
    expect(withContact(full, day(300))).toEqual([...full.slice(1), day(300)]);
  });
});
