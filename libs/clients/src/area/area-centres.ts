import { LocalityList, LocalityLists } from '../address/localities.decider.js';
import { GeoPoint } from '../address/locality.events.js';
import { once, plainCode, PostalArea } from './area-values.js';

const EARTH_RADIUS = 6371;
const RADIANS = Math.PI / 180;

/** Kilometres as the crow flies. */
export const kilometresBetween = (a: GeoPoint, b: GeoPoint): number => {
  const [north, east] = [b.latitude - a.latitude, b.longitude - a.longitude].map((degrees) => Math.sin((degrees * RADIANS) / 2) ** 2);
  const chord = north + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * east;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
};

const middle = (points: readonly GeoPoint[]): GeoPoint => ({
  latitude: points.reduce((sum, { latitude }) => sum + latitude, 0) / points.length,
  longitude: points.reduce((sum, { longitude }) => sum + longitude, 0) / points.length,
});

const pointsIn = once(({ localities }: LocalityList): ReadonlyMap<string, readonly GeoPoint[]> => {
  const found = new Map<string, GeoPoint[]>();
  for (const { postalCode, centre } of localities) {
    if (!centre) continue;
    const code = plainCode(postalCode);
    const points = found.get(code) ?? [];
    points.push(centre);
    found.set(code, points);
  }
  return found;
});

/** Where the postal areas of a list of localities lie, by code: in the middle of their localities. */
export const areaCentres = once(
  (list: LocalityList): ReadonlyMap<string, GeoPoint> => new Map([...pointsIn(list)].map(([code, points]) => [code, middle(points)])),
);

type Lists = Pick<LocalityLists, 'installed'>;

const listOf = ({ installed }: Lists, country: string): LocalityList | null =>
  Object.hasOwn(installed, country) ? installed[country] : null;

/** Where a postal area lies; null: nobody has said. */
export const centreOf = (lists: Lists, { country, postalCode }: PostalArea): GeoPoint | null => {
  const list = postalCode === null ? null : listOf(lists, country);
  return (list && areaCentres(list).get(plainCode(postalCode!))) ?? null;
};

/**
 * By how many kilometres somebody in a postal area may live away from its centre: as far as its farthest locality,
 * or half of the way to the nearest other area if that is more. An estimate: lists of localities tell no borders.
 */
export const centrePrecision = (lists: Lists, area: PostalArea): number | null => {
  const [centre, list] = [centreOf(lists, area), listOf(lists, area.country)];
  if (!centre || !list) return null;
  const own = plainCode(area.postalCode!);
  let nearest = Infinity;
  for (const [code, other] of areaCentres(list)) if (code !== own) nearest = Math.min(nearest, kilometresBetween(centre, other));
  const farthest = Math.max(
    ...pointsIn(list)
      .get(own)!
      .map((point) => kilometresBetween(centre, point)),
  );
  return Math.max(farthest, nearest === Infinity ? 0 : nearest / 2);
};
