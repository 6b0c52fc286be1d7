import { ArticleGroups } from './article-tree.js';
import { ArticleMention, mentionKey } from './article-mentions.projection.js';
import { Article, groupsOf, LineArticle } from './articles.projection.js';
import { ClientFile, WithLines } from '../client/client-file.js';
import { PurchaseLine } from '../purchase/purchase.events.js';

/** What is known of the articles that lines mention. */
export interface KnownArticles {
  readonly mentions: ReadonlyMap<string, ArticleMention>;
  readonly articles: ReadonlyMap<string, Article>;
  readonly groups: ArticleGroups;
}

const articleOf = (line: PurchaseLine, day: string, { mentions, articles, groups }: KnownArticles): LineArticle | null => {
  const articleId = mentions.get(mentionKey(line))?.articleId;
  const article = articleId ? articles.get(articleId) : undefined;
  return article ? { articleId: article.articleId, labels: article.article.labels, groups: groupsOf(article, groups, day) } : null;
};

/** Every line of a file. */
export const linesOfFile = ({ reactions: { purchases, returns, orders } }: ClientFile): readonly PurchaseLine[] =>
  [...purchases, ...returns, ...orders].flatMap(({ lines }) => lines ?? []);

/** The file with the article of each line of a purchase, return or order, as far as it is known. */
export const withArticles = (file: ClientFile, known: KnownArticles): ClientFile => {
  const resolved = <T extends WithLines<{ readonly at: string }>>(told: T): T =>
    told.lines ? { ...told, lines: told.lines.map((line) => ({ ...line, article: articleOf(line, told.at.slice(0, 10), known) })) } : told;
  const { purchases, returns, orders } = file.reactions;
  const reactions = { purchases: purchases.map(resolved), returns: returns.map(resolved), orders: orders.map(resolved) };
  return { ...file, reactions: { ...file.reactions, ...reactions } };
};
