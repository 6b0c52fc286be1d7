import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AREA_KINDS, areaFields, AreaTable, CODE, RemoveAreaStatistics } from '@boucle/clients';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { installAreaStatistics, InstalledFigures, YEAR } from '../area-statistics-file.js';
import { Areas } from '../areas.js';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { referenceIn } from './bulk.js';
import { Refusals, Requires } from './documented.js';
import { PatternPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const sourceSchema = { schema: { type: 'string', pattern: CODE.source }, description: 'Whose figures they are, a code', example: 'bfs' };
const yearSchema = { schema: { type: 'string', pattern: YEAR.source }, description: 'Of which year they are', example: '2024' };
const SourcePipe = new PatternPipe(CODE, 'a code such as bfs');
const InYear = new PatternPipe(YEAR, 'a year such as 2024');

class InstalledFiguresView implements InstalledFigures {
  @ApiProperty({ description: 'The hash of the figures' }) readonly edition: string;
  @ApiProperty({ type: 'integer' }) readonly figures: number;
  @ApiProperty({ type: 'integer' }) readonly position: number;
  @ApiProperty({ description: 'They were installed before' }) readonly repeated: boolean;
}

class AreaTableView {
  @ApiProperty({ example: 'bfs' }) readonly source: string;
  @ApiProperty({ type: 'integer', example: 2024 }) readonly year: number;
  @ApiProperty() readonly edition: string;
  @ApiProperty({ format: 'date-time' }) readonly installedAt: string;
  @ApiProperty({ type: 'integer' }) readonly figures: number;
  @ApiProperty({ type: [String], description: 'The fields that they are read by', example: ['area.income.bfs.2024'] })
  readonly fields: readonly string[];
}

const shown = (table: AreaTable): AreaTableView => {
  const { source, year, edition, installedAt, figures } = table;
  const fields = areaFields({ installed: [table] }).map(({ name }) => name);
  return { source, year, edition, installedAt, figures: figures.length, fields };
};

/** Figures of communes and postal areas. */
@ApiTags('entry')
@Controller('area-statistics')
export class AreaStatisticsController {
  constructor(
    private readonly areas: Areas,
    private readonly commands: CommandDoor,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The statistics of areas that are installed, and the fields that they are read by' })
  @ApiOkResponse({ type: [AreaTableView] })
  @Requires('look-up')
  @Refusals(503)
  async tables(): Promise<AreaTableView[]> {
    return (await this.areas.tables()).map(shown);
  }

  @Post('bulk')
  @HttpCode(200)
  @ApiOperation({
    summary: `Install figures of areas as CSV with country, kind (${AREA_KINDS.join(' or ')}), code, measure and value; they take the place of those of the same source and year`,
  })
  @ApiQuery({ name: 'source', ...sourceSchema })
  @ApiQuery({ name: 'year', ...yearSchema })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: InstalledFiguresView })
  @Requires('administer')
  @Refusals(400, 409, 413, 415, 503)
  install(
    @Body() body: unknown,
    @Query('source', SourcePipe) source: string,
    @Query('year', InYear) year: string,
    @Actor() actor: string,
  ): Promise<InstalledFigures> {
    const cause = causeOf({}, this.clock, actor);
    return installAreaStatistics(referenceIn(body), { source, year: Number(year) }, this.events, (command, key) =>
      this.commands.execute(command, { ...cause, key }),
    );
  }

  @Delete(':source/:year')
  @ApiOperation({ summary: 'Let the figures of a source and a year count no more' })
  @ApiParam({ name: 'source', ...sourceSchema })
  @ApiParam({ name: 'year', ...yearSchema })
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 413, 415, 503)
  async remove(@Param('source', SourcePipe) source: string, @Param('year', InYear) year: string, @Actor() actor: string): Promise<Written> {
    const command = Object.assign(new RemoveAreaStatistics(), { source, year: Number(year) });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
