import { ContactCap } from './client.commands.js';

const DAY = 86_400_000;

/** Instants of contacts that a cap may still ask for. */
const REMEMBERED = 200;

/** The remembered instants with one more, in order of time; the oldest is forgotten. */
export const withContact = (contacts: readonly string[], at: string): readonly string[] => {
  const last = contacts.at(-1);
  if (contacts.length < REMEMBERED && (last === undefined || last <= at)) return [...contacts, at];
  return contacts.toSpliced(contacts.findLastIndex((earlier) => earlier <= at) + 1, 0, at).slice(-REMEMBERED);
};

const after = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY).toISOString();

/** Whether one more contact now would exceed the cap in any run of days that holds it: contacts already recorded may lie behind `now` too. */
export const capReached = (contacts: readonly string[], cap: ContactCap | null, now: string): boolean => {
  if (!cap) return false;
  const until = after(now, cap.days);
  return [now, ...contacts.filter((at) => at > now && at < until)].some((end) => {
    const since = after(end, -cap.days);
    return contacts.filter((at) => at > since && at <= end).length >= cap.contacts;
  });
};

/** The remembered instants without one of them, as far as it is remembered. */
export const withoutInstant = (contacts: readonly string[], at: string): readonly string[] => {
  const place = contacts.lastIndexOf(at);
  return place < 0 ? contacts : contacts.toSpliced(place, 1);
};
