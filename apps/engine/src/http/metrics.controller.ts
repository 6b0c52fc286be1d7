import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EventStore } from '@boucle/eventsourcing';
import { Metrics } from '../observation/metrics.js';
import { Processors } from '../processors.js';
import { Readiness } from '../readiness.js';
import { Refusals, Requires } from './documented.js';

const FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly processors: Processors,
    private readonly readiness: Readiness,
    private readonly events: EventStore,
  ) {}

  @Get()
  @Requires('read')
  @Header('Content-Type', FORMAT)
  @ApiOperation({ summary: 'The measurements of this process, for Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @Refusals(400)
  async get(): Promise<string> {
    const parts = await this.readiness.parts();
    // a log that is away has no head, and the measurements tell so all the same
    const head = parts[0].ready ? await this.events.head().catch(() => null) : null;
    this.metrics.look(head, this.processors.all, parts);
    return this.metrics.registry.metrics();
  }
}
