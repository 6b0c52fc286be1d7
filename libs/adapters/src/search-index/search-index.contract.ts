import fc from 'fast-check';
import { Findable, Hit, Indexing, MATCHES, SearchIndex, StoredDocument, Text, Way } from '@boucle/eventsourcing';

/** An index without documents. */
export interface OpenedIndex {
  readonly index: SearchIndex<Findable>;
  close(): Promise<void>;
  /** The same documents through a new index; the open one is closed first. */
  reopen(): Promise<SearchIndex<Findable>>;
}

const consonants = (word: string): string => word.replace(/[aeiou]/g, '');

/** Documents say themselves what they are found by; words with the same consonants are near. */
export const plainIndexing: Indexing<Findable> = {
  version: 1,
  findable: (document) => document,
  nearness: (word) => [consonants(word)],
  alike: (word, other) => word.length === other.length,
};

const named = (...words: string[]): Findable => ({ texts: [{ kind: 'name', words }], keys: [], rank: 0 });
const some = (key: string, document: Findable | null, position = 1): StoredDocument<Findable> => ({ key, document, position });

/** Every hit, page by page. */
const everyHit = async (index: SearchIndex<Findable>, ways: readonly Way[], limit = 20): Promise<Hit[]> => {
  const all: Hit[] = [];
  for (let after: string | undefined; ;) {
    const { hits, next } = await index.find(ways, { after, limit });
    expect(hits.length).toBeLessThanOrEqual(limit);
    all.push(...hits);
    if (next === null) return all;
    after = next;
  }
};

const matchOf = (word: string, other: string): number => {
  if (word === other) return 0;
  if (other.startsWith(word)) return 1;
  return consonants(word) === consonants(other) && word.length === other.length ? 2 : MATCHES.length;
};

/** How well a text fits, by going through its words. */
const fitOf = (way: Text, { kind, words }: Text): number =>
  kind === way.kind
    ? Math.max(...way.words.map((word) => Math.min(MATCHES.length, ...words.map((other) => matchOf(word, other)))))
    : MATCHES.length;

/** What every search index must do. */
export const searchIndexContract = (name: string, open: () => Promise<OpenedIndex>): void => {
  describe(`${name} as a search index`, () => {
    let opened: OpenedIndex;
    let index: SearchIndex<Findable>;
    beforeEach(async () => ({ index } = opened = await open()));
    afterEach(() => opened.close());

    const find = async (...words: string[]): Promise<string[]> => {
      const hits = await everyHit(index, [{ kind: 'name', words }]);
      return hits.map(({ key, match }) => `${key} ${match}`);
    };

    it('finds exact before prefix before near', async () => {
      await index.put([some('a', named('mila')), some('b', named('milan')), some('c', named('mila', 'kern')), some('d', named('mola'))]);
      expect(await find('mila')).toEqual(['a exact', 'c exact', 'b prefix', 'd near']);
      expect(await find('mi')).toEqual(['a prefix', 'b prefix', 'c prefix']);
      expect(await find('x')).toEqual([]);
    });

    it('finds who has all the words, in one text, and tells by the worst', async () => {
      const twice: Findable = { ...named('mila', 'kern'), texts: [...named('mila', 'kern').texts, { kind: 'name', words: ['berg'] }] };
      await index.put([some('a', twice), some('b', named('mila', 'kernen')), some('c', named('kern'))]);
      expect(await find('kern', 'mila')).toEqual(['a exact', 'b prefix']);
      expect(await find('mila', 'berg')).toEqual([]);
      expect(await find('berg')).toEqual(['a exact']);
    });

    it('puts the greatest rank first, and tells kinds apart', async () => {
      await index.put([
        some('a', { ...named('mila'), rank: -5 }),
        some('b', { ...named('mila'), rank: 24_000 }),
        some('c', { texts: [{ kind: 'street', words: ['mila'] }], keys: [], rank: 24_001 }),
      ]);
      expect(await find('mila')).toEqual(['b exact', 'a exact']);
      expect(await index.find([{ kind: 'street', words: ['mila'] }], { limit: 20 })).toEqual({
        hits: [{ key: 'c', way: 0, match: 'exact' }],
        next: null,
      });
    });

    it('holds by whole keys, and passes over what too many have', async () => {
      const keyed = (...keys: string[]): Findable => ({ texts: [], keys, rank: 0 });
      await index.put([some('a', keyed('e:1', 'p:4')), some('b', keyed('e:12', 'p:4')), some('c', keyed('e:1', 'p:4'))]);
      const holding = async (most: number, ...keys: string[]) => (await index.holding(keys, most)).map(({ key }) => key).sort();
      expect(await holding(2, 'e:1')).toEqual(['a', 'c']);
      expect(await holding(2, 'e:1', 'e:12', 'e:')).toEqual(['a', 'b', 'c']);
      expect(await holding(2, 'p:4', 'e:12')).toEqual(['b']);
      expect(await holding(3, 'p:4', 'e:1')).toEqual(['a', 'b', 'c']);
      expect(await index.holding(['e:12'], 1)).toEqual([some('b', keyed('e:12', 'p:4'))]);
      await index.put([some('c', null, 2)]);
      expect(await holding(1, 'e:1')).toEqual(['a']);
    });

    it('finds by keys and how they begin', async () => {
      const keyed = (rank: number, ...keys: string[]): Findable => ({ texts: [], keys, rank });
      await index.put([some('a', keyed(1, 'e:1', 'p:44')), some('b', keyed(2, 'p:4567', 'p:4568')), some('c', keyed(3, 'q:4567'))]);
      const keysBy = async (key: string) => (await everyHit(index, [{ key }])).map((hit) => hit.key);
      expect(await keysBy('e:1')).toEqual(['a']);
      expect(await keysBy('p:4')).toEqual(['b', 'a']);
      expect(await keysBy('p:45670')).toEqual([]);
    });

    it('follows several ways at once, and says which', async () => {
      await index.put([some('a', { ...named('milan'), keys: ['k:1'] }), some('b', named('mila'))]);
      const ways = [{ key: 'k:1' }, { kind: 'name', words: ['mila'] }];
      const { hits } = await index.find(ways, { limit: 20 });
      expect(hits).toEqual([
        { key: 'a', way: 0, match: 'exact' },
        { key: 'b', way: 1, match: 'exact' },
      ]);
    });

    it('keeps documents and tombstones with their positions, and its own', async () => {
      expect(await index.position()).toBe(0);
      await index.put([some('b', named('mila'), 2), some('a', named('kern'), 1), some('c', null, 3)]);
      await index.reach(3);
      await index.reach(2);
      index = await opened.reopen();
      expect(await index.position()).toBe(3);
      expect(await index.scan()).toEqual([some('a', named('kern'), 1), some('b', named('mila'), 2), some('c', null, 3)]);
      expect(await index.scan({ after: 'a', limit: 1 })).toEqual([some('b', named('mila'), 2)]);
      expect(await index.getMany(['c', 'x', 'a'])).toEqual([some('c', null, 3), some('a', named('kern'), 1)]);
      expect(await find('mila')).toEqual(['b exact']);
    });

    it('keeps what is newer, also as a tombstone', async () => {
      await index.put([some('a', named('mila'), 5), some('b', null, 5)]);
      await index.put([some('a', named('kern'), 4), some('b', named('kern'), 4)]);
      expect(await find('kern')).toEqual([]);
      expect(await find('mila')).toEqual(['a exact']);
    });

    it('finds by nothing that a document has lost', async () => {
      await index.put([some('a', { ...named('mila', 'kern'), keys: ['k:1', 'k:2'], rank: 7 })]);
      await index.put([some('a', { ...named('kern', 'ora'), keys: ['k:2', 'k:3'], rank: 8 }, 2)]);
      expect(await find('mila')).toEqual([]);
      expect(await find('kern', 'ora')).toEqual(['a exact']);
      expect(await everyHit(index, [{ key: 'k:1' }])).toEqual([]);
      expect(await everyHit(index, [{ key: 'k:' }])).toHaveLength(1);
      await index.put([some('a', null, 3)]);
      expect(await everyHit(index, [{ key: 'k:' }, { kind: 'name', words: ['k'] }])).toEqual([]);
    });

    const word = fc.constantFrom('mila', 'mola', 'milan', 'mil', 'kern', 'karn', 'kernen', 'ora');
    const text = fc.record({ kind: fc.constantFrom('name', 'street'), words: fc.array(word, { minLength: 1, maxLength: 3 }) });
    const findable = fc.record({ texts: fc.array(text, { maxLength: 2 }), keys: fc.constant([]), rank: fc.integer({ min: -2, max: 2 }) });
    const put = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), document: fc.option(findable, { freq: 6 }) });

    it('finds after any history what going through all documents finds, whatever the pages', async () => {
      let position = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(put, { maxLength: 4 }), { maxLength: 5 }),
          text,
          fc.integer({ min: 1, max: 4 }),
          async (puts, way, limit) => {
            const live = new Map<string, Findable>();
            await index.put(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => some(key, null, ++position)));
            for (const together of puts) {
              const newest = new Map(together.map(({ key, document }) => [key, document]));
              await index.put([...newest].map(([key, document]) => some(key, document, ++position)));
              for (const [key, document] of newest)
                if (document) live.set(key, document);
                else live.delete(key);
            }
            const expected = [...live].flatMap(([key, { texts, rank }]) =>
              [...new Set(texts.map((one) => fitOf(way, one)))].filter((fit) => fit < MATCHES.length).map((fit) => ({ key, fit, rank })),
            );
            const found = (await everyHit(index, [way], limit)).map(({ key, match }) => ({
              key,
              fit: MATCHES.indexOf(match),
              rank: live.get(key)!.rank,
            }));
            const order = found.map(({ fit, rank }) => fit * 10 - rank);
            expect(order).toEqual([...order].sort((a, b) => a - b));
            // who fits with two texts may come once or twice
            const bestOf = (hits: typeof found): string[] =>
              [...new Set(hits.map(({ key }) => key))]
                .map((key) => `${key} ${Math.min(...hits.filter((hit) => hit.key === key).map(({ fit }) => fit))}`)
                .sort();
            expect(bestOf(found)).toEqual(bestOf(expected));
          },
        ),
        { numRuns: 150 },
      );
    });

    it('finds the same after what was deleted is overwritten', async () => {
      await index.put([some('a', named('mila', 'kern')), some('b', named('mila'))]);
      await index.purge();
      await index.put([some('b', null, 2)]);
      await index.purge();
      expect(await find('mila')).toEqual(['a exact']);
      expect(await index.scan()).toEqual([some('a', named('mila', 'kern')), some('b', null, 2)]);
    });
  });
};
