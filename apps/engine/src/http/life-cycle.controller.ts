import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { lifeCyclePolicy, SetLifeCyclePolicy, VersionedLifeCyclePolicy } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { Refusals, Requires } from './documented.js';
import { causeOf, Written, written } from './writing.js';

class LifeCyclePolicyView extends SetLifeCyclePolicy {
  @ApiProperty({ type: 'integer', minimum: 0, description: '0: nobody has set one' }) readonly version: number;
}

/** By which thresholds clients are suspects, prospects, buyers of some kind, inactive or former. */
@ApiTags('life-cycle')
@Controller('life-cycle-policy')
export class LifeCycleController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'By which thresholds clients are classed' })
  @ApiOkResponse({ type: LifeCyclePolicyView })
  @Requires('read')
  @Refusals(400, 503)
  policy(): Promise<VersionedLifeCyclePolicy> {
    return lifeCyclePolicy(this.events);
  }

  @Put()
  @ApiOperation({ summary: 'Set, as a whole, by which thresholds clients are classed: everybody is read again' })
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 413, 415, 503)
  async setPolicy(@Body() policy: SetLifeCyclePolicy, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(policy, causeOf({}, this.clock, actor)));
  }
}
