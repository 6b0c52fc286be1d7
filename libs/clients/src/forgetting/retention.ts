import { Client } from '../client/client.js';
import { ForgettingPolicy, KEPT, Kept } from './forgetting-policy.events.js';

const DAY = 86_400_000;
/** What waits for a person is looked at again after so many days. */
const LOOK_AGAIN_DAYS = 30;

/** The rules that say how long people are kept. */
export type RetentionRules = Pick<ForgettingPolicy, 'months' | 'automaticAfterDays'>;

export const dayOf = (instant: string): string => instant.slice(0, 10);

/** So many days later; YYYY-MM-DD. */
export const daysAfter = (day: string, days: number): string => dayOf(new Date(Date.parse(dayOf(day)) + days * DAY).toISOString());

/** The same day so many months later, or the last of a shorter month; YYYY-MM-DD. */
export const monthsAfter = (day: string, months: number): string => {
  const [year, month, date] = dayOf(day).split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dayOf(new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString());
};

/** The consents that hold at an instant, until further notice or until a day of their own. */
export const openConsents = ({ consent }: Client, now: string) =>
  consent.consents.filter(({ withdrawnAt, expiresAt }) => withdrawnAt === null && (expiresAt === null || expiresAt > now));

/** The contracts that run on a day: as long as they do, nobody is erased for being silent. */
export const runningContracts = ({ relations, merging }: Client, now: string): readonly string[] => {
  const own = Object.entries(relations.contracts).flatMap(([id, { ended, endsOn }]) => (ended ? [] : [[id, endsOn] as const]));
  const all = [...own, ...Object.values(merging.files).flatMap(({ contracts }) => Object.entries(contracts))];
  return all.flatMap(([id, endsOn]) => (endsOn !== null && endsOn < dayOf(now) ? [] : [id]));
};

const hasBought = ({ purchases, merging }: Client): boolean =>
  purchases.bought.length > 0 || Object.values(merging.files).some(({ bought }) => bought);

const keeps: Readonly<Record<Kept, (client: Client, now: string) => boolean>> = {
  prospects: (client) => !hasBought(client),
  clients: hasBought,
  consents: (client, now) => openConsents(client, now).length > 0,
  children: ({ person }) => (person.childrenBirthYears ?? []).length > 0,
};

/** Something that is kept of a client, and until which day, YYYY-MM-DD. */
export interface Due {
  readonly kept: Kept;
  readonly on: string;
}

/** What is kept of a client, and until when; nothing of somebody of whom nothing personal is known. */
export const dueDays = (client: Client, { months }: RetentionRules, now: string): readonly Due[] => {
  const { known, heardOf } = client.retention;
  if (!known || heardOf === null) return [];
  return KEPT.filter((kept) => keeps[kept](client, now)).map((kept) => ({ kept, on: monthsAfter(heardOf, months[kept]) }));
};

/** The day on which a proposed erasure is carried out by itself, YYYY-MM-DD; null: never. */
export const automaticOn = (proposedAt: string | null, { automaticAfterDays }: RetentionRules): string | null =>
  proposedAt === null || automaticAfterDays === null ? null : daysAfter(proposedAt, automaticAfterDays);

/** The first day on which a client may be due, YYYY-MM-DD, as soon as he is known. */
export const firstLook = (knownAt: string, { months }: RetentionRules): string => monthsAfter(knownAt, Math.min(...Object.values(months)));

/** The next day on which something of a client may be due after all that was due has been seen to, YYYY-MM-DD; null: nothing ever. */
export const nextLook = (client: Client, rules: RetentionRules, now: string): string | null => {
  const today = dayOf(now);
  const { proposedAt, putOffUntil } = client.retention;
  const due = dueDays(client, rules, now).map(({ on }) => on);
  if (due.length === 0) return null;
  const moments = [...due, automaticOn(proposedAt, rules), putOffUntil].filter((on): on is string => on !== null && on > today);
  // held, or proposed and waiting for a person
  const waiting = due.some((on) => on <= today) ? [daysAfter(today, LOOK_AGAIN_DAYS)] : [];
  return [...moments, ...waiting].sort()[0];
};
