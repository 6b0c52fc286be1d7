import { Identity } from '../person/identity.projection.js';
import { Household, Member, Members } from '../record/records.projection.js';

/** The person behind an id, by all his files; null: nobody knows him any more. */
export type PersonOf = (clientId: string) => Identity | null;

/** Those who belong to something, each once, under the ids of the survivors: who is still there before who has left, and what was said of his own id before the rest. */
export const wholeMembers = (members: Members, personOf: PersonOf): Members => {
  const whole = new Map<string, Member>();
  const own = Object.entries(members).map(([id, stored]) => {
    const person = personOf(id);
    return { id, as: person?.clientId ?? id, member: person?.state.deceased ? { ...stored, deceased: true as const } : stored };
  });
  for (const { as, member } of [...own.filter(({ id, as }) => id === as), ...own.filter(({ id, as }) => id !== as)]) {
    const known = whole.get(as);
    if (!known || (known.until !== null && member.until === null)) whole.set(as, member);
  }
  return Object.fromEntries(whole);
};

/** A household of people: who lives in another one by his own file has not joined this one under another id, and who has died gets no mail for all. */
export const wholeHousehold = (household: Household, personOf: PersonOf): Household => {
  const livesHere = ([id, { until }]: [string, Member]): boolean => {
    const person = personOf(id);
    return until !== null || person === null || person.householdId === household.householdId;
  };
  const { addressee } = household;
  const reader = addressee === null ? null : personOf(addressee);
  const members = Object.fromEntries(Object.entries(household.members).filter(livesHere));
  return {
    ...household,
    addressee: reader === null ? addressee : reader.state.deceased ? null : reader.clientId,
    members: wholeMembers(members, personOf),
  };
};
