import { randomBytes, randomUUID } from 'node:crypto';
import { BeforeApplicationShutdown, Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Lookups } from '@boucle/adapters';
import { Clock, DocumentStore, DomainError, EventStore } from '@boucle/eventsourcing';
import { dayProperty, IsWord, Screening, wordProperty } from '@boucle/clients';
import { EXPORT_ID, exportIdFrom, Format, FORMATS, readReplyCode } from '@boucle/exporting';
import {
  Addressing,
  ADDRESSINGS,
  AnswerRentedRow,
  ExpireRentedFile,
  NetCounts,
  RentedFile,
  rentedFileOf,
  RentedFileReading,
  rentedFilesProjection,
  RentFile,
  Registers,
  sifted,
  UseReading,
  UseRentedFile,
} from '@boucle/rented';
import { Response } from 'express';
import { CommandDoor } from '../door.js';
import { DuplicateReading } from '../duplicate.queries.js';
import { encodingOf } from '../export-taking.js';
import { ListRentedFiles, QueryDoor } from '../queries.js';
import { handOutRows, receiveRows } from '../rented-rows.js';
import { Actor, Asker, Asking } from './authorisation.js';
import { Ingested, IngestedView, linesOf, RejectedLine } from './bulk.js';
import { Awaitable, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { mustMayExport } from './field-groups.js';
import { FILE_TYPES, sendFile } from './sending.js';
import { IdPipe, OptionalWordPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const instant = { type: 'string' as const, format: 'date-time' };
const count = { type: 'integer' as const };
const fileIdProperty = { pattern: EXPORT_ID.source, example: 'X7Q2M9KA4Z' };
const PLAIN = { separator: ',', decimal: '.', byteOrderMark: false } as const;
const MOST = 500;

class RentalWanted extends OmitType(RentFile, ['fileId'] as const) {}
class UseWanted extends OmitType(UseRentedFile, ['fileId'] as const) {}

class Rented extends Written {
  @ApiProperty(fileIdProperty) readonly fileId: string;
}

class NetCountsView implements NetCounts {
  @ApiProperty({ ...count, description: 'Of the file' }) readonly rows: number;
  @ApiProperty({ ...count, description: 'Those that are used' }) readonly net: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: count,
    description: 'The others by reason: no-contact-point, double, ours, answered, suppressed',
  })
  readonly leftOut: NetCounts['leftOut'];
}

class HandedOutView extends NetCountsView {
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ example: 'key:00112233445566aa' }) readonly by: string;
}

class UseView implements UseReading {
  @ApiProperty() readonly useId: string;
  @ApiProperty({ enum: ADDRESSINGS }) readonly addressing: Addressing;
  @ApiProperty() readonly purpose: string;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ example: 'key:00112233445566aa' }) readonly by: string;
  @ApiProperty({ type: [HandedOutView], description: 'Each time the rows were handed out, with the net counts for the broker' })
  readonly takings: readonly HandedOutView[];
}

class RentedFileView implements RentedFileReading {
  @ApiProperty(fileIdProperty) readonly fileId: string;
  @ApiProperty() readonly broker: string;
  @ApiProperty({ ...count, description: 'How often it may be used' }) readonly licensed: number;
  @ApiProperty(dayProperty) readonly expiresOn: string;
  @ApiProperty(instant) readonly rentedAt: string;
  @ApiProperty(count) readonly rows: number;
  @ApiProperty({ type: [UseView] }) readonly uses: readonly UseView[];
  @ApiProperty({ ...count, description: 'How many have answered and become clients' }) readonly answered: number;
  @ApiProperty({ ...instant, nullable: true, description: 'When whoever had not answered was forgotten; null: not yet' })
  readonly expiredAt: string | null;
}

class RentedAnswer {
  @ApiProperty({ ...wordProperty(40, 'X7Q2M9KA4Z-17-K3PD'), description: 'The code on the letter, or of the row' })
  @IsWord(1, 40)
  readonly code: string;
}

class Answered extends Written {
  @ApiProperty({ description: 'The client whom the row has become' }) readonly clientId: string;
}

/** Files of brokers: kept apart from our clients, sifted, used as often as licensed, and forgotten in time. */
@ApiTags('rented files')
@Controller('rented-files')
export class RentedFilesController implements BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly screening: Screening;

  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly duplicates: DuplicateReading,
    private readonly events: EventStore,
    documents: DocumentStore,
    private readonly lookups: Lookups,
    private readonly clock: Clock,
  ) {
    this.screening = new Screening(documents, () => lookups.lookup());
  }

  beforeApplicationShutdown(): void {
    this.stop.abort();
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Take down that a broker lets us use a file: how often, and until when' })
  @ApiOkResponse({ type: Rented })
  @Requires('record')
  @Refusals(400, 409, 413, 415, 503)
  async rent(@Body() body: RentalWanted, @Actor() actor: string): Promise<Rented> {
    const fileId = exportIdFrom(randomBytes(9));
    const command = Object.assign(new RentFile(), body, { fileId });
    return { ...written(await this.commands.execute(command, causeOf({}, this.clock, actor))), fileId };
  }

  @Get()
  @ApiOperation({ summary: 'The rented files: their terms, uses with the net counts for the broker, and how many have answered' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } })
  @Awaitable()
  @ApiOkResponse({ type: [RentedFileView] })
  @Requires('export', 'record', 'audit')
  @Refusals(400, 404, 503)
  list(
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<RentedFileView[]> {
    return this.queries.ask(new ListRentedFiles({ limit }), [rentedFilesProjection], after);
  }

  @Post(':fileId/rows/bulk')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'The rows of a rented file, one JSON object per line: civility, firstName, lastName, language, address, email, phone. They are sealed and never become part of our clients; the same lines again are the same rows',
  })
  @StringIdParam('fileId')
  @ApiBody({ type: String })
  @ApiOkResponse({ type: IngestedView })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  async receive(@Param('fileId', IdPipe) fileId: string, @Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    await this.file(fileId);
    const rejected: RejectedLine[] = [];
    const received = await receiveRows(fileId, linesOf(body), {
      lookup: await this.lookups.lookup(),
      cause: causeOf({}, this.clock, actor),
      execute: this.commands.execute.bind(this.commands),
      reject: (line) => rejected.push(line),
    });
    return { ...received, rejected };
  }

  @Get(':fileId/net')
  @ApiOperation({
    summary: 'How many rows of a file could be used now, and why the others could not: what the broker is told, without using the file',
  })
  @StringIdParam('fileId')
  @ApiQuery({ name: 'addressing', required: false, schema: { type: 'string', enum: [...ADDRESSINGS], default: 'post' } })
  @ApiOkResponse({ type: NetCountsView })
  @Requires('export', 'record')
  @Refusals(400, 404, 409, 503)
  async net(
    @Param('fileId', IdPipe) fileId: string,
    @Query('addressing', new OptionalWordPipe(ADDRESSINGS)) addressing: Addressing = 'post',
  ): Promise<NetCounts> {
    const file = await this.file(fileId);
    const { rows, counts } = sifted(await this.registers(), fileId, file, { addressing, purpose: 'marketing' }, this.clock.now());
    for await (const _ of rows) this.stop.signal.throwIfAborted();
    return counts();
  }

  @Post(':fileId/uses')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Use a file, and be handed the rows that are left',
    description:
      'Who is a client of ours, stands on a suppression list, has answered or stands in the file twice is left out and counted. The same use again is handed out again, as everything is known then, and is no further use. An answer that breaks off is not whole',
  })
  @StringIdParam('fileId')
  @ApiQuery({ name: 'format', required: false, schema: { type: 'string', enum: [...FORMATS], default: 'csv' } })
  @ApiOkResponse({ content: FILE_TYPES })
  @Requires('export')
  @Refusals(400, 404, 409, 413, 415, 503)
  async use(
    @Param('fileId', IdPipe) fileId: string,
    @Body() body: UseWanted,
    @Asker() { actor, role }: Asking,
    @Res() response: Response,
    @Query('format', new OptionalWordPipe(FORMATS)) format: Format = 'csv',
  ): Promise<void> {
    mustMayExport(role, { preset: body.addressing });
    const encoding = encodingOf({ ...PLAIN, format });
    const needs = {
      ...(await this.registers()),
      clock: this.clock,
      cause: causeOf({}, this.clock, actor),
      execute: this.commands.execute.bind(this.commands),
    };
    const rows = handOutRows(needs, Object.assign(new UseRentedFile(), body, { fileId }), encoding);
    await sendFile(response, rows, { type: encoding.type, name: `${fileId}-${body.useId}.${format}`, stop: this.stop.signal });
  }

  @Post('answers')
  @HttpCode(200)
  @ApiOperation({ summary: 'Somebody of a rented file has answered: he becomes a client of ours, with that file as his origin' })
  @ApiOkResponse({ type: Answered })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  async answer(@Body() { code }: RentedAnswer, @Actor() actor: string): Promise<Answered> {
    const place = readReplyCode(await this.lookups.lookup(), code);
    if (!place) throw new DomainError('unknown-code', `${code} is no code of ours: type it as it stands on the letter`, 'code');
    const { exportId: fileId, row } = place;
    const command = Object.assign(new AnswerRentedRow(), { fileId, row, clientId: randomUUID() });
    const outcome = await this.commands.execute(command, causeOf({}, this.clock, actor));
    return { ...written(outcome), clientId: (outcome.state as RentedFile).answered[row] };
  }

  @Post(':fileId/expire')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a file before its last day: whoever has not answered is forgotten' })
  @StringIdParam('fileId')
  @ApiOkResponse({ type: Written })
  @Requires('forget')
  @Refusals(400, 404, 503)
  async expire(@Param('fileId', IdPipe) fileId: string, @Actor() actor: string): Promise<Written> {
    const command = Object.assign(new ExpireRentedFile(), { fileId });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }

  private async registers(): Promise<Registers> {
    const finder = await this.duplicates.finder();
    const isOurs: Registers['isOurs'] = async (traits) => (await finder.probable([traits])).length > 0;
    return { events: this.events, screening: this.screening, lookup: await this.lookups.lookup(), isOurs };
  }

  private async file(fileId: string): Promise<RentedFile> {
    const file = await rentedFileOf(this.events, fileId);
    if (!file.terms) throw new DomainError('unknown-file', `There is no rented file ${fileId}`, 'fileId');
    return file;
  }
}
