import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot } from './snapshot.js';
import { TracelessFile } from './traceless.js';

const PAGES = { pageSize: 4096, checkpointPages: 1000, cacheMegabytes: 8 };
const PEOPLE = 6000;

let folder: string;
let file: TracelessFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'boucle-traceless-'));
  file = new TracelessFile(join(folder, 'people.sqlite'), PAGES);
  file.db.exec('CREATE TABLE people (key TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID');
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true });
});

const all = Array.from({ length: PEOPLE }, (_, n) => n);
const gone = all.filter((n) => n % 10 === 0);
/** Keys in no order, so that pages are split in their middle. */
const keyOf = (n: number): string => `${(n * 7919) % PEOPLE}`.padStart(8, 'client-');
const nameOf = (n: number): string => `<canary ${n}>`;

/** Writes everybody in growing texts, so that rows move from page to page; every hundredth is too long for one page. */
const write = (people: readonly number[], rounds = 3): void => {
  const put = file.db.prepare('INSERT INTO people VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET text = excluded.text');
  for (let round = 1; round <= rounds; round++)
    file.db.transaction(() => {
      for (const n of people) put.run(keyOf(n), nameOf(n) + 'x'.repeat(n % 100 === 0 ? 9000 : 60 * round + 30 * (n % 7)));
    })();
};
const erase = (people: readonly number[]): void => {
  const remove = file.db.prepare('DELETE FROM people WHERE key = ?');
  file.db.transaction(() => {
    for (const n of people) remove.run(keyOf(n));
  })();
};
const removeTraces = (): void => {
  for (const _ of file.removeTraces());
};
/** Who still stands in some file of the folder. */
const written = (): Set<number> => {
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
  return new Set([...text.matchAll(/<canary (\d+)>/g)].map(([, n]) => Number(n)));
};
const found = (people: readonly number[]): number => {
  const there = written();
  return people.filter((n) => there.has(n)).length;
};

describe('a traceless file', () => {
  it('holds nothing of what was deleted, in no free place of a page either, and all the rest', () => {
    write(all);
    erase(gone);
    file.db.pragma('wal_checkpoint(TRUNCATE)');
    expect(found(gone)).toBeGreaterThan(0);
    removeTraces();
    expect(found(gone)).toBe(0);
    expect(file.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.db.prepare('SELECT count(*) FROM people').pluck().get()).toBe(PEOPLE - gone.length);
    expect(found(all)).toBe(PEOPLE - gone.length);
  });

  it('brings none of it back with what is written later, also between two steps', () => {
    write(all);
    erase(gone);
    const others = all.filter((n) => n % 10 !== 0);
    let at = 0;
    for (const _ of file.removeTraces()) write(others.slice(at, (at += 500)), 1);
    write(others);
    file.db.pragma('wal_checkpoint(TRUNCATE)');
    expect(found(gone)).toBe(0);
    expect(file.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(found(others)).toBe(others.length);
  });

  it('waits for who reads an older state, and says so', () => {
    write(all.slice(0, 100));
    const reader = openSnapshot(join(folder, 'people.sqlite'));
    erase(gone);
    expect(removeTraces).toThrow(/^What was deleted is not overwritten yet in .*people\.sqlite, as somebody reads it/);
    reader.close();
    removeTraces();
    expect(found(gone)).toBe(0);
  });
});
