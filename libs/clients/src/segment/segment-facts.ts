import { areaStatisticsDecider } from '../area/area-statistics.decider.js';
import { localitiesDecider } from '../address/localities.decider.js';
import { pointsOfSaleProjection } from '../record/records.projection.js';
import { DocumentStore, EventStore, everyDocument, fold } from '@boucle/eventsourcing';
import { Article, articlesProjection, groupsOf } from '../article/articles.projection.js';
import { ARTICLE_GROUPS_STREAM, articleGroupsDecider } from '../article/article.decider.js';
import { ArticleGroups } from '../article/article-tree.js';
import { CATALOGUES_STREAM, catalogueDecider } from '../catalogue/catalogue.decider.js';
import { Catalogues } from '../catalogue/catalogues.js';
import { Geography, geographyOf, NO_GEOGRAPHY } from './geography.js';
import { LifeCyclePolicy } from '../life-cycle/life-cycle-policy.events.js';
import { lifeCyclePolicy, lifeCyclePolicyDecider } from '../life-cycle/life-cycle-policy.decider.js';
import { segmentsDecider } from './segment.decider.js';

/** What segments know besides people. */
export interface SegmentFacts {
  readonly policy: LifeCyclePolicy;
  readonly catalogues: Catalogues;
  /** The articles of each group and of the groups under it, as the tree stands on the day of asking. */
  readonly articlesIn: ReadonlyMap<string, readonly string[]>;
  readonly articlesOfBrand: ReadonlyMap<string, readonly string[]>;
  readonly geography: Geography;
}

/** After these it is known otherwise what segments are, or what they know besides people. */
export const SEGMENT_FACTS: readonly string[] = [
  ...Object.keys(segmentsDecider.evolve),
  ...Object.keys(lifeCyclePolicyDecider.evolve),
  ...Object.keys(catalogueDecider.evolve),
  ...Object.keys(articleGroupsDecider.evolve),
  ...Object.keys(articlesProjection.on),
  ...Object.keys(areaStatisticsDecider.evolve),
  ...Object.keys(localitiesDecider.evolve),
  ...Object.keys(pointsOfSaleProjection.on),
];

/** Nothing is known besides people. */
export const NO_FACTS: SegmentFacts = {
  policy: lifeCyclePolicyDecider.initial,
  catalogues: catalogueDecider.initial,
  articlesIn: new Map(),
  articlesOfBrand: new Map(),
  geography: NO_GEOGRAPHY,
};

const grouped = (pairs: Iterable<readonly [string, string]>): ReadonlyMap<string, readonly string[]> => {
  const lists = new Map<string, string[]>();
  for (const [key, value] of pairs) {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
  }
  return lists;
};

/** What follows from articles and their tree on a day. */
export const articleFacts = (
  articles: readonly Article[],
  groups: ArticleGroups,
  day: string,
): Pick<SegmentFacts, 'articlesIn' | 'articlesOfBrand'> => ({
  articlesIn: grouped(
    articles.flatMap((article) => groupsOf(article, groups, day).map(({ groupId }) => [groupId, article.articleId] as const)),
  ),
  articlesOfBrand: grouped(articles.flatMap(({ articleId, article }) => (article.brand ? [[article.brand, articleId] as const] : []))),
});

/** What segments know besides people, at the end of a log. */
export const segmentFacts = async (
  events: Pick<EventStore, 'read'>,
  documents: Pick<DocumentStore, 'scan'>,
  at: string,
): Promise<SegmentFacts> => {
  const articles: Article[] = [];
  for await (const page of everyDocument<Article>(documents, articlesProjection.name))
    articles.push(...page.flatMap(({ document }) => document ?? []));
  const groups = fold(articleGroupsDecider, articleGroupsDecider.initial, await events.read(ARTICLE_GROUPS_STREAM));
  const catalogues = fold(catalogueDecider, catalogueDecider.initial, await events.read(CATALOGUES_STREAM));
  const geography = await geographyOf(events, documents);
  return { policy: await lifeCyclePolicy(events), catalogues, ...articleFacts(articles, groups, at.slice(0, 10)), geography };
};
