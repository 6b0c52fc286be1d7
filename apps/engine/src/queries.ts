import { Inject, Injectable, Type } from '@nestjs/common';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Lookups } from '@boucle/adapters';
import { Clock, DocumentStore, DomainError, EventStore, everyDocument, fold, Page } from '@boucle/eventsourcing';
import { ViewReading, viewsProjection } from '@boucle/access';
import {
  AnonymousSales,
  anonymousSalesProjection,
  Erasure,
  ErasureProposal,
  erasureProposalsProjection,
  erasuresProjection,
  FieldChange,
  fieldChangesProjection,
  FieldCount,
  FieldReport,
  Identity,
  identityProjection,
  listWaitingValues,
  PERSON_FIELDS,
  Screening,
  SearchKind,
  searchName,
  segmentsAsking,
  segmentsByName,
  segmentsDecider,
  SEGMENTS_STREAM,
  SuppressionListReading,
  suppressionListsProjection,
  WholeFiles,
} from '@boucle/clients';
import { dispatchOf } from '@boucle/delivery';
import { ExportReading, exportsProjection } from '@boucle/exporting';
import { RentedFileReading, rentedFilesProjection } from '@boucle/rented';
import { Carrier } from './adapters.js';
import { ArticleReading, GetArticle, ListArticleGroups, ListArticlesUnder, ListUnknownArticles } from './article.queries.js';
import {
  CampaignQueries,
  DryRun,
  ExplainDecision,
  GetCampaign,
  GetDispatch,
  GetWave,
  ListCampaigns,
  ListWaves,
} from './campaign.queries.js';
import { CatalogueCheck } from './catalogue-check.js';
import { ClientFound, ClientSearch, ClientsFound } from './client-search.js';
import {
  ClientQueries,
  GetClientFile,
  GetConsents,
  GetErasure,
  GetIdentity,
  GetLifeCycle,
  GetMergePreview,
  GetPersonFile,
  GetProfile,
  GetRetention,
  GetTimeline,
} from './client.queries.js';
import { DuplicateReading, ExplainPair, GetDuplicatesOf, ListDuplicates } from './duplicate.queries.js';
import { ListImports, listImports } from './import.queries.js';
import { Portfolios } from './portfolios.js';
import { Processors } from './processors.js';
import { allOf, found, pageOf } from './reading.js';
import {
  GetCalendar,
  GetCompany,
  GetHousehold,
  GetHouseholdProposals,
  GetPortfolio,
  GetRecord,
  GetSalesperson,
  peopleOf,
  RecordReading,
} from './record.queries.js';
import { GetScore, GetScoring, ListScorings, ScoringQueries } from './scoring.queries.js';
import { GetWebhook, ListWebhooks, WebhookQueries } from './webhook.queries.js';

/** How long a read waits for the position it was asked for. */
const PATIENCE_MS = 5_000;

/** A read that its model has not caught up with in time. */
export class NotCaughtUpError extends Error {}

export class GetFieldReport {}
export class ListWaitingValues {}
export class ListViews {
  constructor(
    readonly actor: string | null,
    readonly page: Page,
  ) {}
}
export class ListExports {
  constructor(readonly page: Page) {}
}
export class ListAnonymousSales {
  constructor(
    /** YYYY-MM, both included. */
    readonly from: string | undefined,
    readonly until: string | undefined,
  ) {}
}
export class ListRentedFiles {
  constructor(readonly page: Page) {}
}
export class GetExport {
  constructor(readonly exportId: string) {}
}
export class ListErasures {
  constructor(readonly page: Page) {}
}
export class ListErasureProposals {
  constructor(readonly page: Page) {}
}
export class SearchClients {
  constructor(
    readonly text: string,
    readonly kind: SearchKind | null,
    readonly cursor: string | undefined,
    readonly whose: ReadonlySet<string> | null,
  ) {}
}
export class FindByReference {
  constructor(
    readonly system: string,
    readonly number: string,
    readonly whose: ReadonlySet<string> | null,
  ) {}
}
export class ListSuppressionLists {}

/** The one way out: every question about the read models passes the query bus here. */
@Injectable()
export class QueryDoor {
  /** Where the log ended when the first search came. */
  private indexed: Promise<number> | null = null;

  private readonly whole: WholeFiles;

  constructor(
    private readonly bus: QueryBus,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly processors: Processors,
    clock: Clock,
    private readonly catalogues: CatalogueCheck,
    private readonly search: ClientSearch,
    duplicates: DuplicateReading,
    portfolios: Portfolios,
    // named: of a type with null the build knows nothing
    @Inject(Carrier) carrier: Carrier | null,
    lookups: Lookups,
  ) {
    this.whole = new WholeFiles(documents);
    const screening = new Screening(documents, () => lookups.lookup());
    const clients = new ClientQueries(documents, events, clock, screening, carrier !== null);
    this.register(GetProfile, (query) => clients.profile(query));
    this.register(GetLifeCycle, (query) => clients.lifeCycle(query));
    this.register(GetIdentity, (query) => clients.identity(query));
    this.register(GetErasure, (query) => clients.erasure(query));
    this.register(GetRetention, (query) => clients.retention(query));
    this.register(GetConsents, (query) => clients.consents(query));
    this.register(GetMergePreview, (query) => clients.mergePreview(query));
    this.register(GetPersonFile, (query) => clients.personFile(query));
    this.register(GetTimeline, (query) => clients.timeline(query));
    this.register(SearchClients, (query) => this.searchClients(query));
    this.register(FindByReference, (query) => this.byReference(query));
    this.register(ListDuplicates, (query) => duplicates.list(query));
    this.register(GetDuplicatesOf, (query) => duplicates.of(query));
    this.register(ExplainPair, (query) => duplicates.explain(query));

    const records = new RecordReading(documents, clock, portfolios);
    this.register(GetRecord, (query) => records.record(query));
    this.register(GetSalesperson, (query) => records.actingSalesperson(query));
    this.register(GetCompany, (query) => records.company(query));
    this.register(GetHousehold, (query) => records.household(query));
    this.register(GetHouseholdProposals, () => records.proposals());
    this.register(GetPortfolio, (query) => records.portfolio(query));
    this.register(GetCalendar, (query) => records.calendar(query));

    const articles = new ArticleReading(events, documents, records, clock);
    this.register(GetArticle, (query) => articles.article(query));
    this.register(ListArticleGroups, (query) => articles.tree(query));
    this.register(ListArticlesUnder, (query) => articles.under(query));
    this.register(ListUnknownArticles, (query) => articles.unknown(query));
    this.register(GetClientFile, async (query) => articles.inFile(await clients.file(query)));

    const scorings = new ScoringQueries(documents);
    this.register(ListScorings, (query) => scorings.list(query));
    this.register(GetScoring, (query) => scorings.scoring(query));
    this.register(GetScore, (query) => scorings.score(query));

    const campaigns = new CampaignQueries(documents, events, clock, screening, clients, (models, position) =>
      this.reached(models, position),
    );
    this.register(ListCampaigns, (query) => campaigns.list(query));
    this.register(GetCampaign, (query) => campaigns.campaign(query));
    this.register(DryRun, (query) => campaigns.dryRun(query));
    this.register(ListWaves, (query) => campaigns.waves(query));
    this.register(GetWave, (query) => campaigns.wave(query));
    this.register(ExplainDecision, (query) => campaigns.explain(query));
    this.register(GetDispatch, ({ campaignId, wave }) => dispatchOf(documents, campaignId, wave));

    const webhooks = new WebhookQueries(documents);
    this.register(ListWebhooks, (query) => webhooks.list(query));
    this.register(GetWebhook, (query) => webhooks.webhook(query));

    this.register(GetFieldReport, () => this.fieldReport());
    this.register(ListWaitingValues, () => listWaitingValues(documents));
    this.register(ListImports, (query) => listImports(documents, query));
    this.register(ListAnonymousSales, (query) => this.anonymousSales(query));
    this.register(ListRentedFiles, ({ page }) => pageOf<RentedFileReading>(documents, rentedFilesProjection, page));
    this.register(ListSuppressionLists, () => allOf<SuppressionListReading>(documents, suppressionListsProjection));
    this.register(ListErasures, ({ page }) => pageOf<Erasure>(documents, erasuresProjection, page));
    this.register(ListErasureProposals, ({ page }) => pageOf<ErasureProposal>(documents, erasureProposalsProjection, page));
    this.register(ListViews, ({ actor, page }) =>
      pageOf<ViewReading>(documents, viewsProjection, page, actor === null ? undefined : { field: 'actor', is: 'eq', value: actor }),
    );
    this.register(ListExports, ({ page }) => pageOf<ExportReading>(documents, exportsProjection, page));
    this.register(GetExport, async ({ exportId }) => {
      const reading = await documents.get<ExportReading>(exportsProjection.name, exportId);
      return found(reading, 'unknown-export', `There is no export ${exportId}`, 'exportId');
    });
  }

  /** Answers a question once the log and the read models behind the answer have reached the position; after some seconds it throws an unknown-position `DomainError`, or `NotCaughtUpError` for a read model that lags. */
  async ask<T>(query: object, models: readonly { name: string }[] = [], after = 0): Promise<T> {
    await this.reached(models, after);
    return this.bus.execute(query);
  }

  /** Waits until these models have reached a position, as long as a read may. */
  async reached(models: readonly { name: string }[], position = 0): Promise<void> {
    if (position === 0) return;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    if (!(await this.logReached(position, patience)))
      throw new DomainError(
        'unknown-position',
        `The log has not reached position ${position}; a write answers the position it reached`,
        'after',
      );
    for (const { name } of models)
      if (!(await this.processors.checkpoints.reached(name, position, patience)))
        throw new NotCaughtUpError(`${name} has not reached position ${position} yet`);
  }

  private async logReached(position: number, signal: AbortSignal): Promise<boolean> {
    if ((await this.events.head()) >= position) return true;
    for await (const batch of this.events.subscribe({ after: position - 1, sealed: true, signal }))
      if (batch.position >= position) return true;
    return false;
  }

  private async anonymousSales({ from = '', until = '9999-12' }: ListAnonymousSales): Promise<AnonymousSales[]> {
    const all = await allOf<AnonymousSales>(this.documents, anonymousSalesProjection);
    return all.filter(({ month }) => month >= from && month <= until);
  }

  private async fieldReport(): Promise<FieldReport[]> {
    const count = new FieldCount();
    for await (const page of everyDocument<Identity>(this.documents, identityProjection.name))
      for (const identity of await this.whole.identities(peopleOf(page))) count.add(identity);
    const changes = await allOf<FieldChange>(this.documents, fieldChangesProjection);
    const { fields } = await this.catalogues.now();
    const users = segmentsByName(fold(segmentsDecider, segmentsDecider.initial, await this.events.read(SEGMENTS_STREAM)));
    return count.report([...PERSON_FIELDS, ...Object.keys(fields)], changes, (field) => segmentsAsking(field, users));
  }

  private async searchClients({ text, kind, cursor, whose }: SearchClients): Promise<ClientsFound> {
    // who is not in the index yet must not look like nobody
    this.indexed ??= this.events.head();
    await this.reached([{ name: searchName }], await this.indexed);
    return this.search.search(text, kind, whose, cursor);
  }

  private async byReference({ system, number, whose }: FindByReference): Promise<ClientFound> {
    const client = await this.search.byReference(system, number, whose);
    return found(client, 'unknown-reference', `No client has this number of ${system}`, 'number');
  }

  private register<Q extends object>(query: Type<Q>, answer: (query: Q) => Promise<unknown>): void {
    class Handler {
      execute(asked: Q): Promise<unknown> {
        return answer(asked);
      }
    }
    QueryHandler(query)(Handler);
    this.bus.register([new InstanceWrapper({ metatype: Handler, instance: new Handler(), isResolved: true })]);
  }
}
