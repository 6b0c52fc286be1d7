import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Article, ArticleMention, dayProperty, DescribeArticle, GroupOnPath, Labels, Standing } from '@boucle/clients';

const labels = { type: 'object' as const, additionalProperties: { type: 'string' as const }, description: 'By language' };
const instant = { type: 'string' as const, format: 'date-time' };

class StandingView implements Standing {
  @ApiProperty({ type: 'string', nullable: true, description: 'The group; null: none above it' }) readonly under: string | null;
  @ApiProperty({ ...dayProperty, nullable: true, description: 'From this day on; null: from ever on' }) readonly since: string | null;
}

class GroupOnPathView implements GroupOnPath {
  @ApiProperty() readonly groupId: string;
  @ApiProperty({ ...labels, nullable: true, description: 'null: nobody has described it' }) readonly labels: Labels | null;
}

class ArticleFactsView extends OmitType(DescribeArticle, ['articleId', 'groupId', 'since'] as const) {}

/** An article and where it stood on a day. */
export interface ArticleInTree extends Article {
  readonly on: string;
  readonly groups: readonly GroupOnPath[];
}

export class ArticleView implements ArticleInTree {
  @ApiProperty() readonly articleId: string;
  @ApiProperty({ type: ArticleFactsView }) readonly article: Article['article'];
  @ApiProperty({ type: [StandingView], description: 'All groups in which it has stood, and will' }) readonly standings: readonly Standing[];
  @ApiProperty({ description: 'It is sold no more' }) readonly retired: boolean;
  @ApiProperty(dayProperty) readonly on: string;
  @ApiProperty({ type: [GroupOnPathView], description: 'Where it stood on that day, from the top down' })
  readonly groups: readonly GroupOnPath[];
}

/** A group and where it stood on a day. */
export interface ArticleGroupLine {
  readonly groupId: string;
  readonly labels: Labels;
  readonly parentId: string | null;
  readonly standings: readonly Standing[];
}

export class ArticleGroupView implements ArticleGroupLine {
  @ApiProperty() readonly groupId: string;
  @ApiProperty(labels) readonly labels: Labels;
  @ApiProperty({ type: 'string', nullable: true, description: 'What it stood under on that day; null: it stood at the top' })
  readonly parentId: string | null;
  @ApiProperty({ type: [StandingView], description: 'All groups under which it has stood, and will' })
  readonly standings: readonly Standing[];
}

class MentionedName {
  @ApiPropertyOptional() readonly articleId?: string;
  @ApiPropertyOptional() readonly text?: string;
}

class UnknownArticleView implements Omit<ArticleMention, 'articleId'> {
  @ApiProperty({ type: MentionedName, description: 'As lines name it: an id that is no known article, or a text' })
  readonly name: ArticleMention['name'];
  @ApiProperty({ type: 'string', nullable: true, description: 'What tills called it last' }) readonly text: string | null;
  @ApiProperty({ type: 'integer', description: 'Lines of purchases' }) readonly lines: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'What they come to, in cents by currency' })
  readonly amounts: ArticleMention['amounts'];
  @ApiProperty({ ...instant, nullable: true }) readonly firstSeen: string | null;
  @ApiProperty({ ...instant, nullable: true }) readonly lastSeen: string | null;
}

/** What lines call articles that nobody has described. */
export interface UnknownArticles {
  readonly count: number;
  readonly articles: readonly Omit<ArticleMention, 'articleId'>[];
}

export class UnknownArticlesView implements UnknownArticles {
  @ApiProperty({ type: 'integer', description: 'How many there are in all' }) readonly count: number;
  @ApiProperty({ type: [UnknownArticleView], description: 'Those with most lines first' }) readonly articles: UnknownArticles['articles'];
}
