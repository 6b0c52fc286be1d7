import { randomBytes } from 'node:crypto';
import { BeforeApplicationShutdown, Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Lookups } from '@boucle/adapters';
import { Clock, DocumentStore, EventStore, Filter } from '@boucle/eventsourcing';
import { ID, Screening } from '@boucle/clients';
import {
  EXPORT_ID,
  exportIdFrom,
  ExportOrder,
  ExportReading,
  exportsProjection,
  Format,
  FORMATS,
  LeftOutCounts,
  MailingsOf,
  OrderExport,
  Preset,
  PRESETS,
  Separator,
  TakingReading,
} from '@boucle/exporting';
import { Response } from 'express';
import { CatalogueCheck } from '../catalogue-check.js';
import { CommandDoor } from '../door.js';
import { encodingOf, takeExport } from '../export-taking.js';
import { GetExport, ListExports, QueryDoor } from '../queries.js';
import { Asker, Asking } from './authorisation.js';
import { Awaitable, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { mustMayExport } from './field-groups.js';
import { FILE_TYPES, sendFile } from './sending.js';
import { IdPipe, OptionalIdPipe, OptionalWordPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const MOST = 500;

const instant = { type: 'string' as const, format: 'date-time' };
const count = { type: 'integer' as const };
const maybe = { type: 'string' as const, nullable: true };
const counts = { type: 'object' as const, additionalProperties: { type: 'integer' as const } };

const SEPARATOR: Readonly<Record<string, Separator>> = { comma: ',', semicolon: ';', tab: '\t' };
const DECIMAL = { point: '.', comma: ',' } as const;
const YES_OR_NO = ['true', 'false'] as const;

class WantedExport extends OmitType(OrderExport, ['exportId'] as const) {}

class OrderedExport extends Written {
  @ApiProperty({ pattern: EXPORT_ID.source, example: 'X7Q2M9KA4Z' }) readonly exportId: string;
}

class ExportedMailings implements MailingsOf {
  @ApiProperty() readonly campaignId: string;
  @ApiProperty(count) readonly wave: number;
  @ApiProperty({ ...maybe, description: 'null: whichever the preset can carry' }) readonly offer: string | null;
}

class TakingView implements TakingReading {
  @ApiProperty() readonly takingId: string;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ example: 'key:00112233445566aa' }) readonly by: string;
  @ApiProperty({ enum: FORMATS }) readonly format: Format;
  @ApiProperty({ ...count, nullable: true, description: 'null: he was not given all of it, or not yet' }) readonly rows: number | null;
  @ApiProperty({ ...counts, description: 'Those of the export who might not be addressed any more, by reason' })
  readonly leftOut: LeftOutCounts;
}

class ExportView implements ExportReading {
  @ApiProperty() readonly exportId: string;
  @ApiProperty({ enum: PRESETS }) readonly preset: Preset;
  @ApiProperty({ oneOf: [{ $ref: '#/components/schemas/Filter' }], nullable: true }) readonly universe: Filter | null;
  @ApiProperty({ type: ExportedMailings, nullable: true }) readonly mailings: ExportedMailings | null;
  @ApiProperty({ type: [String] }) readonly fields: readonly string[];
  @ApiProperty({ example: 'marketing' }) readonly purpose: string;
  @ApiProperty({ enum: ['required', 'not-checked'] }) readonly consent: ExportOrder['consent'];
  @ApiProperty(maybe) readonly sender: string | null;
  @ApiProperty(instant) readonly orderedAt: string;
  @ApiProperty({ description: 'Who ordered it', example: 'key:00112233445566aa' }) readonly by: string;
  @ApiProperty({ enum: ['ordered', 'done', 'abandoned'] }) readonly status: ExportReading['status'];
  @ApiProperty({ ...maybe, description: 'Why it was abandoned' }) readonly reason: string | null;
  @ApiProperty({ ...count, description: 'Who stands in it, once it is done' }) readonly rows: number;
  @ApiProperty({ ...counts, description: 'Who does not, by reason' }) readonly excluded: LeftOutCounts;
  @ApiProperty({ type: [TakingView], description: 'Who has taken the file' }) readonly takings: readonly TakingView[];
}

/** Files of people, for the printer, the mailer, the call centre or a spreadsheet. */
@ApiTags('exports')
@Controller('exports')
export class ExportsController implements BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly screening: Screening;

  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly lookups: Lookups,
    private readonly catalogues: CatalogueCheck,
    private readonly clock: Clock,
  ) {
    this.screening = new Screening(documents, () => lookups.lookup());
  }

  beforeApplicationShutdown(): void {
    this.stop.abort();
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Order a file of people: for letters, e-mails, calls, or with fields of your choice',
    description:
      'Who opposed, stands on a list, is restricted or dead, or has not consented where he must, is left out and counted by reason. A key gets only what its role may see',
  })
  @ApiOkResponse({ type: OrderedExport })
  @Requires('export')
  @Refusals(400, 409, 413, 415, 503)
  async order(@Body() body: WantedExport, @Asker() { actor, role }: Asking): Promise<OrderedExport> {
    mustMayExport(role, body);
    const exportId = exportIdFrom(randomBytes(9));
    const command = Object.assign(new OrderExport(), body, { exportId });
    return { ...written(await this.commands.execute(command, causeOf({}, this.clock, actor))), exportId };
  }

  @Get()
  @ApiOperation({ summary: 'The exports: who wanted whom, what for, how many they were, and who has taken the file; in order of id' })
  @ApiQuery({
    name: 'behind',
    required: false,
    schema: { type: 'string', pattern: ID.source },
    description: 'Only those behind this one',
  })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } })
  @Awaitable()
  @ApiOkResponse({ type: [ExportView] })
  @Requires('export', 'audit')
  @Refusals(400, 404, 503)
  list(
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<ExportView[]> {
    return this.queries.ask(new ListExports({ after: behind, limit }), [exportsProjection], after);
  }

  @Get(':exportId')
  @ApiOperation({ summary: 'One export' })
  @StringIdParam('exportId')
  @Awaitable()
  @ApiOkResponse({ type: ExportView })
  @Requires('export', 'audit')
  @Refusals(400, 404, 503)
  get(@Param('exportId', IdPipe) exportId: string, @Query('after', new WholePipe(0, LAST_POSITION)) after?: number): Promise<ExportView> {
    return this.queries.ask(new GetExport(exportId), [exportsProjection], after);
  }

  @Get(':exportId/file')
  @ApiOperation({
    summary: 'Take the file of an export',
    description:
      'People are as they are known now; who may not be addressed any more is left out. Each taking is an event. In CSV a text that a spreadsheet would take for a formula has an apostrophe before it. An answer that breaks off is not whole',
  })
  @StringIdParam('exportId')
  @ApiQuery({ name: 'format', required: false, schema: { type: 'string', enum: [...FORMATS], default: 'csv' } })
  @ApiQuery({
    name: 'separator',
    required: false,
    schema: { type: 'string', enum: Object.keys(SEPARATOR), default: 'comma' },
    description: 'Of CSV',
  })
  @ApiQuery({
    name: 'decimal',
    required: false,
    schema: { type: 'string', enum: Object.keys(DECIMAL), default: 'point' },
    description: 'Of numbers in CSV',
  })
  @ApiQuery({
    name: 'byteOrderMark',
    required: false,
    schema: { type: 'string', enum: [...YES_OR_NO], default: 'false' },
    description: 'Whether CSV begins with the mark by which spreadsheets know UTF-8',
  })
  @ApiOkResponse({ content: FILE_TYPES })
  @Requires('export')
  @Refusals(400, 404, 409, 503)
  async file(
    @Param('exportId', IdPipe) exportId: string,
    @Asker() { actor, role }: Asking,
    @Res() response: Response,
    @Query('format', new OptionalWordPipe(FORMATS)) format: Format = 'csv',
    @Query('separator', new OptionalWordPipe(Object.keys(SEPARATOR))) separator = 'comma',
    @Query('decimal', new OptionalWordPipe(['point', 'comma'] as const)) decimal: keyof typeof DECIMAL = 'point',
    @Query('byteOrderMark', new OptionalWordPipe(YES_OR_NO)) mark: (typeof YES_OR_NO)[number] = 'false',
  ): Promise<void> {
    mustMayExport(role, await this.queries.ask<ExportReading>(new GetExport(exportId)));
    const { events, documents, screening, clock } = this;
    const needs = {
      ...{ events, documents, screening, clock },
      lookup: await this.lookups.lookup(),
      catalogues: await this.catalogues.now(),
      cause: causeOf({}, clock, actor),
      execute: this.commands.execute.bind(this.commands),
    };
    const wish = { format, separator: SEPARATOR[separator], decimal: DECIMAL[decimal], byteOrderMark: mark === 'true' };
    const encoding = encodingOf(wish);
    await sendFile(response, takeExport(needs, exportId, encoding, format), {
      type: encoding.type,
      name: `${exportId}.${format}`,
      stop: this.stop.signal,
    });
  }
}
