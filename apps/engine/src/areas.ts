import { Injectable } from '@nestjs/common';
import {
  AREA_STATISTICS_STREAM,
  AreaStatistics,
  areaStatisticsDecider,
  areaValues,
  localitiesDecider,
  LOCALITIES_STREAM,
  LocalityLists,
  PersonFacts,
  postalAreaOf,
} from '@boucle/clients';
import { EventStore } from '@boucle/eventsourcing';
import { FollowedStream } from './followed-stream.js';

/** Knows the figures of areas as the log has them. */
@Injectable()
export class Areas {
  private readonly statistics: FollowedStream<AreaStatistics>;
  private readonly localities: FollowedStream<LocalityLists>;

  constructor(events: EventStore) {
    this.statistics = new FollowedStream(events, areaStatisticsDecider, AREA_STATISTICS_STREAM);
    this.localities = new FollowedStream(events, localitiesDecider, LOCALITIES_STREAM);
  }

  /** The figures of where somebody lives on a day, by field; null: no statistics are installed. */
  async of(person: PersonFacts | null, day: string): Promise<Readonly<Record<string, number>> | null> {
    const statistics = await this.statistics.now();
    if (statistics.installed.length === 0) return null;
    const area = postalAreaOf(person, day);
    return area ? areaValues(statistics, await this.localities.now(), area) : {};
  }
}
