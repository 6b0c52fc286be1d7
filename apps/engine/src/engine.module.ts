import { DynamicModule, Module, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Channel, Clock, DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Adapters, SystemClock } from './adapters.js';
import { CommandDoor } from './door.js';
import { CampaignsController } from './http/campaigns.controller.js';
import { ClientsController } from './http/clients.controller.js';
import { HealthController } from './http/health.controller.js';
import { ReactionsController } from './http/reactions.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { WavesController } from './http/waves.controller.js';
import { Metrics } from './observation/metrics.js';
import { ObservedEventStore } from './observation/observed.js';
import { Observer, together } from './observation/observer.js';
import { Processors, Run } from './processors.js';
import { QueryDoor } from './queries.js';
import { Readiness } from './readiness.js';

/** The engine follows the log by itself. */
const following: Run = { follow: true, consumers: () => [] };

/** The engine on an open data folder. */
@Module({})
export class EngineModule {
  static on(
    { events, documents, channel }: Adapters,
    clock: Clock = new SystemClock(),
    run: Run = following,
    observers: readonly Observer[] = [],
  ): DynamicModule {
    const providers: Provider[] = [
      Metrics,
      { provide: Observer, useFactory: (metrics: Metrics) => together([metrics, ...observers]), inject: [Metrics] },
      { provide: EventStore, useFactory: (observer: Observer) => new ObservedEventStore(events, observer), inject: [Observer] },
      { provide: DocumentStore, useValue: documents },
      { provide: Channel, useValue: channel },
      { provide: Clock, useValue: clock },
      { provide: Run, useValue: run },
      CommandDoor,
      Processors,
      QueryDoor,
      Readiness,
    ];
    return {
      module: EngineModule,
      imports: [CqrsModule.forRoot()],
      controllers: [ClientsController, ReactionsController, CampaignsController, WavesController, HealthController, MetricsController],
      providers,
      exports: [CommandDoor, Processors],
    };
  }
}
