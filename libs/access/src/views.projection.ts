import { DataOf, Projection } from '@boucle/eventsourcing';
import { ViewEvent } from './view.events.js';

/** Who was shown several people at once, and what for. */
export type ViewReading = DataOf<ViewEvent, 'ClientsViewed'>;

/** One document per entry, in order of time. */
export const viewsProjection: Projection<ViewReading, ViewEvent> = {
  name: 'views',
  indexes: ['actor'],
  key: ({ data: { until, viewId } }) => `${until}.${viewId}`,
  on: { ClientsViewed: (_, { data }) => data },
};
