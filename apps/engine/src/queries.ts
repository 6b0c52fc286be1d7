import { Inject, Injectable, Type } from '@nestjs/common';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Lookups } from '@boucle/adapters';
import {
  Clock,
  DocumentStore,
  DomainError,
  EventStore,
  everyDocument,
  Filter,
  fold,
  Page,
  RecordedEvent,
  StoredDocument,
} from '@boucle/eventsourcing';
import { ViewReading, viewsProjection } from '@boucle/access';
import {
  CampaignReading,
  campaignsProjection,
  campaignStream,
  CampaignEvent,
  ClientDecisions,
  DecisionReading,
  decisionsKey,
  decisionsProjection,
  drawWave,
  Explanation,
  explainUndecided,
  TargetingCounts,
  waveKey,
  WaveResults,
  waveResultsProjection,
  wavesOf,
} from '@boucle/campaigns';
import {
  AnonymousSales,
  anonymousSalesProjection,
  Classified,
  classOf,
  ClientFile,
  clientFileOf,
  clientDecider,
  ClientEvent,
  clientStream,
  ConsentReading,
  convert,
  DayRates,
  dayRatesProjection,
  Erasure,
  ErasureProposal,
  erasureProposalsProjection,
  erasuresProjection,
  FieldChange,
  fieldChangesProjection,
  FieldCount,
  FieldReport,
  forgettingPolicy,
  Identity,
  identityAfter,
  identityProjection,
  keptAmounts,
  listWaitingValues,
  Mergeable,
  MergePreview,
  mergePreview,
  PERSON_FIELDS,
  Profile,
  profileProjection,
  purchaseHistoryOf,
  ratesNeeded,
  readConsents,
  readRetention,
  RetentionReading,
  lifeCyclePolicy,
  Screening,
  Suppression,
  SuppressionListReading,
  suppressionListsProjection,
  SearchKind,
  Subjects,
  searchName,
  SEGMENTS_STREAM,
  segmentsAsking,
  segmentsByName,
  segmentsDecider,
  wholeClientFile,
  WholeFiles,
  wholeIdentity,
} from '@boucle/clients';
import { dispatchOf } from '@boucle/delivery';
import { ExportReading, exportsProjection } from '@boucle/exporting';
import { RentedFileReading, rentedFilesProjection } from '@boucle/rented';
import { WEBHOOK_PROGRESS, WebhookProgress, WebhookReading, webhooksProjection } from '@boucle/webhooks';
import { ListImports, listImports } from './import.queries.js';
import { ArticleReading, GetArticle, ListArticleGroups, ListArticlesUnder, ListUnknownArticles } from './article.queries.js';
import { Carrier } from './adapters.js';
import { CatalogueCheck } from './catalogue-check.js';
import { ClientFound, ClientSearch, ClientsFound } from './client-search.js';
import { DuplicateReading, ExplainPair, GetDuplicatesOf, ListDuplicates } from './duplicate.queries.js';
import { PersonFile, readPersonFile } from './person-file.js';
import { Portfolios } from './portfolios.js';
import { Processors } from './processors.js';
import {
  byKey,
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

/** How long a read waits for the position it was asked for. */
const PATIENCE_MS = 5_000;
const EVERYTHING: Filter = { all: [] };

/** A read that its model has not caught up with in time. */
export class NotCaughtUpError extends Error {}

export class GetProfile {
  constructor(readonly clientId: string) {}
}
export class GetLifeCycle {
  constructor(readonly clientId: string) {}
}
export class GetIdentity {
  constructor(readonly clientId: string) {}
}
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
export class GetErasure {
  constructor(readonly clientId: string) {}
}
export class ListErasureProposals {
  constructor(readonly page: Page) {}
}
export class GetRetention {
  constructor(readonly clientId: string) {}
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
export class GetConsents {
  constructor(
    readonly clientId: string,
    readonly purpose: string,
    readonly at: string,
  ) {}
}
export class GetMergePreview {
  constructor(
    readonly clientId: string,
    readonly mergedId: string,
  ) {}
}
export class GetClientFile {
  constructor(
    readonly clientId: string,
    readonly currency: string | undefined,
  ) {}
}
export class GetPersonFile {
  constructor(readonly clientId: string) {}
}
export class GetTimeline {
  constructor(
    readonly clientId: string,
    readonly from: number,
    readonly limit: number,
  ) {}
}
export class ListSuppressionLists {}
export class ListCampaigns {
  constructor(
    readonly filter: Filter,
    readonly page: Page,
  ) {}
}
export class GetCampaign {
  constructor(readonly campaignId: string) {}
}
export class DryRun {
  constructor(readonly campaignId: string) {}
}
export class ListWaves {
  constructor(readonly campaignId: string) {}
}
export class GetWave {
  constructor(
    readonly campaignId: string,
    readonly wave: number,
  ) {}
}
export class ExplainDecision {
  constructor(
    readonly campaignId: string,
    readonly wave: number,
    readonly clientId: string,
  ) {}
}
export class GetDispatch {
  constructor(
    readonly campaignId: string,
    readonly wave: number,
  ) {}
}
export class ListWebhooks {
  constructor(readonly page: Page) {}
}
export class GetWebhook {
  constructor(readonly webhookId: string) {}
}

/** A webhook and how its deliveries do. */
export interface WebhookAnswer {
  readonly webhook: WebhookReading;
  /** Null before the first delivery, and right after it was asked to begin again. */
  readonly progress: WebhookProgress | null;
}

const found = <T>(value: T | null | undefined, code: string, message: string, field: string): T => {
  if (value === null || value === undefined) throw new DomainError(code, message, field);
  return value;
};

/** Where a client stands now, and by which version of the thresholds. */
export interface LifeCycleReading extends Classified {
  readonly policyVersion: number;
}

type History = readonly RecordedEvent<ClientEvent>[];

/** A person's history by the ids under which it came. */
interface Histories {
  readonly clientId: string;
  readonly history: History;
  readonly others: ReadonlyMap<string, History>;
}

/** Says that the client who was asked for is an alias of the one who answers. */
const askedAs = <Document extends Pick<Mergeable, 'mergedInto'> & { readonly clientId: string }>(
  clientId: string,
  document: Document,
): Document => (document.clientId === clientId ? document : { ...document, mergedInto: document.clientId });

/** The one way out: every question about the read models passes the query bus here. */
@Injectable()
export class QueryDoor {
  /** Where the log ended when the first search came. */
  private indexed: Promise<number> | null = null;

  private readonly screening: Screening;
  private readonly whole: WholeFiles;

  constructor(
    private readonly bus: QueryBus,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly processors: Processors,
    private readonly clock: Clock,
    private readonly catalogues: CatalogueCheck,
    private readonly search: ClientSearch,
    duplicates: DuplicateReading,
    portfolios: Portfolios,
    // named: of a type with null the build knows nothing
    @Inject(Carrier) private readonly carrier: Carrier | null,
    lookups: Lookups,
  ) {
    this.screening = new Screening(documents, () => lookups.lookup());
    this.whole = new WholeFiles(documents);
    this.register(GetProfile, ({ clientId }) => this.profile(clientId));
    this.register(GetLifeCycle, ({ clientId }) => this.lifeCycle(clientId));
    this.register(GetIdentity, ({ clientId }) => this.identity(clientId));
    this.register(GetFieldReport, () => this.fieldReport());
    this.register(ListWaitingValues, () => listWaitingValues(this.documents));
    this.register(ListErasures, ({ page }) => this.list<Erasure>(erasuresProjection, page));
    this.register(ListViews, ({ actor, page }) =>
      this.list<ViewReading>(viewsProjection, page, actor === null ? EVERYTHING : { field: 'actor', is: 'eq', value: actor }),
    );
    this.register(ListExports, ({ page }) => this.list<ExportReading>(exportsProjection, page));
    this.register(GetExport, async ({ exportId }) => {
      const reading = await this.documents.get<ExportReading>(exportsProjection.name, exportId);
      return found(reading, 'unknown-export', `There is no export ${exportId}`, 'exportId');
    });
    this.register(ListImports, (query) => listImports(this.documents, query));
    this.register(ListAnonymousSales, (query) => this.anonymousSales(query));
    this.register(ListRentedFiles, ({ page }) => this.list<RentedFileReading>(rentedFilesProjection, page));
    this.register(GetErasure, ({ clientId }) => this.erasure(clientId));
    this.register(ListErasureProposals, ({ page }) => this.list<ErasureProposal>(erasureProposalsProjection, page));
    this.register(GetRetention, ({ clientId }) => this.retention(clientId));
    this.register(SearchClients, (query) => this.searchClients(query));
    this.register(FindByReference, (query) => this.byReference(query));
    const records = new RecordReading(documents, clock, portfolios);
    this.register(GetRecord, (query) => records.record(query));
    this.register(GetSalesperson, (query) => records.actingSalesperson(query));
    this.register(GetCompany, (query) => records.company(query));
    this.register(GetHousehold, (query) => records.household(query));
    this.register(GetHouseholdProposals, () => records.proposals());
    this.register(GetPortfolio, (query) => records.portfolio(query));
    this.register(GetCalendar, (query) => records.calendar(query));
    this.register(GetConsents, (query) => this.consents(query));
    this.register(ListDuplicates, (query) => duplicates.list(query));
    this.register(GetDuplicatesOf, (query) => duplicates.of(query));
    this.register(ExplainPair, (query) => duplicates.explain(query));
    const articles = new ArticleReading(events, documents, records, clock);
    this.register(GetArticle, (query) => articles.article(query));
    this.register(ListArticleGroups, (query) => articles.tree(query));
    this.register(ListArticlesUnder, (query) => articles.under(query));
    this.register(ListUnknownArticles, (query) => articles.unknown(query));
    const scorings = new ScoringQueries(documents);
    this.register(ListScorings, (query) => scorings.list(query));
    this.register(GetScoring, (query) => scorings.scoring(query));
    this.register(GetScore, (query) => scorings.score(query));
    this.register(GetClientFile, async ({ clientId, currency }) => articles.inFile(await this.clientFile(clientId, currency)));
    this.register(GetMergePreview, (query) => this.mergePreview(query));
    this.register(GetPersonFile, ({ clientId }) => this.personFile(clientId));
    this.register(GetTimeline, ({ clientId, from, limit }) => this.timeline(clientId, from, limit));
    this.register(ListSuppressionLists, async () => {
      const stored: SuppressionListReading[] = [];
      for await (const page of everyDocument<SuppressionListReading>(this.documents, suppressionListsProjection.name))
        stored.push(...page.map(({ document }) => document!));
      return stored;
    });
    this.register(ListCampaigns, ({ filter, page }) => this.documents.find<CampaignReading>(campaignsProjection.name, filter, page));
    this.register(GetCampaign, ({ campaignId }) => this.campaign(campaignId));
    this.register(DryRun, ({ campaignId }) => this.dryRun(campaignId));
    this.register(ListWaves, async ({ campaignId }) => {
      await this.campaign(campaignId);
      return wavesOf(this.documents, campaignId);
    });
    this.register(GetWave, ({ campaignId, wave }) => this.wave(campaignId, wave));
    this.register(ExplainDecision, ({ campaignId, wave, clientId }) => this.explain(campaignId, wave, clientId));
    this.register(ListWebhooks, ({ page }) => this.webhooks(page));
    this.register(GetWebhook, ({ webhookId }) => this.webhook(webhookId));
    this.register(GetDispatch, ({ campaignId, wave }) => dispatchOf(this.documents, campaignId, wave));
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

  private async list<D extends object>({ name }: { readonly name: string }, page: Page, filter: Filter = EVERYTHING): Promise<D[]> {
    return (await this.documents.find<D>(name, filter, page)).map(({ document }) => document!);
  }

  private async anonymousSales({ from = '', until = '9999-12' }: ListAnonymousSales): Promise<AnonymousSales[]> {
    const found: AnonymousSales[] = [];
    for await (const page of everyDocument<AnonymousSales>(this.documents, anonymousSalesProjection.name))
      found.push(...page.flatMap(({ document }) => (document && document.month >= from && document.month <= until ? [document] : [])));
    return found;
  }

  private async profile(clientId: string): Promise<Profile> {
    const [whole] = await this.whole.profiles([await this.survivor<Profile>(profileProjection.name, clientId)]);
    return askedAs(clientId, whole);
  }

  private async lifeCycle(clientId: string): Promise<LifeCycleReading> {
    const people = await new Subjects(this.documents).behind([clientId]);
    const subject = found(people.get(clientId), 'unknown-client', `There is no client ${clientId}`, 'clientId');
    const policy = await lifeCyclePolicy(this.events);
    return { ...classOf(subject, policy, this.clock.now()), policyVersion: policy.version };
  }

  private async identity(clientId: string): Promise<Identity> {
    const [whole] = await this.whole.identities([await this.survivor<Identity>(identityProjection.name, clientId)]);
    return askedAs(clientId, whole);
  }

  /** The document of a client, or of him whose alias he is. */
  private async survivor<Document extends Mergeable>(collection: string, clientId: string): Promise<Document> {
    const get = async (id: string): Promise<Document> =>
      found(await this.documents.get<Document>(collection, id), 'unknown-client', `There is no client ${clientId}`, 'clientId');
    const own = await get(clientId);
    return own.mergedInto === undefined ? own : get(own.mergedInto);
  }

  private async fieldReport(): Promise<FieldReport[]> {
    const count = new FieldCount();
    for await (const page of everyDocument<Identity>(this.documents, identityProjection.name))
      for (const identity of await this.whole.identities(peopleOf(page))) count.add(identity);
    const changes: FieldChange[] = [];
    for await (const page of everyDocument<FieldChange>(this.documents, fieldChangesProjection.name))
      changes.push(...page.map(({ document }) => document!));
    const { fields } = await this.catalogues.now();
    const users = segmentsByName(fold(segmentsDecider, segmentsDecider.initial, await this.events.read(SEGMENTS_STREAM)));
    return count.report([...PERSON_FIELDS, ...Object.keys(fields)], changes, (field) => segmentsAsking(field, users));
  }

  private async erasure(clientId: string): Promise<Erasure> {
    const erasure = await this.documents.get<Erasure>(erasuresProjection.name, clientId);
    return found(erasure, 'unknown-erasure', `Client ${clientId} was not erased`, 'clientId');
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

  private async timeline(clientId: string, from?: number, limit?: number): Promise<RecordedEvent[]> {
    const stream = clientStream(clientId);
    const events = await this.events.read(stream, from, limit);
    const [first] = events.length > 0 ? events : await this.events.read(stream, 0, 1);
    found(first, 'unknown-client', `There is no client ${clientId}`, 'clientId');
    return events;
  }

  /** The history of a client, or of him whose alias he is, and those of the files merged into his. */
  private async histories(clientId: string): Promise<Histories> {
    const history = (await this.timeline(clientId)) as RecordedEvent<ClientEvent>[];
    const { into, files } = fold(clientDecider, clientDecider.initial, history).merging;
    if (into !== null) return this.histories(into);
    const others = await Promise.all(Object.keys(files).map(async (id) => [id, (await this.timeline(id)) as History] as const));
    return { clientId, history, others: new Map(others) };
  }

  private async clientFile(askedId: string, currency: string | undefined): Promise<ClientFile> {
    const { clientId, history, others } = await this.histories(askedId);
    const own = found(clientFileOf(clientId, history), 'unknown-client', `There is no client ${askedId}`, 'clientId');
    const files = [...others].flatMap(([id, events]) => clientFileOf(id, events) ?? []);
    const whole = wholeClientFile(own, files);
    const file = { ...whole, personal: askedAs(askedId, whole.personal) };
    if (currency === undefined) return file;
    const amounts = [history, ...others.values()].flatMap((events) => keptAmounts(purchaseHistoryOf(events)));
    const rates = await byKey<DayRates>(this.documents, dayRatesProjection.name, ratesNeeded(amounts, currency));
    return { ...file, converted: convert(amounts, currency, rates) };
  }

  private async mergePreview({ clientId, mergedId }: GetMergePreview): Promise<MergePreview> {
    const [history, other] = [(await this.timeline(clientId)) as History, (await this.timeline(mergedId)) as History];
    return mergePreview({ id: clientId, history }, { id: mergedId, history: other });
  }

  private async personFile(clientId: string): Promise<PersonFile> {
    const { events, documents, screening, carrier } = this;
    const file = await readPersonFile({ events, documents, screening, published: carrier !== null }, clientId);
    return found(file, 'unknown-client', `There is no client ${clientId}`, 'clientId');
  }

  private async consents({ clientId: askedId, purpose, at }: GetConsents): Promise<ConsentReading> {
    const { clientId, history, others } = await this.histories(askedId);
    const past = (events: History): History => events.filter(({ metadata }) => metadata.occurredAt <= at);
    const files = new Map([...others].map(([id, events]) => [id, past(events)]));
    const suppressions = await this.suppressionsOf(past(history), files);
    return askedAs(askedId, readConsents(clientId, history, suppressions, purpose, at, others));
  }

  /** What lists say of a client as he was after these events, with the files that were merged into his. */
  private async suppressionsOf(history: History, others: ReadonlyMap<string, History>): Promise<readonly Suppression[]> {
    const identity = identityAfter(history);
    if (!identity) return [];
    const files = (identity.merged ?? []).flatMap((one) => {
      const document = identityAfter(others.get(one.clientId) ?? []);
      return document ? [{ ...one, document }] : [];
    });
    return this.screening.person(wholeIdentity(identity, files));
  }

  private async retention(askedId: string): Promise<RetentionReading> {
    const { clientId, history, others } = await this.histories(askedId);
    const reading = readRetention(clientId, history, await forgettingPolicy(this.events), this.clock.now(), others.values());
    return askedAs(askedId, found(reading, 'unknown-client', `There is no client ${askedId}`, 'clientId'));
  }

  private async campaign(campaignId: string): Promise<CampaignReading> {
    const campaign = await this.documents.get<CampaignReading>(campaignsProjection.name, campaignId);
    return found(campaign, 'unknown-campaign', `There is no campaign ${campaignId}`, 'campaignId');
  }

  private async wave(campaignId: string, wave: number): Promise<WaveResults> {
    return (await this.storedWave(campaignId, wave)).document!;
  }

  private async storedWave(campaignId: string, wave: number): Promise<StoredDocument<WaveResults>> {
    const [stored] = await this.documents.getMany<WaveResults>(waveResultsProjection.name, [waveKey(campaignId, wave)]);
    return found(stored, 'unknown-wave', `Campaign ${campaignId} has no wave ${wave}`, 'wave');
  }

  private async webhooks(page: Page): Promise<WebhookAnswer[]> {
    const webhooks = await this.list<WebhookReading>(webhooksProjection, page);
    return Promise.all(webhooks.map((webhook) => this.withProgress(webhook)));
  }

  private async webhook(webhookId: string): Promise<WebhookAnswer> {
    const webhook = await this.documents.get<WebhookReading>(webhooksProjection.name, webhookId);
    return this.withProgress(found(webhook, 'unknown-webhook', `There is no webhook ${webhookId}`, 'webhookId'));
  }

  private async withProgress(webhook: WebhookReading): Promise<WebhookAnswer> {
    const progress = await this.documents.get<WebhookProgress>(WEBHOOK_PROGRESS, webhook.webhookId);
    return { webhook, progress: progress?.replays === webhook.replays ? progress : null };
  }

  private async dryRun(campaignId: string): Promise<{ wave: number; counts: TargetingCounts }> {
    const { plan, wave } = await this.campaign(campaignId);
    const { counts } = await drawWave(this.documents, this.screening, { campaignId, wave: wave + 1, plan }, this.clock.now());
    return { wave: wave + 1, counts };
  }

  private async explain(campaignId: string, wave: number, clientId: string): Promise<Explanation> {
    const { document: results, position } = await this.storedWave(campaignId, wave);
    const taken = async (): Promise<DecisionReading | undefined> => {
      const known = await this.documents.get<ClientDecisions>(decisionsProjection.name, decisionsKey(campaignId, clientId));
      return known?.decisions.find((one) => one.wave === wave);
    };
    let decision = await taken();
    if (!decision && results!.status !== 'targeting') {
      // a decision that has not been projected yet must not look like none
      await this.reached([decisionsProjection], position);
      decision = await taken();
    }
    if (decision) return { campaignId, wave, clientId, drawn: true, decision };
    const launches = (await this.events.read(campaignStream(campaignId))) as RecordedEvent<CampaignEvent>[];
    const launch = launches.find((event) => event.type === 'WaveLaunched' && event.data.wave === wave)!;
    const history = (await this.timeline(clientId)) as History;
    const at = { position: launch.position, now: launch.metadata.occurredAt };
    const past = (events: History): History => events.filter((event) => event.position <= at.position);
    const ids = new Set(history.flatMap((event) => (event.type === 'ClientsMerged' ? [event.data.mergedId] : [])));
    const others = new Map(await Promise.all([...ids].map(async (id) => [id, past((await this.timeline(id)) as History)] as const)));
    const reason = explainUndecided(results!, history, await this.suppressionsOf(past(history), others), at, others);
    return { campaignId, wave, clientId, drawn: false, reason };
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
