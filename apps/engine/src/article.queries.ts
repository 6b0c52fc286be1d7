import { Clock, DocumentStore, DomainError, EventStore, FollowedStream, Page } from '@boucle/eventsourcing';
import {
  Article,
  ARTICLE_GROUPS_STREAM,
  ArticleGroups,
  articleGroupsDecider,
  ArticleMention,
  articleMentionsProjection,
  articlesProjection,
  ClientFile,
  entry,
  groupsOf,
  KnownArticles,
  linesOfFile,
  mentionKey,
  pathTo,
  standsUnder,
  withArticles,
} from '@boucle/clients';
import { ArticleGroupLine, ArticleInTree, UnknownArticles } from './http/article-views.js';
import { byKey } from './reading.js';
import { GetRecord, RecordReading } from './record.queries.js';

export class GetArticle {
  constructor(
    readonly articleId: string,
    readonly on: string | undefined,
  ) {}
}
export class ListArticleGroups {
  constructor(readonly on: string | undefined) {}
}
export class ListArticlesUnder {
  constructor(
    readonly groupId: string,
    readonly on: string | undefined,
    readonly page: Page,
  ) {}
}
export class ListUnknownArticles {
  constructor(readonly limit: number) {}
}

/** Answers questions about articles and the tree in which they stand, on any day. */
export class ArticleReading {
  private readonly groups: FollowedStream<ArticleGroups>;

  constructor(
    events: EventStore,
    private readonly documents: DocumentStore,
    private readonly records: RecordReading,
    private readonly clock: Clock,
  ) {
    this.groups = new FollowedStream(events, articleGroupsDecider, ARTICLE_GROUPS_STREAM);
  }

  async article({ articleId, on = this.today() }: GetArticle): Promise<ArticleInTree> {
    const article = (await this.records.record(new GetRecord(articlesProjection.name, articleId, 'article'))) as Article;
    return { ...article, on, groups: groupsOf(article, await this.groups.now(), on) };
  }

  async tree({ on = this.today() }: ListArticleGroups): Promise<ArticleGroupLine[]> {
    const groups = await this.groups.now();
    return Object.entries(groups)
      .map(([groupId, { labels, standings }]) => ({ groupId, labels, parentId: standsUnder(standings, on), standings }))
      .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  }

  /** The articles that stood under a group on a day, at any depth, in order of id. */
  async under({ groupId, on = this.today(), page: { after, limit = 100 } }: ListArticlesUnder): Promise<ArticleInTree[]> {
    const groups = await this.groups.now();
    if (!entry(groups, groupId)) throw new DomainError('unknown-article-group', `There is no group of articles ${groupId}`, 'groupId');
    const found: ArticleInTree[] = [];
    for (let behind = after; ;) {
      const page = await this.documents.scan<Article>(articlesProjection.name, { after: behind, limit: PAGE });
      for (const { document } of page) {
        if (!document || !pathTo(groups, standsUnder(document.standings, on), on).includes(groupId)) continue;
        found.push({ ...document, on, groups: groupsOf(document, groups, on) });
        if (found.length === limit) return found;
      }
      if (page.length < PAGE) return found;
      behind = page[page.length - 1].key;
    }
  }

  /** Those that lines mention most. */
  async unknown({ limit }: ListUnknownArticles): Promise<UnknownArticles> {
    let [count, most]: [number, ArticleMention[]] = [0, []];
    const filter = { field: 'articleId', is: 'eq', value: null } as const;
    for (let after: string | undefined; ;) {
      const page = await this.documents.find<ArticleMention>(articleMentionsProjection.name, filter, { after, limit: PAGE });
      count += page.length;
      most = [...most, ...page.map(({ document }) => document!)].sort((a, b) => b.lines - a.lines).slice(0, limit);
      if (page.length < PAGE) return { count, articles: most.map(({ articleId: _, ...mention }) => mention) };
      after = page[page.length - 1].key;
    }
  }

  /** A file with the articles of its lines. */
  async inFile(file: ClientFile): Promise<ClientFile> {
    const lines = linesOfFile(file);
    if (lines.length === 0) return file;
    const mentions = await byKey<ArticleMention>(this.documents, articleMentionsProjection.name, [...new Set(lines.map(mentionKey))]);
    const ids = [...mentions.values()].flatMap(({ articleId }) => articleId ?? []);
    const articles = await byKey<Article>(this.documents, articlesProjection.name, [...new Set(ids)]);
    const known: KnownArticles = { mentions, articles, groups: await this.groups.now() };
    return withArticles(file, known);
  }

  private today(): string {
    return this.clock.now().slice(0, 10);
  }
}

const PAGE = 500;
