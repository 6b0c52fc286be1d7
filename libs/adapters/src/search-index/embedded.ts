import { rmSync } from 'node:fs';
import Database, { Statement } from 'better-sqlite3';
import { Hit, Hits, Indexing, Match, MATCHES, Page, SearchIndex, StoredDocument, Text, Way } from '@boucle/eventsourcing';
import { reading, storeError } from '../sqlite.js';
import { TracelessFile } from '../traceless.js';
import { merged } from './merged.js';

const SCHEMA_VERSION = 1;
const TABLES = `
  CREATE TABLE entries (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT, position INTEGER NOT NULL, late INTEGER NOT NULL);
  CREATE TABLE words (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, word TEXT NOT NULL, uses INTEGER NOT NULL, UNIQUE (kind, word));
  CREATE TABLE near (near INTEGER, word INTEGER, PRIMARY KEY (near, word)) WITHOUT ROWID;
  CREATE TABLE postings (word INTEGER, late INTEGER, entry INTEGER, text INTEGER, words TEXT, PRIMARY KEY (word, late, entry, text)) WITHOUT ROWID;
  CREATE TABLE keys (key TEXT, entry INTEGER, PRIMARY KEY (key, entry)) WITHOUT ROWID;
  CREATE TABLE progress (position INTEGER NOT NULL, deleted INTEGER NOT NULL);
  INSERT INTO progress VALUES (0, 0);`;

const PAGES = { pageSize: 4096, checkpointPages: 1000 };
/** The longest that anybody else on the event loop waits for a put. */
const SLICE_MS = 5;
/** Rows that one query looks at, then it answers what it has found so far. */
const MOST_ROWS = 20_000;
/** A short beginning stands for its most frequent words. */
const MOST_PREFIXED = 300;
const MOST_NEAR = 100;
const MOST_OF_A_KEY = 1_000;
const EARLIEST = -1e15;

type EntryRow = { id: number; key: string; document: string | null; position: number; late: number };
type Posting = [late: number, entry: number, words: string];
type WordRow = [id: number, word: string, uses: number];

/** A place in the results: the step of the search, and behind whom in its order. */
interface Place {
  readonly step: number;
  readonly late: number;
  readonly entry: number;
}

/** A word as the words of a text repeat it: five letters each. */
const codeOf = (id: number): string => id.toString(36).padStart(5, '0');
const CODE_LENGTH = 5;

/** 52 bits of a text (cyrb53). */
const hashOf = (text: string): number => {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 1048576 * (b >>> 0) + ((a >>> 0) & 1048575);
};

/** An inverted index in a SQLite file of its own: a row per word of a text, newest first, that repeats all words of the text. */
export class EmbeddedSearchIndex<D extends object> extends SearchIndex<D> {
  private readonly file: TracelessFile;
  private readonly reader: Database.Database;
  private readonly read;
  private readonly write;

  constructor(
    file: string,
    private readonly indexing: Indexing<D>,
    say: (line: string) => void = () => undefined,
  ) {
    super();
    const today = SCHEMA_VERSION * 1000 + indexing.version;
    let opened = new TracelessFile(file, PAGES);
    const version = opened.db.pragma('user_version', { simple: true }) as number;
    if (version !== 0 && version !== today) {
      say(`${file} was made by another version of Boucle (${version}, this one makes ${today}): it is dropped and rebuilt from the log`);
      opened.close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      opened = new TracelessFile(file, PAGES);
    }
    const { db } = opened;
    // what a power cut takes away is put again: the index says itself how far it has come
    db.pragma('synchronous = NORMAL');
    if (version !== today)
      db.transaction(() => {
        db.exec(TABLES);
        db.pragma(`user_version = ${today}`);
      })();
    this.file = opened;
    this.reader = new Database(file, { readonly: true });
    this.reader.pragma('cache_size = -65536');
    this.read = readerOf(this.reader);
    this.write = writerOf(db);
  }

  async getMany(keys: readonly string[]): Promise<StoredDocument<D>[]> {
    const rows = reading(() => keys.map((key) => this.read.entry.get(key) as EntryRow | undefined));
    return rows.flatMap((row) => (row ? [stored<D>(row)] : []));
  }

  async put(documents: readonly StoredDocument<D>[]): Promise<void> {
    try {
      await this.inTransaction((turn) => new Putting(this.write, this.indexing).put(documents, turn));
    } catch (error) {
      throw storeError(error);
    }
  }

  async position(): Promise<number> {
    return reading(() => this.read.position.get() as number);
  }

  async reach(position: number): Promise<void> {
    reading(() => this.write.reach.run(position));
  }

  async find(ways: readonly Way[], { after, limit }: { after?: string; limit: number }): Promise<Hits> {
    return reading(() => new Search(this.read, this.indexing, ways).find(after === undefined ? null : placeOf(after), limit));
  }

  async scan({ prefix = '', after = '', limit = 500 }: Page = {}): Promise<StoredDocument<D>[]> {
    await new Promise(setImmediate);
    const rows = reading(() => this.read.scan.all(after > prefix ? after : prefix, after, `${prefix}\u{10ffff}`, limit)) as EntryRow[];
    return rows.map((row) => stored<D>(row));
  }

  async purge(): Promise<void> {
    if (reading(() => this.read.deleted.get()) === 0) return;
    try {
      for (const _ of this.file.removeTraces()) await new Promise(setImmediate);
      this.write.purged.run();
    } catch (error) {
      throw storeError(error);
    }
  }

  close(): void {
    this.reader.close();
    this.file.close();
  }

  /** A transaction of the writer in turns with everything else; readers see it when it is done. */
  private async inTransaction(work: (turn: () => Promise<void> | undefined) => Promise<void>): Promise<void> {
    const { db } = this.file;
    let began = performance.now();
    const turn = (): Promise<void> | undefined => {
      if (performance.now() - began < SLICE_MS) return undefined;
      return new Promise((resolve) =>
        setImmediate(() => {
          began = performance.now();
          resolve();
        }),
      );
    };
    db.exec('BEGIN IMMEDIATE');
    try {
      await work(turn);
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

const stored = <D extends object>({ key, document, position }: EntryRow): StoredDocument<D> => ({
  key,
  document: document === null ? null : (JSON.parse(document) as D),
  position,
});

const placeOf = (cursor: string): Place => {
  const [step, late, entry] = cursor.split('.').map(Number);
  return { step, late, entry };
};

const readerOf = (db: Database.Database) => ({
  position: db.prepare('SELECT position FROM progress').pluck(),
  deleted: db.prepare('SELECT deleted FROM progress').pluck(),
  entry: db.prepare('SELECT * FROM entries WHERE key = ?'),
  keyOf: db.prepare('SELECT key FROM entries WHERE id = ?').pluck(),
  scan: db.prepare('SELECT * FROM entries WHERE key >= ? AND key <> ? AND key < ? ORDER BY key LIMIT ?'),
  word: db.prepare('SELECT id, word, uses FROM words WHERE kind = ? AND word = ?').raw(),
  prefixed: db.prepare('SELECT id, word, uses FROM words WHERE kind = ? AND word > ? AND word < ? ORDER BY uses DESC, id LIMIT ?').raw(),
  near: db.prepare('SELECT id, words.word, uses FROM near JOIN words ON words.id = near.word WHERE near = ? AND kind = ?').raw(),
  postings: db
    .prepare('SELECT late, entry, words FROM postings WHERE word = ? AND (late, entry) > (?, ?) ORDER BY late, entry LIMIT ?')
    .raw(),
  keyed: db
    .prepare(
      `SELECT DISTINCT late, id, '' FROM (SELECT entry FROM keys WHERE key >= ? AND key < ? LIMIT ${MOST_OF_A_KEY}) JOIN entries ON id = entry
       WHERE (late, id) > (?, ?) ORDER BY late, id LIMIT ?`,
    )
    .raw(),
});

const writerOf = (db: Database.Database) => ({
  entry: db.prepare('SELECT * FROM entries WHERE key = ?'),
  add: db.prepare('INSERT INTO entries (key, document, position, late) VALUES (?, NULL, -1, 0)'),
  set: db.prepare('UPDATE entries SET document = ?, position = ?, late = ? WHERE id = ?'),
  word: db.prepare('SELECT id FROM words WHERE kind = ? AND word = ?').pluck(),
  addWord: db.prepare('INSERT INTO words (kind, word, uses) VALUES (?, ?, 0)'),
  use: db.prepare('UPDATE words SET uses = uses + ? WHERE id = ? RETURNING uses').pluck(),
  wordOf: db.prepare('SELECT word FROM words WHERE id = ?').pluck(),
  removeWord: db.prepare('DELETE FROM words WHERE id = ?'),
  addNear: db.prepare('INSERT OR IGNORE INTO near VALUES (?, ?)'),
  removeNear: db.prepare('DELETE FROM near WHERE near = ? AND word = ?'),
  addPosting: db.prepare('INSERT INTO postings VALUES (?, ?, ?, ?, ?)'),
  removePosting: db.prepare('DELETE FROM postings WHERE word = ? AND late = ? AND entry = ? AND text = ?'),
  addKey: db.prepare('INSERT OR IGNORE INTO keys VALUES (?, ?)'),
  removeKey: db.prepare('DELETE FROM keys WHERE key = ? AND entry = ?'),
  reach: db.prepare('UPDATE progress SET position = max(position, ?)'),
  deleted: db.prepare('UPDATE progress SET deleted = 1'),
  purged: db.prepare('UPDATE progress SET deleted = 0'),
});

type Reading = ReturnType<typeof readerOf>;
type Writing = ReturnType<typeof writerOf>;

const NOTHING = { texts: [], keys: [], rank: 0 };

const isBefore = ([late, entry]: readonly number[], [otherLate, otherEntry]: readonly number[]): boolean =>
  late < otherLate || (late === otherLate && entry < otherEntry);

const inOrder = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
};

/** One put: what becomes of the rows is gathered first and then written in their order, so that a page is touched once. */
class Putting<D extends object> {
  private readonly words = new Map<string, number>();
  private readonly uses = new Map<number, number>();
  private readonly added: [word: number, late: number, entry: number, text: number, words: string][] = [];
  private readonly removed: [word: number, late: number, entry: number, text: number][] = [];
  private readonly addedKeys: [key: string, entry: number][] = [];
  private readonly removedKeys: [key: string, entry: number][] = [];

  constructor(
    private readonly write: Writing,
    private readonly indexing: Indexing<D>,
  ) {}

  async put(documents: readonly StoredDocument<D>[], turn: () => Promise<void> | undefined): Promise<void> {
    const run = async (statement: Statement, rows: (readonly (number | string)[])[]): Promise<void> => {
      for (const row of rows.sort(inOrder)) {
        statement.run(...row);
        const others = turn();
        if (others) await others;
      }
    };
    for (const document of documents) {
      this.gather(document);
      const others = turn();
      if (others) await others;
    }
    const { write } = this;
    await run(write.removePosting, this.removed);
    await run(write.addPosting, this.added);
    await run(write.removeKey, this.removedKeys);
    await run(write.addKey, this.addedKeys);
    for (const [word, more] of this.uses) {
      if (more !== 0 && write.use.get(more, word) === 0) this.forget(word);
      const others = turn();
      if (others) await others;
    }
    if (documents.some(({ document }) => document === null)) write.deleted.run();
  }

  private gather({ key, document, position }: StoredDocument<D>): void {
    const { write, indexing } = this;
    const known = write.entry.get(key) as EntryRow | undefined;
    if (known && known.position > position) return;
    const entry = known?.id ?? Number(write.add.run(key).lastInsertRowid);
    const before = known?.document ? indexing.findable(JSON.parse(known.document) as D) : NOTHING;
    const after = document ? indexing.findable(document) : NOTHING;
    const [late, wasLate] = [-after.rank, known?.late ?? 0];
    for (let i = 0; i < Math.max(before.texts.length, after.texts.length); i++) {
      const [was, is] = [before.texts[i] as Text | undefined, after.texts[i] as Text | undefined];
      if (late === wasLate && JSON.stringify(was) === JSON.stringify(is)) continue;
      if (was) for (const word of this.idsOf(was, -1)) this.removed.push([word, wasLate, entry, i]);
      if (!is) continue;
      const ids = this.idsOf(is, 1);
      const words = ids.map(codeOf).join('');
      for (const word of ids) this.added.push([word, late, entry, i, words]);
    }
    const kept = new Set(before.keys);
    for (const one of after.keys) if (!kept.delete(one)) this.addedKeys.push([one, entry]);
    for (const one of kept) this.removedKeys.push([one, entry]);
    write.set.run(document === null ? null : JSON.stringify(document), position, late, entry);
  }

  private idsOf({ kind, words }: Text, more: 1 | -1): number[] {
    return [...new Set(words)].map((word) => {
      const id = this.idOf(kind, word);
      this.uses.set(id, (this.uses.get(id) ?? 0) + more);
      return id;
    });
  }

  private idOf(kind: string, word: string): number {
    const { write, indexing } = this;
    const name = `${kind} ${word}`;
    const known = this.words.get(name) ?? (write.word.get(kind, word) as number | undefined);
    const id = known ?? Number(write.addWord.run(kind, word).lastInsertRowid);
    if (known === undefined) for (const near of indexing.nearness(word)) write.addNear.run(hashOf(near), id);
    this.words.set(name, id);
    return id;
  }

  /** Nobody has the word any more. */
  private forget(id: number): void {
    const { write, indexing } = this;
    for (const near of indexing.nearness(write.wordOf.get(id) as string)) write.removeNear.run(hashOf(near), id);
    write.removeWord.run(id);
  }
}

/** The words that may stand for one that was asked for, by their codes. */
interface Meant {
  /** By code: the place of the match in `MATCHES`. */
  readonly matches: ReadonlyMap<string, number>;
  readonly ids: readonly number[];
  /** Rows there are of them. */
  readonly uses: number;
  /** The worst match among them. */
  readonly worst: number;
}

/** One search over the ways, best matches first. */
class Search {
  private rows = 0;
  private readonly found: Hit[] = [];
  private readonly entries = new Set<number>();
  private readonly known = new Map<string, Meant>();

  constructor(
    private readonly read: Reading,
    private readonly indexing: Pick<Indexing, 'nearness' | 'alike'>,
    private readonly ways: readonly Way[],
  ) {}

  find(from: Place | null, limit: number): Hits {
    for (let step = from?.step ?? 0; step < MATCHES.length * this.ways.length; step++) {
      const match = Math.floor(step / this.ways.length);
      const way = step % this.ways.length;
      let last: Place = from?.step === step ? from : { step, late: EARLIEST, entry: 0 };
      for (const [late, entry, fits] of this.candidates(this.ways[way], match, last)) {
        if (fits && !this.entries.has(entry)) {
          if (this.found.length === limit) return this.page(last);
          this.entries.add(entry);
          this.found.push({ key: this.read.keyOf.get(entry) as string, way, match: MATCHES[match] });
        }
        last = { step, late, entry };
        if (++this.rows === MOST_ROWS) return this.page(last);
      }
    }
    return this.page(null);
  }

  private page(next: Place | null): Hits {
    return { hits: this.found, next: next && `${next.step}.${next.late}.${next.entry}` };
  }

  /** In order, whoever may match just so well. */
  private *candidates(way: Way, match: number, { late, entry }: Place): Generator<[late: number, entry: number, fits: boolean]> {
    if ('key' in way) {
      if (match > 0) return;
      const rows = this.read.keyed.all(way.key, `${way.key}\u{10ffff}`, late, entry, MOST_OF_A_KEY) as Posting[];
      for (const [at, id] of rows) yield [at, id, true];
      return;
    }
    const meant = way.words.map((word) => this.meant(way.kind, word, match));
    if (meant.some(({ ids }) => ids.length === 0) || meant.every(({ worst }) => worst < match)) return;
    const rarest = meant.reduce((a, b) => (b.uses < a.uses ? b : a));
    const runs = rarest.ids.map((id) => this.postings(id, late, entry, rarest.ids.length));
    for (const [at, id, words] of merged(runs, isBefore as (a: Posting, b: Posting) => boolean))
      yield [at, id, Math.max(...meant.map(({ matches }) => best(matches, words))) === match];
  }

  private *postings(word: number, late: number, entry: number, runs: number): Generator<Posting> {
    for (let many = runs > 20 ? 8 : 64; ; many = Math.min(many * 4, 1000)) {
      const rows = this.read.postings.all(word, late, entry, many) as Posting[];
      yield* rows;
      if (rows.length < many) return;
      [late, entry] = rows[rows.length - 1];
    }
  }

  /** What may stand for a word, up to a match. */
  private meant(kind: string, word: string, match: number): Meant {
    const name = `${match} ${kind} ${word}`;
    const known = this.known.get(name);
    if (known) return known;
    const before = match === 0 ? NO_WORD : this.meant(kind, word, match - 1);
    const matches = new Map(before.matches);
    const ids = [...before.ids];
    let { uses, worst } = before;
    for (const [id, , rows] of this.like(kind, word, MATCHES[match])) {
      const code = codeOf(id);
      if (matches.has(code)) continue;
      matches.set(code, match);
      ids.push(id);
      uses += rows;
      worst = match;
    }
    const meant = { matches, ids, uses, worst };
    this.known.set(name, meant);
    return meant;
  }

  private like(kind: string, word: string, match: Match): WordRow[] {
    if (match === 'exact') return this.read.word.all(kind, word) as WordRow[];
    if (match === 'prefix') return this.read.prefixed.all(kind, word, `${word}\u{10ffff}`, MOST_PREFIXED) as WordRow[];
    const near = this.indexing.nearness(word).flatMap((one) => this.read.near.all(hashOf(one), kind) as WordRow[]);
    const alike = [...new Map(near.map((row) => [row[0], row])).values()].filter(([, other]) => this.indexing.alike(word, other));
    return alike.sort(([, , a], [, , b]) => b - a).slice(0, MOST_NEAR);
  }
}

const NO_WORD: Meant = { matches: new Map(), ids: [], uses: 0, worst: -1 };

/** The best match among the words of a text; beyond all matches if there is none. */
const best = (matches: ReadonlyMap<string, number>, words: string): number => {
  let least: number = MATCHES.length;
  for (let i = 0; i < words.length; i += CODE_LENGTH) least = Math.min(least, matches.get(words.slice(i, i + CODE_LENGTH)) ?? least);
  return least;
};
