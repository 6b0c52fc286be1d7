import { PairCounts } from './association.js';

/** Two items and how often they are bought together; a comes before b. */
export interface CountedPair extends PairCounts {
  itemA: string;
  itemB: string;
}

/** Counts in how many baskets items lie, at first each by itself; its memory grows with the number of different items. */
export class ItemCounts {
  readonly counts = new Map<string, number>();
  baskets = 0;

  add(basket: ReadonlySet<string>): void {
    this.baskets++;
    for (const item of basket) this.counts.set(item, (this.counts.get(item) ?? 0) + 1);
  }

  /** The most frequent items that lie in so many baskets at least, as no pair can be more frequent than its items. */
  frequent(fewest: number, most: number): string[] {
    return [...this.counts]
      .filter(([, count]) => count >= fewest)
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([item]) => item)
      .sort();
  }
}

/** Counts pairs of items in a second pass over the same baskets, in a triangle of 4 bytes per pair. */
export class PairsOfItems {
  readonly #places: ReadonlyMap<string, number>;
  readonly #triangle: Uint32Array;

  /** @param items in order, those whose pairs are counted */
  constructor(
    private readonly items: readonly string[],
    private readonly single: ItemCounts,
  ) {
    this.#places = new Map(items.map((item, place) => [item, place]));
    this.#triangle = new Uint32Array((items.length * (items.length - 1)) / 2);
  }

  add(basket: ReadonlySet<string>): void {
    const places = [...basket].flatMap((item) => this.#places.get(item) ?? []).sort((a, b) => a - b);
    for (let second = 1; second < places.length; second++) {
      const row = (places[second] * (places[second] - 1)) / 2;
      for (let first = 0; first < second; first++) this.#triangle[row + places[first]]++;
    }
  }

  /** Pairs that lie together in so many baskets at least. */
  *pairs(fewest: number): Generator<CountedPair> {
    const { items, single } = this;
    for (let second = 1, at = 0; second < items.length; second++)
      for (let first = 0; first < second; first++, at++) {
        const both = this.#triangle[at];
        if (both === 0 || both < fewest) continue;
        const [itemA, itemB] = [items[first], items[second]];
        yield { itemA, itemB, baskets: single.baskets, a: single.counts.get(itemA)!, b: single.counts.get(itemB)!, both };
      }
  }
}
