import { Projection } from '@boucle/eventsourcing';
import { ArticleEvent, ArticleFacts } from './article.events.js';
import { ArticleGroups, pathTo, Standing, standsUnder, withMove } from './article-tree.js';
import { Labels } from '../catalogue/catalogue.events.js';
import { entry } from '../entries.js';

export interface Article {
  readonly articleId: string;
  readonly article: ArticleFacts;
  /** The groups in which it has stood. */
  readonly standings: readonly Standing[];
  readonly retired: boolean;
}

type Event = Extract<ArticleEvent, { type: 'ArticleDescribed' | 'ArticleMoved' | 'ArticleRetired' }>;

/** Articles and where they have stood. */
export const articlesProjection: Projection<Article, Event> = {
  name: 'articles',
  key: ({ data }) => data.articleId,
  on: {
    ArticleDescribed: (known, { data: { articleId, article } }) => ({
      articleId,
      article,
      standings: known?.standings ?? [],
      retired: false,
    }),
    ArticleMoved: (known, { data: { groupId, since } }) =>
      known && { ...known, standings: withMove(known.standings, { under: groupId, since }) },
    ArticleRetired: (known) => known && { ...known, retired: true },
  },
};

/** A group on the way to an article; one that nobody has described has no labels. */
export interface GroupOnPath {
  readonly groupId: string;
  readonly labels: Labels | null;
}

/** The article that a line is about. */
export interface LineArticle {
  readonly articleId: string;
  readonly labels: Labels;
  /** From the top down, as the tree stood on the day of the purchase. */
  readonly groups: readonly GroupOnPath[];
}

/** The groups in which an article stood on a day, from the top down. */
export const groupsOf = ({ standings }: Article, groups: ArticleGroups, day: string): GroupOnPath[] =>
  pathTo(groups, standsUnder(standings, day), day).map((groupId) => ({ groupId, labels: entry(groups, groupId)?.labels ?? null }));
