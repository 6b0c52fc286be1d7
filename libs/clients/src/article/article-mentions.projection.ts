import { Projection, sha256 } from '@boucle/eventsourcing';
import { ArticleEvent } from './article.events.js';
import { RetractionEvent } from '../retraction/retraction.events.js';
import { PurchaseLine, PurchaseRecorded } from '../purchase/purchase.events.js';

/** A name by which lines of purchases mention an article: its id, or what a till calls it. */
export interface ArticleMention {
  /** As the lines name it. */
  readonly name: { readonly articleId: string } | { readonly text: string };
  /** What tills called it last. */
  readonly text: string | null;
  /** The article that it is; null: not known. */
  readonly articleId: string | null;
  readonly lines: number;
  /** What they come to, in cents by currency. */
  readonly amounts: Readonly<Record<string, number>>;
  /** ISO instants, null as long as no line mentions it. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** Capitals and the width of spaces make no other name. */
const plain = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ');

const keyOfId = (articleId: string): string => `id.${articleId}`;
const keyOfText = (text: string): string => `text.${sha256(plain(text))}`;

/** The key under which a line mentions its article. */
export const mentionKey = ({ articleId, text }: Pick<PurchaseLine, 'articleId' | 'text'>): string =>
  articleId === null ? keyOfText(text!) : keyOfId(articleId);

const unheard = (name: ArticleMention['name']): ArticleMention => ({
  name,
  text: null,
  articleId: null,
  lines: 0,
  amounts: {},
  firstSeen: null,
  lastSeen: null,
});

const mentioned = (mention: ArticleMention, line: PurchaseLine, currency: string, at: string): ArticleMention => ({
  ...mention,
  text: line.text ?? mention.text,
  lines: mention.lines + 1,
  amounts: { ...mention.amounts, [currency]: (mention.amounts[currency] ?? 0) + line.amount },
  firstSeen: mention.firstSeen !== null && mention.firstSeen < at ? mention.firstSeen : at,
  lastSeen: mention.lastSeen !== null && mention.lastSeen > at ? mention.lastSeen : at,
});

/** Without a line that was told of by mistake. */
const unmentioned = (mention: ArticleMention, line: PurchaseLine, currency: string): ArticleMention => ({
  ...mention,
  lines: mention.lines - 1,
  amounts: { ...mention.amounts, [currency]: mention.amounts[currency] - line.amount },
});

const named = ({ articleId, text }: PurchaseLine): ArticleMention['name'] => (articleId === null ? { text: text! } : { articleId });

type Event =
  PurchaseRecorded | Extract<RetractionEvent, { type: 'PurchaseRetracted' }> | Extract<ArticleEvent, { type: 'ArticleDescribed' }>;

/** What lines of purchases call articles, known or not: those that are not make the list of unknown articles. */
export const articleMentionsProjection: Projection<ArticleMention, Event> = {
  name: 'article-mentions',
  indexes: ['articleId'],
  key: ({ type, data }) =>
    type !== 'ArticleDescribed'
      ? [...new Set((data.lines ?? []).map(mentionKey))]
      : [keyOfId(data.articleId), ...new Set([...(data.article.knownAs ?? []), ...data.dropped].map(keyOfText))],
  on: {
    PurchaseRecorded: (mention, { data: { lines = [], currency }, metadata }, key) => {
      const own = lines.filter((line) => mentionKey(line) === key);
      return own.reduce((known, line) => mentioned(known, line, currency, metadata.occurredAt), mention ?? unheard(named(own[0])));
    },
    PurchaseRetracted: (mention, { data: { lines = [], currency } }, key) => {
      if (!mention) return null;
      const own = lines.filter((line) => mentionKey(line) === key);
      const left = own.reduce((known, line) => unmentioned(known, line, currency), mention);
      if (left.lines > 0) return left;
      return left.articleId === null ? null : { ...left, amounts: {}, firstSeen: null, lastSeen: null };
    },
    ArticleDescribed: (mention, { data: { articleId, article } }, key) => {
      if (key === keyOfId(articleId)) return { ...(mention ?? unheard({ articleId })), articleId };
      const name = article.knownAs?.find((text) => keyOfText(text) === key);
      if (name !== undefined) return { ...(mention ?? unheard({ text: name })), articleId };
      if (mention?.articleId !== articleId) return mention;
      return mention.lines > 0 ? { ...mention, articleId: null } : null;
    },
  },
};
