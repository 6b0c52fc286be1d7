import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiQuery, ApiTags, PickType } from '@nestjs/swagger';
import { Clock, DomainError, EventStore, fold } from '@boucle/eventsourcing';
import { ID, INDICATORS_STREAM, indicatorsDecider, SEGMENTS_STREAM, segmentsDecider } from '@boucle/clients';
import {
  ChangeWebhook,
  CreateWebhook,
  DeleteWebhook,
  NewWebhook,
  PauseWebhook,
  ReplayWebhook,
  ResumeWebhook,
  RotateWebhookSecret,
  webhooksProjection,
  WebhookWish,
} from '@boucle/webhooks';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { GetWebhook, ListWebhooks, WebhookAnswer } from '../webhook.queries.js';
import { Secrets } from '../secrets.js';
import { WebhookSettings } from '../webhook.relay.js';
import { targetProblem } from '../webhook-target.js';
import { Awaitable, LAST_POSITION, Refusals, Requires } from './documented.js';
import { Actor } from './authorisation.js';
import { IdPipe, OptionalIdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const SECRET_BYTES = 32;

const webhookIdParam = { name: 'webhookId', schema: { type: 'string' as const, pattern: ID.source }, example: 'till-of-lyon' };
const position = { type: 'integer' as const, minimum: 0 };
const instant = { format: 'date-time' };
const optional = { type: 'string' as const, nullable: true };

class Reason extends PickType(PauseWebhook, ['reason'] as const) {}
class Beginning extends PickType(ReplayWebhook, ['after'] as const) {}

class WithSecret extends Written {
  @ApiProperty({
    ...optional,
    description: 'Shown this once: with it the subscriber verifies signatures (Standard Webhooks); null if nothing was written',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  })
  readonly secret: string | null;
}

class WebhookView {
  @ApiProperty() readonly webhookId: string;
  @ApiProperty() readonly url: string;
  @ApiProperty({ type: [String] }) readonly types: readonly string[];
  @ApiProperty({ type: [String], nullable: true, description: 'Of messages about segments only those about these; null: all' })
  readonly segments: readonly string[] | null;
  @ApiProperty({ type: [String], nullable: true, description: 'Of indicators that are raised only these; null: all' })
  readonly indicators: readonly string[] | null;
  @ApiProperty({
    enum: ['active', 'failing', 'paused', 'disabled'],
    description: 'failing: something waits for another attempt; disabled: the subscriber answered 410, or has failed for three days',
  })
  readonly status: string;
  @ApiProperty({ ...optional, description: 'Why it is paused or disabled' }) readonly reason: string | null;
  @ApiProperty(instant) readonly createdAt: string;
  @ApiProperty({ ...position, description: 'Everything up to this position of the log was delivered or waits for another attempt' })
  readonly position: number;
  @ApiProperty({ ...position, description: 'Clients and campaigns whose messages wait for another attempt' }) readonly waiting: number;
  @ApiProperty({ ...optional, description: 'What went wrong last; null when nothing waits' }) readonly lastError: string | null;
  @ApiProperty({ ...optional, ...instant, description: 'When the next of the waiting is tried again' }) readonly nextAttempt: string | null;
}

const viewOf = ({ webhook, progress }: WebhookAnswer): WebhookView => {
  const { asOf, replays: _, segments = null, indicators = null, ...rest } = webhook;
  const { position, waiting, lastError, nextAttempt } = progress ?? { position: asOf, waiting: 0, lastError: null, nextAttempt: null };
  const status = webhook.status === 'active' && lastError !== null ? 'failing' : webhook.status;
  return { ...rest, segments, indicators, status, position, waiting, lastError, nextAttempt };
};

@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
    private readonly secrets: Secrets,
    private readonly settings: WebhookSettings,
  ) {}

  @Post()
  @Requires('administer')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Subscribe an address to what happens, from a position of the log on; answers the secret that signs its messages',
  })
  @ApiOkResponse({ type: WithSecret })
  @Refusals(400, 404, 409, 413, 415, 503)
  async create(@Body() wish: NewWebhook, @Actor() actor: string): Promise<WithSecret> {
    this.mustBeOutside(wish);
    await this.mustBeThere(wish);
    const { secret, sealedSecret } = this.newSecret(wish.webhookId);
    return this.withSecret(secret, await this.execute(CreateWebhook, { ...wish, head: await this.events.head(), sealedSecret }, actor));
  }

  @Get()
  @Requires('audit')
  @ApiOperation({ summary: 'All webhooks in order of id, and how their deliveries do' })
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } })
  @Awaitable()
  @ApiOkResponse({ type: [WebhookView] })
  @Refusals(400, 404, 503)
  async list(
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, 500)) limit = 100,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<WebhookView[]> {
    const found = await this.queries.ask<WebhookAnswer[]>(new ListWebhooks({ after: behind, limit }), [webhooksProjection], after);
    return found.map(viewOf);
  }

  @Get(':webhookId')
  @Requires('audit')
  @ApiOperation({ summary: 'One webhook, and how its deliveries do' })
  @ApiParam(webhookIdParam)
  @Awaitable()
  @ApiOkResponse({ type: WebhookView })
  @Refusals(400, 404, 503)
  async get(
    @Param('webhookId', IdPipe) webhookId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after?: number,
  ): Promise<WebhookView> {
    return viewOf(await this.queries.ask<WebhookAnswer>(new GetWebhook(webhookId), [webhooksProjection], after));
  }

  @Put(':webhookId')
  @Requires('administer')
  @ApiOperation({ summary: 'Change the address and the types; what waits goes to the new address' })
  @ApiParam(webhookIdParam)
  @ApiOkResponse({ type: Written })
  @Refusals(400, 404, 409, 413, 415, 503)
  async change(@Param('webhookId', IdPipe) webhookId: string, @Body() wish: WebhookWish, @Actor() actor: string): Promise<Written> {
    this.mustBeOutside(wish);
    await this.mustBeThere(wish);
    return this.execute(ChangeWebhook, { webhookId, ...wish }, actor);
  }

  @Delete(':webhookId')
  @Requires('administer')
  @ApiOperation({ summary: 'End the subscription for good; its id is not free again' })
  @ApiParam(webhookIdParam)
  @ApiOkResponse({ type: Written })
  @Refusals(400, 404, 413, 415, 503)
  remove(@Param('webhookId', IdPipe) webhookId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(DeleteWebhook, { webhookId }, actor);
  }

  @Post(':webhookId/pause')
  @Requires('administer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop the deliveries; nothing is lost' })
  @ApiParam(webhookIdParam)
  @ApiOkResponse({ type: Written })
  @Refusals(400, 404, 413, 415, 503)
  pause(@Param('webhookId', IdPipe) webhookId: string, @Body() body: Reason, @Actor() actor: string): Promise<Written> {
    return this.execute(PauseWebhook, { webhookId, ...body }, actor);
  }

  @Post(':webhookId/resume')
  @Requires('administer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on where the deliveries stopped; what waits is tried at once' })
  @ApiParam(webhookIdParam)
  @ApiOkResponse({ type: Written })
  @Refusals(400, 404, 413, 415, 503)
  resume(@Param('webhookId', IdPipe) webhookId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(ResumeWebhook, { webhookId }, actor);
  }

  @Post(':webhookId/replay')
  @Requires('administer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver again what happened behind a position of the log' })
  @ApiParam(webhookIdParam)
  @ApiOkResponse({ type: Written })
  @Refusals(400, 404, 413, 415, 503)
  async replay(@Param('webhookId', IdPipe) webhookId: string, @Body() body: Beginning, @Actor() actor: string): Promise<Written> {
    return this.execute(ReplayWebhook, { webhookId, ...body, head: await this.events.head() }, actor);
  }

  @Post(':webhookId/rotate-secret')
  @Requires('administer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign with a new secret; for a day messages are signed with the former one too' })
  @ApiParam(webhookIdParam)
  @ApiOkResponse({ type: WithSecret })
  @Refusals(400, 404, 413, 415, 503)
  async rotate(@Param('webhookId', IdPipe) webhookId: string, @Actor() actor: string): Promise<WithSecret> {
    const { secret, sealedSecret } = this.newSecret(webhookId);
    return this.withSecret(secret, await this.execute(RotateWebhookSecret, { webhookId, sealedSecret }, actor));
  }

  private mustBeOutside({ url }: WebhookWish): void {
    // what is no address at all is refused by the rules of the webhook
    const problem = URL.canParse(url) ? targetProblem(url, this.settings.webhooksPrivate) : null;
    if (problem !== null) throw new DomainError('private-address', problem, 'url');
  }

  private async mustBeThere({ segments = [], indicators = [] }: WebhookWish): Promise<void> {
    const known = {
      segment: fold(segmentsDecider, segmentsDecider.initial, await this.events.read(SEGMENTS_STREAM)),
      indicator: fold(indicatorsDecider, indicatorsDecider.initial, await this.events.read(INDICATORS_STREAM)),
    };
    const missing = (what: keyof typeof known, ids: readonly string[]): void => {
      const id = ids.find((one) => !Object.hasOwn(known[what], one));
      if (id !== undefined)
        throw new DomainError(`unknown-${what}`, `There is no ${what} ${id}: PUT /${what}s/${id} makes one`, `${what}s`);
    };
    missing('segment', segments);
    missing('indicator', indicators);
  }

  private newSecret(webhookId: string): { secret: string; sealedSecret: string } {
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return { secret, sealedSecret: this.secrets.seal(secret, webhookId) };
  }

  private withSecret(secret: string, answer: Written): WithSecret {
    return { ...answer, secret: answer.repeated ? null : secret };
  }

  private async execute<T extends object>(type: new () => T, fields: T, actor: string): Promise<Written> {
    return written(await this.commands.execute(Object.assign(new type(), fields), causeOf({}, this.clock, actor)));
  }
}
