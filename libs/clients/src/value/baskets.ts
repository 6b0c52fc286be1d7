import { association, Association, ItemCounts, PairsOfItems } from '@boucle/targeting';
import { KeptPurchase } from './kept-purchases.js';

export const BASKETS = ['order', 'client'] as const;

/** What was bought together: in one order, or ever by one client. */
export type BasketOf = (typeof BASKETS)[number];

/** Who buys one article buys another. */
export interface Rule extends Association {
  readonly article: string;
  readonly next: string;
  /** Baskets with both. */
  readonly both: number;
}

/** Articles that are compared at most: pairs are their square. */
const MOST_ARTICLES = 2_000;
/** Fewer baskets with both say nothing, however high their lift. */
export const FEWEST_BASKETS = 30;

/** What stands for an article on a day, such as its group; null: nothing. */
export type ItemOf = (articleId: string, day: string) => string | null;

const itself: ItemOf = (articleId) => articleId;

/** The articles that a client has, or what stands for them. */
export const articlesOf = (purchases: readonly KeptPurchase[], itemOf: ItemOf = itself): Set<string> =>
  new Set(
    purchases.flatMap(({ day, purchase }) =>
      (purchase.lines ?? []).flatMap(({ articleId, quantity }) =>
        articleId !== null && quantity > 0 ? (itemOf(articleId, day) ?? []) : [],
      ),
    ),
  );

/** Counts what is bought together, held as numbers: four bytes for each article in a basket. */
export class Baskets {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** Number of articles, then their numbers, basket by basket. */
  private held = new Int32Array(1_024);
  private size = 0;
  private readonly single = new ItemCounts();

  constructor(
    private readonly of: BasketOf,
    private readonly itemOf: ItemOf = itself,
  ) {}

  /** Takes what a client has kept. */
  add(purchases: readonly KeptPurchase[]): void {
    for (const basket of this.of === 'client' ? [purchases] : purchases.map((one) => [one])) {
      const articles = articlesOf(basket, this.itemOf);
      if (articles.size === 0) continue;
      this.single.add(articles);
      // one article alone makes no pair
      if (articles.size > 1) this.hold(articles);
    }
  }

  /** Baskets with an article, and how many different ones there are. */
  get counts(): { readonly baskets: number; readonly articles: number } {
    return { baskets: this.single.baskets, articles: this.single.counts.size };
  }

  /** Every pair bought together often enough, both ways, the strongest first: by the least that the lift can be. */
  rules(): Rule[] {
    const pairs = new PairsOfItems(this.single.frequent(FEWEST_BASKETS, MOST_ARTICLES), this.single);
    for (let at = 0; at < this.size; at += this.held[at] + 1)
      pairs.add(new Set(Array.from(this.held.subarray(at + 1, at + 1 + this.held[at]), (number) => this.names[number])));
    const rules: Rule[] = [];
    for (const { itemA, itemB, ...counts } of pairs.pairs(FEWEST_BASKETS)) {
      const { both } = counts;
      rules.push({ article: itemA, next: itemB, both, ...association(counts) });
      rules.push({ article: itemB, next: itemA, both, ...association({ ...counts, a: counts.b, b: counts.a }) });
    }
    return rules.sort(
      (x, y) => y.liftLow - x.liftLow || (x.article < y.article ? -1 : x.article > y.article ? 1 : x.next < y.next ? -1 : 1),
    );
  }

  private hold(articles: ReadonlySet<string>): void {
    while (this.size + articles.size + 1 > this.held.length) {
      const larger = new Int32Array(2 * this.held.length);
      larger.set(this.held);
      this.held = larger;
    }
    this.held[this.size++] = articles.size;
    for (const article of articles) {
      let number = this.numbers.get(article);
      if (number === undefined) {
        number = this.names.push(article) - 1;
        this.numbers.set(article, number);
      }
      this.held[this.size++] = number;
    }
  }
}

/** What to offer next to who has an article. */
export interface NextArticle {
  readonly article: string;
  readonly next: string;
  readonly confidence: number;
  readonly liftLow: number;
}

const RULES_PER_ARTICLE = 3;
const MOST_RULES = 1_000;

/** The rules by which the next article is chosen: of each article those of highest confidence that more than chance speaks for. */
export const nextArticles = (rules: readonly Rule[]): NextArticle[] => {
  const byArticle = new Map<string, Rule[]>();
  for (const rule of rules) {
    if (rule.liftLow <= 1) continue;
    const known = byArticle.get(rule.article);
    if (known) known.push(rule);
    else byArticle.set(rule.article, [rule]);
  }
  return [...byArticle.values()]
    .flatMap((own) => own.sort((a, b) => b.confidence - a.confidence).slice(0, RULES_PER_ARTICLE))
    .sort((a, b) => b.both - a.both)
    .slice(0, MOST_RULES)
    .map(({ article, next, confidence, liftLow }) => ({ article, next, confidence, liftLow }));
};

/** Of the rules by article the one that speaks for what a client has not got yet; null: none does. */
export const nextArticleFor = (has: ReadonlySet<string>, rules: ReadonlyMap<string, readonly NextArticle[]>): string | null => {
  let best: NextArticle | null = null;
  for (const article of has)
    for (const rule of rules.get(article) ?? []) if (!has.has(rule.next) && (!best || rule.confidence > best.confidence)) best = rule;
  return best?.next ?? null;
};
