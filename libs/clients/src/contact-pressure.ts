import { ContactCap } from './client.commands.js';

const DAY = 86_400_000;

/** Instants of contacts that a cap may still ask for. */
const REMEMBERED = 200;

/** The remembered instants with one more, the oldest forgotten. */
export const withContact = (contacts: readonly string[], at: string): readonly string[] => [...contacts, at].slice(-REMEMBERED);

/** Whether one more contact now would exceed the cap. */
export const capReached = (contacts: readonly string[], cap: ContactCap | null, now: string): boolean => {
  if (!cap) return false;
  const since = new Date(Date.parse(now) - cap.days * DAY).toISOString();
  return contacts.filter((at) => at > since && at <= now).length >= cap.contacts;
};
