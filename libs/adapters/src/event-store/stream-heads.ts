import Database, { Statement } from 'better-sqlite3';
import { NO_STREAM } from '@boucle/eventsourcing';
import { NamesInOrder } from '../names-in-order.js';
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

/** Heads as columns of numbers: an object for each would be hundreds of thousands to clear away. */
class Heads {
  private readonly places = new Map<string, number>();
  private readonly revisions: number[] = [];
  private readonly positions: number[] = [];
  private readonly names = new NamesInOrder();

  /** How many streams there are. */
  get size(): number {
    return this.places.size;
  }

  get(stream: string): Head | undefined {
    const place = this.places.get(stream);
    return place === undefined ? undefined : { revision: this.revisions[place], position: this.positions[place] };
  }

  set(stream: string, { revision, position }: Head): void {
    let place = this.places.get(stream);
    if (place === undefined) {
      this.places.set(stream, (place = this.revisions.length));
      this.names.add(stream);
    }
    this.revisions[place] = revision;
    this.positions[place] = position;
  }

  delete(stream: string): void {
    this.places.delete(stream);
  }

  /** The next streams in order of name, at most `count`, and what to pass to get those behind them. */
  next(count: number): { names: string[]; passed: number[] } {
    return this.names.next(count, (stream) => this.places.has(stream));
  }

  pass(passed: number[]): void {
    this.names.pass(passed);
  }
}

const NOTHING: Head = { revision: NO_STREAM, position: 0 };

/**
 * Knows the last event of every stream. A table kept up to date with every commit would touch another page for nearly every event,
 * so new heads wait in memory and are merged in order of stream; what had not been merged before a crash is read again from the log.
 */
export class StreamHeads {
  private young = new Heads();
  /** The position behind which the young heads began. */
  private since: number;
  /** The heads that are being merged, and afterwards are still at hand. */
  private old = new Heads();
  private merging = false;
  private oldReach = 0;
  private newest: number;
  /** What stood before each change that is not committed yet. */
  private readonly changed: string[] = [];
  private readonly before: (Head | undefined)[] = [];
  private readonly find: Statement;
  private readonly merge: (values: readonly unknown[]) => void;
  private readonly finish: Statement;

  /** @param generation events after which the heads in memory are merged into the table; a quarter as many streams are enough */
  constructor(
    db: Database.Database,
    private readonly generation = 700_000,
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
    this.changed.push(stream);
    this.before.push(this.young.get(stream));
    this.young.set(stream, head);
    this.newest = head.position;
  }

  /** What was taken is in the log now. */
  committed(): void {
    this.changed.length = this.before.length = 0;
  }

  /** Takes back what was taken since the last commit: the log ends at this position as before. */
  forget(newest: number): void {
    for (let i = this.changed.length - 1; i >= 0; i--) {
      const head = this.before[i];
      if (head) this.young.set(this.changed[i], head);
      else this.young.delete(this.changed[i]);
    }
    this.committed();
    this.newest = newest;
  }

  /** Whether something is to be merged. */
  get isDue(): boolean {
    return this.merging || this.newest - this.since >= this.generation || this.young.size >= this.generation / 4;
  }

  /** Merges a part of what waits, if it is enough; to be called between commits of the log. */
  tidy(): void {
    if (!this.isDue) return;
    if (!this.merging) {
      this.old = this.young;
      this.oldReach = this.newest;
      this.young = new Heads();
      this.since = this.newest;
      this.merging = true;
    }
    const { names: streams, passed } = this.old.next(MERGED_AT_ONCE);
    this.merge(
      streams.flatMap((stream) => {
        const { revision, position } = this.old.get(stream)!;
        return [stream, revision, position];
      }),
    );
    this.old.pass(passed);
    if (streams.length === MERGED_AT_ONCE) return;
    this.finish.run(this.oldReach);
    this.merging = false;
  }
}
