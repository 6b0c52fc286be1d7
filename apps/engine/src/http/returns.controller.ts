import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Lookups } from '@boucle/adapters';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { ReturnKind } from '@boucle/exporting';
import { CommandDoor } from '../door.js';
import { enterReturns, Returned } from '../returns.js';
import { Actor } from './authorisation.js';
import { IngestedView } from './bulk.js';
import { Refusals, Requires } from './documented.js';
import { ShapeError } from './problem.filter.js';

const LONGEST_TITLE = 10_000;

class EnteredReturns extends IngestedView implements Returned {
  @ApiProperty({ type: 'integer', description: 'Calls that were not made' }) readonly empty: number;
}

/** What came of letters and calls, by the codes of the exports that they were made with. */
@ApiTags('exports')
@Controller()
export class ReturnsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly events: EventStore,
    private readonly lookups: Lookups,
    private readonly clock: Clock,
  ) {}

  @Post('returned-mail/csv')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Enter mail that came back, as CSV with the columns code and reason (moved, unknown, refused)',
    description: 'Other columns are passed over; lines are independent, and entering them again is harmless',
  })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: EnteredReturns })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  returnedMail(@Body() body: unknown, @Actor() actor: string): Promise<Returned> {
    return this.enter('returned-mail', body, actor);
  }

  @Post('call-outcomes/csv')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Enter what came of calls, as CSV with the columns code and outcome (a code of its catalogue), and at, opposes and note if you like',
    description:
      'Who opposes is not called any more. Other columns are passed over; lines are independent, and entering them again is harmless',
  })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: EnteredReturns })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  callOutcomes(@Body() body: unknown, @Actor() actor: string): Promise<Returned> {
    return this.enter('call-outcomes', body, actor);
  }

  private async enter(kind: ReturnKind, body: unknown, actor: string): Promise<Returned> {
    if (!Buffer.isBuffer(body)) throw new ShapeError([{ field: 'body', reason: 'lines are expected (text/csv)' }]);
    const [title] = body.subarray(0, LONGEST_TITLE).toString('utf8').split(/\r?\n/, 1);
    const { events, clock } = this;
    const needs = { ...{ events, clock, actor }, lookup: await this.lookups.lookup() };
    return enterReturns(kind, Readable.from([body]), title, { ...needs, executeMany: (requests) => this.commands.executeMany(requests) });
  }
}
