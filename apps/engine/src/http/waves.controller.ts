import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import {
  ApproveProposal,
  campaignsProjection,
  decisionsProjection,
  Explanation,
  LaunchWave,
  RejectProposal,
  WaveResults,
  waveResultsProjection,
} from '@boucle/campaigns';
import { CommandDoor } from '../door.js';
import { ExplainDecision, GetWave, ListWaves } from '../campaign.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor } from './authorisation.js';
import { Awaitable, campaignIdParam, clientIdParam, LAST_POSITION, Refusals, Requires } from './documented.js';
import { IdPipe, WholePipe } from './shape.js';
import { ExplanationView, WaveView } from './views.js';
import { causeOf, Written, written } from './writing.js';

const waveParam = { name: 'wave', schema: { type: 'integer' as const, minimum: 1, maximum: 1000 }, example: 1 };
const wavePipe = new WholePipe(1, 1000);

class WaveNumber extends OmitType(LaunchWave, ['campaignId'] as const) {}
class Rejection extends OmitType(RejectProposal, ['campaignId', 'wave'] as const) {}

@ApiTags('waves')
@Controller('campaigns/:campaignId/waves')
export class WavesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Launch the next wave by hand' })
  @ApiParam(campaignIdParam)
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  launch(@Param('campaignId', IdPipe) campaignId: string, @Body() { wave }: WaveNumber, @Actor() actor: string): Promise<Written> {
    return this.execute(LaunchWave, { campaignId, wave }, actor);
  }

  @Post(':wave/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let the proposed wave go out' })
  @ApiParam(campaignIdParam)
  @ApiParam(waveParam)
  @ApiOkResponse({ type: Written })
  @Requires('approve')
  @Refusals(400, 404, 409, 413, 415, 503)
  approve(
    @Param('campaignId', IdPipe) campaignId: string,
    @Param('wave', wavePipe) wave: number,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(ApproveProposal, { campaignId, wave }, actor);
  }

  @Post(':wave/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Refuse the proposed wave, which ends the campaign' })
  @ApiParam(campaignIdParam)
  @ApiParam(waveParam)
  @ApiOkResponse({ type: Written })
  @Requires('approve')
  @Refusals(400, 404, 409, 413, 415, 503)
  reject(
    @Param('campaignId', IdPipe) campaignId: string,
    @Param('wave', wavePipe) wave: number,
    @Body() { reason }: Rejection,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(RejectProposal, { campaignId, wave, reason }, actor);
  }

  @Get()
  @ApiOperation({ summary: 'The results of all waves' })
  @ApiParam(campaignIdParam)
  @Awaitable()
  @ApiOkResponse({ type: [WaveView] })
  @Requires('read')
  @Refusals(400, 404, 503)
  list(
    @Param('campaignId', IdPipe) campaignId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<WaveResults[]> {
    return this.queries.ask(new ListWaves(campaignId), [waveResultsProjection, campaignsProjection], after);
  }

  @Get(':wave')
  @ApiOperation({ summary: 'The results of one wave' })
  @ApiParam(campaignIdParam)
  @ApiParam(waveParam)
  @Awaitable()
  @ApiOkResponse({ type: WaveView })
  @Requires('read')
  @Refusals(400, 404, 503)
  get(
    @Param('campaignId', IdPipe) campaignId: string,
    @Param('wave', wavePipe) wave: number,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<WaveResults> {
    return this.queries.ask(new GetWave(campaignId, wave), [waveResultsProjection], after);
  }

  @Get(':wave/decisions/:clientId')
  @ApiOperation({ summary: 'The decision for one client and why; also why there is none' })
  @ApiParam(campaignIdParam)
  @ApiParam(waveParam)
  @ApiParam(clientIdParam)
  @Awaitable()
  @ApiOkResponse({ type: ExplanationView })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  explain(
    @Param('campaignId', IdPipe) campaignId: string,
    @Param('wave', wavePipe) wave: number,
    @Param('clientId', IdPipe) clientId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<Explanation> {
    return this.queries.ask(new ExplainDecision(campaignId, wave, clientId), [decisionsProjection, waveResultsProjection], after);
  }

  private async execute<T extends object>(type: new () => T, fields: T, actor: string): Promise<Written> {
    return written(await this.commands.execute(Object.assign(new type(), fields), causeOf({}, this.clock, actor)));
  }
}
