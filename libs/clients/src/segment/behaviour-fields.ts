import { Expression, FieldFamily } from '@boucle/segments';
import { ClientHistory, PastPurchase, purchasesUntil, reactionsUntil, solicitationsUntil } from '../history/client-history.js';
import { keptOf, PurchaseSummary, summaryOf } from '../purchase/purchase-history.js';
import { DAY, earliest, field, Of, Read } from './field.js';
import { SegmentSubject } from './segment-subject.js';
import { either, given, isNull, listAt, millisecondsOf, ofEach, orNull, some, those } from './stored-expressions.js';
import { storedLeft, storedPurchases, storedSpent } from './stored-history.js';

/** When something that is known already of a history begins to count. */
export const historyTurns = (history: ClientHistory, at: string): string | null => {
  const { purchases, returned, revoked, solicitations, reactions } = history;
  return earliest(
    at,
    [purchases, returned, revoked, solicitations, reactions].flatMap((entries) => entries.map((entry) => entry.at)),
  );
};

const turns = ({ history }: SegmentSubject, at: string): string | null => historyTurns(history, at);

const summary = ({ history }: SegmentSubject, at: string): PurchaseSummary => summaryOf(purchasesUntil(history, at));

const kept = ({ history }: SegmentSubject, at: string): readonly PastPurchase[] => {
  const until = purchasesUntil(history, at);
  return history.purchases.filter((purchase) => purchase.at <= at && keptOf(until, purchase) !== null);
};

const lastKept = (subject: SegmentSubject, at: string): PastPurchase | undefined =>
  kept(subject, at).reduce<PastPurchase | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined);

const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / DAY);

/** When one more day has passed since an instant. */
const nextDay = (since: string, at: string): string =>
  new Date(Date.parse(since) + DAY * Math.max(0, daysBetween(since, at) + 1)).toISOString();

const storedLast = (at: string): Expression => {
  const later = either({ $gt: ['$$value.at', '$$this.at'] }, '$$value', '$$this');
  return { $reduce: { input: storedPurchases(at), initialValue: null, in: later } };
};

const storedDays = (since: Expression, at: string): Expression => ({
  $floor: { $divide: [{ $subtract: [Date.parse(at), millisecondsOf(since)] }, DAY] },
});

const until = (list: string, at: string): Expression => those(listAt(`$history.${list}`), 'one', { $lte: ['$$one.at', at] });

const counted = (name: string, label: string, type: 'number' | 'flag', read: Read, stored: (at: string) => Expression): Of =>
  field(name, label, type, read, { turns, stored: (_, at) => stored(at) });

const ofLast = (name: string, label: string, path: 'salesChannel' | 'pointOfSaleId', codes?: readonly string[]): Of =>
  field(name, label, 'code', (subject, at) => lastKept(subject, at)?.[path], {
    ...(codes && { codes }),
    turns,
    stored: (_, at) => given({ last: storedLast(at) }, orNull(`$$last.${path}`)),
  });

/** What somebody has done, added up. */
export const behaviourFields = (salesChannels: readonly string[]): readonly Of[] => [
  field('daysKnown', 'days since we know him', 'number', ({ profile }, at) => Math.max(0, daysBetween(profile.registeredAt, at)), {
    turns: ({ profile }, at) => nextDay(profile.registeredAt, at),
    stored: (of, at) => ({ $max: [0, storedDays(`${of}profile.registeredAt`, at)] }),
  }),
  counted(
    'bought',
    'has bought',
    'flag',
    (subject, at) => summary(subject, at).count > 0,
    (at) => some(storedPurchases(at)),
  ),
  counted(
    'purchases',
    'purchases that were kept',
    'number',
    (subject, at) => summary(subject, at).count,
    (at) => ({ $size: storedPurchases(at) }),
  ),
  counted(
    'purchaseDays',
    'days on which he bought',
    'number',
    (subject, at) => summary(subject, at).days.length,
    (at) => ({ $size: { $setUnion: [ofEach(storedPurchases(at), 'one', { $substrBytes: ['$$one.at', 0, 10] }), []] } }),
  ),
  field(
    'daysSincePurchase',
    'days since the last purchase',
    'number',
    (subject, at) => {
      const { last } = summary(subject, at);
      return last === null ? null : daysBetween(last, at);
    },
    {
      turns: (subject, at) => {
        const { last } = summary(subject, at);
        return earliest(at, [turns(subject, at), last === null ? null : nextDay(last, at)]);
      },
      stored: (_, at) =>
        given({ last: { $max: ofEach(storedPurchases(at), 'one', '$$one.at') } }, either(isNull('$$last'), null, storedDays('$$last', at))),
    },
  ),
  counted(
    'articles',
    'different articles',
    'number',
    (subject, at) => new Set(kept(subject, at).flatMap(({ lines = [] }) => lines.flatMap(({ articleId }) => articleId ?? []))).size,
    (at) => {
      const all = { $reduce: { input: storedPurchases(at), initialValue: [], in: { $concatArrays: ['$$value', listAt('$$this.lines')] } } };
      const ids = those(ofEach(all, 'line', orNull('$$line.articleId')), 'id', { $ne: ['$$id', null] });
      return { $size: { $setUnion: [ids, []] } };
    },
  ),
  ofLast('salesChannel', 'sales channel of the last purchase', 'salesChannel', salesChannels),
  ofLast('pointOfSale', 'point of sale of the last purchase', 'pointOfSaleId'),
  counted(
    'solicitations',
    'solicitations',
    'number',
    ({ history }, at) => solicitationsUntil(history, at).length,
    (at) => ({ $size: until('solicitations', at) }),
  ),
  counted(
    'reactions',
    'reactions besides purchases',
    'number',
    ({ history }, at) => reactionsUntil(history, at).length,
    (at) => ({ $size: until('reactions', at) }),
  ),
  counted(
    'reacted',
    'has ever reacted',
    'flag',
    ({ history }, at) => reactionsUntil(history, at).length > 0,
    (at) => some(until('reactions', at)),
  ),
];

/** What somebody has spent, by currency. */
export const behaviourFamilies: readonly FieldFamily<SegmentSubject>[] = [
  {
    prefix: 'spent.',
    example: 'spent.EUR',
    field: (currency) =>
      counted(
        `spent.${currency}`,
        `spent, in ${currency}`,
        'number',
        (subject, at) => (summary(subject, at).monetary[currency] ?? 0) / 100,
        (at) => ({ $divide: [storedSpent(currency, at), 100] }),
      ),
  },
  {
    prefix: 'averagePurchase.',
    example: 'averagePurchase.EUR',
    field: (currency) =>
      counted(
        `averagePurchase.${currency}`,
        `average purchase, in ${currency}`,
        'number',
        ({ history }, at) => {
          const past = purchasesUntil(history, at);
          const amounts = past.bought.flatMap((one) => (one.currency === currency ? (keptOf(past, one) ?? []) : []));
          return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length / 100;
        },
        (at) => {
          const own = those(storedPurchases(at), 'one', { $eq: ['$$one.currency', currency] });
          const amounts = ofEach(own, 'bought', storedLeft('$$bought.', at));
          const mean = { $divide: [{ $divide: [{ $sum: '$$amounts' }, { $size: '$$amounts' }] }, 100] };
          return given({ amounts }, either(some('$$amounts'), mean, null));
        },
      ),
  },
];
