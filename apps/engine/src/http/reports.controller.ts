import { applyDecorators, Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Clock, DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Request, Response } from 'express';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { REPORTS } from '../reports/registry.js';
import { RENDERINGS, REPORT_FORMATS, ReportFormat } from '../reports/rendering.js';
import { isNow, makeReport, REPORTED_FROM, ReportWish } from '../reports/reporting.js';
import { Viewing } from '../viewing.js';
import { Asker, Asking } from './authorisation.js';
import { Refusals, Requires } from './documented.js';
import { ShapeError } from './problem.filter.js';
import { OptionalWordPipe } from './shape.js';
import { causeOf } from './writing.js';

class ReportOffered {
  @ApiProperty({ example: 'overview' }) readonly name: string;
  @ApiProperty({ example: 'Your clients at a glance' }) readonly title: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'What may be said, and what it means' })
  readonly parameters: Readonly<Record<string, string>>;
}

/** Documents what reports may be told; which report takes which, `GET /reports` says. */
const ReportParameters = (): MethodDecorator =>
  applyDecorators(
    ...Object.entries(Object.assign({}, ...REPORTS.map(({ parameters }) => parameters)) as Record<string, string>).map(
      ([name, description]) => ApiQuery({ name, required: false, schema: { type: 'string' }, description }),
    ),
  );

/** Those that were given, each once. */
const wishIn = ({ format: _, ...query }: Readonly<Record<string, unknown>>): ReportWish => {
  const twice = Object.keys(query).find((name) => typeof query[name] !== 'string');
  if (twice !== undefined) throw new ShapeError([{ field: twice, reason: `${twice} must be given once` }]);
  const { 'as-of': asOf, known, ...parameters } = query as Readonly<Record<string, string>>;
  return { asOf, known, parameters };
};

const text = { schema: { type: 'string' as const } };

/** What a manager wants to know, to read, to calculate with, or to print. */
@ApiTags('reports')
@Controller('reports')
export class ReportsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
    private readonly viewing: Viewing,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The reports that there are, and what each may be told' })
  @ApiOkResponse({ type: [ReportOffered] })
  @Requires('read')
  @Refusals(400)
  list(): ReportOffered[] {
    return REPORTS.map(({ name, title, parameters }) => ({ name, title, parameters }));
  }

  @Get(':name')
  @ApiOperation({
    summary: 'A report: as plain values, as a sheet, or as a page to print',
    description:
      'It says by which rule, as of when and about how many people it was made, and who was left out. That it was made stands in the audit of views, and what was asked of an analysis in the log, with the hash of the answer',
  })
  @ApiParam({ name: 'name', schema: { type: 'string' }, example: 'overview' })
  @ApiQuery({
    name: 'format',
    required: false,
    schema: { type: 'string', enum: [...REPORT_FORMATS] },
    description: 'What Accept says, or json, if left out',
  })
  @ApiQuery({
    name: 'as-of',
    required: false,
    schema: { type: 'string' },
    example: '2025-12-31',
    description: 'A day: what was so, by all that we know now; or a position of the log: what we knew then. Now if left out',
  })
  @ApiQuery({
    name: 'known',
    required: false,
    schema: { type: 'string' },
    example: '2026-01-31',
    description: 'Up to which day, or which position beside a day, is counted what we had learnt',
  })
  @ReportParameters()
  @ApiOkResponse({
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } }, 'text/csv': text, 'text/html': text },
  })
  @Requires('read')
  @Refusals(400, 404, 409, 503)
  async make(
    @Param('name') name: string,
    @Asker() viewer: Asking,
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: Readonly<Record<string, unknown>>,
    @Query('format', new OptionalWordPipe(REPORT_FORMATS)) format?: ReportFormat,
  ): Promise<void> {
    const { events, documents, clock, commands } = this;
    const execute = (command: object) => commands.execute(command, causeOf({}, clock, viewer.actor));
    const wish = wishIn(query);
    if (isNow(wish)) await this.queries.reached(REPORTED_FROM, await events.head());
    const report = await makeReport({ events, documents, clock, execute }, name, wish);
    await this.viewing.record(viewer, { view: 'report', selection: name, clients: report.counted });
    const accepted = request.accepts([...REPORT_FORMATS]);
    const { type, write } = RENDERINGS[format ?? (accepted === false ? 'json' : (accepted as ReportFormat))];
    response.type(type).set('Cache-Control', 'no-store').send(write(report));
  }
}
