import { DynamicModule, Module, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Channel, Checkpoints, Clock, DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Adapters, Carrier, SystemClock } from './adapters.js';
import { CommandDoor } from './door.js';
import { CampaignsController } from './http/campaigns.controller.js';
import { ClientsController } from './http/clients.controller.js';
import { EventsController } from './http/events.controller.js';
import { HealthController } from './http/health.controller.js';
import { ReactionsController } from './http/reactions.controller.js';
import { WavesController } from './http/waves.controller.js';
import { Processors, Run } from './processors.js';
import { QueryDoor } from './queries.js';
import { ROLES } from './roles.js';

/** The engine follows the log by itself. */
const following: Run = { follow: true, roles: ROLES, consumers: () => [] };

/** The engine on an open data folder. */
@Module({})
export class EngineModule {
  static on(
    { events, documents, checkpoints, channel, carrier }: Adapters,
    clock: Clock = new SystemClock(),
    run: Run = following,
  ): DynamicModule {
    const providers: Provider[] = [
      { provide: EventStore, useValue: events },
      { provide: DocumentStore, useValue: documents },
      { provide: Checkpoints, useValue: checkpoints },
      { provide: Channel, useValue: channel },
      { provide: Carrier, useValue: carrier },
      { provide: Clock, useValue: clock },
      { provide: Run, useValue: run },
      CommandDoor,
      Processors,
      QueryDoor,
    ];
    return {
      module: EngineModule,
      imports: [CqrsModule.forRoot()],
      controllers: [ClientsController, ReactionsController, CampaignsController, WavesController, EventsController, HealthController],
      providers,
      exports: [CommandDoor, Processors],
    };
  }
}
