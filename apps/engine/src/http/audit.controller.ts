import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { FIELD_GROUPS, FieldGroup, Role, ROLES, View, ViewReading, VIEWS, viewsProjection } from '@boucle/access';
import { ListViews, QueryDoor } from '../queries.js';
import { Viewing } from '../viewing.js';
import { Refusals, Requires } from './documented.js';
import { OptionalPatternPipe, WholePipe } from './shape.js';

const MOST = 500;
/** Who asks, as events name him. */
const ACTOR = /^(local|key:[0-9a-f]{16})$/;
const BEHIND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(\.[0-9a-f-]{36})?$/;
const instant = { type: 'string' as const, format: 'date-time' };
const count = { type: 'integer' as const };

class ViewedView implements ViewReading {
  @ApiProperty() readonly viewId: string;
  @ApiProperty({ example: 'key:00112233445566aa' }) readonly actor: string;
  @ApiProperty({ enum: ROLES }) readonly role: Role;
  @ApiProperty({ enum: Object.keys(VIEWS), description: 'What was shown' }) readonly view: View;
  @ApiProperty({ description: 'What was looked for, by its kind, or whose list it was', example: 'name' }) readonly selection: string;
  @ApiProperty({ enum: FIELD_GROUPS, isArray: true, description: 'The groups of fields that this shows' })
  readonly fields: readonly FieldGroup[];
  @ApiProperty({ example: 'client-service' }) readonly purpose: string;
  @ApiProperty({ ...instant, description: 'The first time' }) readonly from: string;
  @ApiProperty({ ...instant, description: 'The last time, within about a minute' }) readonly until: string;
  @ApiProperty(count) readonly requests: number;
  @ApiProperty({ ...count, description: 'People shown in all; who was shown twice counts twice' }) readonly clients: number;
}

/** Who looked at what. */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly queries: QueryDoor,
    private readonly viewing: Viewing,
  ) {}

  @Get('views')
  @ApiOperation({
    summary: 'Who was shown several people at once, when, which of their fields, how many, and what for; in order of time',
    description: 'Other processes that serve the API may hold back what they showed within the last minute',
  })
  @ApiQuery({
    name: 'behind',
    required: false,
    schema: { type: 'string', pattern: BEHIND.source },
    description: 'Only entries behind an instant, or behind the last one of the page before: its until and viewId, joined by a dot',
  })
  @ApiQuery({ name: 'actor', required: false, schema: { type: 'string', pattern: ACTOR.source }, description: 'Only of who asked' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } })
  @ApiOkResponse({ type: [ViewedView] })
  @Requires('audit')
  @Refusals(400, 503)
  async views(
    @Query('behind', new OptionalPatternPipe(BEHIND, 'an instant in UTC, or until.viewId')) behind?: string,
    @Query('actor', new OptionalPatternPipe(ACTOR, 'local or key:…')) actor?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
  ): Promise<ViewedView[]> {
    const position = await this.viewing.write();
    return this.queries.ask(new ListViews(actor ?? null, { after: behind, limit }), [viewsProjection], position);
  }
}
