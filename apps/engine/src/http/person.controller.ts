import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, EventStore } from '@boucle/eventsourcing';
import { FieldGroup } from '@boucle/access';
import {
  AddAddress,
  AddressCheck,
  AddEmail,
  AddPhone,
  BlockCredit,
  ChangeAttributes,
  ChangeClientDetails,
  CloseClient,
  EndAddress,
  Identity,
  identityProjection,
  PlaceOfPoint,
  placeOfPoint,
  readClient,
  ReferenceFields,
  RefuteDeath,
  ReleaseCredit,
  RemoveContactPoint,
  ReopenClient,
  ReportDeath,
  ReportReturnedMail,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { EntryCheck } from '../entry-check.js';
import { Registration } from '../registration.js';
import { GetIdentity } from '../client.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor, Asker, Asking, Hidden } from './authorisation.js';
import { Awaitable, ClientIdParam, LAST_POSITION, RecordsOf, Refusals, Requires, StringIdParam } from './documented.js';
import { AddressCheckView } from './entry.controller.js';
import { mustMayWrite, shownIdentity } from './field-groups.js';
import { IdPipe, WholePipe } from './shape.js';
import { IdentityView } from './identity-view.js';
import { causeOf, Written, written } from './writing.js';

class Details extends OmitType(ChangeClientDetails, ['clientId'] as const) {}
class ChangedAttributes extends OmitType(ChangeAttributes, ['clientId'] as const) {}
class NewAddress extends OmitType(AddAddress, ['clientId'] as const) {}
class AddressWritten extends Written {
  @ApiProperty({ type: AddressCheckView, description: 'Kept with the address, without the suggestions' }) readonly check: AddressCheck;
}
class LastDay extends OmitType(EndAddress, ['clientId', 'addressId'] as const) {}
class Returned extends OmitType(ReportReturnedMail, ['clientId', 'addressId'] as const) {}
class NewEmail extends OmitType(AddEmail, ['clientId'] as const) {}
class NewPhone extends OmitType(AddPhone, ['clientId'] as const) {}
class Death extends OmitType(ReportDeath, ['clientId'] as const) {}

/** Who a client is, where he can be reached, and what state his file is in. */
@ApiTags('person')
@Controller('clients/:clientId')
export class PersonController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly registration: Registration,
    private readonly entry: EntryCheck,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
  ) {}

  @Get('identity')
  @ApiOperation({ summary: 'Who the client is and where he can be reached' })
  @ClientIdParam()
  @Awaitable()
  @ApiOkResponse({ type: IdentityView })
  @Requires('identify', 'sell')
  @Refusals(400, 404, 503)
  async identity(
    @Param('clientId', IdPipe) clientId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Hidden() hidden: readonly FieldGroup[],
  ): Promise<IdentityView> {
    return shownIdentity(
      await this.queries.ask<Identity>(new GetIdentity(clientId), [identityProjection], after),
      hidden,
      this.clock.now().slice(0, 10),
    );
  }

  @Post('details')
  @RecordsOf('identity', 'Change what is known about the person; null takes a field away', 400, 404, 413, 415, 503)
  @ClientIdParam()
  details(@Param('clientId', IdPipe) clientId: string, @Body() body: Details, @Asker() { actor, role }: Asking): Promise<Written> {
    mustMayWrite(role, body);
    return this.execute(Object.assign(new ChangeClientDetails(), body, { clientId }), actor);
  }

  @Post('attributes')
  @RecordsOf('analysis', 'Change what rules may read of the client; null takes an attribute away', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  attributes(@Param('clientId', IdPipe) clientId: string, @Body() body: ChangedAttributes, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ChangeAttributes(), body, { clientId }), actor);
  }

  @Post('addresses')
  @ApiOkResponse({ type: AddressWritten })
  @RecordsOf('contact-points', 'Add a postal address', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  async address(@Param('clientId', IdPipe) clientId: string, @Body() body: NewAddress, @Actor() actor: string): Promise<AddressWritten> {
    const added = await this.execute(Object.assign(new AddAddress(), body, { clientId }), actor);
    const check = await this.entry.address(body.address);
    const note = this.entry.note(clientId, body.addressId, check);
    return { ...added, ...(note && { position: (await this.execute(note, actor)).position }), check };
  }

  @Post('addresses/:addressId/end')
  @RecordsOf('contact-points', 'Say until when mail reaches the client at an address', 400, 404, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('addressId')
  async endAddress(
    @Param('clientId', IdPipe) clientId: string,
    @Param('addressId', IdPipe) addressId: string,
    @Body() body: LastDay,
    @Actor() actor: string,
  ): Promise<Written> {
    const place = await this.placeOf(clientId, addressId);
    return this.execute(Object.assign(new EndAddress(), body, { clientId: place.clientId, addressId: place.pointId }), actor);
  }

  @Post('addresses/:addressId/returned')
  @RecordsOf('contact-points', 'Report mail that came back', 400, 404, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('addressId')
  async returned(
    @Param('clientId', IdPipe) clientId: string,
    @Param('addressId', IdPipe) addressId: string,
    @Body() body: Returned,
    @Actor() actor: string,
  ): Promise<Written> {
    const place = await this.placeOf(clientId, addressId);
    return this.execute(Object.assign(new ReportReturnedMail(), body, { clientId: place.clientId, addressId: place.pointId }), actor);
  }

  @Post('emails')
  @RecordsOf('contact-points', 'Add an e-mail address', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  email(@Param('clientId', IdPipe) clientId: string, @Body() body: NewEmail, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AddEmail(), body, { clientId }), actor);
  }

  @Post('phones')
  @RecordsOf('contact-points', 'Add a phone number, as it was given', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  phone(@Param('clientId', IdPipe) clientId: string, @Body() body: NewPhone, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AddPhone(), body, { clientId }), actor);
  }

  @Post('references')
  @RecordsOf('identity', 'Say what the client is called in another system', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  async reference(@Param('clientId', IdPipe) clientId: string, @Body() body: ReferenceFields, @Actor() actor: string): Promise<Written> {
    return written(await this.registration.refer(clientId, body, causeOf({}, this.clock, actor)));
  }

  @Post('contact-points/:pointId/remove')
  @RecordsOf('contact-points', "Remove an address, e-mail address or phone number that is the client's no more", 400, 404, 503)
  @ClientIdParam()
  @StringIdParam('pointId')
  async remove(
    @Param('clientId', IdPipe) clientId: string,
    @Param('pointId', IdPipe) pointId: string,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new RemoveContactPoint(), await this.placeOf(clientId, pointId)), actor);
  }

  @Post('death')
  @RecordsOf('identity', 'Report that the client has died: nothing is sent to him any more', 400, 404, 413, 415, 503)
  @ClientIdParam()
  death(@Param('clientId', IdPipe) clientId: string, @Body() body: Death, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ReportDeath(), body, { clientId }), actor);
  }

  @Post('death/refute')
  @RecordsOf('identity', 'Take back the report of his death', 400, 404, 503)
  @ClientIdParam()
  refuteDeath(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RefuteDeath(), { clientId }), actor);
  }

  @Post('close')
  @RecordsOf('identity', 'Close the file: nothing is sent to the client any more', 400, 404, 503)
  @ClientIdParam()
  close(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new CloseClient(), { clientId }), actor);
  }

  @Post('reopen')
  @RecordsOf('identity', 'Open a closed file again', 400, 404, 503)
  @ClientIdParam()
  reopen(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ReopenClient(), { clientId }), actor);
  }

  @Post('credit/block')
  @RecordsOf('money', 'Offer nothing on credit any more', 400, 404, 503)
  @ClientIdParam()
  blockCredit(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new BlockCredit(), { clientId }), actor);
  }

  @Post('credit/release')
  @RecordsOf('money', 'Let the client buy on credit again', 400, 404, 503)
  @ClientIdParam()
  releaseCredit(@Param('clientId', IdPipe) clientId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ReleaseCredit(), { clientId }), actor);
  }

  /** The file that has a contact point: one that was merged may. */
  private async placeOf(clientId: string, pointId: string): Promise<PlaceOfPoint> {
    return placeOfPoint(await readClient(this.events, clientId), clientId, pointId);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
