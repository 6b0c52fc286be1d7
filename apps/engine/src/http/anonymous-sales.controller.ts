import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AnonymousSales, anonymousSalesProjection } from '@boucle/clients';
import { ListAnonymousSales, QueryDoor } from '../queries.js';
import { Awaitable, LAST_POSITION, Refusals, Requires } from './documented.js';
import { OptionalPatternPipe, WholePipe } from './shape.js';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const month = { type: 'string' as const, pattern: MONTH.source, example: '2011-01' };
const maybe = { type: 'string' as const, nullable: true };
const Month = (name: string) => Query(name, new OptionalPatternPipe(MONTH, 'a month such as 2011-01'));

class AnonymousSalesView implements AnonymousSales {
  @ApiProperty({ ...month, description: 'In UTC' }) readonly month: string;
  @ApiProperty({ description: 'ISO 4217', example: 'GBP' }) readonly currency: string;
  @ApiProperty({ ...maybe, description: 'A code of the catalogue of sales channels; null: not known' }) readonly salesChannel:
    string | null;
  @ApiProperty({ ...maybe, description: 'null: not known' }) readonly pointOfSaleId: string | null;
  @ApiProperty({ type: 'integer' }) readonly sales: number;
  @ApiProperty({ type: 'integer', description: 'In cents, less what came back' }) readonly amount: number;
}

/** Sales of which nobody knows whose they are. */
@ApiTags('reactions')
@Controller('anonymous-sales')
export class AnonymousSalesController {
  constructor(private readonly queries: QueryDoor) {}

  @Get()
  @ApiOperation({
    summary: 'What sales to nobody known come to, by month, currency, sales channel and point of sale',
    description:
      'Rows of imports that name no client; with what clients bought they add up to the files. What an undone import brought is not in them',
  })
  @ApiQuery({ name: 'from', required: false, schema: month, description: 'Only from this month on' })
  @ApiQuery({ name: 'until', required: false, schema: month, description: 'Only up to this month' })
  @Awaitable()
  @ApiOkResponse({ type: [AnonymousSalesView] })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  list(
    @Month('from') from?: string,
    @Month('until') until?: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<AnonymousSales[]> {
    return this.queries.ask(new ListAnonymousSales(from, until), [anonymousSalesProjection], after);
  }
}
