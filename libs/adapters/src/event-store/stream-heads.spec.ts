import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { STREAM_HEADS_SCHEMA, StreamHeads } from './stream-heads.js';

const GENERATION = 40_000;

describe('The heads of streams', () => {
  let folder: string;
  let db: Database.Database;
  /** What must be known: the head of each stream. */
  let streams: Map<string, { revision: number; position: number }>;
  let position: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-heads-'));
    db = new Database(join(folder, 'log.sqlite'));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = OFF');
    db.exec(`CREATE TABLE log (position INTEGER PRIMARY KEY, body TEXT NOT NULL); ${STREAM_HEADS_SCHEMA}`);
    streams = new Map();
    position = 0;
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  const merged = (): number => db.prepare('SELECT count(*) FROM stream_heads').pluck().get() as number;
  const reach = (): number => db.prepare('SELECT position FROM stream_heads_reach').pluck().get() as number;

  /** Some long streams between many short ones, some of which come back much later. */
  const nextStream = (): string => (position % 4 === 0 ? `wave-${position % 20}` : `client-${(position * 7919) % 9_000}`);
  const add = (heads: StreamHeads, count: number): void => {
    const insert = db.prepare('INSERT INTO log VALUES (?, ?)');
    db.transaction(() => {
      for (let n = 0; n < count; n++) {
        const stream = nextStream();
        const head = { revision: (streams.get(stream)?.revision ?? -1) + 1, position: ++position };
        insert.run(position, JSON.stringify({ stream, revision: head.revision }));
        heads.move(stream, head);
        streams.set(stream, head);
      }
    })();
    heads.committed();
  };
  const wrong = (heads: StreamHeads): string[] =>
    [...streams].filter(([stream, head]) => JSON.stringify(heads.of(stream)) !== JSON.stringify(head)).map(([stream]) => stream);

  it('are all known, before, while and after they are merged, and when the log is opened again', () => {
    let heads = new StreamHeads(db, GENERATION);
    expect(heads.of('client-0')).toEqual({ revision: -1, position: 0 });
    add(heads, GENERATION - 1);
    heads.tidy();
    expect(merged()).toBe(0);
    expect(wrong(heads)).toEqual([]);

    add(heads, 1);
    heads.tidy();
    const atOnce = merged();
    expect(atOnce).toBe(1000);
    add(heads, 500);
    heads.tidy();
    expect(merged()).toBe(2 * atOnce);
    expect(reach()).toBe(0);
    expect(wrong(heads)).toEqual([]);

    // killed in the middle of it: what was merged is merged again
    heads = new StreamHeads(db, GENERATION);
    expect(wrong(heads)).toEqual([]);
    while (reach() === 0) heads.tidy();
    expect(reach()).toBe(position);
    expect(merged()).toBe(streams.size);
    expect(wrong(heads)).toEqual([]);

    add(heads, GENERATION * 1.2);
    while (reach() < position) heads.tidy();
    expect(merged()).toBe(streams.size);
    add(heads, 10);
    expect(wrong(heads)).toEqual([]);
    expect(wrong(new StreamHeads(db, GENERATION))).toEqual([]);
  });

  it('go back to what they were when a commit fails', () => {
    const heads = new StreamHeads(db, GENERATION);
    heads.move('a', { revision: 0, position: 1 });
    heads.committed();
    heads.move('a', { revision: 1, position: 2 });
    heads.move('b', { revision: 0, position: 3 });
    heads.move('a', { revision: 2, position: 4 });
    heads.forget(1);
    expect(heads.of('a')).toEqual({ revision: 0, position: 1 });
    expect(heads.of('b')).toEqual({ revision: -1, position: 0 });
  });

  it('do not count as merged what was taken back', () => {
    const heads = new StreamHeads(db, GENERATION);
    add(heads, GENERATION);
    heads.move('never', { revision: 0, position: GENERATION + 1 });
    heads.forget(GENERATION);
    while (reach() === 0) heads.tidy();
    expect(reach()).toBe(GENERATION);
  });

  it('are kept when they cannot be merged, and merged when they can', () => {
    const heads = new StreamHeads(db, GENERATION);
    add(heads, GENERATION);
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages}`);
    expect(() => {
      for (let turn = 0; turn < 200; turn++) heads.tidy();
    }).toThrow('full');
    expect(wrong(heads)).toEqual([]);
    db.pragma('max_page_count = 1000000');
    while (reach() === 0) heads.tidy();
    expect(merged()).toBe(streams.size);
    expect(wrong(heads)).toEqual([]);
  });
});
