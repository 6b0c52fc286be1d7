import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { FieldGroup } from '@boucle/access';
import { Clock } from '@boucle/eventsourcing';
import {
  BasketOf,
  BASKETS,
  currencyProperty,
  FREQUENCY_UNITS,
  ID,
  MONETARY_MEASURES,
  profileProjection,
  RfmTerms,
  Score,
  ScoreClients,
  scoresProjection,
  ScoringReading,
  scoringsProjection,
  ScoringTerms,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { ClientScores, GetScore, GetScoring, ListScorings } from '../scoring.queries.js';
import { Actor, Hidden } from './authorisation.js';
import { Awaitable, ClientIdParam, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { IdPipe, OptionalIdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const MOST = 100;
const STATUSES = ['requested', 'fitted', 'done'] as const;
const After = () => Query('after', new WholePipe(0, LAST_POSITION));

const instant = { type: 'string' as const, format: 'date-time' };
const count = { type: 'integer' as const };
const counts = { type: 'object' as const, additionalProperties: count };
const maybeNumber = { type: 'number' as const, nullable: true };
const maybeCount = { ...count, nullable: true };

class TermsView implements ScoringTerms {
  @ApiProperty(currencyProperty) readonly currency: string;
  @ApiProperty({ ...maybeNumber, description: 'Tax that is taken off where it is included; null: it stays in' })
  readonly vatPercent: number | null;
  @ApiProperty({ ...maybeCount, description: 'RFM of so many days before; null: of ever' }) readonly windowDays: number | null;
  @ApiProperty({ enum: FREQUENCY_UNITS }) readonly frequency: RfmTerms['frequency'];
  @ApiProperty({ enum: MONETARY_MEASURES }) readonly monetary: RfmTerms['monetary'];
  @ApiProperty(count) readonly horizonMonths: number;
  @ApiProperty() readonly marginPercent: number;
  @ApiProperty() readonly discountPercent: number;
  @ApiProperty({ ...count, description: 'In a month, in cents' }) readonly contactCost: number;
  @ApiProperty({ enum: BASKETS }) readonly basket: BasketOf;
}

const cuts = { type: 'array' as const, items: { type: 'number' as const, nullable: true } };
const model = (names: readonly string[], description: string) => ({
  type: 'object' as const,
  nullable: true,
  description,
  properties: Object.fromEntries(names.map((name) => [name, { type: name === 'converged' ? ('boolean' as const) : ('number' as const) }])),
});

class FitView {
  @ApiProperty({ ...count, description: 'Who was scored by recency, frequency and money' }) readonly population: number;
  @ApiProperty({ ...count, description: 'Who has kept anything' }) readonly buyers: number;
  @ApiProperty({ ...counts, description: 'Who was left out, by reason' }) readonly leftOut: object;
  @ApiProperty({
    type: 'object',
    properties: { recency: cuts, frequency: cuts, monetary: cuts },
    description: 'From which values the scores 2 to 5 begin; recency is days, below nought so that more is better; money is cents',
  })
  readonly cuts: object;
  @ApiProperty({ description: 'Share of scores that ties decided', example: 0.31 }) readonly tiedShare: number;
  @ApiProperty(model(['r', 'alpha', 'a', 'b', 'logLikelihood', 'clients', 'converged'], 'BG/NBD, in weeks; null: too few came back'))
  readonly buying: object | null;
  @ApiProperty(model(['p', 'q', 'v', 'logLikelihood', 'clients', 'converged'], 'Gamma-Gamma; null: too few came back, or without a mean'))
  readonly spending: object | null;
  @ApiProperty(count) readonly baskets: number;
  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      properties: {
        article: { type: 'string' },
        next: { type: 'string' },
        confidence: { type: 'number' },
        liftLow: { type: 'number', description: 'What the lift is at least' },
      },
    },
    description: 'By which the next article is chosen',
  })
  readonly nextArticles: readonly object[];
  @ApiProperty({ ...counts, description: 'Cents by currency for which no rate is known: they are part of nothing' })
  readonly withoutRate: object;
}

class ScoringView {
  @ApiProperty({ description: 'The day', example: '2026-03-01' }) readonly scoringId: string;
  @ApiProperty({ ...count, description: 'The how manyth of the day' }) readonly run: number;
  @ApiProperty({ enum: STATUSES }) readonly status: ScoringReading['status'];
  @ApiProperty(instant) readonly requestedAt: string;
  @ApiProperty({ example: 'key:00112233445566aa' }) readonly by: string;
  @ApiProperty({ ...instant, description: 'Up to which things count' }) readonly at: string;
  @ApiProperty({ type: TermsView }) readonly terms: TermsView;
  @ApiProperty({ ...maybeCount, description: 'What was known when it was fitted' }) readonly position: number | null;
  @ApiProperty({ type: FitView, nullable: true }) readonly fit: FitView | null;
  @ApiProperty({ ...count, description: 'How many clients have scores' }) readonly scored: number;
}

class ScoreView implements Omit<Score, 'clientId'> {
  @ApiProperty({ description: 'The day of the scoring', example: '2026-03-01' }) readonly scoringId: string;
  @ApiProperty(count) readonly run: number;
  @ApiProperty({ ...maybeCount, description: 'Recency, frequency, money from 1 to 5', example: 543 }) readonly rfm: number | null;
  @ApiProperty({ ...maybeNumber, description: 'That he is not lost; null for who bought once, of whom nothing is known' })
  readonly aliveProbability: number | null;
  @ApiProperty({ ...maybeNumber, description: 'Days with a purchase to expect within the horizon' }) readonly expectedPurchases:
    number | null;
  @ApiProperty({ ...maybeCount, description: 'What they are worth today, in cents' }) readonly lifetimeValue: number | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'What to offer him next' }) readonly nextArticle: string | null;
}

class ClientScoresView implements ClientScores {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ type: ScoreView, nullable: true }) readonly score: ScoreView | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why there is none' }) readonly unscored: string | null;
}

/** What clients are worth: scores by what they bought, and how they came about. */
@ApiTags('scores')
@Controller()
export class ScoringsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
  ) {}

  @Post('scorings')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Score everybody: recency, frequency and money, purchases to expect, lifetime value, next article',
    description:
      'Cut points and coefficients are found once and stand in the log with the position and the terms; who objects to profiling or is restricted is left out and counted. GET /scorings/{scoringId} tells when it is done',
  })
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 409, 413, 415, 503)
  async order(@Body() body: ScoreClients, @Actor() actor: string): Promise<Written> {
    return written(await this.commands.execute(body, causeOf({}, this.clock, actor)));
  }

  @Get('scorings')
  @ApiOperation({ summary: 'The latest scoring as of each day, in order of days' })
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only days behind this one' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: MOST } })
  @Awaitable()
  @ApiOkResponse({ type: [ScoringView] })
  @Requires('read')
  @Refusals(400, 404, 503)
  list(
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = MOST,
    @After() after?: number,
  ): Promise<ScoringReading[]> {
    return this.queries.ask(new ListScorings({ after: behind, limit }), [scoringsProjection], after);
  }

  @Get('scorings/:scoringId')
  @ApiOperation({ summary: 'A scoring: by what terms, up to which position, with which cut points and coefficients' })
  @StringIdParam('scoringId')
  @Awaitable()
  @ApiOkResponse({ type: ScoringView })
  @Requires('read')
  @Refusals(400, 404, 503)
  scoring(@Param('scoringId', IdPipe) scoringId: string, @After() after?: number): Promise<ScoringReading> {
    return this.queries.ask(new GetScoring(scoringId), [scoringsProjection], after);
  }

  @Get('clients/:clientId/score')
  @ApiOperation({ summary: 'What the latest scoring says of a client, or why it says nothing' })
  @ClientIdParam()
  @Awaitable()
  @ApiOkResponse({ type: ClientScoresView })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  async score(
    @Param('clientId', IdPipe) clientId: string,
    @Hidden() hidden: readonly FieldGroup[],
    @After() after?: number,
  ): Promise<ClientScores> {
    const scores = await this.queries.ask<ClientScores>(new GetScore(clientId), [scoresProjection, profileProjection], after);
    return hidden.includes('analysis') ? { ...scores, score: null, unscored: 'not shown to your role' } : scores;
  }
}
