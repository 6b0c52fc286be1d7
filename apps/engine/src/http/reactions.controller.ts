import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { RecordPurchase, RecordResponse } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ingest, Ingested, Ingests } from './bulk.js';
import { Refusals, Requires } from './documented.js';
import { causeOf, Written, written } from './writing.js';

@ApiTags('reactions')
@Controller()
export class ReactionsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly clock: Clock,
  ) {}

  @Post('purchases')
  @HttpCode(200)
  @ApiOperation({ summary: 'Record a purchase' })
  @ApiOkResponse({ type: Written })
  @Requires('record', 'sell')
  @Refusals(400, 404, 409, 413, 415, 503)
  async purchase(@Body() command: RecordPurchase, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }

  @Post('responses')
  @HttpCode(200)
  @ApiOperation({ summary: 'Record a response' })
  @ApiOkResponse({ type: Written })
  @Requires('record', 'sell')
  @Refusals(400, 404, 409, 413, 415, 503)
  async response(@Body() command: RecordResponse, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }

  @Post('purchases/bulk')
  @Ingests('Record many purchases')
  purchases(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    return ingest(body, RecordPurchase, this.commands, this.clock, actor);
  }

  @Post('responses/bulk')
  @Ingests('Record many responses')
  responses(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    return ingest(body, RecordResponse, this.commands, this.clock, actor);
  }
}
