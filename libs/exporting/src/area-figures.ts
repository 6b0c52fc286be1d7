import { AREA_STATISTICS_STREAM, areaReading, areaStatisticsDecider, localitiesDecider, LOCALITIES_STREAM, Profile } from '@boucle/clients';
import { EventStore, Filter, fold } from '@boucle/eventsourcing';
import { ExportOrder } from './export.events.js';

/** What fields of areas are called: area.<measure>.<source>.<year>. */
export const AREA_FIELD = /^area\.[A-Za-z][A-Za-z0-9-]{0,39}\.[A-Za-z][A-Za-z0-9-]{0,39}\.\d{4}$/;

/** The figures of where somebody lives, by field. */
export type Figures = Readonly<Record<string, number>>;

const asksAreas = (filter: Filter): boolean => {
  if ('all' in filter) return filter.all.some(asksAreas);
  if ('any' in filter) return filter.any.some(asksAreas);
  return 'not' in filter ? asksAreas(filter.not) : AREA_FIELD.test(filter.field);
};

/** Reads the figures that an order asks for, as they are installed now, for where people live on a day; nobody has any if it asks for none. */
export const figuresFor = async (
  events: EventStore,
  { universe, fields }: Pick<ExportOrder, 'universe' | 'fields'>,
  at: string,
): Promise<(profile: Profile) => Figures> => {
  if (!fields.some((name) => AREA_FIELD.test(name)) && !(universe && asksAreas(universe))) return () => ({});
  const statistics = fold(areaStatisticsDecider, areaStatisticsDecider.initial, await events.read(AREA_STATISTICS_STREAM));
  const lists = fold(localitiesDecider, localitiesDecider.initial, await events.read(LOCALITIES_STREAM));
  const read = areaReading(statistics, lists);
  return ({ person }) => read(person, at.slice(0, 10));
};

/** A profile with figures where conditions find them, by their dotted paths. */
export const withFigures = (profile: Profile, figures: Figures): Profile => {
  const area: Record<string, Record<string, Record<string, number>>> = {};
  for (const [name, value] of Object.entries(figures)) {
    const [, measure, source, year] = name.split('.');
    ((area[measure] ??= {})[source] ??= {})[year] = value;
  }
  return Object.assign({ ...profile }, { area });
};
