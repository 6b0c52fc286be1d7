import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { STREAM_INDEX_SCHEMA, StreamIndex } from './stream-index.js';

const GENERATION = 10_000;

describe('The index of streams', () => {
  let folder: string;
  let db: Database.Database;
  /** What the index must know: the positions of each stream. */
  let streams: Map<string, number[]>;
  let position: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-index-'));
    db = new Database(join(folder, 'log.sqlite'));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = OFF');
    db.exec(`CREATE TABLE log (position INTEGER PRIMARY KEY, type TEXT NOT NULL, body TEXT NOT NULL); ${STREAM_INDEX_SCHEMA}`);
    streams = new Map();
    position = 0;
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  const merged = (): number => db.prepare('SELECT count(*) FROM stream_index').pluck().get() as number;
  const reach = (): number => db.prepare('SELECT position FROM stream_index_reach').pluck().get() as number;

  /** Some long streams between many short ones, some of which come back much later. */
  const nextStream = (): string => (position % 4 === 0 ? `wave-${position % 20}` : `client-${(position * 7919) % 9_000}`);
  const add = (index: StreamIndex, count: number): void => {
    const insert = db.prepare('INSERT INTO log VALUES (?, ?, ?)');
    db.transaction(() => {
      for (let n = 0; n < count; n++) {
        const stream = nextStream();
        const known = streams.get(stream) ?? [];
        streams.set(stream, known);
        insert.run(++position, 'Met', JSON.stringify({ stream, revision: known.length }));
        index.add(stream, known.length, position);
        known.push(position);
      }
    })();
  };
  const wrong = (index: StreamIndex): string[] => {
    const found: string[] = [];
    for (const [stream, positions] of streams) {
      if (stream.startsWith('client') && positions[0] % 2 !== 1) continue;
      const last = positions.length - 1;
      if (index.revision(stream) !== last) found.push(`revision of ${stream}`);
      for (const [from, count] of [
        [0, Number.MAX_SAFE_INTEGER],
        [last, 1],
        [Math.floor(last / 2), 3],
        [last + 1, 5],
      ])
        if (index.positions(stream, from, count).join() !== positions.slice(from, from + count).join())
          found.push(`${count} positions of ${stream} from ${from}`);
    }
    return found;
  };

  it('knows every event, before, while and after it merges what it holds, and when it is opened again', () => {
    let index = new StreamIndex(db, GENERATION);
    expect(index.revision('client-0')).toBe(-1);
    expect(index.positions('client-0', 0, 10)).toEqual([]);
    add(index, GENERATION - 1);
    index.tidy();
    expect(merged()).toBe(0);
    expect(wrong(index)).toEqual([]);

    add(index, 1);
    index.tidy();
    for (let turn = 0; turn < 6; turn++) {
      const before = merged();
      add(index, 500);
      index.tidy();
      // however long a stream is
      expect(merged() - before).toBeLessThanOrEqual(1000);
    }
    expect(reach()).toBe(0);
    expect(wrong(index)).toEqual([]);

    // killed in the middle of it: what was merged is merged again
    index = new StreamIndex(db, GENERATION);
    expect(wrong(index)).toEqual([]);
    while (reach() === 0) index.tidy();
    expect(reach()).toBe(position);
    expect(merged()).toBe(position);
    expect(wrong(index)).toEqual([]);

    add(index, GENERATION * 1.2);
    while (reach() < position) index.tidy();
    add(index, 10);
    expect(wrong(index)).toEqual([]);
    expect(wrong(new StreamIndex(db, GENERATION))).toEqual([]);
  });

  it('takes back what was not committed', () => {
    const index = new StreamIndex(db, GENERATION);
    index.add('a', 0, 1);
    index.add('a', 1, 2);
    index.add('b', 0, 3);
    index.forget(1);
    expect(index.revision('a')).toBe(0);
    expect(index.revision('b')).toBe(-1);
    index.add('b', 0, 2);
    index.add('a', 1, 3);
    expect(index.positions('a', 0, 10)).toEqual([1, 3]);
    expect(index.positions('b', 0, 10)).toEqual([2]);
  });

  it('does not count what was taken back as merged', () => {
    const index = new StreamIndex(db, GENERATION);
    add(index, GENERATION);
    index.add('never', 0, GENERATION + 1);
    index.forget(GENERATION);
    while (reach() === 0) index.tidy();
    expect(reach()).toBe(GENERATION);
  });

  it('keeps what it could not merge, and merges it when it can', () => {
    const index = new StreamIndex(db, GENERATION);
    add(index, GENERATION);
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages}`);
    expect(() => {
      for (let turn = 0; turn < 200; turn++) index.tidy();
    }).toThrow('full');
    expect(wrong(index)).toEqual([]);
    db.pragma('max_page_count = 1000000');
    while (reach() === 0) index.tidy();
    expect(merged()).toBe(GENERATION);
    expect(wrong(index)).toEqual([]);
  });
});
