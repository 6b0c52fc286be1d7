import Database, { Statement } from 'better-sqlite3';
import { NO_STREAM } from '@boucle/eventsourcing';

/** Entries merged with one commit: more than come in with one, and few enough not to hold up the event loop. */
const MERGED_AT_ONCE = 1000;

/** Positions of consecutive revisions of one stream. */
interface Run {
  readonly first: number;
  readonly positions: number[];
}

type Generation = Map<string, Run>;
type Entry = [stream: string, revision: number, position: number];

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
  private young: Generation = new Map();
  private entries = 0;
  /** The generation that is being merged, and its streams that are left, the next one last. */
  private old: Generation = new Map();
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
    private readonly generation = 100_000,
  ) {
    this.last = db.prepare('SELECT max(revision) FROM stream_index WHERE stream = ?').pluck();
    this.find = db
      .prepare('SELECT position FROM stream_index WHERE stream = ? AND revision >= ? AND revision < ? ORDER BY revision')
      .pluck();
    this.finish = db.prepare('UPDATE stream_index_reach SET position = ?');
    const insert = db.prepare('INSERT OR IGNORE INTO stream_index VALUES (?, ?, ?)');
    this.merge = db.transaction((entries: readonly Entry[]) => {
      for (const entry of entries) insert.run(...entry);
    });
    this.newest = db.prepare('SELECT position FROM stream_index_reach').pluck().get() as number;
    const rest = db
      .prepare("SELECT position, body ->> '$.stream', body ->> '$.revision' FROM log WHERE position > ? ORDER BY position")
      .raw();
    for (const [position, stream, revision] of rest.iterate(this.newest) as Iterable<[number, string, number]>)
      this.add(stream, revision, position);
  }

  /** The revision of the last event of a stream. */
  revision(stream: string): number {
    const run = this.young.get(stream) ?? this.old.get(stream);
    if (run) return run.first + run.positions.length - 1;
    return (this.last.get(stream) as number | null) ?? NO_STREAM;
  }

  /** The positions of at most `count` events of a stream from a revision on. */
  positions(stream: string, from: number, count: number): number[] {
    const found: number[] = [];
    const end = from + count;
    const young = this.young.get(stream);
    const old = this.old.get(stream);
    const inTable = Math.min(end, old?.first ?? young?.first ?? Infinity);
    if (from < inTable) found.push(...(this.find.all(stream, from, Math.min(inTable, Number.MAX_SAFE_INTEGER)) as number[]));
    for (const run of [old, young])
      if (run) found.push(...run.positions.slice(Math.max(0, from - run.first), Math.max(0, end - run.first)));
    return found;
  }

  /** Takes the next event of a stream. */
  add(stream: string, revision: number, position: number): void {
    const run = this.young.get(stream);
    if (run) run.positions.push(position);
    else this.young.set(stream, { first: revision, positions: [position] });
    this.newest = position;
    this.entries++;
  }

  /** Takes back what was added behind a position, when its commit failed. */
  forget(streams: readonly string[], after: number): void {
    for (const stream of streams) {
      const run = this.young.get(stream);
      while (run && run.positions.length > 0 && run.positions.at(-1)! > after) {
        run.positions.pop();
        this.entries--;
      }
      if (run?.positions.length === 0) this.young.delete(stream);
    }
    this.newest = after;
  }

  /** Merges a part of what waits, if it is enough; to be called between commits of the log. */
  tidy(): void {
    if (this.merging.length === 0 && this.entries >= this.generation) {
      this.old = this.young;
      this.oldReach = this.newest;
      this.young = new Map();
      this.entries = 0;
      this.merging = [...this.old.keys()].sort().reverse();
    }
    if (this.merging.length === 0) return;
    const entries: Entry[] = [];
    let streams = this.merging.length;
    let from = this.merged;
    while (streams > 0 && entries.length < MERGED_AT_ONCE) {
      const stream = this.merging[streams - 1];
      const { first, positions } = this.old.get(stream)!;
      const end = Math.min(positions.length, from + MERGED_AT_ONCE - entries.length);
      for (let i = from; i < end; i++) entries.push([stream, first + i, positions[i]]);
      from = end < positions.length ? end : 0;
      if (from === 0) streams--;
    }
    this.merge(entries);
    this.merging.length = streams;
    this.merged = from;
    if (streams > 0) return;
    this.finish.run(this.oldReach);
    this.old = new Map();
  }
}
