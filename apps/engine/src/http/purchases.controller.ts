import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { CancelPurchase, RefuseDelivery, ReturnPurchase } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ClientIdParam, RecordsOf, StringIdParam } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class Return extends OmitType(ReturnPurchase, ['clientId'] as const) {}
class Cancellation extends OmitType(CancelPurchase, ['clientId', 'purchaseId'] as const) {}
class Refusal extends OmitType(RefuseDelivery, ['clientId', 'purchaseId'] as const) {}

/** What a client bought and did not keep. */
@ApiTags('reactions')
@Controller('clients/:clientId')
export class PurchasesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly clock: Clock,
  ) {}

  @Post('returns')
  @RecordsOf(
    'behaviour',
    'Record what the client gave back of a purchase, all or a part; a return of a purchase that is not known stands alone',
    400,
    404,
    409,
    413,
    415,
    503,
  )
  @ClientIdParam()
  return(@Param('clientId', IdPipe) clientId: string, @Body() body: Return, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ReturnPurchase(), body, { clientId }), actor);
  }

  @Post('purchases/:purchaseId/cancel')
  @RecordsOf('behaviour', 'Cancel a purchase: it is not kept', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('purchaseId')
  cancel(
    @Param('clientId', IdPipe) clientId: string,
    @Param('purchaseId', IdPipe) purchaseId: string,
    @Body() body: Cancellation,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new CancelPurchase(), body, { clientId, purchaseId }), actor);
  }

  @Post('purchases/:purchaseId/refuse')
  @RecordsOf('behaviour', 'Record that the client did not take a delivery in: the purchase is not kept', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('purchaseId')
  refuse(
    @Param('clientId', IdPipe) clientId: string,
    @Param('purchaseId', IdPipe) purchaseId: string,
    @Body() body: Refusal,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new RefuseDelivery(), body, { clientId, purchaseId }), actor);
  }

  private async execute(command: { occurredAt?: string }, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }
}
