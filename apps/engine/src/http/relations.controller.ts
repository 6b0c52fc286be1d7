import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { CloseCase, EndContract, GiveNotice, JoinClub, LeaveClub, OpenCase, RenewContract, StartContract } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ClientIdParam, RecordsOf, StringIdParam } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class ContractBody extends OmitType(StartContract, ['clientId'] as const) {}
class Renewal extends OmitType(RenewContract, ['clientId', 'contractId'] as const) {}
class Notice extends OmitType(GiveNotice, ['clientId', 'contractId'] as const) {}
class ContractEnd extends OmitType(EndContract, ['clientId', 'contractId'] as const) {}
class ClubMembership extends OmitType(JoinClub, ['clientId'] as const) {}
class Leaving extends OmitType(LeaveClub, ['clientId', 'membershipId'] as const) {}
class Case extends OmitType(OpenCase, ['clientId'] as const) {}
class CaseEnd extends OmitType(CloseCase, ['clientId', 'caseId'] as const) {}

/** What lasts between a client and us: contracts, memberships, cases. */
@ApiTags('reactions')
@Controller('clients/:clientId')
export class RelationsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly clock: Clock,
  ) {}

  @Post('contracts')
  @RecordsOf('behaviour', 'Begin a contract or subscription', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  start(@Param('clientId', IdPipe) clientId: string, @Body() body: ContractBody, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new StartContract(), body, { clientId }), actor);
  }

  @Post('contracts/:contractId/renew')
  @RecordsOf('behaviour', 'Renew a contract until a day, or without an end; a notice is void', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('contractId')
  renew(
    @Param('clientId', IdPipe) clientId: string,
    @Param('contractId', IdPipe) contractId: string,
    @Body() body: Renewal,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new RenewContract(), body, { clientId, contractId }), actor);
  }

  @Post('contracts/:contractId/notice')
  @RecordsOf('behaviour', 'Give notice of a contract', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('contractId')
  notice(
    @Param('clientId', IdPipe) clientId: string,
    @Param('contractId', IdPipe) contractId: string,
    @Body() body: Notice,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new GiveNotice(), body, { clientId, contractId }), actor);
  }

  @Post('contracts/:contractId/end')
  @RecordsOf('behaviour', 'End a contract', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('contractId')
  end(
    @Param('clientId', IdPipe) clientId: string,
    @Param('contractId', IdPipe) contractId: string,
    @Body() body: ContractEnd,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new EndContract(), body, { clientId, contractId }), actor);
  }

  @Post('memberships')
  @RecordsOf('behaviour', 'Join a club', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  join(@Param('clientId', IdPipe) clientId: string, @Body() body: ClubMembership, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new JoinClub(), body, { clientId }), actor);
  }

  @Post('memberships/:membershipId/leave')
  @RecordsOf('behaviour', 'Leave a club', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('membershipId')
  leave(
    @Param('clientId', IdPipe) clientId: string,
    @Param('membershipId', IdPipe) membershipId: string,
    @Body() body: Leaving,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new LeaveClub(), body, { clientId, membershipId }), actor);
  }

  @Post('cases')
  @RecordsOf('behaviour', 'Open an after-sales case', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  open(@Param('clientId', IdPipe) clientId: string, @Body() body: Case, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new OpenCase(), body, { clientId }), actor);
  }

  @Post('cases/:caseId/close')
  @RecordsOf('behaviour', 'Close an after-sales case', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('caseId')
  close(
    @Param('clientId', IdPipe) clientId: string,
    @Param('caseId', IdPipe) caseId: string,
    @Body() body: CaseEnd,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new CloseCase(), body, { clientId, caseId }), actor);
  }

  private async execute(command: { occurredAt?: string }, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }
}
