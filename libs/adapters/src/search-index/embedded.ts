import Database from 'better-sqlite3';
import { Hits, Indexing, Page, SearchIndex, StoredDocument, Way } from '@boucle/eventsourcing';
import { openRebuildable } from '../rebuildable.js';
import { reader, reading, storeError } from '../sqlite.js';
import { TracelessFile } from '../traceless.js';
import { placeOf, Search } from './finding.js';
import { Putting } from './putting.js';
import { EntryRow, readerOf, TABLES, writerOf } from './rows.js';

const SCHEMA_VERSION = 1;
const PAGES = { pageSize: 4096, checkpointPages: 1000, cacheMegabytes: 64 };
const MOST_REMEMBERED = 10_000;
/** The longest that anybody else on the event loop waits for a put. */
const SLICE_MS = 5;

/** An inverted index in a SQLite file of its own: a row per word of a text, newest first, that repeats all words of the text. */
export class EmbeddedSearchIndex<D extends object> extends SearchIndex<D> {
  private readonly file: TracelessFile;
  private readonly reader: Database.Database;
  private readonly together: <T>(read: () => T) => T;
  private readonly read;
  private readonly write;
  /** Who was found by whole keys since the last put: those who are compared with one another are asked for again and again. */
  private readonly holders = new Map<string, readonly number[]>();
  private readonly held = new Map<number, StoredDocument<D>>();

  constructor(
    file: string,
    private readonly indexing: Indexing<D>,
    say: (line: string) => void = () => undefined,
  ) {
    super();
    const today = SCHEMA_VERSION * 1000 + indexing.version;
    this.file = openRebuildable(file, PAGES, { version: today, tables: TABLES }, say);
    // what a power cut takes away is put again: the index says itself how far it has come
    this.file.db.pragma('synchronous = NORMAL');
    this.reader = new Database(file, { readonly: true });
    this.reader.pragma('cache_size = -65536');
    this.together = reader(this.reader);
    this.read = readerOf(this.reader);
    this.write = writerOf(this.file.db);
  }

  async getMany(keys: readonly string[]): Promise<StoredDocument<D>[]> {
    const rows = reading(() => this.together(() => keys.map((key) => this.read.entry.get(key) as EntryRow | undefined)));
    return rows.flatMap((row) => (row ? [stored<D>(row)] : []));
  }

  async put(documents: readonly StoredDocument<D>[]): Promise<void> {
    try {
      await this.inTransaction((turn) => new Putting(this.write, this.indexing).put(documents, turn));
      this.forget();
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

  async holding(keys: readonly string[], most: number): Promise<StoredDocument<D>[]> {
    if (Math.max(this.held.size, this.holders.size) > MOST_REMEMBERED) this.forget();
    return reading(() =>
      this.together(() => {
        const entries = new Set<number>();
        for (const key of keys) for (const entry of this.holdersOf(key, most)) entries.add(entry);
        return [...entries].map((entry) => this.heldAs(entry));
      }),
    );
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

  private holdersOf(key: string, most: number): readonly number[] {
    const name = `${most} ${key}`;
    let holders = this.holders.get(name);
    if (!holders) {
      const found = this.read.holders.all(key, most + 1) as number[];
      holders = found.length <= most ? found : [];
      this.holders.set(name, holders);
    }
    return holders;
  }

  private heldAs(entry: number): StoredDocument<D> {
    let document = this.held.get(entry);
    if (!document) {
      document = stored<D>(this.read.entryOf.get(entry) as EntryRow);
      this.held.set(entry, document);
    }
    return document;
  }

  private forget(): void {
    this.holders.clear();
    this.held.clear();
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
