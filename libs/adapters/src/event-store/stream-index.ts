import Database, { Statement } from 'better-sqlite3';
import { NO_STREAM } from '@boucle/eventsourcing';
import { inserter } from '../sqlite.js';
import { Entry, Generation } from './generation.js';

/** Entries merged with one commit: more than come in with one, and few enough not to hold up the event loop. */
const MERGED_AT_ONCE = 1000;

export const STREAM_INDEX_SCHEMA = `
  CREATE TABLE stream_index (stream TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (stream, revision)) WITHOUT ROWID;
  CREATE TABLE stream_index_reach (position INTEGER NOT NULL);
  INSERT INTO stream_index_reach VALUES (0);
`;

/**
 * Finds the events of a stream. An index kept up to date with every commit would touch another page for nearly every event,
 * so new entries wait in memory and are merged in order of stream; what had not been merged before a crash is read again from the log.
 */
export class StreamIndex {
  private young = new Generation();
  /** The generation that is being merged, and its streams that are left, the next one last. */
  private old = new Generation();
  private merging: string[] = [];
  /** How much of the next stream is already merged. */
  private merged = 0;
  private oldReach = 0;
  private newest: number;
  private readonly last: Statement;
  private readonly find: Statement;
  private readonly merge: (entries: readonly Entry[]) => void;
  private readonly finish: Statement;

  /** @param generation entries kept in memory before they are merged into the table */
  constructor(
    db: Database.Database,
    private readonly generation = 200_000,
  ) {
    this.last = db.prepare('SELECT max(revision) FROM stream_index WHERE stream = ?').pluck();
    this.find = db
      .prepare('SELECT position FROM stream_index WHERE stream = ? AND revision >= ? AND revision < ? ORDER BY revision')
      .pluck();
    this.finish = db.prepare('UPDATE stream_index_reach SET position = ?');
    this.merge = db.transaction(inserter(db, 'INSERT OR IGNORE INTO stream_index', 3));
    this.newest = db.prepare('SELECT position FROM stream_index_reach').pluck().get() as number;
    const rest = db
      .prepare("SELECT position, body ->> '$.stream', body ->> '$.revision' FROM log WHERE position > ? ORDER BY position")
      .raw();
    for (const [position, stream, revision] of rest.iterate(this.newest) as Iterable<[number, string, number]>)
      this.add(stream, revision, position);
  }

  /** The revision of the last event of a stream. */
  revision(stream: string): number {
    return this.young.revision(stream) ?? this.old.revision(stream) ?? (this.last.get(stream) as number | null) ?? NO_STREAM;
  }

  /** The positions of at most `count` events of a stream from a revision on. */
  positions(stream: string, from: number, count: number): number[] {
    const end = Math.min(from + count, Number.MAX_SAFE_INTEGER);
    const waiting = [...this.old.entries(stream, from), ...this.young.entries(stream, from)];
    const first = waiting.length > 0 ? waiting[0][1] : end;
    const found = from < first ? (this.find.all(stream, from, Math.min(first, end)) as number[]) : [];
    for (const [, revision, position] of waiting) if (revision < end) found.push(position);
    return found;
  }

  /** Takes the next event of a stream. */
  add(stream: string, revision: number, position: number): void {
    this.young.add(stream, revision, position);
    this.newest = position;
  }

  /** Takes back what was added behind a position, when its commit failed. */
  forget(after: number): void {
    this.young.forget(after);
    this.newest = after;
  }

  /** Whether something is to be merged. */
  get isDue(): boolean {
    return this.merging.length > 0 || this.young.size >= this.generation;
  }

  /** Merges a part of what waits, if it is enough; to be called between commits of the log. */
  tidy(): void {
    if (!this.isDue) return;
    if (this.merging.length === 0) {
      this.old = this.young;
      this.oldReach = this.newest;
      this.young = new Generation();
      this.merging = this.old.sortedStreams().reverse();
    }
    const entries: Entry[] = [];
    let streams = this.merging.length;
    let from = this.merged;
    while (streams > 0 && entries.length < MERGED_AT_ONCE) {
      const ofStream = this.old.entries(this.merging[streams - 1]);
      const end = Math.min(ofStream.length, from + MERGED_AT_ONCE - entries.length);
      for (let i = from; i < end; i++) entries.push(ofStream[i]);
      from = end < ofStream.length ? end : 0;
      if (from === 0) streams--;
    }
    this.merge(entries);
    this.merging.length = streams;
    this.merged = from;
    if (streams > 0) return;
    this.finish.run(this.oldReach);
    this.old = new Generation();
  }
}
