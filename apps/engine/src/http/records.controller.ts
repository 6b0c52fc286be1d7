import { Body, Controller, Get, Header, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import {
  AddressHousehold,
  calendarsProjection,
  CloseCompany,
  ClosePointOfSale,
  CODE,
  companiesProjection,
  Company,
  CompanyFields,
  DescribeCompany,
  DescribePointOfSale,
  DescribeSalesperson,
  HandOverPortfolio,
  householdsProjection,
  ID,
  identityProjection,
  PointOfSale,
  PointOfSaleFields,
  pointsOfSaleProjection,
  portfoliosProjection,
  profileProjection,
  salespeopleProjection,
  StateAbsence,
} from '@boucle/clients';
import { calendarFeed } from '../calendar-feed.js';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { Viewing } from '../viewing.js';
import {
  GetCalendar,
  GetCompany,
  GetHousehold,
  GetHouseholdProposals,
  GetPortfolio,
  GetRecord,
  GetSalesperson,
} from '../record.queries.js';
import { Actor, Asker, Asking } from './authorisation.js';
import { Awaitable, LAST_POSITION, Purposeful, Refusals, Requires, StringIdParam } from './documented.js';
import { Whose } from './own-portfolio.js';
import {
  ActingSalesperson,
  CalendarLine,
  CalendarLineView,
  CompanyView,
  HouseholdView,
  PointOfSaleView,
  PortfolioLine,
  PortfolioLineView,
  ProposalView,
  SalespersonView,
  ValuedHousehold,
} from './record-views.js';
import { CodePipe, IdPipe, OptionalIdPipe, PatternPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class SalespersonBody extends OmitType(DescribeSalesperson, ['salespersonId'] as const) {}
class Absence extends OmitType(StateAbsence, ['salespersonId'] as const) {}
class Handover extends OmitType(HandOverPortfolio, ['salespersonId'] as const) {}
class Addressing extends OmitType(AddressHousehold, ['householdId'] as const) {}

const MOST = 500;
const After = () => Query('after', new WholePipe(0, LAST_POSITION));

/** Companies, points of sale, households, and those who sell. */
@ApiTags('records')
@Controller()
export class RecordsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly viewing: Viewing,
  ) {}

  @Put('companies/:companyId')
  @ApiOperation({ summary: 'Describe a company, as a whole' })
  @StringIdParam('companyId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 409, 413, 415, 503)
  company(@Param('companyId', IdPipe) companyId: string, @Body() company: CompanyFields, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new DescribeCompany(), { companyId, company: { ...company } }), actor);
  }

  @Post('companies/:companyId/close')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that a company is no more' })
  @StringIdParam('companyId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 503)
  closeCompany(@Param('companyId', IdPipe) companyId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new CloseCompany(), { companyId }), actor);
  }

  @Get('companies/:companyId')
  @ApiOperation({ summary: 'A company and who has a role in it' })
  @StringIdParam('companyId')
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: CompanyView })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  async getCompany(
    @Param('companyId', IdPipe) companyId: string,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @After() after: number | undefined,
    @Asker() asker: Asking,
  ): Promise<Company> {
    const models = [companiesProjection, identityProjection];
    const company = await this.queries.ask<Company>(new GetCompany(companyId), models, after);
    this.viewing.count(asker, { view: 'company', selection: companyId, purpose, clients: Object.keys(company.members).length });
    return company;
  }

  @Put('points-of-sale/:pointOfSaleId')
  @ApiOperation({ summary: 'Describe a point of sale, as a whole' })
  @StringIdParam('pointOfSaleId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  pointOfSale(
    @Param('pointOfSaleId', IdPipe) pointOfSaleId: string,
    @Body() pointOfSale: PointOfSaleFields,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new DescribePointOfSale(), { pointOfSaleId, pointOfSale: { ...pointOfSale } }), actor);
  }

  @Post('points-of-sale/:pointOfSaleId/close')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that nobody buys there any more' })
  @StringIdParam('pointOfSaleId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 503)
  closePointOfSale(@Param('pointOfSaleId', IdPipe) pointOfSaleId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new ClosePointOfSale(), { pointOfSaleId }), actor);
  }

  @Get('points-of-sale/:pointOfSaleId')
  @ApiOperation({ summary: 'A point of sale' })
  @StringIdParam('pointOfSaleId')
  @Awaitable()
  @ApiOkResponse({ type: PointOfSaleView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  getPointOfSale(@Param('pointOfSaleId', IdPipe) pointOfSaleId: string, @After() after?: number): Promise<PointOfSale> {
    return this.queries.ask(new GetRecord(pointsOfSaleProjection.name, pointOfSaleId, 'point-of-sale'), [pointsOfSaleProjection], after);
  }

  @Put('households/:householdId')
  @ApiOperation({ summary: 'Say who gets the mail of a household, and under which salutation' })
  @StringIdParam('householdId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  household(@Param('householdId', IdPipe) householdId: string, @Body() body: Addressing, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new AddressHousehold(), body, { householdId }), actor);
  }

  @Get('households/proposals')
  @ApiOperation({ summary: 'People who may live together and are in no household; reads every client' })
  @Purposeful(true)
  @ApiOkResponse({ type: [ProposalView] })
  @Requires('look-up')
  @Refusals(400, 503)
  async proposals(
    @Query('purpose', new PatternPipe(CODE, 'a code: what for')) purpose: string,
    @Asker() asker: Asking,
  ): Promise<ProposalView[]> {
    const proposals = await this.queries.ask<ProposalView[]>(new GetHouseholdProposals());
    const clients = new Set(proposals.flatMap(({ clientIds }) => clientIds)).size;
    await this.viewing.record(asker, { view: 'household-proposals', selection: 'everybody', purpose, clients });
    return proposals;
  }

  @Get('households/:householdId')
  @ApiOperation({
    summary:
      'A household: who lives in it, who has moved, and what those who live in it are worth together; to a salesperson, of his own clients',
  })
  @StringIdParam('householdId')
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: HouseholdView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  async getHousehold(
    @Param('householdId', IdPipe) householdId: string,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @After() after: number | undefined,
    @Asker() asker: Asking,
    @Whose() whose: ReadonlySet<string> | null,
  ): Promise<ValuedHousehold> {
    const models = [householdsProjection, identityProjection, profileProjection];
    const household = await this.queries.ask<ValuedHousehold>(new GetHousehold(householdId, whose), models, after);
    this.viewing.count(asker, { view: 'household', selection: householdId, purpose, clients: Object.keys(household.members).length });
    return household;
  }

  @Put('salespeople/:salespersonId')
  @ApiOperation({ summary: 'Describe a salesperson or agent, as a whole' })
  @StringIdParam('salespersonId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  salesperson(
    @Param('salespersonId', IdPipe) salespersonId: string,
    @Body() body: SalespersonBody,
    @Actor() actor: string,
  ): Promise<Written> {
    return this.execute(Object.assign(new DescribeSalesperson(), body, { salespersonId }), actor);
  }

  @Post('salespeople/:salespersonId/absences')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that a salesperson is away, and who stands in' })
  @StringIdParam('salespersonId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  absence(@Param('salespersonId', IdPipe) salespersonId: string, @Body() body: Absence, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new StateAbsence(), body, { salespersonId }), actor);
  }

  @Post('salespeople/:salespersonId/hand-over')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give all clients of a salesperson to another, with their history and what is planned' })
  @StringIdParam('salespersonId')
  @ApiOkResponse({ type: Written })
  @Requires('record')
  @Refusals(400, 404, 409, 413, 415, 503)
  handOver(@Param('salespersonId', IdPipe) salespersonId: string, @Body() body: Handover, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new HandOverPortfolio(), body, { salespersonId }), actor);
  }

  @Get('salespeople/:salespersonId')
  @ApiOperation({ summary: 'A salesperson: areas, absences, deputies' })
  @StringIdParam('salespersonId')
  @Awaitable()
  @ApiOkResponse({ type: SalespersonView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  getSalesperson(@Param('salespersonId', IdPipe) salespersonId: string, @After() after?: number): Promise<ActingSalesperson> {
    return this.queries.ask(new GetSalesperson(salespersonId), [salespeopleProjection], after);
  }

  @Get('salespeople/:salespersonId/portfolio')
  @ApiOperation({ summary: 'The clients of a salesperson in order of id: how far they have come, and what comes next' })
  @StringIdParam('salespersonId')
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } })
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: [PortfolioLineView] })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  async portfolio(
    @Param('salespersonId', IdPipe) salespersonId: string,
    @Query('behind', OptionalIdPipe) behind: string | undefined,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @After() after: number | undefined,
    @Asker() asker: Asking,
  ): Promise<PortfolioLine[]> {
    const query = new GetPortfolio(salespersonId, { after: behind, limit });
    const lines = await this.queries.ask<PortfolioLine[]>(query, [portfoliosProjection, salespeopleProjection], after);
    this.viewing.count(asker, { view: 'portfolio', selection: salespersonId, purpose, clients: lines.length });
    return lines;
  }

  @Get('salespeople/:salespersonId/calendar')
  @ApiOperation({ summary: 'What a salesperson has planned, in order of time' })
  @StringIdParam('salespersonId')
  @Purposeful()
  @Awaitable()
  @ApiOkResponse({ type: [CalendarLineView] })
  @Requires('identify', 'sell')
  @Refusals(400, 404, 503)
  calendar(
    @Param('salespersonId', IdPipe) salespersonId: string,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @After() after: number | undefined,
    @Asker() asker: Asking,
  ): Promise<CalendarLine[]> {
    return this.calendarOf(salespersonId, asker, purpose, after);
  }

  @Get('salespeople/:salespersonId/calendar.ics')
  @ApiOperation({ summary: 'The same as an iCalendar feed' })
  @StringIdParam('salespersonId')
  @Purposeful()
  @ApiProduces('text/calendar')
  @ApiOkResponse({ content: { 'text/calendar': { schema: { type: 'string' } } } })
  @Requires('identify', 'sell')
  @Refusals(400, 404, 503)
  @Header('Content-Type', 'text/calendar; charset=utf-8')
  async feed(
    @Param('salespersonId', IdPipe) salespersonId: string,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @Asker() asker: Asking,
  ): Promise<string> {
    return calendarFeed(salespersonId, await this.calendarOf(salespersonId, asker, purpose));
  }

  private async calendarOf(salespersonId: string, asker: Asking, purpose?: string, after?: number): Promise<CalendarLine[]> {
    const query = new GetCalendar(salespersonId);
    const models = [calendarsProjection, portfoliosProjection, salespeopleProjection, identityProjection];
    const lines = await this.queries.ask<CalendarLine[]>(query, models, after);
    const clients = new Set(lines.map(({ clientId }) => clientId)).size;
    this.viewing.count(asker, { view: 'calendar', selection: salespersonId, purpose, clients });
    return lines;
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
