import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { DescribeArticle, DescribeArticleGroup, MoveArticle, MoveArticleGroup, RetireArticle } from './article.commands.js';
import { ArticleEvent, ArticleFacts } from './article.events.js';
import { ArticleGroups, circleAfter, Standing, standsUnder, withMove } from './article-tree.js';
import { entry } from '../entries.js';

type Of<T extends ArticleEvent['type']> = Extract<ArticleEvent, { type: T }>;

/** All groups are one stream: a move must see the whole tree. */
export const ARTICLE_GROUPS_STREAM = 'article-groups';

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/** What a description says of where something stands, as a move; null: nothing new. */
const moveTo = (
  under: string | undefined,
  standings: readonly Standing[] | null,
  since: string | undefined,
  now: string,
): Standing | null => {
  if (under === undefined) return null;
  if (standings === null) return { under, since: since ?? null };
  const day = since ?? now.slice(0, 10);
  return standsUnder(standings, day) === under ? null : { under, since: day };
};

const alreadyMoved = (standings: readonly Standing[], move: Standing): boolean => standings.some((known) => same(known, move));

const groupCommands = { DescribeArticleGroup, MoveArticleGroup };

const groupMoved = (groups: ArticleGroups, groupId: string, move: Standing): Of<'ArticleGroupMoved'> => {
  const { under: parentId, since } = move;
  if (parentId !== null && !entry(groups, parentId))
    throw new DomainError('unknown-article-group', `There is no group of articles ${parentId}: describe it first`, 'parentId');
  const circle = circleAfter(groups, groupId, move);
  if (circle !== null)
    throw new DomainError(
      'article-circle',
      `${groupId} would stand under itself${circle === '' ? '' : ` on ${circle}`}: move ${parentId} first`,
      'parentId',
    );
  return { type: 'ArticleGroupMoved', data: { groupId, parentId, since } };
};

/** The tree of articles. */
export const articleGroupsDecider: Decider<ArticleGroups, typeof groupCommands, Of<'ArticleGroupDescribed' | 'ArticleGroupMoved'>> = {
  commands: groupCommands,
  stream: () => ARTICLE_GROUPS_STREAM,
  initial: {},
  decide: {
    DescribeArticleGroup: (groups, { groupId, labels, parentId, since }, now) => {
      const known = entry(groups, groupId);
      const move = moveTo(parentId, known?.standings ?? null, since, now);
      const described = { ...groups, [groupId]: { labels, standings: known?.standings ?? [] } };
      return [
        ...(known && same(known.labels, labels) ? [] : [{ type: 'ArticleGroupDescribed' as const, data: { groupId, labels } }]),
        ...(move ? [groupMoved(described, groupId, move)] : []),
      ];
    },
    MoveArticleGroup: (groups, { groupId, parentId = null, since }) => {
      const known = entry(groups, groupId);
      if (!known) throw new DomainError('unknown-article-group', `There is no group of articles ${groupId}`, 'groupId');
      const move = { under: parentId, since };
      return alreadyMoved(known.standings, move) ? [] : [groupMoved(groups, groupId, move)];
    },
  },
  evolve: {
    ArticleGroupDescribed: (groups, { groupId, labels }) => ({
      ...groups,
      [groupId]: { labels, standings: entry(groups, groupId)?.standings ?? [] },
    }),
    ArticleGroupMoved: (groups, { groupId, parentId, since }) => ({
      ...groups,
      [groupId]: { ...groups[groupId], standings: withMove(groups[groupId].standings, { under: parentId, since }) },
    }),
  },
};

/** What the rules of an article read. */
export interface KnownArticle {
  readonly facts: ArticleFacts | null;
  readonly standings: readonly Standing[];
  readonly retired: boolean;
}

const articleCommands = { DescribeArticle, MoveArticle, RetireArticle };

const wrongArticle = (field: string, message: string): DomainError => new DomainError('wrong-article', message, field);

const factsOf = ({ articleId: _, groupId: __, since: ___, ...facts }: DescribeArticle): ArticleFacts => facts;

const mustBeConsistent = ({ articleId, variants = [], cost, margin, currency, successorId }: DescribeArticle): void => {
  if (new Set(variants.map(({ variantId }) => variantId)).size < variants.length)
    throw wrongArticle('variants', 'Each variant has a variantId of its own');
  if (cost !== undefined && margin !== undefined) throw wrongArticle('margin', 'State the cost or the margin, not both');
  if (((cost ?? margin) === undefined) !== (currency === undefined))
    throw wrongArticle('currency', 'State a cost or margin with its currency, or neither');
  if (successorId === articleId) throw wrongArticle('successorId', 'Another article is sold in the stead of this one');
};

/** Articles: described as a whole each time, and moved from group to group. */
export const articleDecider: Decider<KnownArticle, typeof articleCommands, Of<'ArticleDescribed' | 'ArticleMoved' | 'ArticleRetired'>> = {
  commands: articleCommands,
  stream: ({ articleId }) => `article-${articleId}`,
  initial: { facts: null, standings: [], retired: false },
  decide: {
    DescribeArticle: (known, command, now) => {
      mustBeConsistent(command);
      const { articleId, groupId, since } = command;
      const article = factsOf(command);
      const move = moveTo(groupId, known.facts && known.standings, since, now);
      const dropped = (known.facts?.knownAs ?? []).filter((name) => !article.knownAs?.includes(name));
      const isNew = known.retired || !same(known.facts, article);
      return [
        ...(isNew ? [{ type: 'ArticleDescribed' as const, data: { articleId, article, dropped } }] : []),
        ...(move ? [{ type: 'ArticleMoved' as const, data: { articleId, groupId: move.under, since: move.since } }] : []),
      ];
    },
    MoveArticle: ({ facts, standings }, { articleId, groupId = null, since }) => {
      if (!facts) throw new DomainError('unknown-article', `There is no article ${articleId}`, 'articleId');
      return alreadyMoved(standings, { under: groupId, since }) ? [] : [{ type: 'ArticleMoved', data: { articleId, groupId, since } }];
    },
    RetireArticle: ({ facts, retired }, { articleId }) => {
      if (!facts) throw new DomainError('unknown-article', `There is no article ${articleId}`, 'articleId');
      return retired ? [] : [{ type: 'ArticleRetired', data: { articleId } }];
    },
  },
  evolve: {
    ArticleDescribed: (known, { article }) => ({ ...known, facts: article, retired: false }),
    ArticleMoved: (known, { groupId, since }) => ({ ...known, standings: withMove(known.standings, { under: groupId, since }) }),
    ArticleRetired: (known) => ({ ...known, retired: true }),
  },
};
