import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { DayRates, dayRatesProjection, ID, StateDayRate } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { GetRecord } from '../record.queries.js';
import { Actor } from './authorisation.js';
import { ingest, Ingested, Ingests } from './bulk.js';
import { Awaitable, LAST_POSITION, Records, Refusals, Requires } from './documented.js';
import { IdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const rate = { type: 'object' as const, properties: { rate: { type: 'string' as const }, source: { type: 'string' as const } } };

class DayRatesView implements DayRates {
  @ApiProperty() readonly currency: string;
  @ApiProperty() readonly toCurrency: string;
  @ApiProperty({ type: 'object', additionalProperties: rate, description: 'By day' }) readonly days: DayRates['days'];
}

/** What currencies are worth in each other, day by day. */
@ApiTags('day rates')
@Controller('day-rates')
export class DayRatesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Records('State the rate of a day; another one for the same day corrects it', 400, 409, 413, 415, 503)
  async state(@Body() command: StateDayRate, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }

  @Post('bulk')
  @Ingests('State many rates')
  stateMany(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    return ingest(body, StateDayRate, this.commands, this.clock, actor);
  }

  @Get(':ratesId')
  @ApiOperation({ summary: 'The rates from one currency to another in a year' })
  @ApiParam({ name: 'ratesId', schema: { type: 'string', pattern: ID.source }, example: 'EUR.CHF.2026' })
  @Awaitable()
  @ApiOkResponse({ type: DayRatesView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  rates(@Param('ratesId', IdPipe) ratesId: string, @Query('after', new WholePipe(0, LAST_POSITION)) after?: number): Promise<DayRates> {
    return this.queries.ask(new GetRecord(dayRatesProjection.name, ratesId, 'year-of-day-rates'), [dayRatesProjection], after);
  }
}
