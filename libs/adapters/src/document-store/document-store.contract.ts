import fc from 'fast-check';
import { compileFilter, DocumentStore, everyDocument, Filter, filterProblem, Scalar, StoredDocument } from '@boucle/eventsourcing';

/** A store without documents. */
export interface OpenedDocuments {
  readonly documents: DocumentStore;
  close(): Promise<void>;
  /** The same documents through a new store; the open one is closed first. */
  reopen(): Promise<DocumentStore>;
}

const some = (key: string, position = 1, document: object | null = { of: key }): StoredDocument => ({ key, document, position });
const keysOf = (found: readonly StoredDocument[]): string[] => found.map(({ key }) => key);
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Texts that some store might cut, refuse or order in its own way. */
const strangeText = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    'B',
    '0',
    '1',
    'length',
    '$a',
    '$where',
    '_a',
    '~a',
    '_id',
    '_bsontype',
    '__proto__',
    '_proto__',
    'toString',
    'a.b',
    '.',
  ),
  fc.string({
    unit: fc.constantFrom('a', '$', '.', '~', '\0', '\x01', '\x02', 'é', '\ud7ff', '\ud83c', '\udf1e', '\ue000', '\uffff'),
    maxLength: 4,
  }),
);
const strangeScalar = fc.oneof(
  strangeText,
  fc.constantFrom<Scalar>(0, -0, 1, -1, 1.5, -1.5e-7, 1e300, 2 ** 31, 2 ** 53, true, false, null),
);
const { object: strangeObject } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, strangeScalar, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom('a', 'b'), strangeText), tie('value')), { maxLength: 4 })
    // a parsed __proto__ is a field like any other
    .map(
      (entries) => JSON.parse(`{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`) as object,
    ),
}));

const strangePath = fc
  .array(fc.oneof(fc.constantFrom('a', 'b', '0', 'length'), strangeText), { minLength: 1, maxLength: 3 })
  .map((steps) => steps.join('.'))
  .filter((field) => filterProblem({ field, is: 'eq', value: null }) === null);
const { filter: strangeFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.record({ field: strangePath, is: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'), value: strangeScalar }),
    fc.record({ field: strangePath, is: fc.constant('in' as const), value: fc.array(strangeScalar, { maxLength: 3 }) }),
    fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));

/** What every document store promises. */
export const documentStoreContract = (name: string, open: () => Promise<OpenedDocuments>): void => {
  describe(`${name} as a document store`, () => {
    let opened: OpenedDocuments;
    let documents: DocumentStore;
    beforeEach(async () => {
      opened = await open();
      ({ documents } = opened);
    });
    afterEach(() => opened.close());

    describe('put and get', () => {
      it('gives back what was put', async () => {
        const document = {
          text: 'Zoë 🏴‍☠️ \u0000 "',
          list: [1, null, { a: false }],
          amount: -1.5e-7,
          'clé.avec/points': 1,
          $where: { $gt: '' },
        };
        await documents.put('profiles', [some('a', 7, document)]);
        expect(await documents.get('profiles', 'a')).toEqual(document);
        expect(await documents.getMany('profiles', ['a'])).toEqual([{ key: 'a', document, position: 7 }]);
      });

      it('keeps the order of keys in a document, so that it prints alike', async () => {
        const document = { z: 1, a: { y: 1, b: 2 }, m: [] };
        await documents.put('profiles', [some('a', 1, document)]);
        expect(JSON.stringify(await documents.get('profiles', 'a'))).toBe(JSON.stringify(document));
      });

      it('gives back any document to the letter', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(strangeObject, { minLength: 1, maxLength: 20 }), async (given) => {
            const stored = given.map((document, n) => some(`d-${n}`, 1, document));
            await documents.put('profiles', stored);
            const found = await documents.getMany('profiles', keysOf(stored));
            const texts = new Map(found.map(({ key, document }) => [key, JSON.stringify(document)]));
            for (const { key, document } of stored) expect(texts.get(key)).toBe(JSON.stringify(document));
          }),
          { numRuns: 50 },
        );
      });

      it('knows nothing of an unknown key or collection', async () => {
        await documents.put('profiles', [some('a')]);
        expect(await documents.get('profiles', 'b')).toBeNull();
        expect(await documents.get('segments', 'a')).toBeNull();
        expect(await documents.getMany('segments', ['a'])).toEqual([]);
        expect(await documents.find('segments', { all: [] })).toEqual([]);
        expect(await documents.scan('segments')).toEqual([]);
      });

      it('gives many by their keys, unknown ones left out', async () => {
        await documents.put(
          'profiles',
          ['a', 'b', 'c'].map((key) => some(key)),
        );
        const found = await documents.getMany('profiles', ['c', 'x', 'a']);
        expect(keysOf(found).sort()).toEqual(['a', 'c']);
        expect(await documents.getMany('profiles', [])).toEqual([]);
      });

      it('keeps collections apart', async () => {
        await documents.put('profiles', [some('a', 1, { n: 1 })]);
        await documents.put('profiles-2', [some('a', 1, { n: 2 })]);
        expect(await documents.get('profiles', 'a')).toEqual({ n: 1 });
        expect(await documents.get('profiles-2', 'a')).toEqual({ n: 2 });
      });

      it.each(['wave/spring.1', 'a.b.c', '/', '..', '$a', 'A', 'été 🌞', "'; DROP TABLE profiles; --", '%', '_'])(
        'takes the key %j',
        async (key) => {
          await documents.put('profiles', [some(key), some('other')]);
          expect(await documents.get('profiles', key)).toEqual({ of: key });
          expect(keysOf(await documents.scan('profiles', { prefix: key }))).toEqual([key]);
          expect(keysOf(await documents.getMany('profiles', [key]))).toEqual([key]);
        },
      );

      it('takes many at once', async () => {
        const count = 5000;
        await documents.put(
          'profiles',
          Array.from({ length: count }, (_, n) => some(`client-${n}`, n + 1, { n })),
        );
        const pages: number[] = [];
        const seen: unknown[] = [];
        for await (const page of everyDocument<{ n: number }>(documents, 'profiles')) {
          pages.push(page.length);
          seen.push(...page.map(({ document }) => document!.n));
        }
        expect(pages).toEqual([1000, 1000, 1000, 1000, 1000]);
        expect(new Set(seen).size).toBe(count);
        expect(await documents.get('profiles', 'client-4999')).toEqual({ n: 4999 });
      });

      it('takes none at all', async () => {
        await documents.put('profiles', []);
        expect(await documents.scan('profiles')).toEqual([]);
      });
    });

    describe('positions', () => {
      it('let an older document lose, an equal one and a newer one win', async () => {
        await documents.put('profiles', [some('a', 5, { n: 5 })]);
        await documents.put('profiles', [some('a', 4, { n: 4 })]);
        expect(await documents.getMany('profiles', ['a'])).toEqual([some('a', 5, { n: 5 })]);
        await documents.put('profiles', [some('a', 5, { n: 55 })]);
        expect(await documents.get('profiles', 'a')).toEqual({ n: 55 });
        await documents.put('profiles', [some('a', 6, { n: 6 })]);
        expect(await documents.getMany('profiles', ['a'])).toEqual([some('a', 6, { n: 6 })]);
      });

      it('are judged document by document', async () => {
        await documents.put('profiles', [some('a', 5, { n: 5 }), some('b', 2, { n: 2 })]);
        await documents.put('profiles', [some('a', 3, { n: 3 }), some('b', 3, { n: 3 }), some('c', 3, { n: 3 })]);
        expect((await documents.scan('profiles')).map(({ document, position }) => [(document as { n: number }).n, position])).toEqual([
          [5, 5],
          [3, 3],
          [3, 3],
        ]);
      });

      it('leave the newest of many that come at once, in whatever order', async () => {
        let key = 0;
        const rivals = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
        await fc.assert(
          fc.asyncProperty(rivals, async (puts) => {
            const own = `a-${key++}`;
            await Promise.all(
              puts.map((positions) =>
                documents.put(
                  'profiles',
                  positions.map((position) => some(own, position, { position })),
                ),
              ),
            );
            const newest = Math.max(...puts.flat());
            expect(await documents.getMany('profiles', [own])).toEqual([some(own, newest, { position: newest })]);
          }),
        );
      });

      it('let the last of equals win within a put', async () => {
        await documents.put('profiles', [some('a', 2, { n: 1 }), some('a', 2, { n: 2 }), some('a', 1, { n: 3 })]);
        expect(await documents.get('profiles', 'a')).toEqual({ n: 2 });
      });

      it('may go beyond 32 bits', async () => {
        await documents.put('profiles', [some('a', 2 ** 53 - 2)]);
        await documents.put('profiles', [some('a', 2 ** 53 - 1, { n: 1 })]);
        expect(await documents.getMany('profiles', ['a'])).toEqual([some('a', 2 ** 53 - 1, { n: 1 })]);
      });
    });

    describe('swap', () => {
      it('stores a document only where there is none', async () => {
        expect(await documents.swap('leases', some('a', 1, { n: 1 }), null)).toBe(true);
        expect(await documents.swap('leases', some('a', 2, { n: 2 }), null)).toBe(false);
        expect(await documents.getMany('leases', ['a'])).toEqual([some('a', 1, { n: 1 })]);
      });

      it('stores a document only in place of the version that is known', async () => {
        expect(await documents.swap('leases', some('a', 2, { n: 2 }), 1)).toBe(false);
        await documents.put('leases', [some('a', 1, { n: 1 })]);
        expect(await documents.swap('leases', some('a', 2, { n: 2 }), 1)).toBe(true);
        expect(await documents.swap('leases', some('a', 3, { n: 3 }), 1)).toBe(false);
        expect(await documents.getMany('leases', ['a'])).toEqual([some('a', 2, { n: 2 })]);
      });

      it('lets one of many win', async () => {
        for (let version = 0; version < 20; version++) {
          const rivals = Array.from({ length: 10 }, (_, n) =>
            documents.swap('leases', some('a', version + 1, { n }), version === 0 ? null : version),
          );
          expect((await Promise.all(rivals)).filter((won) => won)).toHaveLength(1);
        }
      });
    });

    describe('a tombstone', () => {
      beforeEach(async () => {
        await documents.put('profiles', [some('a', 3), some('b', 3)]);
        await documents.put('profiles', [some('a', 5, null)]);
      });

      it('is no document, but stands in its place', async () => {
        expect(await documents.get('profiles', 'a')).toBeNull();
        expect(await documents.getMany('profiles', ['a'])).toEqual([some('a', 5, null)]);
        expect(await documents.scan('profiles')).toEqual([some('a', 5, null), some('b', 3)]);
      });

      it('is never found', async () => {
        expect(keysOf(await documents.find('profiles', { all: [] }))).toEqual(['b']);
        expect(keysOf(await documents.find('profiles', { field: 'of', is: 'ne', value: 'x' }))).toEqual(['b']);
        expect(keysOf(await documents.find('profiles', { field: 'gone', is: 'eq', value: null }))).toEqual(['b']);
      });

      it('is not brought back to life by what was delivered before', async () => {
        await documents.put('profiles', [some('a', 3), some('a', 4)]);
        expect(await documents.get('profiles', 'a')).toBeNull();
        await documents.put('profiles', [some('a', 6, { n: 6 })]);
        expect(await documents.get('profiles', 'a')).toEqual({ n: 6 });
      });
    });

    describe('scan', () => {
      // one of every kind of sign that a key may have, and more
      const keys = ['a', 'a-1', 'a.1', 'a/1', 'a/10', 'a/2', 'a1', 'aB', 'a_1', 'ab', 'b', 'B', '1', 'a/é', 'b/1'];
      const sorted = [...keys].sort(byCodeUnit);
      beforeEach(() =>
        documents.put(
          'profiles',
          keys.map((key) => some(key)),
        ),
      );

      it('goes in the order of code units', async () => expect(keysOf(await documents.scan('profiles'))).toEqual(sorted));

      it('goes on behind a key, whether it is there or not', async () => {
        for (const after of [...sorted, 'a!', 'zz', '0'])
          expect(keysOf(await documents.scan('profiles', { after }))).toEqual(sorted.filter((key) => key > after));
      });

      it('keeps to a prefix', async () => {
        for (const prefix of ['a/', 'a', 'a/1', 'b', 'z', ''])
          expect(keysOf(await documents.scan('profiles', { prefix }))).toEqual(sorted.filter((key) => key.startsWith(prefix)));
      });

      it('keeps to both, a page at a time', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom('', 'a', 'a/', 'b', 'B'),
            fc.constantFrom('', 'A', 'a', 'a/', 'a/1', 'a/11', 'b', 'zz'),
            fc.integer({ min: 1, max: 6 }),
            async (prefix, after, limit) => {
              const wanted = sorted.filter((key) => key.startsWith(prefix) && key > after);
              expect(keysOf(await documents.scan('profiles', { prefix, after, limit }))).toEqual(wanted.slice(0, limit));
              const paged: string[] = [];
              for (let page = await documents.scan('profiles', { prefix, after, limit }); page.length > 0;) {
                paged.push(...keysOf(page));
                page = await documents.scan('profiles', { prefix, after: paged.at(-1), limit });
              }
              expect(paged).toEqual(wanted);
            },
          ),
        );
      });

      it('gives 500 unless told otherwise', async () => {
        await documents.put(
          'segments',
          Array.from({ length: 501 }, (_, n) => some(`s${n}`)),
        );
        expect(await documents.scan('segments')).toHaveLength(500);
        expect(await documents.scan('segments', { limit: 1000 })).toHaveLength(501);
      });
    });

    describe('find', () => {
      const people = Array.from({ length: 1300 }, (_, n) => ({
        key: `client-${String(n).padStart(4, '0')}`,
        document: {
          n,
          region: n % 13 === 0 ? 'north' : 'south',
          tags: { vip: n % 100 === 99 },
          ...(n % 2 ? { email: `${n}@example.org` } : {}),
        },
        position: n + 1,
      }));
      beforeEach(() => documents.put('profiles', people));

      it.each<[string, Filter]>([
        ['equal', { field: 'region', is: 'eq', value: 'north' }],
        ['not equal', { field: 'region', is: 'ne', value: 'south' }],
        ['in a list', { field: 'n', is: 'in', value: [3, 700, 1299, 5000, null] }],
        ['under a path', { field: 'tags.vip', is: 'eq', value: true }],
        ['missing', { field: 'email', is: 'eq', value: null }],
        ['there', { field: 'email', is: 'ne', value: null }],
        ['less', { field: 'n', is: 'lt', value: 5 }],
        ['at most', { field: 'n', is: 'lte', value: 5 }],
        ['greater', { field: 'n', is: 'gt', value: 1295 }],
        ['at least', { field: 'n', is: 'gte', value: 1295 }],
        ['of another kind', { field: 'n', is: 'gte', value: '0' }],
        ['a text in order', { field: 'email', is: 'lt', value: '11' }],
        [
          'a tree',
          {
            all: [
              { field: 'region', is: 'eq', value: 'north' },
              {
                not: {
                  any: [
                    { field: 'n', is: 'lt', value: 200 },
                    { field: 'tags.vip', is: 'eq', value: true },
                  ],
                },
              },
            ],
          },
        ],
        ['none', { any: [] }],
        ['all', { all: [] }],
        ['not all', { not: { all: [] } }],
      ])('gives the documents that match: %s', async (_, filter) => {
        const wanted = people.filter(({ document }) => compileFilter(filter)(document));
        expect(await documents.find('profiles', filter, { limit: 2000 })).toEqual(wanted);
      });

      it('means what the filter says, whatever the documents', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(strangeObject, { minLength: 1, maxLength: 15 }),
            fc.array(strangeFilter, { minLength: 1, maxLength: 10 }),
            async (given, filters) => {
              await documents.drop('strange');
              const stored = given.map((document, n) => some(`d-${n + 10}`, 1, document));
              await documents.put('strange', stored);
              for (const filter of filters) {
                const wanted = stored.filter(({ document }) => compileFilter(filter)(document));
                expect(keysOf(await documents.find('strange', filter))).toEqual(keysOf(wanted));
              }
            },
          ),
          { numRuns: 100 },
        );
      });

      it('answers the same with an index, which may be asked for at any time', async () => {
        const fields = ['region', 'tags.vip', '$a._b'];
        await documents.index('fresh', fields);
        expect(await documents.collections()).not.toContain('fresh');
        await documents.index('profiles', fields);
        await documents.index('profiles', fields);
        await documents.put('fresh', people);
        for (const filter of [
          { field: 'region', is: 'eq', value: 'north' },
          { field: 'tags.vip', is: 'ne', value: true },
        ] as const) {
          const wanted = people.filter(({ document }) => compileFilter(filter)(document));
          expect(await documents.find('profiles', filter, { limit: 2000 })).toEqual(wanted);
          expect(await documents.find('fresh', filter, { limit: 2000 })).toEqual(wanted);
        }
      });

      it('gives as many as asked for, however far it must look, and goes on behind them', async () => {
        const filter: Filter = { field: 'tags.vip', is: 'eq', value: true };
        const wanted = people.filter(({ document }) => document.tags.vip).map(({ key }) => key);
        const paged: string[] = [];
        for (let page = await documents.find('profiles', filter, { limit: 4 }); page.length > 0;) {
          expect(page.length).toBeLessThanOrEqual(4);
          paged.push(...keysOf(page));
          page = await documents.find('profiles', filter, { limit: 4, after: paged.at(-1) });
        }
        expect(paged).toEqual(wanted);
        expect(paged).toHaveLength(13);
      });

      it('keeps to a prefix, and to 500 unless told otherwise', async () => {
        expect(keysOf(await documents.find('profiles', { field: 'region', is: 'eq', value: 'north' }, { prefix: 'client-12' }))).toEqual([
          'client-1209',
          'client-1222',
          'client-1235',
          'client-1248',
          'client-1261',
          'client-1274',
          'client-1287',
        ]);
        expect(await documents.find('profiles', { all: [] })).toEqual(people.slice(0, 500));
      });
    });

    describe('collections', () => {
      it('are those that something was put into', async () => {
        expect(await documents.collections()).toEqual([]);
        await documents.put('wave-results', [some('a')]);
        await documents.put('profiles', [some('a')]);
        await documents.get('never-put', 'a');
        await documents.scan('never-put');
        await documents.put('never-put', []);
        expect((await documents.collections()).sort()).toEqual(['profiles', 'wave-results']);
      });

      it('can be dropped, positions and all, and filled anew', async () => {
        await documents.put('profiles', [some('a', 9, { n: 9 }), some('b', 9, null)]);
        await documents.put('profiles-2', [some('a', 9)]);
        await documents.drop('profiles');
        expect(await documents.collections()).toEqual(['profiles-2']);
        expect(await documents.get('profiles', 'a')).toBeNull();
        await documents.put('profiles', [some('a', 1, { n: 1 })]);
        expect(await documents.scan('profiles')).toEqual([some('a', 1, { n: 1 })]);
        expect(await documents.get('profiles-2', 'a')).toEqual({ of: 'a' });
      });

      it('may be dropped without ever having been there', async () => {
        await documents.drop('profiles');
        expect(await documents.collections()).toEqual([]);
      });

      it.each(['', 'Profiles', 'a b', 'x"; DROP TABLE profiles; --', 'système', '1st', '-a', '$cmd', 'a.b', 'a\n'])(
        'are never called %j',
        async (bad) => {
          await documents.put('profiles', [some('a')]);
          const said = `A collection cannot be called "${bad}"`;
          await expect(documents.put(bad, [some('a')])).rejects.toThrow(said);
          await expect(documents.get(bad, 'a')).rejects.toThrow(said);
          await expect(documents.getMany(bad, ['a'])).rejects.toThrow(said);
          await expect(documents.scan(bad)).rejects.toThrow(said);
          await expect(documents.find(bad, { all: [] })).rejects.toThrow(said);
          await expect(documents.index(bad, ['a'])).rejects.toThrow(said);
          await expect(documents.swap(bad, some('a'), null)).rejects.toThrow(said);
          await expect(documents.drop(bad)).rejects.toThrow(said);
          expect(await documents.collections()).toEqual(['profiles']);
        },
      );
    });

    it('answers as before once it is purged, also while it is written, and may be purged again', async () => {
      const people = Array.from({ length: 300 }, (_, n) => some(`client-${n}`, 1, { n, text: 'x'.repeat(n) }));
      await documents.put('profiles', people);
      await documents.put('profiles', [some('client-7', 2, null)]);
      await documents.drop('never-put');
      const late = some('client-9', 3, { late: true });
      await Promise.all([documents.purge(), documents.put('profiles', [late]), documents.purge()]);
      const kept = people.filter(({ key }) => key !== 'client-7' && key !== 'client-9');
      expect(await documents.getMany('profiles', ['client-7', 'client-9'])).toEqual([some('client-7', 2, null), late]);
      expect(new Set(await documents.find('profiles', { all: [] }))).toEqual(new Set([...kept, late]));
    });

    it('keeps everything over a restart', async () => {
      await documents.put('profiles', [some('a', 3, { n: 3 }), some('b', 4, null)]);
      const again = await opened.reopen();
      expect(await again.collections()).toEqual(['profiles']);
      expect(await again.scan('profiles')).toEqual([some('a', 3, { n: 3 }), some('b', 4, null)]);
      await again.put('profiles', [some('b', 3, { n: 3 })]);
      expect(await again.get('profiles', 'b')).toBeNull();
    });
  });
};
