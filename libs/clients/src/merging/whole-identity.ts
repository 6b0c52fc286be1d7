import { ContactPoint, ContactPoints } from '../person/person.js';
import { Identity } from '../person/identity.projection.js';
import { joinedPoints, PointNames } from './joined-points.js';
import { MergedId } from './mergeable.js';
import { wholeOf } from './winners.js';

/** A document about another file of a person, and whose value counts. */
export interface OtherFile<Document> extends MergedId {
  readonly document: Document;
}

const pointsOf = ({ addresses, emails, phones }: Identity): ContactPoints =>
  Object.fromEntries<ContactPoint>([
    ...Object.entries(addresses).map(([id, address]) => [id, { kind: 'address', ...address }] as const),
    ...Object.entries(emails).map(([id, email]) => [id, { kind: 'email', email }] as const),
    ...Object.entries(phones).map(([id, { line, number }]) => [id, { kind: 'phone', line, number }] as const),
  ]);

/** What the contact points of other files are called in the one of the survivor. */
export const namesOfPoints = (own: Identity, others: readonly Identity[]): readonly PointNames[] =>
  joinedPoints(pointsOf(own), others.map(pointsOf)).names;

const joined = <T>(own: Readonly<Record<string, T>>, others: readonly Readonly<Record<string, T>>[], names: readonly PointNames[]) => {
  const all = new Map(Object.entries(own));
  others.forEach((theirs, n) => {
    for (const [id, point] of Object.entries(theirs)) for (const name of names[n].get(id) ?? []) if (!all.has(name)) all.set(name, point);
  });
  return Object.fromEntries(all);
};

/** Who a person is and where he can be reached, by all his files. */
export const wholeIdentity = (own: Identity, files: readonly OtherFile<Identity>[]): Identity => {
  if (files.length === 0) return own;
  const others = files.map(({ document }) => document);
  const names = namesOfPoints(own, others);
  const any = (state: keyof Identity['state']): boolean => own.state[state] || others.some((other) => other.state[state]);
  return {
    ...own,
    person: wholeOf(
      own.person,
      files.map(({ clientId, winners, document }) => ({ id: clientId, winners, person: document.person })),
    ),
    origin: own.origin ?? others.find(({ origin }) => origin !== null)?.origin ?? null,
    addresses: joined(
      own.addresses,
      others.map(({ addresses }) => addresses),
      names,
    ),
    emails: joined(
      own.emails,
      others.map(({ emails }) => emails),
      names,
    ),
    phones: joined(
      own.phones,
      others.map(({ phones }) => phones),
      names,
    ),
    references: [own, ...others].flatMap(({ references }) => references),
    householdId: own.householdId ?? others.find(({ householdId }) => householdId !== null)?.householdId ?? null,
    state: { deceased: any('deceased'), closed: any('closed'), creditBlocked: any('creditBlocked') },
  };
};
