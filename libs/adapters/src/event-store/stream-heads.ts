import Database, { Statement } from 'better-sqlite3';
import { NO_STREAM } from '@boucle/eventsourcing';
import { inserter } from '../sqlite.js';

/** Heads merged with one commit: more than come in with one, and few enough not to hold up the event loop. */
const MERGED_AT_ONCE = 1000;

export const STREAM_HEADS_SCHEMA = `
  CREATE TABLE stream_heads (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE stream_heads_reach (position INTEGER NOT NULL);
  INSERT INTO stream_heads_reach VALUES (0);
`;

/** The last event of a stream. */
export interface Head {
  readonly revision: number;
  /** 0 if the stream does not exist. */
  readonly position: number;
}

const NOTHING: Head = { revision: NO_STREAM, position: 0 };

/**
 * Knows the last event of every stream. A table kept up to date with every commit would touch another page for nearly every event,
 * so new heads wait in memory and are merged in order of stream; what had not been merged before a crash is read again from the log.
 */
export class StreamHeads {
  private young = new Map<string, Head>();
  /** The position behind which the young heads began. */
  private since: number;
  /** The heads merged last, still at hand, and of those the streams that are left to merge, the next one last. */
  private old = new Map<string, Head>();
  private merging: string[] = [];
  private oldReach = 0;
  private newest: number;
  /** What stood before each change that is not committed yet. */
  private before: [stream: string, head: Head | undefined][] = [];
  private readonly find: Statement;
  private readonly merge: (heads: readonly [stream: string, revision: number, position: number][]) => void;
  private readonly finish: Statement;

  /** @param generation events after which the heads in memory are merged into the table */
  constructor(
    db: Database.Database,
    private readonly generation = 200_000,
  ) {
    this.find = db.prepare('SELECT revision, position FROM stream_heads WHERE stream = ?');
    this.finish = db.prepare('UPDATE stream_heads_reach SET position = ?');
    this.merge = db.transaction(inserter(db, 'INSERT OR REPLACE INTO stream_heads', 3));
    this.newest = db.prepare('SELECT position FROM stream_heads_reach').pluck().get() as number;
    this.since = this.newest;
    const rest = db
      .prepare("SELECT position, body ->> '$.stream', body ->> '$.revision' FROM log WHERE position > ? ORDER BY position")
      .raw();
    for (const [position, stream, revision] of rest.iterate(this.newest) as Iterable<[number, string, number]>)
      this.move(stream, { revision, position });
    this.committed();
  }

  of(stream: string): Head {
    return this.young.get(stream) ?? this.old.get(stream) ?? (this.find.get(stream) as Head | undefined) ?? NOTHING;
  }

  /** Takes the new last event of a stream, subject to the commit of the log. */
  move(stream: string, head: Head): void {
    this.before.push([stream, this.young.get(stream)]);
    this.young.set(stream, head);
    this.newest = head.position;
  }

  /** What was taken is in the log now. */
  committed(): void {
    this.before = [];
  }

  /** Takes back what was taken since the last commit: the log ends at this position as before. */
  forget(newest: number): void {
    for (const [stream, head] of this.before.reverse()) {
      if (head) this.young.set(stream, head);
      else this.young.delete(stream);
    }
    this.before = [];
    this.newest = newest;
  }

  /** Whether something is to be merged. */
  get isDue(): boolean {
    return this.merging.length > 0 || this.newest - this.since >= this.generation;
  }

  /** Merges a part of what waits, if it is enough; to be called between commits of the log. */
  tidy(): void {
    if (!this.isDue) return;
    if (this.merging.length === 0) {
      this.old = this.young;
      this.oldReach = this.newest;
      this.young = new Map();
      this.since = this.newest;
      this.merging = [...this.old.keys()].sort().reverse();
    }
    const some = this.merging.slice(-MERGED_AT_ONCE).reverse();
    this.merge(
      some.map((stream) => {
        const { revision, position } = this.old.get(stream)!;
        return [stream, revision, position];
      }),
    );
    if (some.length === this.merging.length) this.finish.run(this.oldReach);
    this.merging.length -= some.length;
  }
}
