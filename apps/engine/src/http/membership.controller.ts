import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import {
  AssignAccountOwner,
  AssignPointOfSale,
  JoinCompany,
  JoinHousehold,
  LeaveCompany,
  LeaveHousehold,
  MoveProspect,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ClientIdParam, Records, RecordsOf } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class IntoHousehold extends OmitType(JoinHousehold, ['clientId'] as const) {}
class OutOfHousehold extends OmitType(LeaveHousehold, ['clientId'] as const) {}
class IntoCompany extends OmitType(JoinCompany, ['clientId'] as const) {}
class OutOfCompany extends OmitType(LeaveCompany, ['clientId'] as const) {}
class Owner extends OmitType(AssignAccountOwner, ['clientId'] as const) {}
class ServedBy extends OmitType(AssignPointOfSale, ['clientId'] as const) {}
class Progress extends OmitType(MoveProspect, ['clientId'] as const) {}

/** Where a client belongs. */
@ApiTags('memberships')
@Controller('clients/:clientId')
export class MembershipController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly clock: Clock,
  ) {}

  @Post('household')
  @RecordsOf('identity', 'Let the client join a household; he leaves the one he was in', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  joinHousehold(@Param('clientId', IdPipe) clientId: string, @Body() body: IntoHousehold, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new JoinHousehold(), body, { clientId }), actor);
  }

  @Post('household/leave')
  @RecordsOf('identity', 'Let the client leave his household', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  leaveHousehold(@Param('clientId', IdPipe) clientId: string, @Body() body: OutOfHousehold, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new LeaveHousehold(), body, { clientId }), actor);
  }

  @Post('companies')
  @RecordsOf('identity', 'Give the client a role in a company', 400, 404, 413, 415, 503)
  @ClientIdParam()
  joinCompany(@Param('clientId', IdPipe) clientId: string, @Body() body: IntoCompany, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new JoinCompany(), body, { clientId }), actor);
  }

  @Post('companies/leave')
  @RecordsOf('identity', 'Let the client leave a company', 400, 404, 413, 415, 503)
  @ClientIdParam()
  leaveCompany(@Param('clientId', IdPipe) clientId: string, @Body() body: OutOfCompany, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new LeaveCompany(), body, { clientId }), actor);
  }

  @Post('owner')
  @Records('Say which salesperson looks after the client; what the former one had planned is his now', 400, 404, 413, 415, 503)
  @ClientIdParam()
  owner(@Param('clientId', IdPipe) clientId: string, @Body() body: Owner, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AssignAccountOwner(), body, { clientId }), actor);
  }

  @Post('point-of-sale')
  @RecordsOf('behaviour', 'Say which point of sale serves the client', 400, 404, 413, 415, 503)
  @ClientIdParam()
  pointOfSale(@Param('clientId', IdPipe) clientId: string, @Body() body: ServedBy, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AssignPointOfSale(), body, { clientId }), actor);
  }

  @Post('stage')
  @RecordsOf('behaviour', 'Say how far a prospect has come, and what is to be done next', 400, 404, 413, 415, 503)
  @ClientIdParam()
  stage(@Param('clientId', IdPipe) clientId: string, @Body() body: Progress, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new MoveProspect(), body, { clientId }), actor);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
