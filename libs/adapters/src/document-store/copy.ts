import Database from 'better-sqlite3';
import { storeError } from '../sqlite.js';

/** Copies some documents of a file, all as they are at one instant, into a new file: of each collection those whose keys begin with one of the texts. */
export const copyDocuments = (from: string, to: string, wanted: Readonly<Record<string, readonly string[]>>): void => {
  const source = new Database(from, { readonly: true, fileMustExist: true });
  const target = new Database(to);
  try {
    // as every engine opens it: otherwise a look at the copy would change its first bytes
    target.pragma('journal_mode = WAL');
    source.exec('BEGIN');
    target.exec('BEGIN');
    for (const [collection, beginnings] of Object.entries(wanted)) {
      const made = source.prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?").pluck().get(collection);
      if (made === undefined) continue;
      target.exec(made as string);
      const insert = target.prepare(`INSERT INTO "${collection}" VALUES (?, ?, ?)`);
      for (const row of source.prepare(`SELECT * FROM "${collection}"`).raw().iterate() as IterableIterator<[string, string, number]>)
        if (beginnings.some((text) => row[0].startsWith(text))) insert.run(...row);
    }
    target.exec('COMMIT');
    target.pragma(`user_version = ${String(source.pragma('user_version', { simple: true }))}`);
  } catch (error) {
    throw storeError(error);
  } finally {
    source.close();
    target.close();
  }
};
