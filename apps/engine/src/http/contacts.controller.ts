import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { CancelPlannedContact, contactHolder, MovePlannedContact, PlanContact, ReportContact } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ClientIdParam, RecordsOf, StringIdParam } from './documented.js';
import { Seller } from './own-portfolio.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class Plan extends OmitType(PlanContact, ['clientId'] as const) {}
class Move extends OmitType(MovePlannedContact, ['clientId', 'contactId'] as const) {}
class Report extends OmitType(ReportContact, ['clientId', 'contactId'] as const) {}

/** What is to be done towards a client, and what came of it. */
@ApiTags('contacts')
@Controller('clients/:clientId')
export class ContactsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  @Post('planned-contacts')
  @RecordsOf('behaviour', 'Plan a call, visit, meeting or letter', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  plan(
    @Param('clientId', IdPipe) clientId: string,
    @Body() body: Plan,
    @Actor() actor: string,
    @Seller() salespersonId?: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new PlanContact(), salespersonId && { salespersonId }, body, { clientId }), actor);
  }

  @Post('planned-contacts/:contactId/move')
  @RecordsOf('behaviour', 'Move a planned contact to another time or to another salesperson', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('contactId')
  move(
    @Param('clientId', IdPipe) clientId: string,
    @Param('contactId', IdPipe) contactId: string,
    @Body() body: Move,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.ofContact(Object.assign(new MovePlannedContact(), body, { clientId, contactId }), actor);
  }

  @Post('planned-contacts/:contactId/cancel')
  @RecordsOf('behaviour', 'Cancel a planned contact', 400, 404, 409, 503)
  @ClientIdParam()
  @StringIdParam('contactId')
  cancel(
    @Param('clientId', IdPipe) clientId: string,
    @Param('contactId', IdPipe) contactId: string,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.ofContact(Object.assign(new CancelPlannedContact(), { clientId, contactId }), actor);
  }

  @Post('contacts/:contactId/report')
  @RecordsOf('behaviour', 'Tell afterwards what came of a contact', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('contactId')
  report(
    @Param('clientId', IdPipe) clientId: string,
    @Param('contactId', IdPipe) contactId: string,
    @Body() body: Report,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.ofContact(Object.assign(new ReportContact(), body, { clientId, contactId }), actor);
  }

  /** A contact stays under the id that it was planned or recorded under. */
  private async ofContact(command: { readonly clientId: string; readonly contactId: string }, actor: string): Promise<Written> {
    const clientId = await contactHolder(this.events, command.clientId, command.contactId);
    return this.execute(Object.assign(command, { clientId }), actor);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
