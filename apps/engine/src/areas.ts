import { Injectable } from '@nestjs/common';
import {
  AREA_STATISTICS_STREAM,
  areaReading,
  AreaStatistics,
  areaStatisticsDecider,
  AreaTable,
  localitiesDecider,
  LOCALITIES_STREAM,
  LocalityLists,
  PersonFacts,
} from '@boucle/clients';
import { EventStore, FollowedStream } from '@boucle/eventsourcing';

/** Knows the figures of areas as the log has them. */
@Injectable()
export class Areas {
  private readonly statistics: FollowedStream<AreaStatistics>;
  private readonly localities: FollowedStream<LocalityLists>;

  constructor(events: EventStore) {
    this.statistics = new FollowedStream(events, areaStatisticsDecider, AREA_STATISTICS_STREAM);
    this.localities = new FollowedStream(events, localitiesDecider, LOCALITIES_STREAM);
  }

  /** The statistics that are installed. */
  async tables(): Promise<readonly AreaTable[]> {
    return (await this.statistics.now()).installed;
  }

  /** The figures of where somebody lives on a day, by field; null: no statistics are installed. */
  async of(person: PersonFacts | null, day: string): Promise<Readonly<Record<string, number>> | null> {
    const statistics = await this.statistics.now();
    return statistics.installed.length === 0 ? null : areaReading(statistics, await this.localities.now())(person, day);
  }
}
