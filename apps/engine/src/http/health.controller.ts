import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { EventStore } from '@boucle/eventsourcing';
import { withoutCredentials } from '../observation/credentials.js';
import { ProcessorHealth, Processors } from '../processors.js';
import { Readiness } from '../readiness.js';
import { Refusals } from './documented.js';
import { NotReadyError } from './problem.filter.js';

class ProcessorView implements ProcessorHealth {
  @ApiProperty() readonly name: string;
  @ApiProperty({ type: 'integer' }) readonly position: number;
  @ApiProperty({ type: 'integer', description: 'Events in the log behind its position' }) readonly lag: number;
  @ApiProperty({ type: 'string', nullable: true }) readonly lastError: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'The wave that holds it up' }) readonly heldBy: string | null;
}

class Health {
  @ApiProperty({ enum: ['up', 'failing'], description: 'failing: at least one processor stopped on an error and is being restarted' })
  readonly status: 'up' | 'failing';
  @ApiProperty({ type: 'integer', description: 'Position of the newest event' }) readonly head: number;
  @ApiProperty({ type: [ProcessorView] }) readonly processors: ProcessorHealth[];
}

class Live {
  @ApiProperty({ enum: ['up'] }) readonly status: 'up';
}

class Ready {
  @ApiProperty({ enum: ['ready'] }) readonly status: 'ready';
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly processors: Processors,
    private readonly events: EventStore,
    private readonly readiness: Readiness,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How far each processor is, and what failed last', security: [] })
  @ApiOkResponse({ type: Health })
  @Refusals(400, 503)
  async get(): Promise<Health> {
    const processors = (await this.processors.health()).map((one) => ({
      ...one,
      lastError: one.lastError && withoutCredentials(one.lastError),
    }));
    const failing = processors.some(({ lastError }) => lastError !== null);
    return { status: failing ? 'failing' : 'up', head: await this.events.head(), processors };
  }

  @Get('live')
  @ApiOperation({ summary: 'The process answers; if it does not, restart it', security: [] })
  @ApiOkResponse({ type: Live })
  @Refusals(400)
  live(): Live {
    return { status: 'up' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Its stores answer and its processors run; if not, send requests elsewhere for a while', security: [] })
  @ApiOkResponse({ type: Ready })
  @Refusals(400, 503)
  async ready(): Promise<Ready> {
    const unwell = (await this.readiness.parts()).filter(({ ready }) => !ready);
    if (unwell.length > 0) throw new NotReadyError(unwell.map(({ name }) => name));
    return { status: 'ready' };
  }
}
