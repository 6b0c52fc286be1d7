import { DynamicModule, Module, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Channel, Clock, DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Adapters, SystemClock } from './adapters.js';
import { CommandDoor } from './door.js';
import { CampaignsController } from './http/campaigns.controller.js';
import { ClientsController } from './http/clients.controller.js';
import { EventsController } from './http/events.controller.js';
import { HealthController } from './http/health.controller.js';
import { KeysController } from './http/keys.controller.js';
import { ReactionsController } from './http/reactions.controller.js';
import { WavesController } from './http/waves.controller.js';
import { Keyring } from './keyring.js';
import { Processors, Run } from './processors.js';
import { QueryDoor } from './queries.js';

/** The engine follows the log by itself. */
const following: Run = { follow: true, consumers: () => [] };

/** The engine on an open data folder. */
@Module({})
export class EngineModule {
  static on({ events, documents, channel }: Adapters, clock: Clock = new SystemClock(), run: Run = following): DynamicModule {
    const providers: Provider[] = [
      { provide: EventStore, useValue: events },
      { provide: DocumentStore, useValue: documents },
      { provide: Channel, useValue: channel },
      { provide: Clock, useValue: clock },
      { provide: Run, useValue: run },
      CommandDoor,
      Keyring,
      Processors,
      QueryDoor,
    ];
    return {
      module: EngineModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ClientsController,
        ReactionsController,
        CampaignsController,
        WavesController,
        EventsController,
        KeysController,
        HealthController,
      ],
      providers,
      exports: [CommandDoor, Processors],
    };
  }
}
