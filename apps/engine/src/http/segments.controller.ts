import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { FieldGroup } from '@boucle/access';
import { Clock } from '@boucle/eventsourcing';
import {
  clientSegmentsProjection,
  historyProjection,
  ID,
  identityProjection,
  IsId,
  IsWord,
  MayBeLeftOut,
  profileProjection,
  ProfilingBar,
  RetireSegment,
  SegmentFigures,
  SegmentMember,
  segmentMembersProjection,
  segmentsProjection,
  SomeMembers,
} from '@boucle/clients';
import { Reason, Rule } from '@boucle/segments';
import { Type } from 'class-transformer';
import { IsObject, IsString, Length, ValidateNested } from 'class-validator';
import { Request, Response } from 'express';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { ComparedRules, CountedRule, RuleWish, SegmentComparison } from '../segment-comparison.js';
import { FieldLine, RuleEstimate, SegmentDesk, SegmentExplanation, SegmentLine } from '../segment-desk.js';
import { JSON_LINES } from './admission.js';
import { Actor, Hidden } from './authorisation.js';
import { Awaitable, ClientIdParam, LAST_POSITION, Refusals, Requires, StringIdParam } from './documented.js';
import { countedInLines } from './counting.js';
import { IdPipe, OptionalIdPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const MOST = 500;
const LONGEST_TEXT = 20_000;
const After = () => Query('after', new WholePipe(0, LAST_POSITION));
const LimitQuery = () => ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } });
const BehindQuery = () =>
  ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' });

const instant = { type: 'string' as const, format: 'date-time' };
const count = { type: 'integer' as const };
const ruleProperty = { type: 'object' as const, additionalProperties: true, description: 'The rule as JSON' };
const textProperty = {
  minLength: 1,
  maxLength: LONGEST_TEXT,
  description: 'The rule as text; docs/segments.md tells how it is written',
  example: 'count(purchases in the last 90 days) >= 2 and not opposedTo has "email"',
};

class RuleBody {
  @ApiPropertyOptional(textProperty) @MayBeLeftOut() @IsString() @Length(1, LONGEST_TEXT) readonly text?: string;
  @ApiPropertyOptional({ ...ruleProperty, description: 'The same as JSON, in place of the text' })
  @MayBeLeftOut()
  @IsObject()
  readonly rule?: object;
}

/** A rule and what people call it. */
class RuleWishBody extends RuleBody implements RuleWish {
  @ApiPropertyOptional({ pattern: ID.source, description: 'The segment whose rule it is, in place of a rule' })
  @MayBeLeftOut()
  @IsId()
  readonly segmentId?: string;
  @ApiPropertyOptional({
    example: '2025-12-31',
    description: 'A day: what was so, by all that we know now; or a position of the log: what we knew then. Now if left out',
  })
  @MayBeLeftOut()
  @IsString()
  readonly asOf?: string;
  @ApiPropertyOptional({
    example: '2026-01-31',
    description: 'Up to which day, or which position beside a day, is counted what we had learnt',
  })
  @MayBeLeftOut()
  @IsString()
  readonly known?: string;
}

class ComparisonBody {
  @ApiProperty({ type: RuleWishBody }) @ValidateNested() @Type(() => RuleWishBody) @IsObject() readonly first: RuleWishBody;
  @ApiProperty({ type: RuleWishBody }) @ValidateNested() @Type(() => RuleWishBody) @IsObject() readonly second: RuleWishBody;
}

export class SegmentBody extends RuleBody {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Loyal wine drinkers' }) @IsWord(1, 100) readonly name: string;
}

class SegmentFiguresView implements SegmentFigures {
  @ApiProperty({ ...count, description: 'People as they were known up to this position' }) readonly asOf: number;
  @ApiProperty(count) readonly count: number;
  @ApiProperty({ description: 'SHA-256 over the ids of the members, a line each, in order' }) readonly hash: string;
  @ApiProperty(instant) readonly at: string;
}

class SegmentView implements SegmentLine {
  @ApiProperty() readonly segmentId: string;
  @ApiProperty() readonly name: string;
  @ApiProperty({ description: 'The rule as text' }) readonly text: string;
  @ApiProperty(ruleProperty) readonly rule: Rule;
  @ApiProperty({ ...count, description: 'One more with each rule' }) readonly version: number;
  @ApiProperty({ enum: ['draft', 'active', 'retired'] }) readonly status: SegmentLine['status'];
  @ApiProperty({ type: SegmentFiguresView, nullable: true, description: 'When the rule was activated; null: never' })
  readonly activated: SegmentFiguresView | null;
  @ApiProperty({ ...count, description: 'Who is kept in it now' }) readonly members: number;
  @ApiProperty({ ...instant, nullable: true }) readonly changedAt: string | null;
}

class LeftOutOfSegmentsView implements Readonly<Record<ProfilingBar, number>> {
  @ApiProperty(count) readonly restricted: number;
  @ApiProperty(count) readonly 'objects-to-profiling': number;
}

class RuleCountView implements CountedRule {
  @ApiProperty({ type: String, nullable: true, description: 'null: the rule has no name' }) readonly segmentId: string | null;
  @ApiProperty({ ...count, nullable: true, description: 'Which rule of the segment it was' }) readonly version: number | null;
  @ApiProperty({ description: 'The rule as it was understood' }) readonly text: string;
  @ApiProperty({ ...count, description: 'The version of the thresholds of the life-cycle' }) readonly thresholds: number;
  @ApiProperty({
    ...count,
    description: 'People as they were known up to this position; asked again as of <asOf>@<at>, the answer is the same',
  })
  readonly asOf: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The day of which it tells what was so; null: it tells what was known at the position',
  })
  readonly date: string | null;
  @ApiProperty({ enum: ['known', 'true'] }) readonly sense: CountedRule['sense'];
  @ApiProperty({ ...instant, description: 'Up to which things count' }) readonly at: string;
  @ApiProperty({ ...count, description: 'Who was asked' }) readonly people: number;
  @ApiProperty({ ...count, description: 'Whom the rule finds' }) readonly count: number;
  @ApiProperty({ description: 'SHA-256 over their ids, a line each, in order' }) readonly hash: string;
  @ApiProperty({ type: LeftOutOfSegmentsView, description: 'Who is in no segment, by reason' }) readonly leftOut: LeftOutOfSegmentsView;
  @ApiProperty({ type: [String], description: 'The first of them' }) readonly sample: readonly string[];
}

class SomeMembersView implements SomeMembers {
  @ApiProperty(count) readonly count: number;
  @ApiProperty({ type: [String], description: 'The first of them' }) readonly sample: readonly string[];
}

class ComparedRulesView implements ComparedRules {
  @ApiProperty({ type: RuleCountView }) readonly first: RuleCountView;
  @ApiProperty({ type: RuleCountView }) readonly second: RuleCountView;
  @ApiProperty({ type: SomeMembersView }) readonly onlyFirst: SomeMembersView;
  @ApiProperty({ type: SomeMembersView }) readonly both: SomeMembersView;
  @ApiProperty({ type: SomeMembersView }) readonly onlySecond: SomeMembersView;
}

class RuleEstimateView implements RuleEstimate {
  @ApiProperty({ description: 'The rule as it was understood' }) readonly text: string;
  @ApiProperty({ ...count, description: 'People as they were known at this position, or since' }) readonly asOf: number;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ ...count, description: 'So many stand for all the others' }) readonly asked: number;
  @ApiProperty({ ...count, description: 'Whom of them the rule finds' }) readonly found: number;
  @ApiProperty({ type: 'number', example: 0.01, description: 'Who stands for others, of all' }) readonly share: number;
  @ApiProperty({ ...count, description: 'Whom the rule probably finds' }) readonly count: number;
  @ApiProperty({ ...count, description: 'With 95% confidence at least so many' }) readonly low: number;
  @ApiProperty({ ...count, description: 'With 95% confidence at most so many' }) readonly high: number;
}

class SegmentMemberView implements SegmentMember {
  @ApiProperty() readonly segmentId: string;
  @ApiProperty() readonly clientId: string;
  @ApiProperty(instant) readonly since: string;
}

class SegmentReasonView implements Reason {
  @ApiProperty({ example: 'count(purchases) >= 2' }) readonly condition: string;
  @ApiProperty() readonly holds: boolean;
  @ApiProperty({ example: 'count(purchases) is 1' }) readonly found: string;
}

class SegmentExplanationView implements SegmentExplanation {
  @ApiProperty() readonly segmentId: string;
  @ApiProperty({ description: 'The person, also where an alias of his was asked for' }) readonly clientId: string;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ description: 'Whether the rule finds him now' }) readonly member: boolean;
  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether he is kept in it; null: nobody is, it is not active' })
  readonly kept: boolean | null;
  @ApiProperty({ enum: ['restricted', 'objects-to-profiling', null], nullable: true }) readonly leftOut: ProfilingBar | null;
  @ApiProperty({ example: 'in, because count(purchases) >= 2 holds (count(purchases) is 3)' }) readonly says: string;
  @ApiProperty({ type: [SegmentReasonView] }) readonly because: readonly SegmentReasonView[];
}

class RuleFieldView implements FieldLine {
  @ApiProperty() readonly name: string;
  @ApiProperty() readonly label: string;
  @ApiProperty({ enum: ['text', 'code', 'number', 'day', 'instant', 'flag', 'list', 'open', 'events'] }) readonly type: FieldLine['type'];
  @ApiProperty({ type: [String], nullable: true, description: 'Its values; of events what their where may ask; null: any' })
  readonly codes: readonly string[] | null;
  @ApiProperty({ type: [String], description: 'Segments whose rules ask it' }) readonly usedBy: readonly string[];
}

/** Rules that have a name, and who fulfils them. */
@ApiTags('segments')
@Controller()
export class SegmentsController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly desk: SegmentDesk,
    private readonly comparison: SegmentComparison,
    private readonly clock: Clock,
  ) {}

  @Put('segments/:segmentId')
  @ApiOperation({
    summary: 'Give a rule a name, or another rule to an active segment',
    description:
      'An active segment is counted at once and kept by the new rule from then on; a bad rule is refused with the place and the remedy',
  })
  @StringIdParam('segmentId')
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 409, 413, 415, 503)
  async define(@Param('segmentId', IdPipe) segmentId: string, @Body() body: SegmentBody, @Actor() actor: string): Promise<Written> {
    return this.execute(await this.desk.definition(segmentId, body), actor);
  }

  @Post('segments/:segmentId/activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Count who belongs to a segment, and keep it up to date from now on, by events and by passing time' })
  @StringIdParam('segmentId')
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 503)
  async activate(@Param('segmentId', IdPipe) segmentId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(await this.desk.activation(segmentId), actor);
  }

  @Post('segments/:segmentId/retire')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep nobody in a segment any more' })
  @StringIdParam('segmentId')
  @ApiOkResponse({ type: Written })
  @Requires('plan')
  @Refusals(400, 404, 409, 503)
  retire(@Param('segmentId', IdPipe) segmentId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RetireSegment(), { segmentId }), actor);
  }

  @Get('segments')
  @ApiOperation({ summary: 'Segments with how many belong to them, in order of id' })
  @BehindQuery()
  @LimitQuery()
  @Awaitable()
  @ApiOkResponse({ type: [SegmentView] })
  @Requires('read')
  @Refusals(400, 404, 503)
  async list(
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @After() after?: number,
  ): Promise<readonly SegmentLine[]> {
    await this.queries.reached([segmentsProjection], after);
    return this.desk.list({ after: behind, limit });
  }

  @Get('segments/:segmentId')
  @ApiOperation({ summary: 'A segment with how many belong to it' })
  @StringIdParam('segmentId')
  @Awaitable()
  @ApiOkResponse({ type: SegmentView })
  @Requires('read')
  @Refusals(400, 404, 503)
  async segment(@Param('segmentId', IdPipe) segmentId: string, @After() after?: number): Promise<SegmentLine> {
    await this.queries.reached([segmentsProjection], after);
    return this.desk.reading(segmentId);
  }

  @Get('segments/:segmentId/members')
  @ApiOperation({ summary: 'Who is kept in a segment, in order of id' })
  @StringIdParam('segmentId')
  @BehindQuery()
  @LimitQuery()
  @Awaitable()
  @ApiOkResponse({ type: [SegmentMemberView] })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  async members(
    @Param('segmentId', IdPipe) segmentId: string,
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @After() after?: number,
  ): Promise<readonly SegmentMember[]> {
    await this.queries.reached([segmentMembersProjection], after);
    return this.desk.members(segmentId, behind, limit);
  }

  @Get('segments/:segmentId/clients/:clientId')
  @ApiOperation({ summary: 'Why somebody is in a segment or not: worked out now, nothing of it is stored' })
  @StringIdParam('segmentId')
  @ClientIdParam()
  @Awaitable()
  @ApiOkResponse({ type: SegmentExplanationView })
  @Requires('identify')
  @Refusals(400, 404, 503)
  async explain(
    @Param('segmentId', IdPipe) segmentId: string,
    @Param('clientId', IdPipe) clientId: string,
    @Hidden() hidden: readonly FieldGroup[],
    @After() after?: number,
  ): Promise<SegmentExplanation> {
    await this.queries.reached([profileProjection, identityProjection, historyProjection, clientSegmentsProjection], after);
    const explanation = await this.desk.explain(segmentId, clientId);
    const answer = explanation.member ? 'in' : 'out';
    // a reason may tell of any field
    return hidden.length === 0 ? explanation : { ...explanation, says: `${answer}; why is not shown to your role`, because: [] };
  }

  @Post('segment-estimates')
  @HttpCode(200)
  @ApiOperation({ summary: 'Estimate whom a rule finds, at once: asks one in a hundred, the same ones each time' })
  @ApiOkResponse({ type: RuleEstimateView })
  @Requires('read')
  @Refusals(400, 409, 413, 415, 503)
  async estimate(@Body() body: RuleBody): Promise<RuleEstimate> {
    return this.desk.estimate(await this.desk.take(body));
  }

  @Post('segment-counts')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Count whom a rule or a segment finds, now or as of earlier; asks everybody as he is known at the position that the answer names',
    description: `As of earlier each client is folded anew, which takes longer. With Accept: ${JSON_LINES} lines tell meanwhile how many people were asked, and how many of them the rule finds; the last line is the count`,
  })
  @ApiExtraModels(RuleCountView)
  @ApiOkResponse({
    content: { 'application/json': { schema: { $ref: getSchemaPath(RuleCountView) } }, [JSON_LINES]: { schema: { type: 'string' } } },
  })
  @Requires('read')
  @Refusals(400, 404, 409, 413, 415, 503)
  async count(@Body() body: RuleWishBody, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.accepts(['json', JSON_LINES]) === JSON_LINES)
      await countedInLines(response, (counting) => this.comparison.count(body, counting));
    else response.json(await this.comparison.count(body));
  }

  @Post('segment-differences')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whom one of two rules finds, and whom both; or one rule at two times' })
  @ApiOkResponse({ type: ComparedRulesView })
  @Requires('read')
  @Refusals(400, 404, 409, 413, 415, 503)
  compare(@Body() { first, second }: ComparisonBody): Promise<ComparedRules> {
    return this.comparison.compare(first, second);
  }

  @Get('segment-fields')
  @ApiOperation({ summary: 'Everything that rules may ask, and which segments ask it' })
  @ApiOkResponse({ type: [RuleFieldView] })
  @Requires('read')
  @Refusals(503)
  fields(): Promise<readonly FieldLine[]> {
    return this.desk.fields();
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
