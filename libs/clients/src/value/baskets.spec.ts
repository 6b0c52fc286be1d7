import { PastPurchase } from '../history/client-history.js';
import { Baskets, nextArticleFor, nextArticles } from './baskets.js';
import { KeptPurchase } from './kept-purchases.js';

const basket = (...articles: string[]): KeptPurchase => {
  const lines = articles.map((articleId) => ({ articleId, quantity: 1, amount: 100 }));
  const purchase: PastPurchase = { purchaseId: 'p', at: '2026-01-01T00:00:00.000Z', amount: 100, currency: 'EUR', lines };
  return { day: '2026-01-01', cents: 100, purchase };
};
const times = (n: number, ...articles: string[]): KeptPurchase[] => Array.from({ length: n }, () => basket(...articles));

describe('what is bought together', () => {
  const clients = [...times(60, 'bread', 'butter'), ...times(40, 'bread'), ...times(100, 'tea'), ...times(20, 'tea', 'butter')];

  it('is told of pairs that are frequent enough, both ways', () => {
    const baskets = new Baskets('order');
    for (const one of clients) baskets.add([one]);
    expect(baskets.counts).toEqual({ baskets: 220, articles: 3 });
    const rules = baskets.rules();
    expect(rules.map(({ article, next, both }) => [article, next, both])).toEqual([
      ['bread', 'butter', 60],
      ['butter', 'bread', 60],
    ]);
    expect(rules[0]).toMatchObject({ confidence: 0.6, lift: expect.closeTo((220 * 60) / (100 * 80), 9) });
    expect(rules[0].liftLow).toBeLessThan(rules[0].lift);
  });

  it('counts what a client has ever bought as one basket if asked to', () => {
    const [byOrder, byClient] = [new Baskets('order'), new Baskets('client')];
    for (let n = 0; n < 40; n++) for (const baskets of [byOrder, byClient]) baskets.add([basket('bread'), basket('butter')]);
    expect([byOrder.counts.baskets, byOrder.rules()]).toEqual([80, []]);
    expect([byClient.counts.baskets, byClient.rules().length]).toEqual([40, 2]);
  });

  it('counts groups of articles if asked to, without articles that stand in none', () => {
    const baskets = new Baskets('order', (articleId) => ({ bread: 'food', butter: 'dairy' })[articleId] ?? null);
    for (const one of clients) baskets.add([one]);
    expect(baskets.counts).toEqual({ baskets: 120, articles: 2 });
    expect(baskets.rules().map(({ article, next, both }) => [article, next, both])).toEqual([
      ['dairy', 'food', 60],
      ['food', 'dairy', 60],
    ]);
  });

  it('speaks for what a client has not got yet', () => {
    const baskets = new Baskets('order');
    for (const one of clients) baskets.add([one]);
    const rules = nextArticles(baskets.rules());
    const byArticle = new Map(rules.map((rule) => [rule.article, [rule]]));
    expect(nextArticleFor(new Set(['bread']), byArticle)).toBe('butter');
    expect(nextArticleFor(new Set(['bread', 'butter']), byArticle)).toBeNull();
    expect(nextArticleFor(new Set(['tea']), byArticle)).toBeNull();
  });
});
