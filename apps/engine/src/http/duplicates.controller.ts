import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import {
  Comparison,
  currencyProperty,
  duplicatePolicy,
  duplicatesName,
  Explanation,
  identityProjection,
  inOrder,
  profileProjection,
  RELATIONS,
  SetDuplicatePolicy,
  TellPeopleApart,
  VersionedDuplicatePolicy,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { DuplicateLine, ExplainedPair, ExplainPair, GetDuplicatesOf, ListDuplicates } from '../duplicate.queries.js';
import { GetTimeline } from '../client.queries.js';
import { QueryDoor } from '../queries.js';
import { Viewing } from '../viewing.js';
import { Actor, Asker, Asking } from './authorisation.js';
import { Awaitable, ClientIdParam, LAST_POSITION, Purposeful, Refusals, Requires, StringIdParam } from './documented.js';
import { ClientFoundView } from './search.controller.js';
import { CodePipe, IdPipe, OptionalWordPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const MOST = 200;
const After = () => Query('after', new WholePipe(0, LAST_POSITION));
const FIELDS = ['given', 'family', 'birthDate', 'address', 'email', 'phone'] as const satisfies readonly (keyof Comparison)[];
const MODELS = [{ name: duplicatesName }, identityProjection, profileProjection];

/** How the document describes how likely two files are of one person. */
export const probabilityProperty = { minimum: 0, maximum: 1, description: 'How likely they are one person', example: 0.97 };

class DuplicateLineView implements DuplicateLine {
  @ApiProperty({ type: [String], minItems: 2, maxItems: 2 }) readonly clientIds: readonly [string, string];
  @ApiProperty(probabilityProperty) readonly probability: number;
  @ApiProperty({
    type: 'integer',
    description: 'What both have bought, in cents of the currency asked for; the number of their purchases if none was',
  })
  readonly value: number;
  @ApiProperty({ type: [ClientFoundView] }) readonly clients: readonly ClientFoundView[];
}

class WeightView {
  @ApiProperty({ enum: FIELDS }) readonly field: (typeof FIELDS)[number];
  @ApiProperty({ description: 'How well it fits: same, near, different, missing …', example: 'near' }) readonly level: string;
  @ApiProperty({ description: 'log2 of the ratio in which it speaks for one person against the rival', example: 3.2 })
  readonly weight: number;
}

class ExplainedPairView implements ExplainedPair {
  @ApiProperty(probabilityProperty) readonly probability: number;
  @ApiProperty({ enum: RELATIONS.slice(1), description: 'What else the two are most likely to be' }) readonly rival: Explanation['rival'];
  @ApiProperty({ description: 'log2 of how often one person has two files to how often the rival is met', example: -2.9 })
  readonly prior: number;
  @ApiProperty({ type: [WeightView], description: 'With the prior they add up to log2 of the odds against the rival' })
  readonly fields: readonly WeightView[];
  @ApiProperty({ description: 'Somebody said that they are different people' }) readonly apart: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Under whose id both would go on; null where only a person can say' })
  readonly survivorId: string | null;
  @ApiProperty({ type: [ClientFoundView] }) readonly clients: readonly ClientFoundView[];
}

class DuplicatePolicyView extends SetDuplicatePolicy implements VersionedDuplicatePolicy {
  @ApiProperty({ type: 'integer', description: '0: nobody has set one' }) readonly version: number;
}

/** Clients who may be one person. */
@ApiTags('duplicates')
@Controller()
export class DuplicatesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly viewing: Viewing,
    private readonly events: EventStore,
  ) {}

  @Get('duplicate-policy')
  @ApiOperation({ summary: 'Whether clients are merged without asking a person' })
  @ApiOkResponse({ type: DuplicatePolicyView })
  @Requires('audit')
  @Refusals(503)
  policy(): Promise<VersionedDuplicatePolicy> {
    return duplicatePolicy(this.events);
  }

  @Put('duplicate-policy')
  @ApiOperation({ summary: 'Say from which probability on clients are merged without asking a person; nobody is until then' })
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 413, 415, 503)
  async setPolicy(@Body() body: SetDuplicatePolicy, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(body, causeOf({}, this.clock, actor)));
  }

  @Get('duplicates')
  @ApiOperation({
    summary: 'Pairs of clients who are probably one person, those first that are most worth a look: certainty × value',
    description: 'Who was merged or told apart stands here no more, so the next ones move up',
  })
  @ApiQuery({
    name: 'currency',
    required: false,
    schema: { type: 'string', ...currencyProperty },
    description: 'Value them by what they bought in this currency; by the number of their purchases if left out',
  })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: MOST } })
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: [DuplicateLineView] })
  @Requires('identify')
  @Refusals(400, 404, 503)
  async list(
    @Query('currency', new OptionalWordPipe(currencyProperty.enum)) currency: string | undefined,
    @Query('limit', new WholePipe(1, MOST)) limit = MOST,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @After() after: number | undefined,
    @Asker() asker: Asking,
  ): Promise<DuplicateLine[]> {
    const lines = await this.queries.ask<DuplicateLine[]>(new ListDuplicates(currency ?? null, limit), MODELS, after);
    this.viewing.count(asker, { view: 'duplicates', selection: 'all', purpose, clients: 2 * lines.length });
    return lines;
  }

  @Get('clients/:clientId/duplicates')
  @ApiOperation({ summary: 'Clients who are probably the same person as this one' })
  @ClientIdParam()
  @Awaitable()
  @ApiOkResponse({ type: [DuplicateLineView] })
  @Requires('identify')
  @Refusals(400, 404, 503)
  of(@Param('clientId', IdPipe) clientId: string, @After() after?: number): Promise<DuplicateLine[]> {
    return this.queries.ask(new GetDuplicatesOf(clientId), MODELS, after);
  }

  @Get('clients/:clientId/duplicates/:otherId')
  @ApiOperation({ summary: 'Why two clients are taken for one person, or not: compared now, field by field' })
  @ClientIdParam()
  @StringIdParam('otherId')
  @Awaitable()
  @ApiOkResponse({ type: ExplainedPairView })
  @Requires('identify')
  @Refusals(400, 404, 503)
  explain(
    @Param('clientId', IdPipe) clientId: string,
    @Param('otherId', IdPipe) otherId: string,
    @After() after?: number,
  ): Promise<ExplainedPair> {
    return this.queries.ask(new ExplainPair(clientId, otherId), MODELS, after);
  }

  @Post('clients/:clientId/duplicates/:otherId/tell-apart')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that two clients are different people: they are never proposed again' })
  @ClientIdParam()
  @StringIdParam('otherId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 409, 503)
  async tellApart(
    @Param('clientId', IdPipe) clientId: string,
    @Param('otherId', IdPipe) otherId: string,
    @Actor() actor: string,
  ): Promise<Written> {
    for (const id of [clientId, otherId]) await this.queries.ask(new GetTimeline(id, 0, 1));
    const command = Object.assign(new TellPeopleApart(), { clientIds: inOrder(clientId, otherId) });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
