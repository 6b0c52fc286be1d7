import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import {
  AcknowledgeErasure,
  awaited,
  EraseClient,
  Erasure,
  ERASURE_REASONS,
  erasuresProjection,
  forgettingPolicy,
  ID,
  isOverdue,
  REQUESTERS,
  SetForgettingPolicy,
  survivorOf,
  VersionedForgettingPolicy,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { GetErasure } from '../client.queries.js';
import { ListErasures, QueryDoor } from '../queries.js';
import { Actor } from './authorisation.js';
import { Awaitable, ClientIdParam, LAST_POSITION, Records, Refusals, Requires } from './documented.js';
import { IdPipe, OptionalIdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const instant = { format: 'date-time' };
const eventually = { ...instant, type: 'string' as const, nullable: true };

class Grounds extends OmitType(EraseClient, ['clientId'] as const) {}
class Acknowledgement extends OmitType(AcknowledgeErasure, ['clientId'] as const) {}

class AcknowledgementView {
  @ApiProperty() readonly subscriber: string;
  @ApiProperty(instant) readonly at: string;
}

class ErasureView implements Erasure {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ enum: ERASURE_REASONS }) readonly reason: Erasure['reason'];
  @ApiProperty({ enum: REQUESTERS }) readonly requestedBy: Erasure['requestedBy'];
  @ApiProperty({ type: [String], description: 'His other files, each erased with a receipt of its own' })
  readonly mergedIds: readonly string[];
  @ApiProperty({ description: 'Who asked the engine for it' }) readonly by: string;
  @ApiProperty(instant) readonly erasedAt: string;
  @ApiProperty({ ...eventually, description: 'When the client was gone from every place; null: not yet' }) readonly completedAt:
    string | null;
  @ApiProperty({ type: [String], description: 'The places he was purged from' }) readonly places: readonly string[];
  @ApiProperty({
    type: [String],
    description: 'Files that held him, removed before they would have expired; exports, which whoever took them holds',
  })
  readonly files: readonly string[];
  @ApiProperty({ type: [String], description: 'Who must have forgotten him too' }) readonly subscribers: readonly string[];
  @ApiProperty({ ...eventually, description: 'Until then' }) readonly acknowledgeBy: string | null;
  @ApiProperty({ type: [AcknowledgementView] }) readonly acknowledgements: Erasure['acknowledgements'];
  @ApiProperty({ type: [String], description: 'Who has not said yet that he has' }) readonly awaited: readonly string[];
  @ApiProperty({ description: 'Somebody has not said so in time' }) readonly overdue: boolean;
}

class ForgettingPolicyView extends SetForgettingPolicy {
  @ApiProperty({ type: 'integer', minimum: 0, description: '0: nobody has set one' }) readonly version: number;
}

/** Forgetting people, and who has forgotten them too. */
@ApiTags('erasures')
@Controller()
export class ErasuresController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
  ) {}

  @Post('clients/:clientId/erase')
  @HttpCode(200)
  @ApiOperation({ summary: 'Forget everything personal of a client, with all files that were merged, for good; his counts stay' })
  @ClientIdParam()
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 409, 413, 415, 503)
  async erase(@Param('clientId', IdPipe) clientId: string, @Body() body: Grounds, @Actor() actor: string): Promise<Written> {
    const survivorId = await survivorOf(this.events, clientId);
    return this.execute(Object.assign(new EraseClient(), body, { clientId: survivorId }), actor);
  }

  @Get('erasures')
  @ApiOperation({ summary: 'The receipts of all erasures in order of client id, and who has not acknowledged them' })
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } })
  @Awaitable()
  @ApiOkResponse({ type: [ErasureView] })
  @Requires('audit')
  @Refusals(400, 404, 503)
  async list(
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, 500)) limit = 100,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<ErasureView[]> {
    const found = await this.queries.ask<Erasure[]>(new ListErasures({ after: behind, limit }), [erasuresProjection], after);
    return found.map((erasure) => this.viewOf(erasure));
  }

  @Get('erasures/:clientId')
  @ApiOperation({ summary: 'The receipt of an erasure' })
  @ClientIdParam()
  @Awaitable()
  @ApiOkResponse({ type: ErasureView })
  @Requires('audit')
  @Refusals(400, 404, 503)
  async get(
    @Param('clientId', IdPipe) clientId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<ErasureView> {
    return this.viewOf(await this.queries.ask<Erasure>(new GetErasure(clientId), [erasuresProjection], after));
  }

  @Post('erasures/:clientId/acknowledgements')
  @Records('Say that a subscriber has forgotten an erased client too', 400, 404, 413, 415, 503)
  @ClientIdParam()
  acknowledge(@Param('clientId', IdPipe) clientId: string, @Body() body: Acknowledgement, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AcknowledgeErasure(), body, { clientId }), actor);
  }

  @Get('forgetting-policy')
  @ApiOperation({ summary: 'For how long people are kept, and who must forget them too' })
  @ApiOkResponse({ type: ForgettingPolicyView })
  @Requires('audit')
  @Refusals(400, 503)
  policy(): Promise<VersionedForgettingPolicy> {
    return forgettingPolicy(this.events);
  }

  @Put('forgetting-policy')
  @ApiOperation({ summary: 'Set, as a whole, for how long people are kept, and who must forget them too' })
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 413, 415, 503)
  setPolicy(@Body() policy: SetForgettingPolicy, @Actor() actor: string): Promise<Written> {
    return this.execute(policy, actor);
  }

  private viewOf(erasure: Erasure): ErasureView {
    return { ...erasure, awaited: awaited(erasure), overdue: isOverdue(erasure, this.clock.now()) };
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
