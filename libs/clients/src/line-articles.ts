import { ArticleGroups } from './article-tree.js';
import { ArticleMention, mentionKey } from './article-mentions.projection.js';
import { Article, groupsOf, LineArticle } from './articles.projection.js';
import { ClientFile } from './client-file.js';
import { PurchaseLine } from './purchase.events.js';

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

/** Every line of a client's purchases. */
export const linesOfFile = ({ reactions }: ClientFile): readonly PurchaseLine[] => reactions.purchases.flatMap(({ lines }) => lines ?? []);

/** The file with the article of each line of a purchase, as far as it is known. */
export const withArticles = (file: ClientFile, known: KnownArticles): ClientFile => {
  const purchases = file.reactions.purchases.map((purchase) => {
    const lines = purchase.lines?.map((line) => ({ ...line, article: articleOf(line, purchase.at.slice(0, 10), known) }));
    return lines ? { ...purchase, lines } : purchase;
  });
  return { ...file, reactions: { ...file.reactions, purchases } };
};
