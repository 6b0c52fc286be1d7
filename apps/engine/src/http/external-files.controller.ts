import { Body, Controller, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { DescribeExternalFile, ExternalFileReading, externalFilesProjection } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { GetRecord } from '../record.queries.js';
import { Actor } from './authorisation.js';
import { Awaitable, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { IdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const count = { type: 'integer' as const };

class DescribedExternalFile extends OmitType(DescribeExternalFile, ['fileId'] as const) {}

class ExpiryView {
  @ApiProperty({ type: 'string', format: 'date-time' }) readonly at: string;
  @ApiProperty({ ...count, description: 'Who never answered' }) readonly erased: number;
  @ApiProperty({ ...count, description: 'Who did, or is kept for another reason' }) readonly kept: number;
}

class ExternalFileView implements ExternalFileReading {
  @ApiProperty() readonly fileId: string;
  @ApiProperty() readonly source: string;
  @ApiProperty() readonly licence: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) readonly wording: ExternalFileReading['wording'];
  @ApiProperty({ type: 'string', nullable: true, description: 'null: no end' }) readonly expiresOn: string | null;
  @ApiProperty({ type: ExpiryView, nullable: true, description: 'What became of it; null: its licence is not over' })
  readonly expired: ExpiryView | null;
}

/** Addresses that were bought. */
@ApiTags('external files')
@Controller('external-files/:fileId')
export class ExternalFilesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
  ) {}

  @Put()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Describe a file of addresses that was bought; clients name it as the file of their origin',
    description: 'Once its last day is over, whoever came with it and never answered is erased by itself; who did is ours',
  })
  @StringIdParam('fileId')
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 409, 413, 415, 503)
  async describe(@Param('fileId', IdPipe) fileId: string, @Body() body: DescribedExternalFile, @Actor() actor: string): Promise<Written> {
    const command = Object.assign(new DescribeExternalFile(), body, { fileId });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }

  @Get()
  @ApiOperation({ summary: 'A file that was bought, and what became of it' })
  @StringIdParam('fileId')
  @Awaitable()
  @ApiOkResponse({ type: ExternalFileView })
  @Requires('read')
  @Refusals(400, 404, 503)
  get(@Param('fileId', IdPipe) fileId: string, @Query('after', new WholePipe(0, LAST_POSITION)) after?: number): Promise<ExternalFileView> {
    return this.queries.ask(new GetRecord(externalFilesProjection.name, fileId, 'external-file'), [externalFilesProjection], after);
  }
}
