import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Lookups } from '@boucle/adapters';
import { ERP } from '@boucle/clients';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { CommandDoor } from '../door.js';
import { enterChanges } from '../erp/change-intake.js';
import { Registration } from '../registration.js';
import { Actor } from './authorisation.js';
import { Ingested, Ingests, linesOf } from './bulk.js';

/** What an ERP tells of customers, orders, invoices, payments, returns and articles. */
@ApiTags('erp')
@Controller('erp')
export class ErpController {
  constructor(
    private readonly door: CommandDoor,
    private readonly registration: Registration,
    private readonly events: EventStore,
    private readonly lookups: Lookups,
    private readonly clock: Clock,
  ) {}

  @Post('changes/bulk')
  @Ingests('Enter the changes of an ERP by its own numbers')
  async changes(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    const { door, registration, events, clock } = this;
    const lookup = await this.lookups.lookup();
    return enterChanges(linesOf(body), { door, registration, events, clock, lookup, actor: `${ERP}:${actor}` });
  }
}
