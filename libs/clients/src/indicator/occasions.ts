import { Subject } from '../history/subject.js';
import { birthday, isSuspicious } from '../person/birth-date.js';
import { IndicatorTerms, TIMED_KINDS } from './indicator.events.js';

/** Something that comes with time, and the instant from which it is told. */
export interface Coming {
  readonly at: string;
  /** Tells it from the same thing another time. */
  readonly occasion: string;
}

export type TimedTerms = Extract<IndicatorTerms, { kind: (typeof TIMED_KINDS)[number] }>;

const DAY_MS = 86_400_000;

const before = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00.000Z`) - days * DAY_MS).toISOString();

const yearOf = (instant: string): number => Number(instant.slice(0, 4));

/** Which year's it is tells one birthday from another, also where the day is corrected. */
const birthdays = ({ profile }: Subject, daysAhead: number, from: string, until: string): readonly Coming[] => {
  const birthDate = profile.person?.birthDate ?? null;
  if (birthDate === null || isSuspicious(birthDate)) return [];
  // one of January may be told of in the year before
  const years = Array.from({ length: yearOf(until) - yearOf(from) + 3 }, (_, n) => yearOf(from) + n);
  return years.map((year) => ({ at: before(`${year}-${birthday(birthDate, year)}`, daysAhead), occasion: String(year) }));
};

const contractEnds = ({ history }: Subject, daysAhead: number): readonly Coming[] =>
  Object.entries(history.contracts).flatMap(([contractId, { endsOn, ended }]) =>
    endsOn === null || ended ? [] : [{ at: before(endsOn, daysAhead), occasion: `${contractId}/${endsOn}` }],
  );

/** What comes to somebody between two instants, both included, and when the next comes after. */
export const comings = (
  { kind, daysAhead }: TimedTerms,
  subject: Subject,
  from: string,
  until: string,
): { readonly come: readonly Coming[]; readonly next: string | null } => {
  const all = kind === 'birthday' ? birthdays(subject, daysAhead, from, until) : contractEnds(subject, daysAhead);
  const next = all.flatMap(({ at }) => (at > until ? [at] : [])).sort();
  return { come: all.filter(({ at }) => at >= from && at <= until), next: next[0] ?? null };
};
