import { ServedEngine, START } from './support/served-engine.js';

let engine: ServedEngine;
beforeAll(async () => {
  engine = await ServedEngine.start();
  await engine.write('/clients', { clientId: 'ann' });
});
afterAll(() => engine.discard());

const put = async (path: string, body: object): Promise<number> => {
  const answer = await engine.call('PUT', path, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body.position;
};
const after = async (path: string): Promise<ReturnType<ServedEngine['read']>> =>
  engine.read(`${path}${path.includes('?') ? '&' : '?'}after=${await engine.head()}`);
const file = (query = '') => after(`/clients/ann/file${query}`);

const line = (fields: object, unitPrice = 1000) => ({ quantity: 1, unitPrice, ...fields });
const buy = (purchaseId: string, lines: { unitPrice: number }[], more: object = {}) =>
  engine.write('/purchases', {
    clientId: 'ann',
    purchaseId,
    amount: lines.reduce((sum, { unitPrice }) => sum + unitPrice, 0),
    currency: 'EUR',
    lines,
    ...more,
  });

describe('articles', () => {
  it('that nobody has described are listed with what was bought of them, and no purchase is refused', async () => {
    const lines = [line({ articleId: 'mug-7', text: 'Mug' }), line({ text: 'Ribbon, red' }, 90), line({ text: 'RIBBON,  RED' }, 90)];
    await buy('p-1', lines, { occurredAt: '2026-02-01T09:00:00Z' });
    await buy('p-2', [line({ articleId: 'mug-7' })], { currency: 'CHF' });
    const seen = { firstSeen: '2026-02-01T09:00:00.000Z', lastSeen: START };
    expect(await after('/unknown-articles?limit=10')).toEqual({
      count: 2,
      articles: expect.arrayContaining([
        { name: { articleId: 'mug-7' }, text: 'Mug', lines: 2, amounts: { EUR: 1000, CHF: 1000 }, ...seen },
        { name: { text: 'Ribbon, red' }, text: 'RIBBON,  RED', lines: 2, amounts: { EUR: 180 }, ...seen, lastSeen: seen.firstSeen },
      ]),
    });
    expect((await file()).reactions.purchases[0].lines).toMatchObject(lines.map((one) => ({ ...one, article: null })));
  });

  it('stand in a tree, today and on any day', async () => {
    const labels = { en: 'x' };
    await put('/article-groups/home', { labels });
    await put('/article-groups/kitchen', { labels, parentId: 'home' });
    await put('/article-groups/cups', { labels, parentId: 'kitchen' });
    const mugs = ['mug-7', 'mug-8'].map((articleId) => ({ articleId, labels: { en: 'Mug' }, groupId: 'cups' }));
    const band = { articleId: 'band', labels: { en: 'Ribbon' }, knownAs: ['Ribbon, Red'] };
    const sent = [...mugs, band, { ...band, articleId: 'a b' }, { ...band, articleId: 'other', margin: 5 }];
    const { body } = await engine.lines('/articles/bulk', sent.map((one) => JSON.stringify(one)).join('\n'));
    expect(body).toMatchObject({
      accepted: 3,
      rejected: [
        { line: 4, field: 'articleId' },
        { line: 5, field: 'currency' },
      ],
    });
    expect((await engine.lines('/articles/bulk', JSON.stringify(mugs[0]))).body).toMatchObject({ accepted: 0, repeated: 1 });

    await engine.write('/article-groups/cups/move', { parentId: 'home', since: '2026-02-15' });
    await engine.write('/articles/mug-8/move', { since: '2026-02-20' });
    const pathOf = async (articleId: string, on = '') =>
      (await after(`/articles/${articleId}${on && `?on=${on}`}`)).groups.map(({ groupId }: { groupId: string }) => groupId);
    expect(await pathOf('mug-7', '2026-02-14')).toEqual(['home', 'kitchen', 'cups']);
    expect(await pathOf('mug-7')).toEqual(['home', 'cups']);
    expect(await pathOf('mug-8', '2026-02-19')).toEqual(['home', 'cups']);
    expect(await pathOf('mug-8')).toEqual([]);
    const under = async (query: string) =>
      (await after(`/article-groups/${query}`)).map(({ articleId }: { articleId: string }) => articleId);
    expect(await under('kitchen/articles')).toEqual([]);
    expect(await under('kitchen/articles?on=2026-02-14')).toEqual(['mug-7', 'mug-8']);
    expect(await under('home/articles?on=2026-02-14&behind=mug-7&limit=1')).toEqual(['mug-8']);
    expect(await after('/article-groups?on=2026-02-14')).toMatchObject([
      { groupId: 'cups', parentId: 'kitchen', standings: [{ since: null }, { under: 'home', since: '2026-02-15' }] },
      { groupId: 'home', parentId: null },
      { groupId: 'kitchen', parentId: 'home' },
    ]);
    expect(await engine.post('/article-groups/home/move', { parentId: 'cups', since: '2026-01-01' })).toMatchObject({
      status: 409,
      body: { code: 'article-circle', errors: [{ field: 'parentId' }] },
    });
  });

  it('that are known are on the list no more, and stand in the file of who bought them', async () => {
    expect(await after('/unknown-articles')).toEqual({ count: 0, articles: [] });
    const [early, late] = (await file()).reactions.purchases;
    const groups = (...path: string[]) => ({ groups: path.map((groupId) => ({ groupId })) });
    expect(early.lines).toMatchObject([
      { article: { articleId: 'mug-7', labels: { en: 'Mug' }, ...groups('home', 'kitchen', 'cups') } },
      { text: 'Ribbon, red', article: { articleId: 'band', groups: [] } },
      { article: { articleId: 'band' } },
    ]);
    expect(late.lines).toMatchObject([{ article: groups('home', 'cups') }]);
    await engine.write('/articles/mug-7/retire');
    expect(await after('/articles/mug-7')).toMatchObject({ retired: true });
    expect(await after('/unknown-articles')).toEqual({ count: 0, articles: [] });
  });
});

describe('day rates', () => {
  const rate = { currency: 'EUR', toCurrency: 'CHF', day: '2026-01-30', rate: '0.9412', source: 'ecb' };

  it('are imported line by line, and corrected', async () => {
    const sent = [rate, { ...rate, day: '2026-02-27', rate: '0.5' }, { ...rate, rate: '-1' }, { ...rate, toCurrency: 'EUR' }];
    const { body } = await engine.lines('/day-rates/bulk', sent.map((one) => JSON.stringify(one)).join('\n'));
    expect(body).toMatchObject({
      accepted: 2,
      rejected: [
        { line: 3, field: 'rate' },
        { line: 4, field: 'toCurrency' },
      ],
    });
    await engine.write('/day-rates', { ...rate, rate: '0.94125' });
    expect(await after('/day-rates/EUR.CHF.2026')).toEqual({
      currency: 'EUR',
      toCurrency: 'CHF',
      days: { '2026-01-30': { rate: '0.94125', source: 'ecb' }, '2026-02-27': { rate: '0.5', source: 'ecb' } },
    });
  });

  it('convert what was kept, by the day of each purchase, and show apart what has no rate', async () => {
    expect((await file()).converted).toBeUndefined();
    // 1180 × 0.94125 = 1110.675, and 1000 in CHF
    expect((await file('?currency=CHF')).converted).toEqual({ currency: 'CHF', amount: 2111, withoutRate: {} });
    expect((await file('?currency=USD')).converted).toEqual({ currency: 'USD', amount: 0, withoutRate: { EUR: 1180, CHF: 1000 } });
    await engine.write('/clients/ann/purchases/p-1/cancel', {});
    // 1000 ÷ 0.5
    expect((await file('?currency=EUR')).converted).toEqual({ currency: 'EUR', amount: 2000, withoutRate: {} });
    expect(await engine.get('/clients/ann/file?currency=eur')).toMatchObject({ status: 400, body: { errors: [{ field: 'currency' }] } });
  });
});

describe('what purchases and reactions say in codes', () => {
  const strange = 'of-nowhere';
  const paid = { paymentId: 'x', amount: 1, currency: 'EUR' };
  const contract = { contractId: 'c-1', kind: 'contract', startsOn: '2026-01-01' };
  const sale = { clientId: 'ann', purchaseId: 'x', amount: 1, currency: 'EUR' };
  const response = { clientId: 'ann', responseId: 'x', kind: 'complaint' };

  beforeAll(async () => {
    await engine.write('/clients/ann/orders', { orderId: 'o-1', amount: 1, currency: 'EUR' });
    await engine.write('/clients/ann/contracts', contract);
    await engine.write('/clients/ann/memberships', { membershipId: 'm-1', clubId: 'wine' });
    await engine.write('/clients/ann/cases', { caseId: 'k-1', subject: 'repair' });
  });

  it.each<[path: string, body: object, field: string, known: string]>([
    ['/purchases', sale, 'salesChannel', 'web'],
    ['/clients/ann/orders', { orderId: 'x', amount: 1, currency: 'EUR' }, 'salesChannel', 'shop'],
    ['/clients/ann/returns', { returnId: 'x', amount: 1, currency: 'EUR' }, 'reason', 'too-small'],
    ['/clients/ann/purchases/p-2/cancel', {}, 'reason', 'too-late'],
    ['/clients/ann/orders/o-1/cancel', {}, 'reason', 'unavailable'],
    ['/clients/ann/payments', paid, 'means', 'transfer'],
    ['/clients/ann/contracts/c-1/end', { on: '2026-03-01' }, 'reason', 'too-dear'],
    ['/clients/ann/memberships', { membershipId: 'm-2', clubId: 'wine' }, 'level', 'gold'],
    ['/clients/ann/memberships/m-1/leave', {}, 'reason', 'moved'],
    ['/clients/ann/cases', { caseId: 'k-2' }, 'subject', 'warranty'],
    ['/clients/ann/cases/k-1/close', {}, 'outcome', 'replaced'],
    ['/responses', response, 'subject', 'delivery'],
  ])('POST %s is of a catalogue', async (path, body, field, known) => {
    const before = await engine.quiet();
    const refused = await engine.post(path, { ...body, [field]: strange });
    expect(refused).toMatchObject({ status: 409, body: { code: 'not-in-catalogue', errors: [{ field }] } });
    expect(refused.body.errors[0].reason).toContain(`${strange} is not in the catalogue`);
    expect(await engine.head()).toBe(before);
    await engine.write(path, { ...body, [field]: known });
  });

  it('may come again as it was recorded once it is retired', async () => {
    const bought = { ...sale, purchaseId: 'by-fax', salesChannel: 'fax' };
    await engine.write('/catalogues/salesChannel', { code: 'fax', labels: { en: 'Fax' } });
    await engine.write('/purchases', bought);
    await engine.write('/catalogues/salesChannel/fax/retire');
    const before = await engine.quiet();
    expect(await engine.post('/purchases', bought)).toMatchObject({ status: 200, body: { repeated: true } });
    expect((await engine.lines('/purchases/bulk', JSON.stringify(bought))).body).toMatchObject({ accepted: 0, repeated: 1, rejected: [] });
    expect(await engine.post('/purchases', { ...bought, purchaseId: 'by-fax-again' })).toMatchObject({ status: 409 });
    expect(await engine.head()).toBe(before);
  });

  it('is refused line by line', async () => {
    const lines = [strange, 'web'].map((salesChannel, n) => JSON.stringify({ ...sale, purchaseId: `bulk-${n}`, salesChannel }));
    const { body } = await engine.lines('/purchases/bulk', lines.join('\n'));
    expect(body).toMatchObject({ accepted: 1, rejected: [{ line: 1, field: 'salesChannel' }] });
  });

  it('is free for promotions, coupons, adverts and brands until their list is drawn up', async () => {
    const promoted = (purchaseId: string, promotion: string) =>
      engine.post('/purchases', {
        ...sale,
        purchaseId,
        amount: 2000,
        lines: [line({ text: 'Mug' }), line({ text: 'Mug', promotion, coupon: strange })],
      });
    expect(await promoted('free', strange)).toMatchObject({ status: 200 });
    await engine.write('/catalogues/promotion', { code: 'spring', labels: { en: 'Spring' } });
    expect(await promoted('listed', strange)).toMatchObject({ status: 409, body: { errors: [{ field: 'lines[1].promotion' }] } });
    expect(await promoted('listed', 'spring')).toMatchObject({ status: 200 });
    await engine.write('/catalogues/brand', { code: 'acme', labels: { en: 'Acme' } });
    const mug = { labels: { en: 'Mug' }, brand: strange };
    expect(await engine.call('PUT', '/articles/mug-9', mug)).toMatchObject({ status: 409, body: { errors: [{ field: 'brand' }] } });
  });
});
