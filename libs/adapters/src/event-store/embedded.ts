import Database, { Statement } from 'better-sqlite3';
import {
  Appended,
  Batch,
  Codec,
  ConcurrencyError,
  EventStore,
  NewEvent,
  NO_STREAM,
  RecordedEvent,
  Subscription,
} from '@boucle/eventsourcing';
import { openDurable, storeError } from '../sqlite.js';

const SCHEMA_VERSION = 1;
const MOST_PER_COMMIT = 500;
const PAGE = 2000;

const SCHEMA = `
  CREATE TABLE log (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL
  );
  CREATE UNIQUE INDEX log_by_stream ON log (stream, revision);
  CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  -- For people: sqlite3 log.sqlite 'select * from events limit 10'
  CREATE VIEW events AS
    SELECT position, stream, revision, type, body ->> '$.metadata.occurredAt' AS time, body -> '$.data' AS data,
           body -> '$.metadata' AS metadata, body ->> '$.recordedAt' AS recorded
    FROM log;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

type Row = [position: number, stream: string, revision: number, type: string, body: string];

interface Waiting {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly NewEvent[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

/** The log in one SQLite file, which the sqlite3 command line can read while the engine runs. */
export class EmbeddedEventStore extends EventStore {
  private readonly db: Database.Database;
  private readonly insert: Statement;
  private readonly revisionOf: Statement;
  private readonly ofStream: Statement;
  private readonly idAt: Statement;
  private readonly page: Statement;
  private readonly pages = new Map<string, Statement>();
  private readonly queue: Waiting[] = [];
  private readonly listeners = new Set<() => void>();
  private newest: number;
  private flushing = false;

  /** @param now the wall clock that stamps recordedAt */
  constructor(
    file: string,
    private readonly codec = new Codec(),
    private readonly now: () => string = () => new Date().toISOString(),
  ) {
    super();
    this.db = openDurable(file);
    const version = this.db.pragma('user_version', { simple: true }) as number;
    if (version === 0) this.db.transaction(() => this.db.exec(SCHEMA))();
    else if (version !== SCHEMA_VERSION)
      throw new Error(
        `${file} was written by another version of Boucle (schema ${version}, this one knows ${SCHEMA_VERSION}): open it with that version`,
      );
    this.insert = this.db.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?)');
    this.revisionOf = this.db.prepare('SELECT max(revision) FROM log WHERE stream = ?').pluck();
    this.idAt = this.db.prepare("SELECT position, body ->> '$.metadata.id' FROM log WHERE stream = ? AND revision = ?").raw();
    this.ofStream = this.db.prepare('SELECT * FROM log WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?').raw();
    this.page = this.db.prepare('SELECT * FROM log WHERE position > ? AND position <= ? ORDER BY position').raw();
    this.newest = (this.db.prepare('SELECT max(position) FROM log').pluck().get() as number | null) ?? 0;
  }

  async read(stream: string, fromRevision = 0, count = Number.MAX_SAFE_INTEGER): Promise<RecordedEvent[]> {
    return this.decode(this.ofStream.all(stream, fromRevision, count) as Row[]);
  }

  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    const sealed = await this.codec.hooks.seal(events);
    return new Promise((resolve, reject) => {
      this.queue.push({ stream, expectedRevision, events: sealed, resolve, reject });
      if (this.flushing) return;
      this.flushing = true;
      setImmediate(() => this.flush());
    });
  }

  async *subscribe({ after, types, signal }: Subscription): AsyncGenerator<Batch> {
    let position = after;
    for (;;) {
      if (signal?.aborted) return;
      const upTo = Math.min(position + PAGE, this.newest);
      const events = upTo > position ? await this.decode(this.rows(position, upTo, types)) : [];
      position = Math.max(position, upTo);
      const caughtUp = position >= this.newest;
      if (events.length > 0 || caughtUp) yield { events, position, caughtUp };
      if (position >= this.newest) await this.grown(position, signal);
      else await new Promise(setImmediate);
    }
  }

  head(): Promise<number> {
    return Promise.resolve(this.newest);
  }

  close(): void {
    this.db.close();
  }

  private rows(after: number, upTo: number, types: readonly string[] | undefined): Row[] {
    if (!types) return this.page.all(after, upTo) as Row[];
    const key = types.join();
    let statement = this.pages.get(key);
    if (!statement) {
      const marks = types.map(() => '?').join();
      statement = this.db.prepare(`SELECT * FROM log WHERE position > ? AND position <= ? AND type IN (${marks}) ORDER BY position`).raw();
      this.pages.set(key, statement);
    }
    return statement.all(after, upTo, ...types) as Row[];
  }

  private decode(rows: readonly Row[]): Promise<RecordedEvent[]> {
    return this.codec.hooks.open(
      rows.map(([position, stream, revision, type, body]) => this.codec.decode(position, stream, revision, type, body)),
    );
  }

  /** Commits what waits, at most so much at a time that the event loop is not held up for long. */
  private flush(): void {
    let events = 0;
    let taken = 0;
    while (taken < this.queue.length && (taken === 0 || events + this.queue[taken].events.length <= MOST_PER_COMMIT)) {
      events += this.queue[taken].events.length;
      taken++;
    }
    const group = this.queue.splice(0, taken);
    const before = this.newest;
    try {
      const answers = this.db.transaction(() => this.write(group))();
      group.forEach(({ resolve, reject }, i) => {
        const answer = answers[i];
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      this.newest = before;
      for (const { reject } of group) reject(storeError(error));
    }
    if (this.newest > before) for (const wake of [...this.listeners]) wake();
    this.flushing = this.queue.length > 0;
    if (this.flushing) setImmediate(() => this.flush());
  }

  private write(group: readonly Waiting[]): (Appended | Error)[] {
    const recordedAt = this.now();
    return group.map(({ stream, expectedRevision, events }): Appended | Error => {
      const revision = (this.revisionOf.get(stream) as number | null) ?? NO_STREAM;
      if (revision !== expectedRevision)
        return this.repeated(stream, expectedRevision, events) ?? new ConcurrencyError(stream, expectedRevision, revision);
      let bodies: string[];
      try {
        bodies = events.map((event) => this.codec.encode(event, recordedAt));
      } catch (error) {
        return error as Error;
      }
      events.forEach(({ type }, i) => this.insert.run(++this.newest, stream, expectedRevision + 1 + i, type, bodies[i]));
      return { revision: expectedRevision + events.length, position: this.newest };
    });
  }

  /** The answer of the first time, if exactly these events already stand at that place. */
  private repeated(stream: string, expectedRevision: number, events: readonly NewEvent[]): Appended | null {
    let last: Appended | null = null;
    for (const [i, { metadata }] of events.entries()) {
      const revision = expectedRevision + 1 + i;
      const [position, id] = (this.idAt.get(stream, revision) as [number, string] | undefined) ?? [0, ''];
      if (id !== metadata.id) return null;
      last = { revision, position };
    }
    return last;
  }

  private grown(position: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.listeners.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.listeners.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
      if (this.newest > position || signal?.aborted) wake();
    });
  }
}
