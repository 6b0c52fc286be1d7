import { DynamicModule, Module, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Channel, Clock, DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Outbound } from '@boucle/webhooks';
import { Adapters, KEY_FILE, SystemClock } from './adapters.js';
import { Config, readConfig } from './config.js';
import { CommandDoor } from './door.js';
import { CampaignsController } from './http/campaigns.controller.js';
import { ClientsController } from './http/clients.controller.js';
import { EventsController } from './http/events.controller.js';
import { HealthController } from './http/health.controller.js';
import { ReactionsController } from './http/reactions.controller.js';
import { WavesController } from './http/waves.controller.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { Intake } from './intake.worker.js';
import { Processors, Run } from './processors.js';
import { QueryDoor } from './queries.js';
import { Secrets } from './secrets.js';
import { WebhookOutbound, WebhookSettings } from './webhook.relay.js';

/** The engine follows the log by itself. */
export const following: Run = { follow: true, consumers: () => [] };

/** The engine on an open data folder. */
@Module({})
export class EngineModule {
  static on(
    { folder, events, documents, channel, bus }: Adapters,
    clock: Clock = new SystemClock(),
    run: Run = following,
    config: Config = readConfig({}),
  ): DynamicModule {
    const intake: Provider[] = bus
      ? [{ provide: Intake, useFactory: (door: CommandDoor) => new Intake(bus, config.partitions, door, clock), inject: [CommandDoor] }]
      : [];
    const providers: Provider[] = [
      { provide: EventStore, useValue: events },
      { provide: DocumentStore, useValue: documents },
      { provide: Channel, useValue: channel },
      { provide: Clock, useValue: clock },
      { provide: Run, useValue: run },
      { provide: Secrets, useValue: new Secrets(config.secretsKey, folder.path(KEY_FILE)) },
      { provide: WebhookSettings, useValue: config },
      { provide: Outbound, useClass: WebhookOutbound },
      CommandDoor,
      Processors,
      QueryDoor,
      ...intake,
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
        WebhooksController,
        HealthController,
      ],
      providers,
      exports: [CommandDoor, Processors],
    };
  }
}
