import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { hiddenFrom, Role } from '@boucle/access';
import { Lookups } from '@boucle/adapters';
import { Clock, DomainError, EventStore, fold, projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import {
  DescribeMapping,
  ImportEvent,
  ImportReading,
  importsProjection,
  importStream,
  mappingDecider,
  MappingError,
  MappingFields,
  mappingStream,
  reconciles,
  RowFacts,
} from '@boucle/importing';
import { Request, Response } from 'express';
import { CatalogueCheck } from '../catalogue-check.js';
import { CommandDoor } from '../door.js';
import { EntryCheck } from '../entry-check.js';
import { guessFile, previewFile } from '../importing/import-preview.js';
import { ListImports } from '../import.queries.js';
import { importFile } from '../importing/import-file.js';
import { undoImport } from '../importing/import-undo.js';
import { QueryDoor } from '../queries.js';
import { BYTES, CSV } from './admission.js';
import { Actor, Asker, Asking } from './authorisation.js';
import { Awaitable, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { FileGuessView, ImportedView, ImportView, UndoneView, ImportPreviewView } from './import-views.js';
import { mustMayImport } from './field-groups.js';
import { RequestError } from './problem.filter.js';
import { IdPipe, InstantPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

/** Where files that are sent lie while they are read, and how large they may be. */
export abstract class Uploads {
  abstract readonly path: (name: string) => string;
  abstract readonly limit: number;
}

const THE_FILE = { schema: { type: 'string', format: 'binary' }, description: 'CSV or JSON lines, also packed with gzip' };

const MOST = 500;

/** Files, and what their columns mean. */
@ApiTags('imports')
@Controller()
export class ImportsController {
  private readonly running = new Set<string>();

  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly events: EventStore,
    private readonly lookups: Lookups,
    private readonly clock: Clock,
    private readonly catalogues: CatalogueCheck,
    private readonly entry: EntryCheck,
    @Inject(Uploads) private readonly uploads: Uploads,
  ) {}

  @Put('mappings/:mappingId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say what the columns of the files of a source mean' })
  @StringIdParam('mappingId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 409, 413, 415, 503)
  async describe(@Param('mappingId', IdPipe) mappingId: string, @Body() mapping: MappingFields, @Actor() actor: string): Promise<Written> {
    const command = Object.assign(new DescribeMapping(), { mappingId, mapping });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }

  @Get('mappings/:mappingId')
  @ApiOperation({ summary: 'What the columns of the files of a source mean' })
  @StringIdParam('mappingId')
  @ApiOkResponse({ type: MappingFields })
  @Requires('record')
  @Refusals(400, 404, 503)
  async mapping(@Param('mappingId', IdPipe) mappingId: string): Promise<MappingFields> {
    const { mapping } = fold(mappingDecider, mappingDecider.initial, await this.events.read(mappingStream(mappingId)));
    if (!mapping) throw new DomainError('unknown-mapping', `There is no mapping ${mappingId}`, 'mappingId');
    return mapping;
  }

  @Post('mapping-guess')
  @HttpCode(200)
  @ApiOperation({ summary: 'Look at a file: how it is written, and what its columns seem to mean. Nothing is written' })
  @ApiConsumes(BYTES)
  @ApiBody(THE_FILE)
  @ApiOkResponse({ type: FileGuessView })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  guess(@Req() request: Request): Promise<FileGuessView> {
    return this.received(request, guessFile);
  }

  @Post('mappings/:mappingId/previews')
  @HttpCode(200)
  @ApiOperation({ summary: 'See what an import would do, by the first ten thousand rows of the file. Nothing is written' })
  @StringIdParam('mappingId')
  @ApiConsumes(BYTES)
  @ApiBody(THE_FILE)
  @ApiOkResponse({ type: ImportPreviewView })
  @Requires('record')
  @Refusals(400, 404, 413, 415, 503)
  async preview(
    @Param('mappingId', IdPipe) mappingId: string,
    @Req() request: Request,
    @Asker() { role }: Asking,
  ): Promise<ImportPreviewView> {
    const { events, catalogues, clock } = this;
    const lookup = await this.lookups.lookup();
    const isDoubtful = (facts: RowFacts): Promise<boolean> => this.entry.isThereAlready(facts);
    return this.received(request, async (path) =>
      previewFile(path, await this.allowed(mappingId, role), { events, catalogues, lookup, clock, isDoubtful }),
    );
  }

  @Post('mappings/:mappingId/imports')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring in a file; answers once all of it is read. The same file again adds nothing, and goes on where it broke off',
  })
  @StringIdParam('mappingId')
  @ApiConsumes(BYTES)
  @ApiBody(THE_FILE)
  @ApiOkResponse({ type: ImportedView })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  async import(
    @Param('mappingId', IdPipe) mappingId: string,
    @Req() request: Request,
    @Asker() { actor, role }: Asking,
  ): Promise<ImportedView> {
    const { commands: door, events, clock, catalogues, running } = this;
    const lookup = await this.lookups.lookup();
    const { rejectedRows, ...report } = await this.received(request, async (file) =>
      importFile(file, await this.allowed(mappingId, role), {
        door,
        events,
        lookup,
        clock,
        catalogues,
        actor,
        running,
        path: this.uploads.path,
        progress: () => undefined,
      }),
    );
    return { ...report, hasRejected: rejectedRows !== null };
  }

  @Get('imports')
  @ApiOperation({ summary: 'What was imported, the latest first: when, by whom, what became of its rows, and whether it was undone' })
  @ApiQuery({ name: 'before', required: false, schema: { type: 'string', format: 'date-time' }, description: 'Only what began before' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } })
  @Awaitable()
  @ApiOkResponse({ type: [ImportView] })
  @Requires('record', 'audit')
  @Refusals(400, 404, 503)
  async list(
    @Query('before', new InstantPipe()) before?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<ImportView[]> {
    const imports = await this.queries.ask<ImportReading[]>(new ListImports(before, limit), [importsProjection], after);
    return imports.map((one) => this.shown(one));
  }

  @Get('imports/:importId')
  @ApiOperation({ summary: 'How far an import is, and what became of its rows' })
  @StringIdParam('importId')
  @ApiOkResponse({ type: ImportView })
  @Requires('record', 'audit')
  @Refusals(400, 404, 503)
  async state(@Param('importId', IdPipe) importId: string): Promise<ImportView> {
    const history = await this.events.read(importStream(importId));
    const reading = history.reduce<object | null>((known, event) => projectEvent(importsProjection, known, event, importId), null);
    if (!reading) throw new DomainError('unknown-import', `There is no import ${importId}`, 'importId');
    return this.shown(reading as ImportReading);
  }

  @Get('imports/:importId/rejected')
  @ApiOperation({ summary: 'The rows that were rejected, with reasons and remedies; corrected, they can be imported by the same mapping' })
  @StringIdParam('importId')
  @ApiProduces(CSV)
  @ApiOkResponse({ schema: { type: 'string' } })
  @Requires('record')
  @Refusals(400, 404, 503)
  async rejected(@Param('importId', IdPipe) importId: string, @Res() response: Response, @Asker() { actor, role }: Asking): Promise<void> {
    const path = this.rejectedOf(importId);
    const [started] = (await this.events.read(importStream(importId), 0, 1)) as RecordedEvent<ImportEvent>[];
    if (started?.type === 'ImportStarted' && started.data.by !== actor && hiddenFrom(role).length > 0)
      throw new RequestError(
        403,
        'importId',
        `The rows of others may hold what a key of the role ${role} may not see: ask who imported them`,
      );
    if (!existsSync(path))
      throw new DomainError('unknown-rejected-rows', `There are no rejected rows of ${importId}, or they have expired`, 'importId');
    response.type(CSV);
    await pipeline(createReadStream(path), response);
  }

  @Post('imports/:importId/undo')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Undo an import: clients whom it brought and of whom nobody told anything else are erased; what else it told is taken back, unless something later rests on it: that stays and is named. The same file again counts as new',
  })
  @StringIdParam('importId')
  @ApiOkResponse({ type: UndoneView })
  @Requires('forget')
  @Refusals(400, 404, 503)
  undo(@Param('importId', IdPipe) importId: string, @Actor() actor: string): Promise<UndoneView> {
    return undoImport(importId, actor, { door: this.commands, events: this.events, clock: this.clock });
  }

  /** A mapping by which a role may import. */
  private async allowed(mappingId: string, role: Role): Promise<MappingFields> {
    const mapping = await this.mapping(mappingId);
    mustMayImport(role, mapping);
    return mapping;
  }

  private shown(reading: ImportReading): ImportView {
    const { importId, undone, clients, tally } = reading;
    const state = undone ? 'undone' : clients !== null ? 'done' : this.running.has(importId) ? 'running' : 'stopped';
    return { ...reading, state, reconciles: reconciles(tally), hasRejected: existsSync(this.rejectedOf(importId)) };
  }

  private rejectedOf(importId: string): string {
    return this.uploads.path(`rejected/${importId}.csv`);
  }

  /** Does something with a file that is sent, which lies on the disk meanwhile. */
  private async received<T>(request: Request, use: (path: string) => Promise<T>): Promise<T> {
    const folder = this.uploads.path('uploads');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, randomUUID());
    try {
      await store(request, path, this.uploads.limit);
      return await use(path);
    } catch (error) {
      if (error instanceof MappingError) throw new RequestError(400, 'body', error.message.replaceAll(path, 'the file'));
      throw error;
    } finally {
      rmSync(path, { force: true });
    }
  }
}

/** Writes what is sent into a file; too much of it is not read on. */
const store = async (request: Request, path: string, limit: number): Promise<void> => {
  const file = await open(path, 'w', 0o600);
  try {
    let size = 0;
    // whoever is refused is still to be answered
    for await (const bytes of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += bytes.length;
      if (size > limit)
        throw new RequestError(413, 'body', `A file of more than ${limit} bytes: pack it with gzip, or take it by boucle import`);
      await file.write(bytes);
    }
  } finally {
    request.resume();
    await file.close();
  }
};
