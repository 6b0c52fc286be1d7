import { canonicalJson } from '@boucle/eventsourcing';
import { roofOf } from '../record/household-proposals.js';
import { ContactPoint, ContactPoints } from '../person/person.js';

/** What a contact point is called is no longer than any id. */
const LONGEST = 60;

/** Where it leads, however it is written; null: it was erased. */
const placeOf = (point: ContactPoint): string | null => {
  switch (point.kind) {
    case 'email':
      return point.email && `email ${point.email.trim().toLowerCase()}`;
    case 'phone':
      return point.number && `phone ${point.number}`;
    case 'address':
      return point.address && `address ${roofOf(point.address) ?? canonicalJson(point.address)}`;
  }
};

/** What a contact point of a merged file is called in the file of the survivor; several names if he has it several times. */
export type PointNames = ReadonlyMap<string, readonly string[]>;

/** The contact points of one person in several files. */
export interface JoinedPoints {
  /** His own, and those that he has in merged files only. */
  readonly points: ContactPoints;
  /** By merged file. */
  readonly names: readonly PointNames[];
}

/** Joins the contact points of merged files with those of the survivor: one that leads to the same place has the survivor's name, any other its own with the number of the file behind it. */
export const joinedPoints = (own: ContactPoints, merged: readonly ContactPoints[]): JoinedPoints => {
  const points = new Map(Object.entries(own));
  const places = new Map<string, string[]>();
  const settle = (place: string | null, name: string): void => {
    if (place !== null) places.set(place, [...(places.get(place) ?? []), name]);
  };
  for (const [id, point] of points) settle(placeOf(point), id);
  const nameFor = (id: string, file: number): string => {
    let name = `${id.slice(0, LONGEST)}.${file}`;
    for (let n = file + 1; points.has(name) || Object.hasOwn(own, name); n++) name = `${id.slice(0, LONGEST)}.${n}`;
    return name;
  };
  const names = merged.map((theirs, n): PointNames => {
    const called = new Map<string, readonly string[]>();
    for (const [id, point] of Object.entries(theirs)) {
      const place = placeOf(point);
      const known = place === null ? undefined : places.get(place);
      if (known) called.set(id, [...known]);
      else {
        const name = nameFor(id, n + 2);
        points.set(name, point);
        settle(place, name);
        called.set(id, [name]);
      }
    }
    return called;
  });
  return { points: Object.fromEntries(points), names };
};
