import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { RecordPurchase, RecordResponse } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ingest, Ingested, RejectedLine } from './bulk.js';
import { Refusals, Requires } from './documented.js';
import { causeOf, Written, written } from './writing.js';

class RejectedLineView implements RejectedLine {
  @ApiProperty({ type: 'integer', description: 'From 1' }) readonly line: number;
  @ApiProperty({ type: 'string', description: 'The field at fault, or line' }) readonly field: string;
  @ApiProperty() readonly reason: string;
}

class IngestedView implements Ingested {
  @ApiProperty({ type: 'integer' }) readonly accepted: number;
  @ApiProperty({ type: 'integer', description: 'Known already; nothing was written for them' }) readonly repeated: number;
  @ApiProperty({ type: [RejectedLineView], description: 'In order of line, each with the first thing at fault' })
  readonly rejected: RejectedLine[];
  @ApiProperty({ type: 'integer', description: 'A read that waits for this position includes all accepted lines' })
  readonly position: number;
}

const summary = (what: string) =>
  `Record many ${what}, one JSON object per line as for a single one; lines are independent, and sending them again is harmless`;

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
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  async purchase(@Body() command: RecordPurchase, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }

  @Post('responses')
  @HttpCode(200)
  @ApiOperation({ summary: 'Record a response' })
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  async response(@Body() command: RecordResponse, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }

  @Post('purchases/bulk')
  @HttpCode(200)
  @ApiOperation({ summary: summary('purchases') })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: IngestedView })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  purchases(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    return ingest(body, RecordPurchase, this.commands, this.clock, actor);
  }

  @Post('responses/bulk')
  @HttpCode(200)
  @ApiOperation({ summary: summary('responses') })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: IngestedView })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  responses(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    return ingest(body, RecordResponse, this.commands, this.clock, actor);
  }
}
