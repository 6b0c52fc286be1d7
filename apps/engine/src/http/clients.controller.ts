import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Clock, EventStore, RecordedEvent } from '@boucle/eventsourcing';
import { FieldGroup } from '@boucle/access';
import {
  articleMentionsProjection,
  articlesProjection,
  ClientFile,
  contactHolder,
  currencyProperty,
  dayRatesProjection,
  historyProjection,
  Profile,
  profileProjection,
  RecordContact,
  RegistrationFields,
} from '@boucle/clients';
import { Areas } from '../areas.js';
import { CommandDoor } from '../door.js';
import { EntryCheck } from '../entry-check.js';
import { Registration } from '../registration.js';
import { GetClientFile, GetLifeCycle, LifeCycleReading, GetProfile, GetTimeline } from '../client.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor, Asker, Asking, Hidden } from './authorisation.js';
import { Awaitable, clientIdParam, LAST_POSITION, Refusals, Requires } from './documented.js';
import { ClientFileView } from './client-file-view.js';
import { mustMayWrite, shownData, shownFile, shownProfile } from './field-groups.js';
import { Seller } from './own-portfolio.js';
import { ClientView, TimelineEntry } from './views.js';
import { IdPipe, OptionalWordPipe, WholePipe } from './shape.js';
import { causeOf, Written, written, writtenTogether } from './writing.js';

const DAY = 86_400_000;
const MOST_ENTRIES = 1000;

class RegisteredView extends Written {
  @ApiProperty({ description: 'The id that was given, or that of whoever has one of the numbers, or a random one' })
  readonly clientId: string;
}

@ApiTags('clients')
@Controller()
export class ClientsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly registration: Registration,
    private readonly entry: EntryCheck,
    private readonly queries: QueryDoor,
    private readonly areas: Areas,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  @Post('clients')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Register a client',
    description:
      'Sent again it is harmless if the client has an id or a number of another system: that number leads to one client only. 409 probable-duplicate if somebody is registered who is probably the same person: name him in otherThan if he is not',
  })
  @ApiOkResponse({ type: RegisteredView })
  @Requires('record')
  @Refusals(400, 409, 413, 415, 503)
  async register(@Body() fields: RegistrationFields, @Asker() { actor, role }: Asking): Promise<RegisteredView> {
    mustMayWrite(role, fields);
    await this.entry.mustBeNew(fields);
    const cause = causeOf({}, this.clock, actor);
    const { clientId, outcomes } = await this.registration.register(fields, cause);
    const note = fields.address ? this.entry.note(clientId, 'home', await this.entry.address(fields.address)) : null;
    const noted = note ? [await this.commands.execute(note, cause)] : [];
    return { ...writtenTogether([...outcomes, ...noted]), clientId };
  }

  @Post('contacts')
  @HttpCode(200)
  @ApiOperation({ summary: 'Record a contact outside of any wave' })
  @ApiOkResponse({ type: Written })
  @Requires('record', 'sell')
  @Refusals(400, 404, 409, 413, 415, 503)
  async contact(@Body() body: RecordContact, @Actor() actor: string, @Seller() salespersonId?: string): Promise<Written> {
    const clientId = await contactHolder(this.events, body.clientId, body.contactId);
    const command = Object.assign(new RecordContact(), salespersonId && { salespersonId }, body, { clientId });
    return written(await this.commands.execute(command, causeOf(command, this.clock, actor)));
  }

  @Get('clients/:clientId')
  @ApiOperation({
    summary: 'What is known about a client: recency, frequency, monetary, solicitations, and where he stands in his life-cycle',
  })
  @ApiParam(clientIdParam)
  @Awaitable()
  @ApiOkResponse({ type: ClientView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  async get(
    @Param('clientId', IdPipe) clientId: string,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Hidden() hidden: readonly FieldGroup[],
  ): Promise<ClientView> {
    const profile = await this.queries.ask<Profile>(new GetProfile(clientId), [profileProjection], after);
    const lifeCycle = await this.queries.ask<LifeCycleReading>(new GetLifeCycle(clientId), [historyProjection], after);
    const { last, days, monetary } = profile.purchases;
    const recencyDays = last === null ? null : Math.floor((Date.parse(this.clock.now()) - Date.parse(last)) / DAY);
    const area = await this.areas.of(profile.person, this.clock.now().slice(0, 10));
    return shownProfile({ ...profile, recencyDays, frequency: days.length, monetary, lifeCycle, ...(area && { area }) }, hidden);
  }

  @Get('clients/:clientId/file')
  @ApiOperation({ summary: 'All that is known of a client: who he is, what we did towards him, what he did' })
  @ApiParam(clientIdParam)
  @ApiQuery({
    name: 'currency',
    required: false,
    schema: { type: 'string', ...currencyProperty },
    description: 'Also say what the purchases that were kept come to in this currency, by the rates of their days',
  })
  @Awaitable()
  @ApiOkResponse({ type: ClientFileView })
  @Requires('identify', 'sell')
  @Refusals(400, 404, 503)
  async file(
    @Param('clientId', IdPipe) clientId: string,
    @Query('currency', new OptionalWordPipe(currencyProperty.enum)) currency: string | undefined,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Hidden() hidden: readonly FieldGroup[],
  ): Promise<ClientFileView> {
    const query = new GetClientFile(clientId, currency);
    const models = [articleMentionsProjection, articlesProjection, dayRatesProjection];
    return shownFile(await this.queries.ask<ClientFile>(query, models, after), hidden, this.clock.now().slice(0, 10));
  }

  @Get('clients/:clientId/timeline')
  @ApiOperation({ summary: 'Everything that happened with a client, in order, as the log has it; who he is only for who may know it' })
  @ApiParam(clientIdParam)
  @ApiQuery({
    name: 'from',
    required: false,
    schema: { type: 'integer', minimum: 0, maximum: LAST_POSITION, default: 0 },
    description: 'The first revision to show; the next page begins behind the last revision shown',
  })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST_ENTRIES, default: MOST_ENTRIES } })
  @Awaitable()
  @ApiOkResponse({ type: [TimelineEntry] })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  async timeline(
    @Param('clientId', IdPipe) clientId: string,
    @Query('from', new WholePipe(0, LAST_POSITION)) from = 0,
    @Query('limit', new WholePipe(1, MOST_ENTRIES)) limit = MOST_ENTRIES,
    @Query('after', new WholePipe(0, LAST_POSITION)) after: number | undefined,
    @Hidden() hidden: readonly FieldGroup[],
  ): Promise<TimelineEntry[]> {
    const events = await this.queries.ask<RecordedEvent[]>(new GetTimeline(clientId, from, limit), [], after);
    return events.map(({ position, revision, type, data, metadata, recordedAt }) => ({
      position,
      revision,
      type,
      occurredAt: metadata.occurredAt,
      recordedAt,
      actor: metadata.actor,
      ...shownData(type, data, hidden),
    }));
  }
}
