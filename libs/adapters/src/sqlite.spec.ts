import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '@boucle/eventsourcing';
import { openDurable, storeError } from './sqlite.js';

const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

const PAGES = { pageSize: 8192, checkpointPages: 300, cacheMegabytes: 8 };

describe('a durable SQLite file', () => {
  let folder: string;
  let file: string;
  let db: Database.Database;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-sqlite-'));
    file = join(folder, 'a.sqlite');
    db = openDurable(file, PAGES);
    db.exec('CREATE TABLE t (x)');
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  it('syncs every commit, on the first opening and on every other', () => {
    for (let time = 0; time < 3; time++) {
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      db.close();
      db = openDurable(file, PAGES);
    }
  });

  it('has pages of the size it was made with, and checkpoints after as many as it is opened with', () => {
    const settings = (): unknown[] => ['page_size', 'wal_autocheckpoint'].map((name) => db.pragma(name, { simple: true }));
    expect(settings()).toEqual([8192, 300]);
    db.close();
    db = openDurable(file, { pageSize: 4096, checkpointPages: 50, cacheMegabytes: 8 });
    db.exec('INSERT INTO t VALUES (1)');
    expect(settings()).toEqual([8192, 50]);
  });

  it('names a full disk and its remedy, and goes on when there is space', () => {
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages}`);
    const error = thrown(() => db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run());
    const said = storeError(error);
    expect(said).toBeInstanceOf(StoreUnavailableError);
    expect(said.message).toContain('the disk is full; free some space');
    expect(said.cause).toBe(error);
    db.pragma('max_page_count = 1000000');
    expect(db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run().changes).toBe(1);
  });

  it('names a lock or a disk that does not let it write', () => {
    const other = new Database(file, { timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
    expect(storeError(thrown(() => other.exec('INSERT INTO t VALUES (1)')))).toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringContaining('SQLITE_BUSY'),
    });
    db.exec('ROLLBACK');
    other.close();
    const reader = new Database(file, { readonly: true });
    expect(storeError(thrown(() => reader.exec('INSERT INTO t VALUES (1)')))).toBeInstanceOf(StoreUnavailableError);
    reader.close();
  });

  it('leaves any other failure as it is', () => {
    const defect = thrown(() => db.exec('INSERT INTO nowhere VALUES (1)'));
    expect(storeError(defect)).toBe(defect);
    const other = new TypeError('no');
    expect(storeError(other)).toBe(other);
  });
});
