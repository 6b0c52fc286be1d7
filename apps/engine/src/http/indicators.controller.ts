import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Clock, DomainError, EventStore, fold } from '@boucle/eventsourcing';
import {
  DeclareIndicator,
  Indicator,
  INDICATORS_STREAM,
  indicatorsDecider,
  IndicatorTerms,
  IndicatorWish,
  RetireIndicator,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { SegmentDesk } from '../segment-desk.js';
import { Actor } from './authorisation.js';
import { Refusals, Requires, StringIdParam } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class IndicatorView implements Indicator {
  @ApiProperty() readonly indicatorId: string;
  @ApiProperty() readonly name: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Its kind, and what that kind asks',
    example: { kind: 'birthday', daysAhead: 7 },
  })
  readonly terms: IndicatorTerms;
  @ApiProperty({ type: 'integer', description: 'One more with each declaration' }) readonly version: number;
  @ApiProperty({ enum: ['active', 'retired'] }) readonly status: Indicator['status'];
  @ApiProperty({ format: 'date-time', description: 'It waits for what comes behind this instant' }) readonly since: string;
}

/** What others want to be told of a client as it comes to pass. */
@ApiTags('indicators')
@Controller('indicators')
export class IndicatorsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly events: EventStore,
    private readonly desk: SegmentDesk,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every indicator, in order of id' })
  @ApiOkResponse({ type: [IndicatorView] })
  @Requires('read')
  @Refusals(503)
  async list(): Promise<readonly IndicatorView[]> {
    const indicators = fold(indicatorsDecider, indicatorsDecider.initial, await this.events.read(INDICATORS_STREAM));
    return Object.keys(indicators)
      .sort()
      .map((indicatorId) => ({ indicatorId, ...indicators[indicatorId] }));
  }

  @Get(':indicatorId')
  @ApiOperation({ summary: 'An indicator' })
  @StringIdParam('indicatorId')
  @ApiOkResponse({ type: IndicatorView })
  @Requires('read')
  @Refusals(400, 404, 503)
  async indicator(@Param('indicatorId', IdPipe) indicatorId: string): Promise<IndicatorView> {
    const found = (await this.list()).find((one) => one.indicatorId === indicatorId);
    if (!found) throw new DomainError('unknown-indicator', `There is no indicator ${indicatorId}: declare it first`, 'indicatorId');
    return found;
  }

  @Put(':indicatorId')
  @ApiOperation({
    summary:
      'Have it told, on boucle.segments.v1 and to webhooks, of whom something comes to pass from now on: once for each client and occasion',
    description:
      'A birthday (of the 29 February on the 28th) or the end of a contract so many days ahead, a class left or reached, a score that crosses a threshold from one scoring to the next, a segment entered or left. ' +
      'What an import tells of the past, merging, and a rule or policy that is changed lead to none',
  })
  @StringIdParam('indicatorId')
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 413, 415, 503)
  async declare(@Param('indicatorId', IdPipe) indicatorId: string, @Body() wish: IndicatorWish, @Actor() actor: string): Promise<Written> {
    if (wish.segmentId !== undefined) await this.desk.segment(wish.segmentId);
    return this.execute(Object.assign(new DeclareIndicator(), { indicatorId, ...wish }), actor);
  }

  @Post(':indicatorId/retire')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have nothing told of it any more' })
  @StringIdParam('indicatorId')
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 503)
  retire(@Param('indicatorId', IdPipe) indicatorId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RetireIndicator(), { indicatorId }), actor);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
