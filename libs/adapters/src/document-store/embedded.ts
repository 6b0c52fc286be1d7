import Database, { Statement } from 'better-sqlite3';
import { compileFilter, DocumentStore, Filter, Page, StoredDocument } from '@boucle/eventsourcing';
import { openRebuildable } from '../rebuildable.js';
import { reader, reading, storeError } from '../sqlite.js';
import { TracelessFile } from '../traceless.js';
import { mustBeName } from './collection-name.js';

/** A collection makes its own table. */
const SCHEMA = { version: 3, tables: '' };
/** Small pages suit documents that change here and there. */
const PAGES = { pageSize: 4096, checkpointPages: 1000, cacheMegabytes: 64 };
const MOST_PER_COMMIT = 1000;
const PARSED_AT_ONCE = 100;

type Row = [key: string, document: string | null, position: number];

interface Table {
  readonly get: Statement;
  readonly put: Statement;
  readonly insert: Statement;
  readonly replace: Statement;
  readonly scan: Statement;
}

const stored = <D extends object>([key, document, position]: Row): StoredDocument<D> => ({
  key,
  document: document === null ? null : (JSON.parse(document) as D),
  position,
});

/** Read models in one SQLite file, a table each. */
export class EmbeddedDocumentStore extends DocumentStore {
  private readonly file: TracelessFile;
  private readonly together: <T>(read: () => T) => T;
  private readonly tables = new Map<string, Table>();

  /** @param say hears what happens to a file of another version */
  constructor(file: string, say: (line: string) => void = () => undefined) {
    super();
    this.file = openRebuildable(file, PAGES, SCHEMA, say);
    this.together = reader(this.db);
  }

  async get<D extends object>(collection: string, key: string): Promise<D | null> {
    const row = reading(() => this.table(collection).get.get(key)) as Row | undefined;
    return row ? stored<D>(row).document : null;
  }

  async getMany<D extends object>(collection: string, keys: readonly string[]): Promise<StoredDocument<D>[]> {
    const { get } = this.table(collection);
    const rows = reading(() => this.together(() => keys.map((key) => get.get(key) as Row | undefined)));
    return rows.flatMap((row) => (row ? [stored<D>(row)] : []));
  }

  async put(collection: string, documents: readonly StoredDocument[]): Promise<void> {
    const { put } = this.table(collection);
    // In order of key a commit touches few pages of the table.
    const sorted = [...documents].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.position - b.position));
    try {
      for (let start = 0; start < sorted.length; start += MOST_PER_COMMIT) {
        if (start > 0) await new Promise(setImmediate);
        const some = sorted.slice(start, start + MOST_PER_COMMIT);
        this.db.transaction(() => {
          for (const { key, document, position } of some) put.run(key, document === null ? null : JSON.stringify(document), position);
        })();
      }
    } catch (error) {
      throw storeError(error);
    }
  }

  async find<D extends object>(
    collection: string,
    filter: Filter,
    { prefix = '', after = '', limit = 500 }: Page = {},
  ): Promise<StoredDocument<D>[]> {
    const matches = compileFilter(filter);
    const found: StoredDocument<D>[] = [];
    for (let from = after; found.length < limit;) {
      const page = await this.scan<D>(collection, { prefix, after: from, limit: 500 });
      found.push(...page.filter(({ document }) => document !== null && matches(document)));
      if (page.length < 500) break;
      from = page.at(-1)!.key;
    }
    return found.slice(0, limit);
  }

  async scan<D extends object>(collection: string, { prefix = '', after = '', limit = 500 }: Page = {}): Promise<StoredDocument<D>[]> {
    // whoever goes through a whole collection lets others have their turn after each page
    await new Promise(setImmediate);
    const { scan } = this.table(collection);
    const page: StoredDocument<D>[] = [];
    for (let from = after; page.length < limit;) {
      const wanted = Math.min(PARSED_AT_ONCE, limit - page.length);
      const some = JSON.parse(reading(() => scan.get(from, prefix, from, `${prefix}\u{10ffff}`, wanted)) as string) as StoredDocument<D>[];
      for (const document of some) page.push(document);
      if (some.length < wanted) break;
      from = some[some.length - 1].key;
    }
    return page;
  }

  async swap(collection: string, { key, document, position }: StoredDocument, inPlaceOf: number | null): Promise<boolean> {
    const { insert, replace } = this.table(collection);
    const text = document === null ? null : JSON.stringify(document);
    try {
      const { changes } = inPlaceOf === null ? insert.run(key, text, position) : replace.run(text, position, key, inPlaceOf);
      return changes > 0;
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Nothing: here find looks through the whole collection. */
  async index(collection: string): Promise<void> {
    mustBeName(collection);
  }

  async drop(collection: string): Promise<void> {
    mustBeName(collection);
    this.tables.delete(collection);
    this.db.exec(`DROP TABLE IF EXISTS "${collection}"`);
  }

  async collections(): Promise<string[]> {
    const tables = this.db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name");
    // a table also comes into being when it is only read
    return (tables.pluck().all() as string[]).filter((name) => this.db.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get());
  }

  async purge(): Promise<void> {
    try {
      for (const _ of this.file.removeTraces()) await new Promise(setImmediate);
    } catch (error) {
      throw storeError(error);
    }
  }

  close(): void {
    this.file.close();
  }

  private get db(): Database.Database {
    return this.file.db;
  }

  private table(collection: string): Table {
    const known = this.tables.get(collection);
    if (known) return known;
    mustBeName(collection);
    try {
      this.db.exec(
        `CREATE TABLE IF NOT EXISTS "${collection}" (key TEXT PRIMARY KEY, document TEXT, position INTEGER NOT NULL) WITHOUT ROWID`,
      );
    } catch (error) {
      throw storeError(error);
    }
    const table = {
      get: this.db.prepare(`SELECT * FROM "${collection}" WHERE key = ?`).raw(),
      put: this.db.prepare(
        `INSERT INTO "${collection}" VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE
         SET document = excluded.document, position = excluded.position WHERE excluded.position >= position`,
      ),
      insert: this.db.prepare(`INSERT OR IGNORE INTO "${collection}" VALUES (?, ?, ?)`),
      replace: this.db.prepare(`UPDATE "${collection}" SET document = ?, position = ? WHERE key = ? AND position = ?`),
      // one lower bound: of two SQLite takes the first, and would go on foot from after to the prefix
      // one text for a run of documents: one parse is faster than one for each
      scan: this.db
        .prepare(
          `SELECT '[' || coalesce(group_concat('{"key":' || json_quote(key) || ',"position":' || position || ',"document":' || coalesce(document, 'null') || '}', ','), '') || ']'
           FROM (SELECT * FROM "${collection}" WHERE key >= max(?, ?) AND key <> ? AND key < ? ORDER BY key LIMIT ?)`,
        )
        .pluck(),
    };
    this.tables.set(collection, table);
    return table;
  }
}
