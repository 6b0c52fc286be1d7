import { specProjection } from '../../../eventsourcing/src/testing.js';
import { articleMentionsProjection, mentionKey } from './article-mentions.projection.js';
import { articlesProjection } from './articles.projection.js';
import { day } from '../testing.js';

const labels = { en: 'Mug' };
const described = (articleId: string, knownAs: string[] = [], dropped: string[] = []) => ({
  type: 'ArticleDescribed',
  data: { articleId, article: { labels, knownAs }, dropped },
});

it('an article keeps where it has stood, and comes back from retirement', () => {
  const given = specProjection(articlesProjection, day(0));
  const moved = (groupId: string | null, since: string | null) => ({ type: 'ArticleMoved', data: { articleId: 'mug-7', groupId, since } });
  const retired = { type: 'ArticleRetired', data: { articleId: 'mug-7' } };
  const standings = [
    { under: 'cups', since: null },
    { under: 'pots', since: '2026-06-01' },
  ];
  const article = { labels, knownAs: [] };
  const history = [described('mug-7'), moved('pots', '2026-06-01'), moved('cups', null), retired];
  given(...history).then('mug-7', { articleId: 'mug-7', article, standings, retired: true });
  given(...history, described('mug-7')).then('mug-7', { articleId: 'mug-7', article, standings, retired: false });
});

describe('what lines call an article', () => {
  const given = specProjection(articleMentionsProjection, day(0));
  const line = (articleId: string | null, text?: string, amount = 100) => ({
    articleId,
    ...(text && { text }),
    quantity: 1,
    unitPrice: amount,
    amount,
  });
  const bought = (...lines: object[]) => ({
    type: 'PurchaseRecorded',
    data: { clientId: 'ann', purchaseId: 'p', amount: 0, currency: 'EUR', lines, credit: null },
  });
  const mug = mentionKey({ articleId: 'mug-7' });
  const ribbon = mentionKey({ articleId: null, text: 'Ribbon' });
  const mugs = {
    name: { articleId: 'mug-7' },
    text: 'Mug',
    articleId: null,
    lines: 2,
    amounts: { EUR: 150 },
    firstSeen: day(0),
    lastSeen: day(0),
  };
  const ribbons = { ...mugs, name: { text: 'Ribbon' }, text: 'RIBBON', lines: 3, amounts: { EUR: 300 } };
  const purchase = bought(line('mug-7'), line('mug-7', 'Mug', 50), line(null, 'Ribbon'), line(null, 'ribbon'), line(null, 'RIBBON'));

  it('is counted by id, else by text, however it is spelt', () => {
    given(purchase).then(mug, mugs);
    given(purchase).then(ribbon, ribbons);
  });
  it('is nothing for a purchase without lines', () => {
    const { lines: _, ...bare } = bought().data;
    expect(articleMentionsProjection.key({ type: 'PurchaseRecorded', data: bare } as never)).toEqual([]);
  });
  it('is known as soon as an article is described by its id or under its name, before the purchase or behind it', () => {
    const known = described('mug-7', ['Ribbon']);
    given(purchase, known).then(mug, { ...mugs, articleId: 'mug-7' });
    given(known, purchase).then(mug, { ...mugs, articleId: 'mug-7' });
    given(purchase, known).then(ribbon, { ...ribbons, articleId: 'mug-7' });
    given(known, purchase).then(ribbon, { ...ribbons, articleId: 'mug-7' });
  });
  it('is unknown again when the article goes by that name no more', () => {
    const known = described('mug-7', ['Ribbon']);
    given(purchase, known, described('mug-7', [], ['Ribbon'])).then(ribbon, ribbons);
    given(known, described('mug-7', [], ['Ribbon'])).then(ribbon, null);
  });
  it('is the name of the latest article that took it', () => {
    const taken = [described('mug-7', ['Ribbon']), described('band-1', ['Ribbon'])];
    given(purchase, ...taken, described('mug-7', [], ['Ribbon'])).then(ribbon, { ...ribbons, articleId: 'band-1' });
  });
});
