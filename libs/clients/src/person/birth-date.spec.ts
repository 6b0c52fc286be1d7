import fc from 'fast-check';
import { ageAt, birthday, checkBirthDate, isBirthDate, isMinor, isSuspicious } from './birth-date.js';

describe('a day of birth', () => {
  it.each(['1980-02-29', '2004-12-31', '--02-29', '--01-01'])('%s is one', (text) => expect(isBirthDate(text)).toBe(true));

  it.each(['1981-02-29', '1980-04-31', '1880-01-01', '--02-30', '--13-01', '80-01-01', '1980-1-1', ''])('"%s" is none', (text) =>
    expect(isBirthDate(text)).toBe(false),
  );

  it('is greeted each year on a day of that year', () => {
    expect([2027, 2028, 2100].map((year) => birthday('1980-02-29', year))).toEqual(['02-28', '02-29', '02-28']);
    expect(birthday('--02-29', 2028)).toBe('02-29');
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }),
        fc.integer({ min: 1950, max: 2100 }),
        (born, year) => {
          const day = birthday(born.toISOString().slice(0, 10), year);
          expect(isBirthDate(`${Math.min(year, 2099)}-${day}`) || year === 2100).toBe(true);
        },
      ),
    );
  });

  it('may be what a form puts where nothing is known', () =>
    expect(['1900-01-01', '1980-02-29', '--01-01'].map(isSuspicious)).toEqual([true, false, false]));

  it('gives the age at a day, where the year is known', () => {
    expect([ageAt('1980-02-29', '2026-02-28'), ageAt('1980-02-29', '2026-03-01')]).toEqual([45, 46]);
    expect(ageAt('--02-29', '2026-03-01')).toBeNull();
  });

  it('tells who is a minor, where it is known and can be believed', () => {
    expect(['2008-03-02', '2008-03-01'].map((born) => isMinor(born, '2026-03-01'))).toEqual([true, false]);
    expect([undefined, '--03-02'].map((born) => isMinor(born, '2026-03-01'))).toEqual([false, false]);
    expect(isMinor('2000-01-01', '2010-03-01')).toBe(false);
  });

  it('is looked at with the year in mind', () => {
    expect(checkBirthDate('2008-02-29', '2026-03-01')).toEqual({ suspicious: false, greetedOn: '2026-02-28' });
    expect(checkBirthDate('1900-01-01', '2028-03-01')).toEqual({ suspicious: true, greetedOn: '2028-01-01' });
  });
});
