import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CURSOR, Match, MATCHES } from '@boucle/eventsourcing';
import { CODE, identityProjection, profileProjection, SEARCH_KINDS, searchName, SearchKind, searchProblem } from '@boucle/clients';
import { ClientFound, ClientHit, ClientsFound } from '../client-search.js';
import { FindByReference, QueryDoor, SearchClients } from '../queries.js';
import { Viewing } from '../viewing.js';
import { Asker, Asking } from './authorisation.js';
import { Awaitable, LAST_POSITION, Purposeful, Refusals, Requires } from './documented.js';
import { StateOnDayView } from './identity-view.js';
import { Whose } from './own-portfolio.js';
import { ShapeError } from './problem.filter.js';
import { CodePipe, OptionalPatternPipe, OptionalWordPipe, PatternPipe, TextPipe, WholePipe } from './shape.js';

const LEAST = 2;
const MOST = 100;
const LONGEST_NUMBER = 64;

export class ClientFoundView implements ClientFound {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ type: String, nullable: true, example: 'Anna Keller' }) readonly name: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Where mail reaches him today', example: 'Zürich' })
  readonly locality: string | null;
  @ApiProperty({ type: StateOnDayView }) readonly state: StateOnDayView;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly lastOrder: string | null;
  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether he opposed being contacted; null: not known yet' })
  readonly opposed: boolean | null;
  @ApiPropertyOptional({ description: 'The alias of his under which he was found; left out: his own id' }) readonly alias?: string;
}

class ClientHitView extends ClientFoundView implements ClientHit {
  @ApiProperty({ enum: SEARCH_KINDS, description: 'What the text was taken for' }) readonly kind: SearchKind;
  @ApiProperty({ enum: MATCHES, description: 'As typed, by its beginning, or by a typo or the sound' }) readonly match: Match;
}

class ClientsFoundView implements ClientsFound {
  @ApiProperty({ type: [ClientHitView], description: 'The best match first, then who bought last' })
  readonly hits: readonly ClientHitView[];
  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page; null: there is none' })
  readonly next: string | null;
}

@ApiTags('clients')
@Controller('clients')
export class SearchController {
  constructor(
    private readonly queries: QueryDoor,
    private readonly viewing: Viewing,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Find clients by what somebody types: a name, e-mail address, phone number or its last digits, street, or number of another system',
    description:
      'A page holds 20 at most. Somebody whom the text fits in two ways may come again on a later page. A salesperson finds his own clients; a page may be empty for him and yet have a next one',
  })
  @ApiQuery({ name: 'search', schema: { type: 'string', minLength: LEAST, maxLength: MOST }, example: 'keller anna' })
  @ApiQuery({
    name: 'kind',
    required: false,
    schema: { type: 'string', enum: [...SEARCH_KINDS] },
    description: 'What the text is; guessed from its letters if left out',
  })
  @ApiQuery({
    name: 'cursor',
    required: false,
    schema: { type: 'string', pattern: CURSOR.source },
    description: 'As `next` of the page before',
  })
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: ClientsFoundView })
  @Requires('identify', 'sell')
  @Refusals(400, 404, 503)
  async search(
    @Query('search', new TextPipe(LEAST, MOST)) text: string,
    @Query('kind', new OptionalWordPipe(SEARCH_KINDS)) kind: SearchKind | undefined,
    @Query('cursor', new OptionalPatternPipe(CURSOR, 'the next of the page before')) cursor: string | undefined,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Whose() whose: ReadonlySet<string> | null,
    @Asker() asker: Asking,
  ): Promise<ClientsFoundView> {
    const problem = searchProblem(text, kind ?? null);
    if (problem !== null) throw new ShapeError([{ field: 'search', reason: problem }]);
    const query = new SearchClients(text, kind ?? null, cursor, whose);
    const found = await this.queries.ask<ClientsFoundView>(query, [{ name: searchName }, identityProjection], after);
    const kinds = [...new Set(found.hits.map((hit) => hit.kind))].sort().join(' ');
    this.viewing.count(asker, { view: 'search', selection: kinds, purpose, clients: found.hits.length });
    return found;
  }

  @Get('by-reference')
  @ApiOperation({ summary: 'The client whom another system knows by a number, as a till reads it from his card' })
  @ApiQuery({ name: 'system', schema: { type: 'string', pattern: CODE.source }, example: 'card' })
  @ApiQuery({ name: 'number', schema: { type: 'string', minLength: 1, maxLength: LONGEST_NUMBER }, example: '7610 1234 5678' })
  @Awaitable()
  @ApiOkResponse({ type: ClientFoundView })
  @Requires('identify', 'sell')
  @Refusals(400, 404, 503)
  byReference(
    @Query('system', new PatternPipe(CODE, 'letters, digits and hyphens, such as card')) system: string,
    @Query('number', new TextPipe(1, LONGEST_NUMBER)) number: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
    @Whose() whose: ReadonlySet<string> | null = null,
  ): Promise<ClientFoundView> {
    return this.queries.ask(new FindByReference(system, number, whose), [identityProjection, profileProjection], after);
  }
}
