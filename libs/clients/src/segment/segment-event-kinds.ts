import { EventKind, Expression, Field } from '@boucle/segments';
import { CHANNELS } from '../client/channel.js';
import { PastReaction } from '../history/client-history.js';
import { RESPONSE_KINDS } from '../reaction/response.events.js';
import { Asked, TrackedPurchase, TrackedLine, keptAt, keptUntil, segmentEvents } from './segment-events.js';
import { SegmentFacts } from './segment-facts.js';
import { SegmentSubject } from './segment-subject.js';
import { listAt, ofEach } from './stored-expressions.js';
import { storedAnswered, storedKept, storedLeft } from './stored-history.js';

const code = <E>(name: string, label: string, read: (entry: E) => string | null | undefined, more: Partial<Field<E>> = {}): Field<E> => ({
  name,
  label,
  type: 'code',
  read: (entry) => read(entry) ?? null,
  ...more,
});

const path =
  (rest: string) =>
  (of: string): Expression =>
    `${of}${rest}`;

/** A field that stands for the articles of its group or brand. */
const articlesOf = <E>(
  name: 'category' | 'brand',
  articles: SegmentFacts['articlesIn'],
  field: Omit<Field<E>, 'name' | 'codes'>,
): Field<E> => ({
  ...field,
  name,
  codes: [...articles.keys()].sort(),
  standsFor: (key) => articles.get(key) ?? [],
});

const articleIds = ({ purchase }: TrackedPurchase): readonly string[] => (purchase.lines ?? []).flatMap(({ articleId }) => articleId ?? []);
const storedIds = (of: string): Expression => ({
  $map: {
    input: { $filter: { input: { $ifNull: [`${of}lines`, []] }, as: 'l', cond: { $ne: [{ $ifNull: ['$$l.articleId', null] }, null] } } },
    as: 'l',
    in: '$$l.articleId',
  },
});

const purchases = ({ articlesIn, articlesOfBrand, catalogues }: SegmentFacts): EventKind<SegmentSubject, TrackedPurchase> => {
  const list = { label: 'articles in it', type: 'list' as const, read: articleIds, stored: storedIds };
  return {
    name: 'purchases',
    one: 'purchase',
    label: 'purchases that were kept',
    entries: ({ history }) => segmentEvents(history).purchases,
    at: ({ purchase }) => purchase.at,
    counts: (bought, at) => keptAt(bought, at) !== null,
    turns: keptUntil,
    stored: { entries: path('history.purchases'), at: path('at'), counts: storedKept },
    fields: [
      code('channel', 'sales channel', ({ purchase }) => purchase.salesChannel, {
        codes: Object.keys(catalogues.entries.salesChannel ?? {}),
        stored: path('salesChannel'),
      }),
      code('pointOfSale', 'point of sale', ({ purchase }) => purchase.pointOfSaleId, { stored: path('pointOfSaleId') }),
      code('campaign', 'campaign that it answers', ({ purchase }) => purchase.campaignId, { stored: path('campaignId') }),
      {
        name: 'discounted',
        label: 'with a discount',
        type: 'flag',
        read: ({ purchase }) => (purchase.discount ?? 0) > 0,
        stored: (of) => ({ $gt: [{ $ifNull: [`${of}discount`, 0] }, 0] }),
      },
      {
        name: 'gift',
        label: 'with a gift in it',
        type: 'flag',
        read: ({ purchase }) => (purchase.lines ?? []).some(({ gift }) => gift),
        stored: (of) => ({ $anyElementTrue: [ofEach(listAt(`${of}lines`), 'line', { $eq: ['$$line.gift', true] })] }),
      },
      { ...list, name: 'article' },
      articlesOf('category', articlesIn, list),
      articlesOf('brand', articlesOfBrand, list),
    ],
    families: [
      {
        prefix: 'amount.',
        example: 'amount.EUR',
        field: (currency) => ({
          name: `amount.${currency}`,
          label: `what is left of it in ${currency}`,
          type: 'number',
          read: (bought, at) => {
            const left = bought.purchase.currency === currency ? keptAt(bought, at) : null;
            return left === null ? null : left / 100;
          },
          turns: keptUntil,
          stored: (of, at) => ({ $cond: [{ $eq: [`${of}currency`, currency] }, { $divide: [storedLeft(of, at), 100] }, null] }),
        }),
      },
    ],
  };
};

/** Every line with the purchase that it belongs to. */
const storedLines = (of: string): Expression => {
  const own = ofEach(listAt('$$this.lines'), 'line', { line: '$$line', purchase: '$$this' });
  return { $reduce: { input: listAt(`${of}history.purchases`), initialValue: [], in: { $concatArrays: ['$$value', own] } } };
};

const lines = ({ articlesIn, articlesOfBrand }: SegmentFacts): EventKind<SegmentSubject, TrackedLine> => {
  const article = {
    label: 'article',
    type: 'code' as const,
    read: ({ line }: TrackedLine) => line.articleId,
    stored: path('line.articleId'),
  };
  return {
    name: 'lines',
    one: 'line',
    label: 'lines of purchases that were kept',
    entries: ({ history }) => segmentEvents(history).lines,
    at: ({ bought }) => bought.purchase.at,
    counts: ({ bought }, at) => keptAt(bought, at) !== null,
    turns: ({ bought }, at) => keptUntil(bought, at),
    stored: { entries: storedLines, at: path('purchase.at'), counts: (of, at) => storedKept(`${of}purchase.`, at) },
    fields: [
      { ...article, name: 'article' },
      articlesOf('category', articlesIn, article),
      articlesOf('brand', articlesOfBrand, article),
      { name: 'quantity', label: 'quantity', type: 'number', read: ({ line }) => line.quantity, stored: path('line.quantity') },
      code('promotion', 'promotion', ({ line }) => line.promotion, { stored: path('line.promotion') }),
      code('coupon', 'coupon', ({ line }) => line.coupon, { stored: path('line.coupon') }),
      {
        name: 'gift',
        label: 'was a gift',
        type: 'flag',
        read: ({ line }) => line.gift ?? false,
        stored: (of) => ({ $ifNull: [`${of}line.gift`, false] }),
      },
    ],
    families: [
      {
        prefix: 'amount.',
        example: 'amount.EUR',
        field: (currency) => ({
          name: `amount.${currency}`,
          label: `what the line came to in ${currency}`,
          type: 'number',
          read: ({ line, bought }) => (bought.purchase.currency === currency ? line.amount / 100 : null),
          stored: (of) => ({ $cond: [{ $eq: [`${of}purchase.currency`, currency] }, { $divide: [`${of}line.amount`, 100] }, null] }),
        }),
      },
    ],
  };
};

const solicited = (name: 'mailings' | 'contacts', one: string, label: string): EventKind<SegmentSubject, Asked> => ({
  name,
  one,
  label,
  entries: ({ history }) => segmentEvents(history)[name],
  at: ({ solicitation }) => solicitation.at,
  stored: {
    entries: path('history.solicitations'),
    at: path('at'),
    counts: (of) => ({ [name === 'contacts' ? '$eq' : '$ne']: [`${of}kind`, 'contact'] }),
  },
  fields: [
    code('channel', 'channel', ({ solicitation }) => solicitation.channel, { codes: CHANNELS, stored: path('channel') }),
    code('campaign', 'campaign', ({ solicitation }) => solicitation.campaignId, { stored: path('campaignId') }),
    ...(name === 'contacts' ? [code<Asked>('kind', 'kind', ({ solicitation }) => solicitation.contact, { stored: path('contact') })] : []),
    {
      name: 'answered',
      label: 'was answered by a purchase or a response',
      type: 'flag',
      read: ({ answeredAt }, at) => answeredAt !== null && answeredAt <= at,
      stored: storedAnswered,
      turns: ({ answeredAt }) => answeredAt,
    },
  ],
});

const responses: EventKind<SegmentSubject, PastReaction> = {
  name: 'responses',
  one: 'response',
  label: 'what he did of his own accord besides buying',
  entries: ({ history }) => history.reactions,
  at: ({ at }) => at,
  stored: { entries: path('history.reactions'), at: path('at') },
  fields: [
    code('kind', 'kind', ({ kind }) => kind, {
      codes: [...RESPONSE_KINDS, 'order', 'payment', 'contract', 'notice', 'club-joined', 'club-left', 'case'],
      stored: path('kind'),
    }),
    code('campaign', 'campaign', ({ campaignId }) => campaignId, { stored: path('campaignId') }),
    code('pointOfSale', 'point of sale', ({ pointOfSaleId }) => pointOfSaleId, { stored: path('pointOfSaleId') }),
  ],
};

/** What happens with people as rules of segments count it; who was held out of a wave counts as if he had been mailed. */
export const segmentEventKinds = (facts: SegmentFacts): readonly EventKind<SegmentSubject>[] => [
  purchases(facts),
  lines(facts),
  solicited('mailings', 'mailing', 'mailings of waves, and those that the hold-out would have got'),
  solicited('contacts', 'contact', 'calls, visits, meetings and mailings outside of waves'),
  responses,
];
