import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { EventStore } from '@boucle/eventsourcing';
import { ProcessorHealth, Processors } from '../processors.js';
import { Refusals } from './documented.js';

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

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly processors: Processors,
    private readonly events: EventStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How far each processor is, and what failed last', security: [] })
  @ApiOkResponse({ type: Health })
  @Refusals(400, 503)
  async get(): Promise<Health> {
    const processors = await this.processors.health();
    const failing = processors.some(({ lastError }) => lastError !== null);
    return { status: failing ? 'failing' : 'up', head: await this.events.head(), processors };
  }
}
