import { DynamicModule, Module, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Lookups, TemporaryFiles } from '@boucle/adapters';
import { DuplicateIndex } from '@boucle/clients';
import { Channel, Checkpoints, Clock, Codec, DocumentStore, EventStore, KeyVault, SearchIndex } from '@boucle/eventsourcing';
import { Outbound } from '@boucle/webhooks';
import { Adapters, Carrier, KEY_FILE } from './adapters.js';
import { ClientSearch } from './client-search.js';
import { Config } from './config.js';
import { Areas } from './areas.js';
import { CatalogueCheck } from './catalogue-check.js';
import { CommandDoor } from './door.js';
import { DuplicateReading } from './duplicate.queries.js';
import { EntryCheck } from './entry-check.js';
import { TEMPORARY_FOLDERS } from './forgetting/places-of-personal-data.js';
import { AnonymousSalesController } from './http/anonymous-sales.controller.js';
import { ArticlesController } from './http/articles.controller.js';
import { AuditController } from './http/audit.controller.js';
import { CampaignsController } from './http/campaigns.controller.js';
import { CataloguesController } from './http/catalogues.controller.js';
import { ClientsController } from './http/clients.controller.js';
import { ConsentsController } from './http/consents.controller.js';
import { ContactsController } from './http/contacts.controller.js';
import { DuplicatesController } from './http/duplicates.controller.js';
import { AreaStatisticsController } from './http/area-statistics.controller.js';
import { EntryController } from './http/entry.controller.js';
import { ErasuresController } from './http/erasures.controller.js';
import { DayRatesController } from './http/day-rates.controller.js';
import { ExportsController } from './http/exports.controller.js';
import { ErpController } from './http/erp.controller.js';
import { ExternalFilesController } from './http/external-files.controller.js';
import { EventsController } from './http/events.controller.js';
import { HealthController } from './http/health.controller.js';
import { LifeCycleController } from './http/life-cycle.controller.js';
import { KeysController } from './http/keys.controller.js';
import { PersonController } from './http/person.controller.js';
import { PersonFileController } from './http/person-file.controller.js';
import { AccountsController } from './http/accounts.controller.js';
import { PurchasesController } from './http/purchases.controller.js';
import { RelationsController } from './http/relations.controller.js';
import { ReactionsController } from './http/reactions.controller.js';
import { ImportsController, Uploads } from './http/imports.controller.js';
import { MembershipController } from './http/membership.controller.js';
import { SuppressionsController } from './http/suppressions.controller.js';
import { MergesController } from './http/merges.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { ReturnsController } from './http/returns.controller.js';
import { RentedFilesController } from './http/rented-files.controller.js';
import { ReportsController } from './http/reports.controller.js';
import { RetentionController } from './http/retention.controller.js';
import { ScoringsController } from './http/scorings.controller.js';
import { IndicatorsController } from './http/indicators.controller.js';
import { SegmentsController } from './http/segments.controller.js';
import { SearchController } from './http/search.controller.js';
import { RecordsController } from './http/records.controller.js';
import { SourceRanksController } from './http/source-ranks.controller.js';
import { WaitingValuesController } from './http/waiting-values.controller.js';
import { WavesController } from './http/waves.controller.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { enterChanges } from './erp/change-intake.js';
import { takenFolders, WatchedFolder } from './erp/watched-folder.worker.js';
import { Intake } from './intake.worker.js';
import { Keyring } from './keyring.js';
import { Secrets } from './secrets.js';
import { WebhookOutbound, WebhookSettings } from './webhook.relay.js';
import { Metrics } from './observation/metrics.js';
import { ObservedEventStore, ObservedMessageBus } from './observation/observed.js';
import { Observer, together } from './observation/observer.js';
import { Portfolios } from './portfolios.js';
import { Processors, Run } from './processors.js';
import { QueryDoor } from './queries.js';
import { Readiness } from './readiness.js';
import { Registration } from './registration.js';
import { SegmentComparison } from './segment-comparison.js';
import { SegmentDesk } from './segment-desk.js';
import { Viewing } from './viewing.js';

const API = [
  // before what takes any id of a client
  SearchController,
  DuplicatesController,
  AreaStatisticsController,
  EntryController,
  ClientsController,
  PersonController,
  ConsentsController,
  SuppressionsController,
  ImportsController,
  WaitingValuesController,
  SourceRanksController,
  ContactsController,
  CataloguesController,
  LifeCycleController,
  ErasuresController,
  RetentionController,
  PersonFileController,
  AnonymousSalesController,
  PurchasesController,
  AccountsController,
  RelationsController,
  MembershipController,
  MergesController,
  RecordsController,
  ArticlesController,
  DayRatesController,
  ScoringsController,
  IndicatorsController,
  SegmentsController,
  ReactionsController,
  CampaignsController,
  WavesController,
  ExportsController,
  ReturnsController,
  ReportsController,
  ErpController,
  RentedFilesController,
  ExternalFilesController,
  EventsController,
  WebhooksController,
  KeysController,
  AuditController,
];

/** The engine on what it stands on; a process that does not serve the API still says how it is. */
@Module({})
export class EngineModule {
  static on(
    { events, vault, codec, documents, openIndex, openDuplicates, checkpoints, channel, carrier, path }: Adapters,
    clock: Clock,
    run: Run,
    config: Config,
    observers: readonly Observer[] = [],
  ): DynamicModule {
    const intake: Provider[] =
      carrier && run.follow && run.roles.includes('relay')
        ? [
            {
              provide: Intake,
              useFactory: (door: CommandDoor, observer: Observer, secrets: Secrets) =>
                new Intake(carrier.bus, config.partitions, door, clock, observer, secrets),
              inject: [CommandDoor, Observer, Secrets],
            },
          ]
        : [];
    const { erpDir } = config;
    const folder: Provider[] =
      erpDir !== null && run.follow && run.roles.includes('relay')
        ? [
            {
              provide: WatchedFolder,
              useFactory: (door: CommandDoor, registration: Registration, store: EventStore, lookups: Lookups) =>
                new WatchedFolder(erpDir, clock, async (lines) =>
                  enterChanges(lines, { events: store, door, registration, lookup: await lookups.lookup(), clock, actor: 'folder:erp' }),
                ),
              inject: [CommandDoor, Registration, EventStore, Lookups],
            },
          ]
        : [];
    const providers: Provider[] = [
      Metrics,
      { provide: Observer, useFactory: (metrics: Metrics) => together([metrics, ...observers]), inject: [Metrics] },
      { provide: EventStore, useFactory: (observer: Observer) => new ObservedEventStore(events, observer), inject: [Observer] },
      { provide: KeyVault, useValue: vault },
      { provide: Codec, useValue: codec },
      { provide: Lookups, useValue: new Lookups(vault) },
      {
        provide: TemporaryFiles,
        useValue: new TemporaryFiles(path('.'), [...TEMPORARY_FOLDERS, ...(erpDir === null ? [] : takenFolders(erpDir))]),
      },
      { provide: Uploads, useValue: { path, limit: config.importLimit } },
      { provide: DocumentStore, useValue: documents },
      { provide: SearchIndex, useFactory: () => (run.roles.includes('api') ? openIndex() : null) },
      { provide: DuplicateIndex, useFactory: () => (run.roles.includes('api') ? openDuplicates() : null) },
      { provide: Checkpoints, useValue: checkpoints },
      { provide: Channel, useValue: channel },
      {
        provide: Carrier,
        useFactory: (observer: Observer) => carrier && { ...carrier, bus: new ObservedMessageBus(carrier.bus, observer) },
        inject: [Observer],
      },
      { provide: Clock, useValue: clock },
      { provide: Run, useValue: run },
      { provide: Secrets, useValue: new Secrets(config.secretsKey, path(KEY_FILE)) },
      { provide: WebhookSettings, useValue: config },
      { provide: Outbound, useClass: WebhookOutbound },
      Areas,
      CatalogueCheck,
      ClientSearch,
      CommandDoor,
      DuplicateReading,
      EntryCheck,
      Keyring,
      Portfolios,
      Processors,
      QueryDoor,
      ...intake,
      ...folder,
      Readiness,
      Registration,
      SegmentDesk,
      SegmentComparison,
      Viewing,
    ];
    return {
      module: EngineModule,
      imports: [CqrsModule.forRoot()],
      controllers: [...(run.roles.includes('api') ? API : []), HealthController, MetricsController],
      providers,
      exports: [CommandDoor, Processors],
    };
  }
}
