import Database from 'better-sqlite3';

/** An entry per client; a row per word of each of his texts, newest first, that repeats all words of the text; a row per key. */
export const TABLES = `
  CREATE TABLE entries (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT, position INTEGER NOT NULL, late INTEGER NOT NULL);
  CREATE TABLE words (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, word TEXT NOT NULL, uses INTEGER NOT NULL, UNIQUE (kind, word));
  CREATE TABLE near (near INTEGER, word INTEGER, PRIMARY KEY (near, word)) WITHOUT ROWID;
  CREATE TABLE postings (word INTEGER, late INTEGER, entry INTEGER, text INTEGER, words TEXT, PRIMARY KEY (word, late, entry, text)) WITHOUT ROWID;
  CREATE TABLE keys (key TEXT, entry INTEGER, PRIMARY KEY (key, entry)) WITHOUT ROWID;
  CREATE TABLE progress (position INTEGER NOT NULL, deleted INTEGER NOT NULL);
  INSERT INTO progress VALUES (0, 0);`;

/** The most entries of one key that are looked at. */
export const MOST_OF_A_KEY = 1_000;

export type EntryRow = { id: number; key: string; document: string | null; position: number; late: number };
export type Posting = [late: number, entry: number, words: string, text: number];
export type WordRow = [id: number, word: string, uses: number];

/** A word as the words of a text repeat it: five letters each. */
export const codeOf = (id: number): string => id.toString(36).padStart(5, '0');
export const CODE_LENGTH = 5;

/** 52 bits of a text (cyrb53). */
export const hashOf = (text: string): number => {
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

/** What a search reads. */
export const readerOf = (db: Database.Database) => ({
  position: db.prepare('SELECT position FROM progress').pluck(),
  deleted: db.prepare('SELECT deleted FROM progress').pluck(),
  entry: db.prepare('SELECT * FROM entries WHERE key = ?'),
  keyOf: db.prepare('SELECT key FROM entries WHERE id = ?').pluck(),
  holders: db.prepare('SELECT entry FROM keys WHERE key = ? LIMIT ?').pluck(),
  entryOf: db.prepare('SELECT * FROM entries WHERE id = ?'),
  scan: db.prepare('SELECT * FROM entries WHERE key >= ? AND key <> ? AND key < ? ORDER BY key LIMIT ?'),
  word: db.prepare('SELECT id, word, uses FROM words WHERE kind = ? AND word = ?').raw(),
  prefixed: db.prepare('SELECT id, word, uses FROM words WHERE kind = ? AND word > ? AND word < ? ORDER BY uses DESC, id LIMIT ?').raw(),
  near: db.prepare('SELECT id, words.word, uses FROM near JOIN words ON words.id = near.word WHERE near = ? AND kind = ?').raw(),
  postings: db
    .prepare(
      'SELECT late, entry, words, text FROM postings WHERE word = ? AND (late, entry, text) > (?, ?, ?) ORDER BY late, entry, text LIMIT ?',
    )
    .raw(),
  keyed: db
    .prepare(
      `SELECT DISTINCT late, id FROM (SELECT entry FROM keys WHERE key >= ? AND key < ? LIMIT ${MOST_OF_A_KEY}) JOIN entries ON id = entry
       WHERE (late, id) > (?, ?) ORDER BY late, id LIMIT ?`,
    )
    .raw(),
});

/** What a put reads and writes. */
export const writerOf = (db: Database.Database) => ({
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

export type Reading = ReturnType<typeof readerOf>;
export type Writing = ReturnType<typeof writerOf>;
