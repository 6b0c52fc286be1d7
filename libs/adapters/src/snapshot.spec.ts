import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSnapshot } from './snapshot.js';
import { openDurable } from './sqlite.js';

describe('A snapshot', () => {
  let folder: string;
  let file: string;
  let db: Database.Database;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-snapshot-'));
    file = join(folder, 'log.sqlite');
    db = openDurable(file, { pageSize: 4096, checkpointPages: 1000, cacheMegabytes: 8 });
    db.exec('CREATE TABLE log (n INTEGER PRIMARY KEY, pad TEXT NOT NULL)');
    write(3000);
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  const write = (rows: number): void =>
    db.transaction(() => {
      for (let i = 0; i < rows; i++) db.prepare('INSERT INTO log (pad) VALUES (?)').run('x'.repeat(3000));
    })();
  const rowsIn = (copy: string): number => {
    const opened = new Database(copy, { readonly: true });
    try {
      expect(opened.pragma('integrity_check', { simple: true })).toBe('ok');
      return opened.prepare('SELECT count(*) FROM log').pluck().get() as number;
    } finally {
      opened.close();
    }
  };

  it('is copied whole in one go, however much is written meanwhile', async () => {
    const snapshot = openSnapshot(file);
    write(1);
    const seen: number[] = [];
    await snapshot.copyTo(join(folder, 'copy.sqlite'), (fraction) => {
      seen.push(fraction);
      write(1);
    });
    snapshot.close();
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(rowsIn(join(folder, 'copy.sqlite'))).toBe(3000);
    expect(rowsIn(file)).toBe(3001 + seen.length);
  });

  it('needs a file', () => {
    expect(() => openSnapshot(join(folder, 'nothing.sqlite'))).toThrow();
  });
});
