import { Expression, FieldFamily } from '@boucle/segments';
import { areaCentres, centreOf, centrePrecision, kilometresBetween } from '../area/area-centres.js';
import { areaFields, areaValues, plainCode, PostalArea, postalAreaOf } from '../area/area-values.js';
import { storedAddresses } from '../person/stored-person.js';
import { dayOf, field, Of, Read } from './field.js';
import { Geography } from './geography.js';
import { SegmentSubject } from './segment-subject.js';
import { any, either, given, isNull, lookedUp } from './stored-expressions.js';

/** So many letters of a postal code make a region. */
const REGION = 2;

type Turns = NonNullable<Of['turns']>;

const keyOf = ({ country, postalCode }: PostalArea): string | null => postalCode && `${country}-${plainCode(postalCode)}`;

const areaOf = ({ profile }: SegmentSubject, at: string): PostalArea | null => postalAreaOf(profile.person, dayOf(at));

/** The postal area in which somebody lives as COUNTRY-CODE, asked of his stored profile. */
const storedKey = (of: string, at: string): Expression => {
  const without = (input: Expression, find: string): Expression => ({ $replaceAll: { input, find, replacement: '' } });
  const code = { $toUpper: without(without('$$last.v.postalCode', ' '), '-') };
  const key = { $concat: ['$$last.v.country', '-', code] };
  return given(
    { last: { $arrayElemAt: [storedAddresses(of, dayOf(at)), -1] } },
    either(any(isNull('$$last.v.postalCode'), { $eq: ['$$last.v.postalCode', ''] }), null, key),
  );
};

/** Every postal area that a list or a statistic knows. */
const knownAreas = ({ lists, statistics }: Geography): readonly PostalArea[] => [
  ...Object.values(lists.installed).flatMap(({ localities }) => localities),
  ...statistics.installed.flatMap(({ figures }) =>
    figures.flatMap(({ kind, country, code }) => (kind === 'postal-area' ? [{ country, postalCode: code }] : [])),
  ),
];

const tableOf = (areas: readonly PostalArea[], read: (area: PostalArea) => number | null): ReadonlyMap<string, number> =>
  new Map(
    areas.flatMap((area) => {
      const [key, value] = [keyOf(area), read(area)];
      return key === null || value === null ? [] : [[key, value] as const];
    }),
  );

const kilometresTo = ({ lists, pointsOfSale }: Geography, pointOfSaleId: string, area: PostalArea): number | null => {
  const [centre, place] = [centreOf(lists, area), pointsOfSale.get(pointOfSaleId)];
  return centre && place ? Math.round(10 * kilometresBetween(centre, place)) / 10 : null;
};

/** Where somebody lives, as far as areas go; `moves` tells when that may change. */
export const areaFieldsOf = (moves: Turns): readonly Of[] => {
  const asked = (name: string, label: string, type: 'text' | 'code', read: Read, stored: (key: Expression) => Expression): Of =>
    field(name, label, type, read, { turns: moves, stored: (of, at) => stored(storedKey(of, at)) });
  const key: Read = (subject, at) => {
    const area = areaOf(subject, at);
    return area && keyOf(area);
  };
  return [
    asked('postalArea', 'postal area where he lives, as CH-3005', 'text', key, (found) => found),
    asked(
      'area',
      `region where he lives: country and ${REGION} digits, as CH-30`,
      'code',
      (subject, at) => (key(subject, at) as string | null)?.slice(0, 'CH-'.length + REGION),
      (found) => given({ key: found }, either(isNull('$$key'), null, { $substrBytes: ['$$key', 0, 'CH-'.length + REGION] })),
    ),
  ];
};

/** What statistics say of where somebody lives, and how far that is from points of sale. */
export const areaFamilies = (geography: Geography, moves: Turns): readonly FieldFamily<SegmentSubject>[] => {
  const { statistics, lists, pointsOfSale } = geography;
  const ofArea = (
    name: string,
    label: string,
    read: (area: PostalArea) => number | null,
    areas: () => readonly PostalArea[],
    more: Partial<Of> = {},
  ): Of =>
    field(
      name,
      label,
      'number',
      (subject, at) => {
        const area = areaOf(subject, at);
        return area && read(area);
      },
      { turns: moves, stored: (of, at) => lookedUp(tableOf(areas(), read), storedKey(of, at)), ...more },
    );
  const figures = areaFields(statistics);
  const prefix = 'area.';
  const families: readonly FieldFamily<SegmentSubject>[] = [
    {
      prefix,
      example: figures[0]?.name,
      names: figures.map(({ name }) => name.slice(prefix.length)),
      field: (rest) => {
        const name = `${prefix}${rest}`;
        const { measure = rest, source = '', year = '' } = figures.find((one) => one.name === name) ?? {};
        const read = (area: PostalArea): number | null => areaValues(statistics, lists, area)[name] ?? null;
        return ofArea(name, `${measure} of the area where he lives (${source}, ${year})`, read, () => knownAreas(geography));
      },
    },
    {
      prefix: 'distance.',
      example: `distance.${[...pointsOfSale.keys()][0]}`,
      names: [...pointsOfSale.keys()],
      field: (id) => {
        const exactness = (subject: SegmentSubject, at: string): string | null => {
          const area = areaOf(subject, at);
          const precision = area && centrePrecision(lists, area);
          return area && precision !== null
            ? `from the centre of ${keyOf(area)}, give or take ${Math.max(0.1, precision).toFixed(1)} km`
            : null;
        };
        const listed = (): readonly PostalArea[] =>
          Object.entries(lists.installed).flatMap(([country, list]) =>
            [...areaCentres(list).keys()].map((postalCode) => ({ country, postalCode })),
          );
        const label = `kilometres, as the crow flies, from the centre of the postal area where he lives to ${id}: as exact as the area is small`;
        return ofArea(`distance.${id}`, label, (area) => kilometresTo(geography, id, area), listed, { exactness });
      },
    },
  ];
  return families.filter(({ names }) => names!.length > 0);
};
