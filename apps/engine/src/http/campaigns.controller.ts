import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, EventStore, Filter, StoredDocument } from '@boucle/eventsourcing';
import {
  CAMPAIGN_STATUSES,
  CampaignReading,
  campaignsProjection,
  CampaignStatus,
  CompleteCampaign,
  LaunchCampaign,
  PauseCampaign,
  PlanCampaign,
  ResumeCampaign,
  TargetingCounts,
} from '@boucle/campaigns';
import { ID, membersAt, profileProjection } from '@boucle/clients';
import { Dispatch } from '@boucle/delivery';
import { CommandDoor } from '../door.js';
import { DryRun, GetCampaign, GetDispatch, ListCampaigns } from '../campaign.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor } from './authorisation.js';
import { Awaitable, campaignIdParam, LAST_POSITION, Refusals, Requires } from './documented.js';
import { IdPipe, OptionalIdPipe, OptionalWordPipe, WholePipe } from './shape.js';
import { CampaignView, DryRunView, Paused } from './views.js';
import { causeOf, Written, written } from './writing.js';

const EVERYTHING: Filter = { all: [] };
const HALT_CHECKS = 200;
const HALT_CHECK_MS = 25;

class Reason extends OmitType(PauseCampaign, ['campaignId'] as const) {}

@ApiTags('campaigns')
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Plan a campaign' })
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  async plan(@Body() command: PlanCampaign, @Actor() actor: string): Promise<Written> {
    if (command.segment !== undefined) await membersAt(this.events, command.segment, await this.events.head());
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }

  @Get()
  @ApiOperation({ summary: 'Campaigns in order of id' })
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } })
  @ApiQuery({ name: 'status', required: false, enum: CAMPAIGN_STATUSES, description: 'Only campaigns that stand there' })
  @Awaitable()
  @ApiOkResponse({ type: [CampaignView] })
  @Requires('read')
  @Refusals(400, 404, 503)
  async list(
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, 500)) limit = 100,
    @Query('status', new OptionalWordPipe(CAMPAIGN_STATUSES)) status?: CampaignStatus,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<CampaignReading[]> {
    const filter: Filter = status ? { field: 'status', is: 'eq', value: status } : EVERYTHING;
    const query = new ListCampaigns(filter, { after: behind, limit });
    const found = await this.queries.ask<StoredDocument<CampaignReading>[]>(query, [campaignsProjection], after);
    return found.map(({ document }) => document!);
  }

  @Get(':campaignId')
  @ApiOperation({ summary: 'One campaign: plan, state, proposal, verdict' })
  @ApiParam(campaignIdParam)
  @Awaitable()
  @ApiOkResponse({ type: CampaignView })
  @Requires('read')
  @Refusals(400, 404, 503)
  get(
    @Param('campaignId', IdPipe) campaignId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<CampaignReading> {
    return this.queries.ask(new GetCampaign(campaignId), [campaignsProjection], after);
  }

  @Get(':campaignId/dry-run')
  @ApiOperation({ summary: 'Whom the next wave would find, and why others are left out, by the code that decides waves' })
  @ApiParam(campaignIdParam)
  @Awaitable()
  @ApiOkResponse({ type: DryRunView })
  @Requires('read')
  @Refusals(400, 404, 503)
  dryRun(
    @Param('campaignId', IdPipe) campaignId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<{ wave: number; counts: TargetingCounts }> {
    return this.queries.ask(new DryRun(campaignId), [profileProjection, campaignsProjection], after);
  }

  @Post(':campaignId/launch')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let the campaign start' })
  @ApiParam(campaignIdParam)
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  async launch(@Param('campaignId', IdPipe) campaignId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(LaunchCampaign, { campaignId }, actor);
  }

  @Post(':campaignId/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop contacting people within seconds; says how many mailings of the latest wave are out' })
  @ApiParam(campaignIdParam)
  @ApiOkResponse({ type: Paused })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  async pause(@Param('campaignId', IdPipe) campaignId: string, @Body() body: Reason, @Actor() actor: string): Promise<Paused> {
    const answer = await this.execute(PauseCampaign, { campaignId, ...body }, actor);
    const { wave } = await this.queries.ask<CampaignReading>(new GetCampaign(campaignId), [campaignsProjection], answer.position);
    const dispatch = await this.halted(campaignId, wave);
    return { ...answer, wave, out: dispatch?.mailed ?? 0, halted: dispatch?.status !== 'going-out' };
  }

  @Post(':campaignId/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on where the campaign was paused' })
  @ApiParam(campaignIdParam)
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  async resume(@Param('campaignId', IdPipe) campaignId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(ResumeCampaign, { campaignId }, actor);
  }

  @Post(':campaignId/complete')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the campaign for good; what has not gone out yet is withheld' })
  @ApiParam(campaignIdParam)
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  async complete(@Param('campaignId', IdPipe) campaignId: string, @Body() body: Reason, @Actor() actor: string): Promise<Written> {
    return this.execute(CompleteCampaign, { campaignId, ...body }, actor);
  }

  private async execute<T extends object>(type: new () => T, fields: T, actor: string): Promise<Written> {
    return written(await this.commands.execute(Object.assign(new type(), fields), causeOf({}, this.clock, actor)));
  }

  /** The dispatch of a wave once it stands still, or as it is after some seconds. */
  private async halted(campaignId: string, wave: number): Promise<Dispatch | null> {
    for (let check = 1; ; check++) {
      const dispatch = await this.queries.ask<Dispatch | null>(new GetDispatch(campaignId, wave));
      if (dispatch?.status !== 'going-out' || check === HALT_CHECKS) return dispatch;
      await new Promise((resolve) => setTimeout(resolve, HALT_CHECK_MS));
    }
  }
}
