import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Lookups } from '@boucle/adapters';
import { Clock, DocumentStore, EventStore } from '@boucle/eventsourcing';
import {
  Channel,
  CHANNELS,
  CODE,
  EndSuppressionList,
  SuppressionListReading,
  suppressionListsProjection,
  SuppressionTerms,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { ListSuppressionLists, QueryDoor } from '../queries.js';
import { enterLines } from '../suppression-import.js';
import { Actor } from './authorisation.js';
import { Ingested, IngestedView, linesOf, RejectedLine } from './bulk.js';
import { Awaitable, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';

import { IdPipe, shaped, WholePipe } from './shape.js';
import { ShapeError } from './problem.filter.js';
import { causeOf, Written, written } from './writing.js';

const instant = { type: 'string' as const, format: 'date-time' };

class SuppressionListView implements SuppressionListReading {
  @ApiProperty() readonly listId: string;
  @ApiProperty({ type: [String] }) readonly sources: readonly string[];
  @ApiProperty({ enum: CHANNELS, isArray: true }) readonly channels: readonly Channel[];
  @ApiProperty({ type: 'integer', description: 'Contact points since it was begun anew, those that have ceased to count included' })
  readonly entered: number;
  @ApiProperty({ ...instant, nullable: true }) readonly lastEnteredAt: string | null;
  @ApiProperty({ ...instant, nullable: true, description: 'When the last entry ceases to count; null: never' }) readonly until:
    string | null;
  @ApiProperty({ type: [String], description: 'When it was ended and begun anew' }) readonly ended: readonly string[];
}

/** Lists of those who must not be addressed: Robinson, Bloctel, the asterisk, a broker's. */
@ApiTags('suppressions')
@Controller('suppressions')
export class SuppressionsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly lookups: Lookups,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The suppression lists; own is that of those who opposed us' })
  @Awaitable()
  @ApiOkResponse({ type: [SuppressionListView] })
  @Requires('read')
  @Refusals(400, 404, 503)
  lists(@Query('after', new WholePipe(0, LAST_POSITION)) after?: number): Promise<SuppressionListReading[]> {
    return this.queries.ask(new ListSuppressionLists(), [suppressionListsProjection], after);
  }

  @Post(':listId/bulk')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Enter contact points in a list, one per line: an e-mail address, a phone number, or a JSON object with email, phone, or lastName and address. Only keyed hashes are stored; a line that stands there already is not entered again',
  })
  @StringIdParam('listId')
  @ApiQuery({
    name: 'source',
    schema: { type: 'string', pattern: CODE.source },
    description: 'Whose list it is, a code',
    example: 'robinson',
  })
  @ApiQuery({ name: 'channels', schema: { type: 'string' }, description: 'With commas between', example: 'phone,sms' })
  @ApiQuery({ name: 'validUntil', required: false, schema: instant, description: 'When the entries cease to count; never if left out' })
  @ApiQuery({
    name: 'country',
    required: false,
    schema: { type: 'string', pattern: '^[A-Z]{2}$' },
    description: 'Where numbers without a country code belong, ISO 3166',
  })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: IngestedView })
  @Requires('record')
  @Refusals(400, 409, 413, 415, 503)
  async enter(
    @Param('listId', IdPipe) listId: string,
    @Body() body: unknown,
    @Actor() actor: string,
    @Query('source') source?: unknown,
    @Query('channels') channels?: unknown,
    @Query('validUntil') validUntil?: unknown,
    @Query('country') country?: unknown,
  ): Promise<Ingested> {
    const given = { listId, source, channels: typeof channels === 'string' ? channels.split(',') : channels, validUntil, country };
    const terms = shaped(SuppressionTerms, given, 'body');
    if (Array.isArray(terms)) throw new ShapeError(terms);
    const rejected: RejectedLine[] = [];
    const entered = await enterLines(terms, linesOf(body), {
      events: this.events,
      documents: this.documents,
      lookup: await this.lookups.lookup(),
      clock: this.clock,
      execute: (command) => this.commands.execute(command, { ...causeOf({}, this.clock, actor), key: command.batchId }),
      reject: (line) => rejected.push(line),
    });
    return { ...entered, rejected };
  }

  @Post(':listId/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let nothing that a list holds count any more, to begin it anew' })
  @StringIdParam('listId')
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 409, 503)
  async end(@Param('listId', IdPipe) listId: string, @Actor() actor: string): Promise<Written> {
    const command = Object.assign(new EndSuppressionList(), { listId });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
