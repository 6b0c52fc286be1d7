import { Clock, DocumentStore, EventStore, Filter, Page, RecordedEvent, StoredDocument } from '@boucle/eventsourcing';
import {
  CampaignEvent,
  CampaignReading,
  campaignsProjection,
  campaignStream,
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
  Plan,
} from '@boucle/campaigns';
import { membersAt, Screening } from '@boucle/clients';
import { ClientQueries, GetTimeline, History } from './client.queries.js';
import { found } from './reading.js';

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

/** Answers questions about campaigns, their waves and what was decided there. */
export class CampaignQueries {
  constructor(
    private readonly documents: DocumentStore,
    private readonly events: EventStore,
    private readonly clock: Clock,
    private readonly screening: Screening,
    private readonly clients: ClientQueries,
    /** Waits until a read model has reached a position. */
    private readonly reached: (models: readonly { name: string }[], position: number) => Promise<void>,
  ) {}

  list({ filter, page }: ListCampaigns): Promise<StoredDocument<CampaignReading>[]> {
    return this.documents.find<CampaignReading>(campaignsProjection.name, filter, page);
  }

  async waves({ campaignId }: ListWaves): Promise<WaveResults[]> {
    await this.campaign({ campaignId });
    return wavesOf(this.documents, campaignId);
  }

  async campaign({ campaignId }: GetCampaign): Promise<CampaignReading> {
    const campaign = await this.documents.get<CampaignReading>(campaignsProjection.name, campaignId);
    return found(campaign, 'unknown-campaign', `There is no campaign ${campaignId}`, 'campaignId');
  }

  async wave({ campaignId, wave }: GetWave): Promise<WaveResults> {
    return (await this.storedWave(campaignId, wave)).document!;
  }

  private async storedWave(campaignId: string, wave: number): Promise<StoredDocument<WaveResults>> {
    const [stored] = await this.documents.getMany<WaveResults>(waveResultsProjection.name, [waveKey(campaignId, wave)]);
    return found(stored, 'unknown-wave', `Campaign ${campaignId} has no wave ${wave}`, 'wave');
  }

  async dryRun({ campaignId }: DryRun): Promise<{ wave: number; counts: TargetingCounts }> {
    const { plan, wave } = await this.campaign({ campaignId });
    const members = await this.membersOf(plan, await this.events.head());
    const { counts } = await drawWave(this.documents, this.screening, { campaignId, wave: wave + 1, plan }, this.clock.now(), members);
    return { wave: wave + 1, counts };
  }

  async explain({ campaignId, wave, clientId }: ExplainDecision): Promise<Explanation> {
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
    const history = await this.historyOf(clientId);
    const members = results!.status === 'abandoned' ? undefined : await this.membersOf(results!.plan, launch.position);
    const at = { position: launch.position, now: launch.metadata.occurredAt, members };
    const past = (events: History): History => events.filter((event) => event.position <= at.position);
    const ids = new Set(history.flatMap((event) => (event.type === 'ClientsMerged' ? [event.data.mergedId] : [])));
    const others = new Map(await Promise.all([...ids].map(async (id) => [id, past(await this.historyOf(id))] as const)));
    const reason = explainUndecided(results!, history, await this.clients.suppressionsOf(past(history), others), at, others);
    return { campaignId, wave, clientId, drawn: false, reason };
  }

  private async membersOf({ segment }: Plan, position: number): Promise<ReadonlySet<string> | undefined> {
    return segment === undefined ? undefined : (await membersAt(this.events, segment, position)).members;
  }

  private async historyOf(clientId: string): Promise<History> {
    return (await this.clients.timeline(new GetTimeline(clientId))) as History;
  }
}
