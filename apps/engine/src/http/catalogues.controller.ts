import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import {
  AddCatalogueEntry,
  Catalogues,
  DeclareField,
  FieldReport,
  RelabelCatalogueEntry,
  RetireCatalogueEntry,
  RetireField,
} from '@boucle/clients';
import { CatalogueCheck } from '../catalogue-check.js';
import { CommandDoor } from '../door.js';
import { GetFieldReport, QueryDoor } from '../queries.js';
import { Actor } from './authorisation.js';
import { Refusals, Requires, StringIdParam } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class NewEntry extends OmitType(AddCatalogueEntry, ['catalogue'] as const) {}
class NewLabels extends OmitType(RelabelCatalogueEntry, ['catalogue', 'code'] as const) {}

const labels = { type: 'object' as const, additionalProperties: { type: 'string' as const } };
const retired = { type: 'boolean' as const };

class CataloguesView implements Catalogues {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: { type: 'object', properties: { labels, retired } } },
    description: 'By catalogue and code; who has a retired code keeps it',
  })
  readonly entries: Catalogues['entries'];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', properties: { kind: { type: 'string' }, labels, retired } },
    description: 'Custom fields by name',
  })
  readonly fields: Catalogues['fields'];
}

class FieldReportView implements FieldReport {
  @ApiProperty() readonly field: string;
  @ApiProperty({ type: 'integer', description: 'Clients of whom it is known' }) readonly filled: number;
  @ApiProperty({ type: 'number', description: 'Of all clients' }) readonly rate: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) readonly lastChange: string | null;
  @ApiProperty({ type: [String], description: 'Segments whose rules ask it' }) readonly usedBy: readonly string[];
}

/** The closed lists and custom fields in which people are described. */
@ApiTags('catalogues')
@Controller()
export class CataloguesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly catalogues: CatalogueCheck,
    private readonly clock: Clock,
  ) {}

  @Get('catalogues')
  @ApiOperation({ summary: 'Every catalogue and custom field' })
  @ApiOkResponse({ type: CataloguesView })
  @Requires('look-up', 'sell')
  @Refusals(400, 503)
  all(): Promise<Catalogues> {
    return this.catalogues.now();
  }

  @Get('fields')
  @ApiOperation({
    summary:
      'How well each field is filled, when it was last changed and which segments ask it, to tell which can be retired; reads every client',
  })
  @ApiOkResponse({ type: [FieldReportView] })
  @Requires('read')
  @Refusals(400, 503)
  report(): Promise<FieldReport[]> {
    return this.queries.ask(new GetFieldReport());
  }

  @Post('fields')
  @HttpCode(200)
  @ApiOperation({ summary: 'Declare a custom field of a person' })
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 409, 413, 415, 503)
  declare(@Body() body: DeclareField, @Actor() actor: string): Promise<Written> {
    return this.execute(body, actor);
  }

  @Post('fields/:field/retire')
  @HttpCode(200)
  @ApiOperation({ summary: 'Retire a custom field: it is filled no more, and keeps what it holds' })
  @StringIdParam('field')
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 404, 503)
  retireField(@Param('field', IdPipe) field: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RetireField(), { field }), actor);
  }

  @Post('catalogues/:catalogue')
  @HttpCode(200)
  @ApiOperation({ summary: 'Add a value to a catalogue' })
  @StringIdParam('catalogue')
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 404, 409, 413, 415, 503)
  add(@Param('catalogue', IdPipe) catalogue: string, @Body() body: NewEntry, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AddCatalogueEntry(), body, { catalogue }), actor);
  }

  @Post('catalogues/:catalogue/:code/relabel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call a value otherwise' })
  @StringIdParam('catalogue')
  @StringIdParam('code')
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 404, 413, 415, 503)
  relabel(
    @Param('catalogue', IdPipe) catalogue: string,
    @Param('code', IdPipe) code: string,
    @Body() body: NewLabels,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new RelabelCatalogueEntry(), body, { catalogue, code }), actor);
  }

  @Post('catalogues/:catalogue/:code/retire')
  @HttpCode(200)
  @ApiOperation({ summary: 'Retire a value: it is chosen no more, and who has it keeps it' })
  @StringIdParam('catalogue')
  @StringIdParam('code')
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 404, 503)
  retire(@Param('catalogue', IdPipe) catalogue: string, @Param('code', IdPipe) code: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RetireCatalogueEntry(), { catalogue, code }), actor);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
