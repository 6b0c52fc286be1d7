import { namesIn } from '@boucle/segments';
import { SegmentsState } from './segment.decider.js';

/** What rules call a field of a person where they do not call it by its name. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  birthDate: ['age', 'birthday'],
  childrenBirthYears: ['children', 'youngestChildBorn'],
};

/** The segments, but for retired ones, by the fields and kinds of events that their rules ask. */
export const segmentsByName = (state: SegmentsState): ReadonlyMap<string, readonly string[]> => {
  const users = new Map<string, string[]>();
  for (const [segmentId, { rule, status }] of Object.entries(state))
    if (status !== 'retired') for (const name of namesIn(rule)) users.set(name, [...(users.get(name) ?? []), segmentId]);
  return users;
};

/** The segments whose rules ask a field of a person, declared ones included. */
export const segmentsAsking = (field: string, users: ReadonlyMap<string, readonly string[]>): readonly string[] => [
  ...new Set((CALLED[field] ?? [field, `field.${field}`]).flatMap((name) => users.get(name) ?? [])),
];
