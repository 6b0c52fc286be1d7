import { Message, Upcasters } from '@boucle/eventsourcing';
import { Labels } from '../catalogue/catalogue.events.js';

/** One way in which an article comes. */
export interface ArticleVariant {
  readonly variantId: string;
  readonly labels: Labels;
}

/** What is known of an article besides where it stands. */
export interface ArticleFacts {
  readonly labels: Labels;
  /** As people write it. */
  readonly number?: string;
  /** What tills call it. */
  readonly knownAs?: readonly string[];
  readonly variants?: readonly ArticleVariant[];
  /** Code of a catalogue. */
  readonly brand?: string;
  readonly ownBrand?: boolean;
  /** In cents for each piece: what it costs us, or what it leaves us. */
  readonly cost?: number;
  readonly margin?: number;
  readonly currency?: string;
  /** What is sold in its stead. */
  readonly successorId?: string;
}

/** Articles and the tree in which they stand; `since` is the day from which on, YYYY-MM-DD, null: from ever on. */
export type ArticleEvent =
  /** A group of articles is known, or called otherwise. */
  | Message<'ArticleGroupDescribed', { groupId: string; labels: Labels }>
  /** A group, with all that is in it, stands under another, or at the top. */
  | Message<'ArticleGroupMoved', { groupId: string; parentId: string | null; since: string | null }>
  /** An article is known, or known better; `dropped` are the names by which it goes no more. */
  | Message<'ArticleDescribed', { articleId: string; article: ArticleFacts; dropped: readonly string[] }>
  /** An article stands in another group, or in none. */
  | Message<'ArticleMoved', { articleId: string; groupId: string | null; since: string | null }>
  /** An article is sold no more. */
  | Message<'ArticleRetired', { articleId: string }>;

export const articleUpcasters: Upcasters = {};
