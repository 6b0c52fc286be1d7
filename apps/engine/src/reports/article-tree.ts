import {
  Article,
  ARTICLE_GROUPS_STREAM,
  articleGroupsDecider,
  ArticleGroups,
  articlesProjection,
  pathTo,
  standsUnder,
} from '@boucle/clients';
import { everyDocument, fold } from '@boucle/eventsourcing';
import { Sources } from './report-maker.js';

const labelOf = (id: string, labels: Readonly<Record<string, string>> | undefined): string => Object.values(labels ?? {})[0] ?? id;

/** What is known of articles, and the tree in which they stand. */
export class ArticleTree {
  private constructor(
    private readonly articles: ReadonlyMap<string, Article>,
    private readonly groups: ArticleGroups,
  ) {}

  static async read({ documents, events }: Sources): Promise<ArticleTree> {
    const articles = new Map<string, Article>();
    for await (const page of everyDocument<Article>(documents, articlesProjection.name))
      for (const { key, document } of page) if (document) articles.set(key, document);
    return new ArticleTree(articles, fold(articleGroupsDecider, articleGroupsDecider.initial, await events.read(ARTICLE_GROUPS_STREAM)));
  }

  /** The group at the top under which an article stood on a day; null: it stood under none, or is not known. */
  typeOf(articleId: string, day: string): string | null {
    const article = this.articles.get(articleId);
    return (article && pathTo(this.groups, standsUnder(article.standings, day), day)[0]) ?? null;
  }

  /** undefined: nobody has said. */
  ownBrand(articleId: string): boolean | undefined {
    return this.articles.get(articleId)?.article.ownBrand;
  }

  groupLabel(groupId: string): string {
    return labelOf(groupId, this.groups[groupId]?.labels);
  }

  /** What it is called, with its id; the id alone if nobody has described it. */
  articleLabel(articleId: string): string {
    const known = this.articles.get(articleId);
    return known ? `${labelOf(articleId, known.article.labels)} (${articleId})` : articleId;
  }
}
