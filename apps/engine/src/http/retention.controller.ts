import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import {
  AcceptErasure,
  automaticOn,
  dayProperty,
  Due,
  ErasureProposal,
  erasureProposalsProjection,
  forgettingPolicy,
  HOLD_REASONS,
  HoldReason,
  ID,
  KEPT,
  LiftLegalHold,
  PlaceLegalHold,
  PutOffErasure,
  RetentionReading,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { GetRetention } from '../client.queries.js';
import { ListErasureProposals, QueryDoor } from '../queries.js';
import { Viewing } from '../viewing.js';
import { Actor, Asker, Asking } from './authorisation.js';
import { Awaitable, ClientIdParam, LAST_POSITION, Purposeful, Refusals, Requires } from './documented.js';
import { mergedIntoProperty } from './merged-view.js';
import { CodePipe, IdPipe, OptionalIdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const instant = { type: 'string' as const, format: 'date-time' };
const maybe = { nullable: true };
const automatic = { ...dayProperty, ...maybe, description: 'When it is carried out by itself; null: never' };

class PuttingOff extends OmitType(PutOffErasure, ['clientId'] as const) {}
class Hold extends OmitType(PlaceLegalHold, ['clientId'] as const) {}
class Lifting extends OmitType(LiftLegalHold, ['clientId'] as const) {}

class ErasureProposalView implements ErasureProposal {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ enum: ['prospects', 'clients'], description: 'As what he was kept' }) readonly kept: ErasureProposal['kept'];
  @ApiProperty({ ...instant, description: 'The last contact that he made himself, or when he became known' }) readonly heardOf: string;
  @ApiProperty(instant) readonly proposedAt: string;
  @ApiProperty(automatic) readonly automaticOn: string | null;
  @ApiProperty({ enum: HOLD_REASONS, isArray: true, description: 'Legal holds that keep him all the same' })
  readonly holds: readonly HoldReason[];
}

class DueView implements Due {
  @ApiProperty({ enum: KEPT }) readonly kept: Due['kept'];
  @ApiProperty(dayProperty) readonly on: string;
}

class HoldView {
  @ApiProperty({ enum: HOLD_REASONS }) readonly reason: HoldReason;
  @ApiProperty() readonly by: string;
  @ApiProperty(instant) readonly since: string;
}

class RetentionView implements RetentionReading {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ ...instant, ...maybe, description: 'The last contact that he made himself, or when he became known; null: not known' })
  readonly heardOf: string | null;
  @ApiProperty({ type: [DueView], description: 'Until when what is kept, if nothing is heard of him' })
  readonly due: RetentionReading['due'];
  @ApiProperty({ type: [HoldView] }) readonly holds: RetentionReading['holds'];
  @ApiProperty({ type: [String], description: 'Contracts that run: as long as they do, his erasure is not proposed' })
  readonly runningContracts: readonly string[];
  @ApiProperty({ ...instant, ...maybe, description: 'Since when his erasure is proposed' }) readonly proposedAt: string | null;
  @ApiProperty(automatic) readonly automaticOn: string | null;
  @ApiProperty({ ...dayProperty, ...maybe }) readonly putOffUntil: string | null;
  @ApiPropertyOptional(mergedIntoProperty) readonly mergedInto?: string;
}

/** Who should be forgotten since nothing was heard of him for too long, and who may not be. */
@ApiTags('erasures')
@Controller()
export class RetentionController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
    private readonly viewing: Viewing,
  ) {}

  @Get('erasure-proposals')
  @ApiOperation({ summary: 'Clients of whom nothing was heard for too long, in order of client id' })
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } })
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: [ErasureProposalView] })
  @Requires('audit')
  @Refusals(400, 404, 503)
  async list(
    @Query('behind', OptionalIdPipe) behind: string | undefined,
    @Query('limit', new WholePipe(1, 500)) limit = 100,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Asker() asker: Asking,
  ): Promise<ErasureProposalView[]> {
    const query = new ListErasureProposals({ after: behind, limit });
    const proposals = await this.queries.ask<ErasureProposal[]>(query, [erasureProposalsProjection], after);
    const policy = await forgettingPolicy(this.events);
    this.viewing.count(asker, { view: 'erasure-proposals', selection: 'everybody', purpose, clients: proposals.length });
    return proposals.map((proposal) => ({ ...proposal, automaticOn: automaticOn(proposal.proposedAt, policy) }));
  }

  @Post('erasure-proposals/:clientId/accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Forget a client as proposed' })
  @ClientIdParam()
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 409, 503)
  accept(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AcceptErasure(), { clientId }), actor);
  }

  @Post('erasure-proposals/:clientId/put-off')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep a client for the time being, and say why' })
  @ClientIdParam()
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 409, 413, 415, 503)
  putOff(@Param('clientId', IdPipe) clientId: string, @Body() body: PuttingOff, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new PutOffErasure(), body, { clientId }), actor);
  }

  @Get('clients/:clientId/retention')
  @ApiOperation({ summary: 'How long a client is kept, and why' })
  @ClientIdParam()
  @Awaitable()
  @ApiOkResponse({ type: RetentionView })
  @Requires('audit')
  @Refusals(400, 404, 503)
  retention(
    @Param('clientId', IdPipe) clientId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<RetentionReading> {
    return this.queries.ask(new GetRetention(clientId), [], after);
  }

  @Post('clients/:clientId/legal-hold')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep everything of a client, whoever wants it erased, until the hold is lifted' })
  @ClientIdParam()
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 413, 415, 503)
  hold(@Param('clientId', IdPipe) clientId: string, @Body() body: Hold, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new PlaceLegalHold(), body, { clientId }), actor);
  }

  @Post('clients/:clientId/legal-hold/lift')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lift a legal hold' })
  @ClientIdParam()
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 413, 415, 503)
  lift(@Param('clientId', IdPipe) clientId: string, @Body() body: Lifting, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new LiftLegalHold(), body, { clientId }), actor);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
