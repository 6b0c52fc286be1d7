import { specDecider } from '../../../eventsourcing/src/testing.js';
import { DescribeArticle, DescribeArticleGroup, MoveArticle, MoveArticleGroup, RetireArticle } from './article.commands.js';
import { articleDecider, articleGroupsDecider } from './article.decider.js';
import { day, faults, order } from '../testing.js';

const TODAY = '2026-03-01';
const labels = { en: 'Mug', de: 'Tasse', fr: 'Tasse' };

describe('a group of articles', () => {
  const given = specDecider(articleGroupsDecider, day(0));
  const described = (groupId: string) => ({ type: 'ArticleGroupDescribed', data: { groupId, labels } });
  const moved = (groupId: string, parentId: string | null, since: string | null) => ({
    type: 'ArticleGroupMoved',
    data: { groupId, parentId, since },
  });
  const home = described('home');
  const kitchen = described('kitchen');
  const describeCups = order(DescribeArticleGroup, { groupId: 'cups', labels });
  const underKitchen = order(DescribeArticleGroup, { ...describeCups, parentId: 'kitchen' });

  it('is described, at the top or under another from ever on', () => {
    given().when(describeCups).then(described('cups'));
    given(kitchen)
      .when(underKitchen)
      .then(described('cups'), moved('cups', 'kitchen', null));
  });
  it('is described once', () => {
    given(described('cups')).when(describeCups).thenNothing();
    given(kitchen, described('cups'), moved('cups', 'kitchen', null))
      .when(underKitchen)
      .thenNothing();
    given(kitchen, described('cups'), moved('cups', 'kitchen', null))
      .when(describeCups)
      .thenNothing();
  });
  it('described under another group moves today, or on the day that is said', () => {
    given(home, kitchen, described('cups'), moved('cups', 'home', null))
      .when(underKitchen)
      .then(moved('cups', 'kitchen', TODAY));
    given(kitchen, described('cups'))
      .when(order(DescribeArticleGroup, { ...underKitchen, since: '2025-01-01' }))
      .then(moved('cups', 'kitchen', '2025-01-01'));
  });

  const move = order(MoveArticleGroup, { groupId: 'cups', parentId: 'kitchen', since: '2026-06-01' });
  it('is moved from a day on, also to the top', () => {
    given(kitchen, described('cups'))
      .when(move)
      .then(moved('cups', 'kitchen', '2026-06-01'));
    given(kitchen, described('cups'), moved('cups', 'kitchen', null))
      .when(order(MoveArticleGroup, { groupId: 'cups', since: '2026-06-01' }))
      .then(moved('cups', null, '2026-06-01'));
  });
  it('is moved once', () =>
    given(kitchen, described('cups'), moved('cups', 'kitchen', '2026-06-01'))
      .when(move)
      .thenNothing());
  it('is moved only if both are there', () => {
    given(kitchen).when(move).thenRejected('unknown-article-group');
    given(described('cups')).when(move).thenRejected('unknown-article-group');
    given().when(underKitchen).thenRejected('unknown-article-group');
  });
  it('stands on no day under itself, now or by a move that is planned', () => {
    given(described('cups'))
      .when(order(MoveArticleGroup, { groupId: 'cups', parentId: 'cups', since: TODAY }))
      .thenRejected('article-circle');
    given()
      .when(order(DescribeArticleGroup, { ...describeCups, parentId: 'cups' }))
      .thenRejected('article-circle');
    const planned = [home, kitchen, moved('kitchen', 'home', '2026-06-01')];
    const homeUnderKitchen = (since: string) => order(MoveArticleGroup, { groupId: 'home', parentId: 'kitchen', since });
    given(...planned)
      .when(homeUnderKitchen('2026-01-01'))
      .thenRejected('article-circle');
    given(...planned, moved('kitchen', null, '2026-09-01'))
      .when(homeUnderKitchen('2026-09-01'))
      .then(moved('home', 'kitchen', '2026-09-01'));
  });
});

describe('an article', () => {
  const given = specDecider(articleDecider, day(0));
  const articleId = 'mug-7';
  const facts = { labels, number: '4711/2', knownAs: ['Mug, blue'], brand: 'acme', ownBrand: true, cost: 420, currency: 'EUR' };
  const described = (article: object = facts, dropped: string[] = []) => ({
    type: 'ArticleDescribed',
    data: { articleId, article, dropped },
  });
  const moved = (groupId: string | null, since: string | null) => ({ type: 'ArticleMoved', data: { articleId, groupId, since } });
  const describeMug = order(DescribeArticle, { articleId, ...facts });
  const inCups = order(DescribeArticle, { ...describeMug, groupId: 'cups' });

  it('is described, in a group from ever on', () => {
    given().when(describeMug).then(described());
    given().when(inCups).then(described(), moved('cups', null));
    given()
      .when(order(DescribeArticle, { ...inCups, since: '2026-06-01' }))
      .then(described(), moved('cups', '2026-06-01'));
  });
  it('is described once', () => {
    given(described()).when(describeMug).thenNothing();
    given(described(), moved('cups', null)).when(inCups).thenNothing();
    given(described(), moved('cups', null)).when(describeMug).thenNothing();
  });
  it('is described as a whole, and says which names it has no more', () =>
    given(described({ ...facts, knownAs: ['Mug, blue', 'Cup'] }))
      .when(describeMug)
      .then(described(facts, ['Cup'])));
  it('described in another group moves today', () => given(described(), moved('pots', null)).when(inCups).then(moved('cups', TODAY)));
  it('keeps what is planned when it is described as it stands today', () =>
    given(described(), moved('cups', null), moved('pots', '2026-06-01')).when(inCups).thenNothing());

  it.each([
    ['cost and margin', { margin: 100 }],
    ['no currency', { currency: undefined }],
    ['a currency alone', { cost: undefined }],
    ['itself as successor', { successorId: articleId }],
    ['a variant twice', { variants: [0, 1].map(() => ({ variantId: 'blue', labels })) }],
  ])('is not described with %s', (_, wrong) =>
    given()
      .when(order(DescribeArticle, { ...describeMug, ...wrong }))
      .thenRejected('wrong-article'),
  );

  const move = order(MoveArticle, { articleId, groupId: 'cups', since: '2026-06-01' });
  it('is moved from a day on, also into no group', () => {
    given(described()).when(move).then(moved('cups', '2026-06-01'));
    given(described())
      .when(order(MoveArticle, { articleId, since: '2026-06-01' }))
      .then(moved(null, '2026-06-01'));
  });
  it('is moved once', () => given(described(), moved('cups', '2026-06-01')).when(move).thenNothing());
  it('is moved only if it is there', () => given().when(move).thenRejected('unknown-article'));

  const retire = order(RetireArticle, { articleId });
  const retired = { type: 'ArticleRetired', data: { articleId } };
  it('is retired, and comes back when it is described again', () => {
    given(described()).when(retire).then(retired);
    given(described(), retired).when(describeMug).then(described());
  });
  it('is retired once', () => given(described(), retired).when(retire).thenNothing());
  it('is retired only if it is there', () => given().when(retire).thenRejected('unknown-article'));

  it.each<[object, string]>([
    [{ knownAs: ['Cup', 'Cup'] }, 'knownAs'],
    [{ knownAs: [' Cup'] }, 'knownAs'],
    [{ labels: {} }, 'labels'],
    [{ brand: 'two words' }, 'brand'],
    [{ variants: [{ variantId: 'a b', labels }] }, 'variants.0.variantId'],
    [{ since: 'today' }, 'since'],
    [{ cost: -1 }, 'cost'],
  ])('has a shape: %j', (wrong, field) => expect(faults(DescribeArticle, { ...describeMug, ...wrong })).toEqual([field]));
});
