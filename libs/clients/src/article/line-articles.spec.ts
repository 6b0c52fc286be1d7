import { projectEvent } from '@boucle/eventsourcing';
import { ArticleMention, articleMentionsProjection, mentionKey } from './article-mentions.projection.js';
import { Article } from './articles.projection.js';
import { ArticleGroups } from './article-tree.js';
import { RegisterClient } from '../client/client.commands.js';
import { clientFileOf } from '../client/client-file.js';
import { linesOfFile, withArticles } from './line-articles.js';
import { PlaceOrder } from '../reaction/account.commands.js';
import { RecordPurchase, ReturnPurchase } from '../purchase/purchase.commands.js';
import { day, live, logged, order } from '../testing.js';

const clientId = 'client-1';
const line = (fields: object) => ({ quantity: 1, unitPrice: 100, ...fields });
const lines = [line({ articleId: 'mug-7' }), line({ text: 'MUG, BLUE' }), line({ articleId: 'mug-8' }), line({ text: 'Ribbon' })];
const purchase = (purchaseId: string) => order(RecordPurchase, { clientId, purchaseId, amount: 400, currency: 'EUR', lines });
const { history } = live(
  [day(0), order(RegisterClient, { clientId, attributes: {} })],
  [day(1), purchase('early')],
  [day(9), purchase('late')],
  [day(9), order(RecordPurchase, { clientId, purchaseId: 'bare', amount: 1, currency: 'EUR' })],
  [day(9), order(ReturnPurchase, { clientId, returnId: 'r', currency: 'EUR', lines: lines.slice(0, 1) })],
  [day(9), order(PlaceOrder, { clientId, orderId: 'o', amount: 100, currency: 'EUR', lines: lines.slice(0, 1) })],
);
const file = clientFileOf(clientId, history)!;

const article = { labels: { en: 'Mug' }, knownAs: ['Mug, blue'] };
const mug: Article = {
  articleId: 'mug-7',
  article,
  standings: [
    { under: 'cups', since: null },
    { under: 'new', since: '2026-03-05' },
  ],
  retired: true,
};
const groups: ArticleGroups = {
  kitchen: { labels: { en: 'Kitchen' }, standings: [] },
  cups: { labels: { en: 'Cups' }, standings: [{ under: 'kitchen', since: null }] },
};
const described = logged({ type: 'ArticleDescribed', data: { articleId: 'mug-7', article, dropped: [] } }, day(0));
const mentions = new Map(
  linesOfFile(file)
    .map(mentionKey)
    .map((key) => [key, projectEvent(articleMentionsProjection, null, described, key) as ArticleMention])
    .filter((pair): pair is [string, ArticleMention] => pair[1] !== null),
);

it('lines have their articles, by id or name, where they stood on the day', () => {
  const { purchases, returns, orders } = withArticles(file, { mentions, articles: new Map([['mug-7', mug]]), groups }).reactions;
  const inGroups = (...path: object[]) => ({ articleId: 'mug-7', labels: article.labels, groups: path });
  const early = inGroups({ groupId: 'kitchen', labels: { en: 'Kitchen' } }, { groupId: 'cups', labels: { en: 'Cups' } });
  const late = inGroups({ groupId: 'new', labels: null });
  expect(purchases.map((told) => told.lines?.map((one) => one.article))).toEqual([
    [early, early, null, null],
    [late, late, null, null],
    undefined,
  ]);
  for (const [{ lines: told }] of [returns, orders]) expect(told).toMatchObject([{ articleId: 'mug-7', article: late }]);
  expect(purchases[0].lines![1]).toMatchObject({ articleId: null, text: 'MUG, BLUE', amount: 100 });
});
