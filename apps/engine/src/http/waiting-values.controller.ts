import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags, PickType } from '@nestjs/swagger';
import { Clock, DocumentStore } from '@boucle/eventsourcing';
import { MapWaitingValue, mappingOf, WaitingList, waitingValuesProjection } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { ListWaitingValues, QueryDoor } from '../queries.js';
import { Actor } from './authorisation.js';
import { Awaitable, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { IdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const count = { type: 'integer' as const, minimum: 0 };

class Meaning extends PickType(MapWaitingValue, ['code'] as const) {}

class WaitingListView implements WaitingList {
  @ApiProperty() readonly valueId: string;
  @ApiProperty({ description: 'Whose files say it' }) readonly source: string;
  @ApiProperty({ description: 'As mappings name it', example: 'civility' }) readonly field: string;
  @ApiProperty() readonly catalogue: string;
  @ApiProperty({ description: 'As a file has it', example: 'Fräulein' }) readonly text: string;
  @ApiProperty({ ...count, description: 'How often it waits' }) readonly rows: number;
  @ApiProperty(count) readonly clients: number;
  @ApiProperty({ type: [String], description: 'The first twenty of them' }) readonly clientIds: readonly string[];
}

/** What files say and no catalogue knows, until somebody says what it means. */
@ApiTags('imports')
@Controller('waiting-values')
export class WaitingValuesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What files say and no catalogue knows, what stands in most rows first; reads every client of whom something waits',
  })
  @Awaitable()
  @ApiOkResponse({ type: [WaitingListView] })
  @Requires('record')
  @Refusals(400, 404, 503)
  list(@Query('after', new WholePipe(0, LAST_POSITION)) after?: number): Promise<readonly WaitingList[]> {
    return this.queries.ask(new ListWaitingValues(), [waitingValuesProjection], after);
  }

  @Post(':valueId/meaning')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say what a value means, once for all of whom it waits and for every file of that source to come' })
  @StringIdParam('valueId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  async map(@Param('valueId', IdPipe) valueId: string, @Body() { code }: Meaning, @Actor() actor: string): Promise<Written> {
    const command = await mappingOf(this.documents, valueId, code);
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
