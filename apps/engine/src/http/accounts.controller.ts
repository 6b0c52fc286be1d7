import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { CancelOrder, IssueInvoice, PlaceOrder, RecordPayment, RecordReminder, ReportOpenBalance } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { Actor } from './authorisation.js';
import { ClientIdParam, RecordsOf, StringIdParam } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class Order extends OmitType(PlaceOrder, ['clientId'] as const) {}
class OrderCancellation extends OmitType(CancelOrder, ['clientId', 'orderId'] as const) {}
class Invoice extends OmitType(IssueInvoice, ['clientId'] as const) {}
class Payment extends OmitType(RecordPayment, ['clientId'] as const) {}
class Reminder extends OmitType(RecordReminder, ['clientId', 'invoiceId'] as const) {}
class OpenBalance extends OmitType(ReportOpenBalance, ['clientId'] as const) {}

/** What a client orders, owes and pays. */
@ApiTags('reactions')
@Controller('clients/:clientId')
export class AccountsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly clock: Clock,
  ) {}

  @Post('orders')
  @RecordsOf('behaviour', 'Record an order; what is delivered of it is a purchase', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  place(@Param('clientId', IdPipe) clientId: string, @Body() body: Order, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new PlaceOrder(), body, { clientId }), actor);
  }

  @Post('orders/:orderId/cancel')
  @RecordsOf('behaviour', 'Cancel what was not yet delivered of an order', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('orderId')
  cancel(
    @Param('clientId', IdPipe) clientId: string,
    @Param('orderId', IdPipe) orderId: string,
    @Body() body: OrderCancellation,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new CancelOrder(), body, { clientId, orderId }), actor);
  }

  @Post('invoices')
  @RecordsOf('money', 'Record an invoice', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  invoice(@Param('clientId', IdPipe) clientId: string, @Body() body: Invoice, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new IssueInvoice(), body, { clientId }), actor);
  }

  @Post('invoices/:invoiceId/reminders')
  @RecordsOf('money', 'Record that the client was reminded of an invoice', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  @StringIdParam('invoiceId')
  remind(
    @Param('clientId', IdPipe) clientId: string,
    @Param('invoiceId', IdPipe) invoiceId: string,
    @Body() body: Reminder,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new RecordReminder(), body, { clientId, invoiceId }), actor);
  }

  @Post('payments')
  @RecordsOf('money', 'Record a payment, of an invoice or on account', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  pay(@Param('clientId', IdPipe) clientId: string, @Body() body: Payment, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RecordPayment(), body, { clientId }), actor);
  }

  @Post('open-balance')
  @RecordsOf('money', 'Tell what the client owes in all, as another system has it', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  owe(@Param('clientId', IdPipe) clientId: string, @Body() body: OpenBalance, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ReportOpenBalance(), body, { clientId }), actor);
  }

  private async execute(command: { occurredAt?: string }, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }
}
