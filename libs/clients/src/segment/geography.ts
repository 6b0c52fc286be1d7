import { DocumentStore, EventStore, everyDocument, FollowedStream } from '@boucle/eventsourcing';
import { localitiesDecider, LOCALITIES_STREAM, LocalityLists } from '../address/localities.decider.js';
import { GeoPoint } from '../address/locality.events.js';
import { AREA_STATISTICS_STREAM, AreaStatistics, areaStatisticsDecider } from '../area/area-statistics.decider.js';
import { PointOfSale, pointsOfSaleProjection } from '../record/records.projection.js';

/** What is known of areas and places. */
export interface Geography {
  readonly statistics: Pick<AreaStatistics, 'installed'>;
  readonly lists: Pick<LocalityLists, 'installed'>;
  /** Where points of sale lie, as far as that is known, by id. */
  readonly pointsOfSale: ReadonlyMap<string, GeoPoint>;
}

/** Nothing is known of any area. */
export const NO_GEOGRAPHY: Geography = { statistics: { installed: [] }, lists: { installed: {} }, pointsOfSale: new Map() };

interface Followed {
  readonly statistics: FollowedStream<AreaStatistics>;
  readonly lists: FollowedStream<LocalityLists>;
}

/** Lists are long: of each log they are read once, and then what is new. */
const followed = new WeakMap<object, Followed>();

const followedIn = (events: Pick<EventStore, 'read'>): Followed => {
  const known = followed.get(events) ?? {
    statistics: new FollowedStream(events, areaStatisticsDecider, AREA_STATISTICS_STREAM),
    lists: new FollowedStream(events, localitiesDecider, LOCALITIES_STREAM),
  };
  followed.set(events, known);
  return known;
};

/** What is known of areas and places, at the end of a log. */
export const geographyOf = async (events: Pick<EventStore, 'read'>, documents: Pick<DocumentStore, 'scan'>): Promise<Geography> => {
  const { statistics, lists } = followedIn(events);
  const pointsOfSale = new Map<string, GeoPoint>();
  for await (const page of everyDocument<PointOfSale>(documents, pointsOfSaleProjection.name))
    for (const { key, document } of page) if (document?.pointOfSale.coordinates) pointsOfSale.set(key, document.pointOfSale.coordinates);
  return { statistics: await statistics.now(), lists: await lists.now(), pointsOfSale };
};
