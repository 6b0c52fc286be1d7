import fc from 'fast-check';
import { noHistory } from '../history/client-history.js';
import { Subject } from '../history/subject.js';
import { Profile } from '../client/profile.projection.js';
import { comings, TimedTerms } from './occasions.js';

const born = (birthDate: string | null): Subject => ({
  clientId: 'ann',
  profile: { person: { birthDate } } as Profile,
  history: noHistory('ann'),
});
const birthday = (daysAhead: number): TimedTerms => ({ kind: 'birthday', daysAhead });
const midnight = (day: string): string => `${day}T00:00:00.000Z`;
const toldOf = (terms: TimedTerms, subject: Subject, from: string, until: string) => {
  const { come, next } = comings(terms, subject, midnight(from), midnight(until));
  return { days: come.map(({ at }) => at.slice(0, 10)), next: next?.slice(0, 10) ?? null };
};

describe('a birthday', () => {
  it('of the 29 February is told of on the 28th of other years', () =>
    expect(toldOf(birthday(0), born('1980-02-29'), '2027-01-01', '2028-12-31')).toEqual({
      days: ['2027-02-28', '2028-02-29'],
      next: '2029-02-28',
    }));
  it('is told of so many days ahead, also in the year before', () =>
    expect(toldOf(birthday(7), born('--01-03'), '2026-12-01', '2026-12-31')).toEqual({ days: ['2026-12-27'], next: '2027-12-27' }));
  it.each([[null], ['1900-01-01']])('is told of nobody whose day of birth is %s', (birthDate) =>
    expect(toldOf(birthday(0), born(birthDate), '2020-01-01', '2026-12-31')).toEqual({ days: [], next: null }),
  );

  const days = fc.date({ min: new Date('2020-01-01'), max: new Date('2031-01-01'), noInvalidDate: true }).map((one) => one.toISOString());
  it('is told of once in each year, at whichever instants somebody looks', () =>
    fc.assert(
      fc.property(
        fc
          .date({ min: new Date('1930-01-01'), max: new Date('2010-01-01'), noInvalidDate: true })
          .map((one) => one.toISOString().slice(0, 10)),
        fc.nat(365),
        fc.array(days, { minLength: 2, maxLength: 20 }),
        (birthDate, daysAhead, looks) => {
          const [terms, subject] = [birthday(daysAhead), born(birthDate)];
          const [first, ...others] = looks.sort();
          let due = comings(terms, subject, first, first).next;
          const occasions: string[] = [];
          for (const at of others) {
            if (due === null) continue;
            const { come, next } = comings(terms, subject, due, at);
            occasions.push(...come.map((one) => one.occasion));
            if (due <= at) due = next;
          }
          const all = comings(terms, subject, first, others.at(-1)!).come.filter(({ at }) => at > first);
          expect(occasions).toEqual(all.map((one) => one.occasion));
          expect(new Set(occasions).size).toBe(occasions.length);
        },
      ),
    ));
});

describe('the end of a contract', () => {
  const contract = {
    kind: 'subscription',
    articleId: null,
    startsOn: '2025-01-01',
    endsOn: '2026-06-30',
    noticeBy: null,
    ended: false,
  } as const;
  const bound = (contracts: Subject['history']['contracts']): Subject => ({ ...born(null), history: { ...noHistory('ann'), contracts } });
  const ending: TimedTerms = { kind: 'contract-end', daysAhead: 60 };

  it('is told of so many days ahead', () =>
    expect(toldOf(ending, bound({ c: contract }), '2026-01-01', '2026-04-01')).toEqual({ days: [], next: '2026-05-01' }));
  it('is another occasion once it was renewed', () => {
    const { come } = comings(ending, bound({ c: { ...contract, endsOn: '2027-06-30' } }), midnight('2026-01-01'), midnight('2028-01-01'));
    expect(come).toEqual([{ at: midnight('2027-05-01'), occasion: 'c/2027-06-30' }]);
  });
  it('is not told of one without end, or that has ended', () =>
    expect(
      toldOf(ending, bound({ c: { ...contract, endsOn: null }, d: { ...contract, ended: true } }), '2026-01-01', '2028-01-01'),
    ).toEqual({ days: [], next: null }));
});
