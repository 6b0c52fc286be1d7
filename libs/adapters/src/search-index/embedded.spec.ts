import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Findable, StoreUnavailableError } from '@boucle/eventsourcing';
import { EmbeddedSearchIndex } from './embedded.js';
import { plainIndexing, searchIndexContract } from './search-index.contract.js';

searchIndexContract('EmbeddedSearchIndex', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-search-'));
  const file = join(folder, 'search.sqlite');
  let index = new EmbeddedSearchIndex(file, plainIndexing);
  return {
    index,
    reopen: async () => {
      index.close();
      return (index = new EmbeddedSearchIndex(file, plainIndexing));
    },
    close: async () => {
      index.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('EmbeddedSearchIndex', () => {
  let folder: string;
  let file: string;
  let index: EmbeddedSearchIndex<Findable>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-search-'));
    file = join(folder, 'search.sqlite');
    index = new EmbeddedSearchIndex(file, plainIndexing);
  });
  afterEach(() => {
    index.close();
    rmSync(folder, { recursive: true });
  });

  const named = (...words: string[]): Findable => ({ texts: [{ kind: 'name', words }], keys: words.map((word) => `k:${word}`), rank: 0 });
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ key: `c${i}`, document: named(`family${i % 97}`, `given${i}`), position: 1 }));
  /** Files in which a text stands. */
  const holding = (text: string): string[] =>
    readdirSync(folder).filter((name) => existsSync(join(folder, name)) && readFileSync(join(folder, name)).includes(text));

  it('leaves no trace of who was removed, in the file or its WAL', async () => {
    await index.put(many(2_000));
    await index.put([{ key: 'gone', document: named('zarathustra', 'family1'), position: 2 }]);
    await index.put([{ key: 'gone', document: named('zoroaster', 'family1'), position: 3 }]);
    expect(holding('zoroaster')).not.toEqual([]);
    await index.put([{ key: 'gone', document: null, position: 4 }]);
    await index.purge();
    for (const word of ['zarathustra', 'zoroaster']) expect([word, holding(word)]).toEqual([word, []]);
    expect(holding('family1')).not.toEqual([]);
    expect(index['reader'].prepare('SELECT count(*) FROM near WHERE word NOT IN (SELECT id FROM words)').pluck().get()).toBe(0);
  });

  it('says so while another program keeps it from forgetting, and knows it has yet to', async () => {
    await index.put([{ key: 'gone', document: named('zoroaster'), position: 1 }]);
    const other = new Database(file, { readonly: true });
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM entries').get();
    await index.put([{ key: 'gone', document: null, position: 2 }]);
    await expect(index.purge()).rejects.toThrow(StoreUnavailableError);
    other.close();
    index.close();
    index = new EmbeddedSearchIndex(file, plainIndexing);
    await index.purge();
    expect(holding('zoroaster')).toEqual([]);
  });

  it('takes all or nothing', async () => {
    const broken = { ...plainIndexing, findable: (document: Findable) => (document.rank === 13 ? JSON.parse('') : document) };
    index.close();
    index = new EmbeddedSearchIndex(file, broken);
    const unlucky = { key: 'b', document: { ...named('b'), rank: 13 }, position: 1 };
    await expect(index.put([{ key: 'a', document: named('a'), position: 1 }, unlucky])).rejects.toThrow(SyntaxError);
    expect(await index.scan()).toEqual([]);
    await index.put(many(3));
    expect(await index.scan()).toHaveLength(3);
  });

  it('lets others have their turn while it takes much, and answers from before', async () => {
    let turns = 0;
    let over = false;
    const put = index.put(many(5_000)).then(() => (over = true));
    const way = { kind: 'name', words: ['family1'] };
    while (!over) {
      await new Promise(setImmediate);
      if (!over) expect((await index.find([way], { limit: 1 })).hits).toEqual([]);
      turns++;
    }
    await put;
    expect(turns).toBeGreaterThan(10);
    expect((await index.find([way], { limit: 1 })).hits).toHaveLength(1);
  });

  it('looks at no more than 20,000 rows at once, and goes on from there', async () => {
    const both = (i: number) => (i === 24_000 ? ['ann', 'bea'] : i % 2 === 0 ? ['ann', 'x'] : ['bea', 'x']);
    await index.put(Array.from({ length: 50_000 }, (_, i) => ({ key: `c${i}`, document: named(...both(i)), position: 1 })));
    const way = { kind: 'name', words: ['ann', 'bea'] };
    const first = await index.find([way], { limit: 20 });
    expect(first).toEqual({ hits: [{ key: 'c24000', way: 0, match: 'exact' }], next: '0.0.39999' });
    expect(await index.find([way], { limit: 20, after: first.next! })).toEqual({ hits: [], next: null });
  });

  it('is dropped and made anew by another version, and says so', async () => {
    await index.put(many(1));
    index.close();
    const said: string[] = [];
    index = new EmbeddedSearchIndex(file, { ...plainIndexing, version: 2 }, (line) => said.push(line));
    expect(said).toEqual([expect.stringContaining('rebuilt from the log')]);
    expect([await index.position(), await index.scan()]).toEqual([0, []]);
  });
});
