import { LocalityList, LocalityLists } from '../address/localities.decider.js';
import { PersonFacts } from '../client/profile.projection.js';
import { holdsOn } from '../person/person.js';
import { AreaStatistics, AreaTable } from './area-statistics.decider.js';
import { FiguresOf } from './area-statistics.events.js';

/** A postal area. */
export interface PostalArea {
  readonly country: string;
  readonly postalCode: string | null;
}

type Figures = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A postal code as codes are compared. */
export const plainCode = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();
const areaKey = (kind: string, country: string, code: string): string => `${kind}/${country}/${plainCode(code)}`;

/** Remembers what follows from something that never changes. */
export const once = <From extends object, To>(make: (from: From) => To): ((from: From) => To) => {
  const made = new WeakMap<From, To>();
  return (from) => {
    const known = made.get(from) ?? make(from);
    made.set(from, known);
    return known;
  };
};

const figuresIn = once(({ figures }: AreaTable): Figures => {
  const found = new Map<string, Map<string, number>>();
  for (const { kind, country, code, measure, value } of figures) {
    const key = areaKey(kind, country, code);
    const measures = found.get(key) ?? new Map<string, number>();
    found.set(key, measures.set(measure, value));
  }
  return found;
});

const communesIn = once(({ localities }: LocalityList): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { postalCode, communeCode } of localities) {
    if (communeCode === undefined) continue;
    const code = plainCode(postalCode);
    found.set(code, (found.get(code) ?? new Set<string>()).add(communeCode));
  }
  return found;
});

/** The name of a figure as a field: area.<measure>.<source>.<year>. */
export const areaField = (measure: string, { source, year }: Pick<AreaTable, 'source' | 'year'>): string =>
  `area.${measure}.${source}.${year}`;

/**
 * The figures of a postal area, by field: those of the area itself, and those of its commune where a list of localities knows exactly one.
 * They are looked up whenever they are asked for and never copied into a client, so that they can be replaced and removed.
 */
export const areaValues = (
  { installed }: Pick<AreaStatistics, 'installed'>,
  lists: Pick<LocalityLists, 'installed'>,
  { country, postalCode }: PostalArea,
): Readonly<Record<string, number>> => {
  if (postalCode === null) return {};
  const list = Object.hasOwn(lists.installed, country) ? lists.installed[country] : null;
  const communes = list ? communesIn(list).get(plainCode(postalCode)) : undefined;
  const [commune] = communes?.size === 1 ? communes : [];
  const keys = [...(commune === undefined ? [] : [areaKey('commune', country, commune)]), areaKey('postal-area', country, postalCode)];
  return Object.fromEntries(
    installed.flatMap((table) =>
      keys.flatMap((key) => [...(figuresIn(table).get(key) ?? [])].map(([measure, value]) => [areaField(measure, table), value])),
    ),
  );
};

/** Where a client lives on a day, YYYY-MM-DD, as far as areas go: the address that he got last among those where mail reaches him. */
export const postalAreaOf = (person: Pick<PersonFacts, 'addresses'> | null, day: string): PostalArea | null =>
  Object.values(person?.addresses ?? {}).findLast(({ validity, returned }) => !returned && holdsOn(validity, day)) ?? null;

/** Reads the figures of where somebody lives on a day, YYYY-MM-DD, by field. */
export type AreaReading = (person: Pick<PersonFacts, 'addresses'> | null, day: string) => Readonly<Record<string, number>>;

/** Reads figures of people by the statistics and the lists of localities that are installed. */
export const areaReading =
  (statistics: Pick<AreaStatistics, 'installed'>, lists: Pick<LocalityLists, 'installed'>): AreaReading =>
  (person, day) => {
    const area = postalAreaOf(person, day);
    return area ? areaValues(statistics, lists, area) : {};
  };

const measuresIn = once(({ figures }: AreaTable): readonly string[] => [...new Set(figures.map(({ measure }) => measure))].sort());

/** A field that figures of areas can be read by, and whose figures it holds. */
export interface AreaField extends FiguresOf {
  readonly name: string;
  readonly measure: string;
}

/** The fields of the statistics that are installed. */
export const areaFields = ({ installed }: Pick<AreaStatistics, 'installed'>): readonly AreaField[] =>
  installed.flatMap((table) =>
    measuresIn(table).map((measure) => ({ name: areaField(measure, table), measure, source: table.source, year: table.year })),
  );
