import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { FieldGroup } from '@boucle/access';
import {
  ConfirmConsent,
  ConsentReading,
  DeclareOpposition,
  EndProfilingObjection,
  EndRestriction,
  GiveConsent,
  ObjectToProfiling,
  placeOfPoint,
  readClient,
  RestrictProcessing,
  WithdrawConsent,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { GetConsents } from '../client.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor, Hidden } from './authorisation.js';
import { ConsentsView } from './consents-view.js';
import { Awaitable, ClientIdParam, LAST_POSITION, RecordsOf, Refusals, Requires, StringIdParam } from './documented.js';
import { shownConsents } from './field-groups.js';
import { CodePipe, IdPipe, InstantPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class Consent extends OmitType(GiveConsent, ['clientId'] as const) {}
class Confirmation extends OmitType(ConfirmConsent, ['clientId', 'consentId'] as const) {}
class Withdrawal extends OmitType(WithdrawConsent, ['clientId', 'consentId'] as const) {}
class Opposition extends OmitType(DeclareOpposition, ['clientId'] as const) {}

/** What a client has said about being addressed, and whether he may be. */
@ApiTags('consents')
@Controller('clients/:clientId')
export class ConsentsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
  ) {}

  @Get('consents')
  @ApiOperation({
    summary: 'What the client has said about being addressed, and whether he may be at each contact point, now or at any instant',
  })
  @ClientIdParam()
  @ApiQuery({
    name: 'at',
    required: false,
    schema: { type: 'string', format: 'date-time' },
    description: 'As of this instant, by what had happened then; now if left out',
  })
  @ApiQuery({ name: 'purpose', required: false, schema: { type: 'string', default: 'marketing' }, description: 'Also answers for it' })
  @Awaitable()
  @ApiOkResponse({ type: ConsentsView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  async consents(
    @Param('clientId', IdPipe) clientId: string,
    @Query('at', InstantPipe) at: string | undefined,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Hidden() hidden: readonly FieldGroup[],
  ): Promise<ConsentsView> {
    const query = new GetConsents(clientId, purpose ?? 'marketing', at ?? this.clock.now());
    return shownConsents(await this.queries.ask<ConsentReading>(query, [], after), hidden);
  }

  @Post('consents')
  @RecordsOf(
    'consents',
    'Record what a contact may stand on: a consent, a double opt-in, a purchase, an interest',
    400,
    404,
    409,
    413,
    415,
    503,
  )
  @ClientIdParam()
  async give(@Param('clientId', IdPipe) clientId: string, @Body() body: Consent, @Actor() actor: string): Promise<Written> {
    // a contact point of a merged file is consented to there
    const place = body.pointId === undefined ? { clientId } : placeOfPoint(await readClient(this.events, clientId), clientId, body.pointId);
    return this.execute(Object.assign(new GiveConsent(), body, place), actor);
  }

  @Post('consents/:consentId/confirm')
  @RecordsOf('consents', 'Confirm a double opt-in', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('consentId')
  confirm(
    @Param('clientId', IdPipe) clientId: string,
    @Param('consentId', IdPipe) consentId: string,
    @Body() body: Confirmation,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new ConfirmConsent(), body, { clientId, consentId }), actor);
  }

  @Post('consents/:consentId/withdraw')
  @RecordsOf('consents', 'Take a consent back', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('consentId')
  withdraw(
    @Param('clientId', IdPipe) clientId: string,
    @Param('consentId', IdPipe) consentId: string,
    @Body() body: Withdrawal,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new WithdrawConsent(), body, { clientId, consentId }), actor);
  }

  @Post('oppositions')
  @RecordsOf(
    'consents',
    'Record what the client does not want: a channel, a purpose, a contact point, or anything at all',
    400,
    404,
    409,
    413,
    415,
    503,
  )
  @ClientIdParam()
  oppose(@Param('clientId', IdPipe) clientId: string, @Body() body: Opposition, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new DeclareOpposition(), body, { clientId }), actor);
  }

  @Post('restriction')
  @RecordsOf('consents', 'Keep the data of the client and use it for nothing', 400, 404, 503)
  @ClientIdParam()
  restrict(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RestrictProcessing(), { clientId }), actor);
  }

  @Post('restriction/end')
  @RecordsOf('consents', 'Use the data of the client again', 400, 404, 503)
  @ClientIdParam()
  endRestriction(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new EndRestriction(), { clientId }), actor);
  }

  @Post('profiling-objection')
  @RecordsOf('consents', "Conclude nothing from the client's behaviour any more", 400, 404, 503)
  @ClientIdParam()
  objectToProfiling(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ObjectToProfiling(), { clientId }), actor);
  }

  @Post('profiling-objection/end')
  @RecordsOf('consents', "Conclude from the client's behaviour again", 400, 404, 503)
  @ClientIdParam()
  endProfilingObjection(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new EndProfilingObjection(), { clientId }), actor);
  }

  private async execute(command: { readonly clientId: string; readonly occurredAt?: string }, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }
}
