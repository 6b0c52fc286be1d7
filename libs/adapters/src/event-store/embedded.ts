import Database, { Statement } from 'better-sqlite3';
import {
  Appended,
  Batch,
  Codec,
  ConcurrencyError,
  EventStore,
  NewEvent,
  RecordedEvent,
  StoreUnavailableError,
  Subscription,
} from '@boucle/eventsourcing';
import { inserter, openDurable, reading, storeError } from '../sqlite.js';
import { STREAM_INDEX_SCHEMA, StreamIndex } from './stream-index.js';

const SCHEMA_VERSION = 1;
const MOST_PER_COMMIT = 500;
/** Large pages suit a table that only grows at its end. */
const PAGES = { pageSize: 32_768, checkpointPages: 250 };
const PAGE = 500;
const PARSED_AT_ONCE = 50;
const MOST_CHARACTERS_PER_PAGE = 2_000_000;

// The body is the whole event, so that a page of events is one text for one parse: faster than a row and a parse for each.
const SCHEMA = `
  CREATE TABLE log (position INTEGER PRIMARY KEY, type TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  -- For people: sqlite3 events.sqlite 'select * from events limit 10'
  CREATE VIEW events AS
    SELECT position, body ->> '$.stream' AS stream, body ->> '$.revision' AS revision, type, body ->> '$.metadata.occurredAt' AS time,
           body -> '$.data' AS data, body -> '$.metadata' AS metadata, body ->> '$.recordedAt' AS recorded
    FROM log;
  ${STREAM_INDEX_SCHEMA}
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

type Row = [position: number, type: string, body: string];

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
  private readonly insert: (rows: readonly Row[]) => void;
  private readonly index: StreamIndex;
  private readonly at: Statement;
  private readonly idAt: Statement;
  private readonly lists = new Map<string, Statement>();
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
    this.db = openDurable(file, PAGES);
    const version = this.db.pragma('user_version', { simple: true }) as number;
    if (version === 0) this.db.transaction(() => this.db.exec(SCHEMA))();
    else if (version !== SCHEMA_VERSION)
      throw new StoreUnavailableError(
        `${file} was written by another version of Boucle (schema ${version}, this one knows ${SCHEMA_VERSION}): open it with that version`,
      );
    this.insert = inserter(this.db, 'INSERT INTO log', 3);
    this.idAt = this.db.prepare("SELECT body ->> '$.metadata.id' FROM log WHERE position = ?").pluck();
    this.at = this.db.prepare('SELECT body FROM log WHERE position = ?').pluck();
    this.index = new StreamIndex(this.db);
    this.newest = (this.db.prepare('SELECT max(position) FROM log').pluck().get() as number | null) ?? 0;
  }

  async read(stream: string, fromRevision = 0, count = Number.MAX_SAFE_INTEGER): Promise<RecordedEvent[]> {
    const texts = reading(() => this.index.positions(stream, fromRevision, count).map((position) => this.at.get(position) as string));
    return this.codec.open(this.codec.decode(`[${texts.join()}]`));
  }

  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    const sealed = this.codec.seal(events);
    return sealed instanceof Promise
      ? sealed.then((some) => this.enqueue(stream, expectedRevision, some))
      : this.enqueue(stream, expectedRevision, sealed);
  }

  private enqueue(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.queue.push({ stream, expectedRevision, events, resolve, reject });
      if (this.flushing) return;
      this.flushing = true;
      setImmediate(() => this.flush());
    });
  }

  async *subscribe({ after, types, signal }: Subscription): AsyncGenerator<Batch> {
    let position = after;
    for (;;) {
      if (signal?.aborted) return;
      const page = reading(() => this.pageBehind(position, types));
      position = page.position;
      const events = await this.codec.open(page.events);
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

  /** The next events behind a position: few if they are heavy. */
  private pageBehind(after: number, types: readonly string[] | undefined): { events: RecordedEvent[]; position: number } {
    const end = Math.min(after + PAGE, this.newest);
    const list = this.listOf(types);
    const events: RecordedEvent[] = [];
    let position = Math.min(after, end);
    for (let characters = 0; position < end && characters < MOST_CHARACTERS_PER_PAGE;) {
      const upTo = Math.min(position + PARSED_AT_ONCE, end);
      const text = list.get(position, upTo, ...(types ?? [])) as string | null;
      if (text !== null) for (const event of this.codec.decode(text)) events.push(event);
      characters += text?.length ?? 0;
      position = upTo;
    }
    return { events, position: Math.max(position, after) };
  }

  /** Reads the events between two positions as one JSON list. */
  private listOf(types: readonly string[] | undefined): Statement {
    const key = types?.join() ?? '*';
    let statement = this.lists.get(key);
    if (!statement) {
      const filter = types ? `AND type IN (${types.map(() => '?').join()})` : '';
      const bodies = `SELECT body FROM log WHERE position > ? AND position <= ? ${filter} ORDER BY position`;
      statement = this.db.prepare(`SELECT '[' || group_concat(body, ',') || ']' FROM (${bodies})`).pluck();
      this.lists.set(key, statement);
    }
    return statement;
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
      this.index.forget(before);
      for (const { reject } of group) reject(storeError(error));
    }
    if (this.newest > before) for (const wake of [...this.listeners]) wake();
    this.tidy();
    this.flushing = this.queue.length > 0;
    if (this.flushing) setImmediate(() => this.flush());
  }

  /** What cannot be merged now, for want of disk, waits in memory. */
  private tidy(): void {
    if (!this.index.isDue) return;
    // The index can be read again from the log, so it need not wait for the disk: the next commit of the log syncs it too.
    this.db.pragma('synchronous = NORMAL');
    try {
      this.index.tidy();
    } catch (error) {
      if (!(storeError(error) instanceof StoreUnavailableError)) throw error;
    } finally {
      this.db.pragma('synchronous = FULL');
    }
  }

  private write(group: readonly Waiting[]): (Appended | Error)[] {
    const recordedAt = this.now();
    let rows: Row[] = [];
    const answers: (Appended | Error)[] = [];
    for (const { stream, expectedRevision, events } of group) {
      const revision = this.index.revision(stream);
      if (revision === expectedRevision) answers.push(this.place(stream, revision, events, recordedAt, rows));
      else {
        this.insert(rows);
        rows = [];
        answers.push(this.repeated(stream, expectedRevision, events) ?? new ConcurrencyError(stream, expectedRevision, revision));
      }
    }
    this.insert(rows);
    return answers;
  }

  /** Gives events their places behind a revision and adds their rows; an error if one cannot be encoded. */
  private place(stream: string, revision: number, events: readonly NewEvent[], recordedAt: string, rows: Row[]): Appended | Error {
    const bodies: string[] = [];
    let position = this.newest;
    try {
      for (const event of events) {
        const place = { position: ++position, stream, revision: revision + 1 + bodies.length };
        bodies.push(this.codec.encode(event, place, recordedAt));
      }
    } catch (error) {
      return error as Error;
    }
    for (let i = 0; i < events.length; i++) {
      rows.push([++this.newest, events[i].type, bodies[i]]);
      this.index.add(stream, revision + 1 + i, this.newest);
    }
    return { revision: revision + events.length, position };
  }

  /** The answer of the first time, if exactly these events already stand at that place. */
  private repeated(stream: string, expectedRevision: number, events: readonly NewEvent[]): Appended | null {
    const positions = this.index.positions(stream, expectedRevision + 1, events.length);
    if (positions.length < events.length) return null;
    const same = events.every(({ metadata }, i) => this.idAt.get(positions[i]) === metadata.id);
    return same ? { revision: expectedRevision + events.length, position: positions.at(-1)! } : null;
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
