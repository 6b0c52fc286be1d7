import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import {
  articleMentionsProjection,
  articlesProjection,
  dayProperty,
  DescribeArticle,
  DescribeArticleGroup,
  ID,
  MoveArticle,
  MoveArticleGroup,
  RetireArticle,
} from '@boucle/clients';
import { GetArticle, ListArticleGroups, ListArticlesUnder, ListUnknownArticles } from '../article.queries.js';
import { CommandDoor } from '../door.js';
import { QueryDoor } from '../queries.js';
import { ArticleGroupLine, ArticleGroupView, ArticleInTree, ArticleView, UnknownArticles, UnknownArticlesView } from './article-views.js';
import { Actor } from './authorisation.js';
import { ingest, Ingested, Ingests } from './bulk.js';
import { Awaitable, LAST_POSITION, Records, Refusals, Requires, StringIdParam } from './documented.js';
import { IdPipe, OptionalIdPipe, OptionalPatternPipe, WholePipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class GroupBody extends OmitType(DescribeArticleGroup, ['groupId'] as const) {}
class GroupMove extends OmitType(MoveArticleGroup, ['groupId'] as const) {}
class ArticleBody extends OmitType(DescribeArticle, ['articleId'] as const) {}
class ArticleMove extends OmitType(MoveArticle, ['articleId'] as const) {}

const MOST = 500;
const After = () => Query('after', new WholePipe(0, LAST_POSITION));
const On = () => Query('on', new OptionalPatternPipe(new RegExp(dayProperty.pattern), 'a day such as 2026-03-01'));
const OnQuery = () =>
  ApiQuery({ name: 'on', required: false, schema: dayProperty, description: 'As the tree stood on this day; today if left out' });
const LimitQuery = () => ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MOST, default: 100 } });

/** What is sold, and the tree in which it stands. */
@ApiTags('articles')
@Controller()
export class ArticlesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
  ) {}

  @Put('article-groups/:groupId')
  @Records('Describe a group of articles', 400, 404, 409, 413, 415, 503)
  @StringIdParam('groupId')
  describeGroup(@Param('groupId', IdPipe) groupId: string, @Body() body: GroupBody, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new DescribeArticleGroup(), body, { groupId }), actor);
  }

  @Post('article-groups/:groupId/move')
  @Records('Put a group of articles, with all that is in it, under another from a day on', 400, 404, 409, 413, 415, 503)
  @StringIdParam('groupId')
  moveGroup(@Param('groupId', IdPipe) groupId: string, @Body() body: GroupMove, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new MoveArticleGroup(), body, { groupId }), actor);
  }

  @Get('article-groups')
  @ApiOperation({ summary: 'The tree of articles, as it stood on a day' })
  @OnQuery()
  @Awaitable()
  @ApiOkResponse({ type: [ArticleGroupView] })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  groups(@On() on?: string, @After() after?: number): Promise<ArticleGroupLine[]> {
    return this.queries.ask(new ListArticleGroups(on), [], after);
  }

  @Get('article-groups/:groupId/articles')
  @ApiOperation({ summary: 'The articles that stood under a group on a day, at any depth, in order of id; reads every article' })
  @StringIdParam('groupId')
  @OnQuery()
  @ApiQuery({ name: 'behind', required: false, schema: { type: 'string', pattern: ID.source }, description: 'Only ids behind this one' })
  @LimitQuery()
  @Awaitable()
  @ApiOkResponse({ type: [ArticleView] })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  under(
    @Param('groupId', IdPipe) groupId: string,
    @On() on?: string,
    @Query('behind', OptionalIdPipe) behind?: string,
    @Query('limit', new WholePipe(1, MOST)) limit = 100,
    @After() after?: number,
  ): Promise<ArticleInTree[]> {
    return this.queries.ask(new ListArticlesUnder(groupId, on, { after: behind, limit }), [articlesProjection], after);
  }

  @Post('articles/bulk')
  @Ingests('Describe many articles')
  describeMany(@Body() body: unknown, @Actor() actor: string): Promise<Ingested> {
    return ingest(body, DescribeArticle, this.commands, this.clock, actor);
  }

  @Put('articles/:articleId')
  @Records('Describe an article, as a whole; only where it stands may be left out', 400, 409, 413, 415, 503)
  @StringIdParam('articleId')
  describe(@Param('articleId', IdPipe) articleId: string, @Body() body: ArticleBody, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new DescribeArticle(), body, { articleId }), actor);
  }

  @Post('articles/:articleId/move')
  @Records('Put an article into another group from a day on', 400, 404, 413, 415, 503)
  @StringIdParam('articleId')
  move(@Param('articleId', IdPipe) articleId: string, @Body() body: ArticleMove, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new MoveArticle(), body, { articleId }), actor);
  }

  @Post('articles/:articleId/retire')
  @Records('Say that an article is sold no more; describing it again brings it back', 400, 404, 503)
  @StringIdParam('articleId')
  retire(@Param('articleId', IdPipe) articleId: string, @Actor() actor: string): Promise<Written> {
    return this.execute(Object.assign(new RetireArticle(), { articleId }), actor);
  }

  @Get('articles/:articleId')
  @ApiOperation({ summary: 'An article, and where it stood on a day' })
  @StringIdParam('articleId')
  @OnQuery()
  @Awaitable()
  @ApiOkResponse({ type: ArticleView })
  @Requires('look-up', 'sell')
  @Refusals(400, 404, 503)
  article(@Param('articleId', IdPipe) articleId: string, @On() on?: string, @After() after?: number): Promise<ArticleInTree> {
    return this.queries.ask(new GetArticle(articleId, on), [articlesProjection], after);
  }

  @Get('unknown-articles')
  @ApiOperation({ summary: 'What lines of purchases call articles that nobody has described, those with most lines first' })
  @LimitQuery()
  @Awaitable()
  @ApiOkResponse({ type: UnknownArticlesView })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  unknown(@Query('limit', new WholePipe(1, MOST)) limit = 100, @After() after?: number): Promise<UnknownArticles> {
    return this.queries.ask(new ListUnknownArticles(limit), [articleMentionsProjection], after);
  }

  private async execute(command: object, actor: string): Promise<Written> {
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }
}
