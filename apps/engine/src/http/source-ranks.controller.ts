import { Body, Controller, Get, HttpCode, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock, EventStore, fold } from '@boucle/eventsourcing';
import { RankSources, SOURCE_RANKS_STREAM, sourceRanksDecider } from '@boucle/importing';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { Refusals, Requires } from './documented.js';
import { causeOf, Written, written } from './writing.js';

/** Whose word counts more where several files tell of the same people. */
@ApiTags('imports')
@Controller('source-ranks')
export class SourceRanksController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whose word counts more where several files tell of the same people' })
  @ApiOkResponse({ type: RankSources })
  @Requires('record')
  @Refusals(400, 503)
  async ranks(): Promise<RankSources> {
    return { sources: fold(sourceRanksDecider, sourceRanksDecider.initial, await this.events.read(SOURCE_RANKS_STREAM)) };
  }

  @Put()
  @HttpCode(200)
  @ApiOperation({ summary: 'Say whose word counts more: no cell overwrites what a source before its own said of that field' })
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 413, 415, 503)
  async rank(@Body() body: RankSources, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(body, causeOf({}, this.clock, actor)));
  }
}
