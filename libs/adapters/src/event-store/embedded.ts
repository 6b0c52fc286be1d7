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
import { layOut } from '../schema.js';
import { inserter, openDurable, reader, reading, storeError } from '../sqlite.js';
import { logUpgrades } from './log-upgrades.js';
import { Head, STREAM_HEADS_SCHEMA, StreamHeads } from './stream-heads.js';

const MOST_PER_COMMIT = 500;
/** Some ten events: whoever reads a stream finds each in another page, and a log outgrows any memory. */
const PAGES = { pageSize: 8192, checkpointPages: 1000, cacheMegabytes: 32 };
const PAGE = 500;
const PARSED_AT_ONCE = 50;
const MOST_CHARACTERS_PER_PAGE = 2_000_000;

// The body is the whole event, so that a page of events is one text for one parse: faster than a row and a parse for each.
const CREATE = `
  -- before: the position of the event before in the same stream, 0 for the first
  CREATE TABLE log (position INTEGER PRIMARY KEY, before INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  -- For people: sqlite3 events.sqlite 'select * from events limit 10'
  CREATE VIEW events AS
    SELECT position, body ->> '$.stream' AS stream, body ->> '$.revision' AS revision, type, body ->> '$.metadata.occurredAt' AS time,
           body -> '$.data' AS data, body -> '$.metadata' AS metadata, body ->> '$.recordedAt' AS recorded
    FROM log;
  ${STREAM_HEADS_SCHEMA}
`;

/** Of a row: position, before, type, body. */
const COLUMNS = 4;

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
  private readonly insert: (values: readonly unknown[]) => void;
  private readonly heads: StreamHeads;
  private readonly at: Statement;
  private readonly together: <T>(read: () => T) => T;
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
    try {
      layOut(this.db, file, { create: CREATE, upgrades: logUpgrades });
    } catch (error) {
      this.db.close();
      throw storeError(error);
    }
    this.insert = inserter(this.db, 'INSERT INTO log', COLUMNS);
    this.at = this.db.prepare('SELECT before, body FROM log WHERE position = ?').raw();
    this.heads = new StreamHeads(this.db);
    this.together = reader(this.db);
    this.newest = (this.db.prepare('SELECT max(position) FROM log').pluck().get() as number | null) ?? 0;
  }

  async read(stream: string, fromRevision = 0, count = Number.MAX_SAFE_INTEGER): Promise<RecordedEvent[]> {
    return this.codec.open(reading(() => this.stored(stream, fromRevision, count)));
  }

  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    const sealed = this.codec.seal(stream, events);
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

  async *subscribe({ after, types, sealed = false, signal }: Subscription): AsyncGenerator<Batch> {
    let position = after;
    for (;;) {
      if (signal?.aborted) return;
      const page = reading(() => this.pageBehind(position, types));
      position = page.position;
      const events = sealed ? page.events : await this.codec.open(page.events);
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

  /** The events of a stream, found from its last one backwards. */
  private stored(stream: string, from: number, count: number): RecordedEvent[] {
    let { revision, position } = this.heads.of(stream);
    const texts: string[] = [];
    if (revision >= from)
      this.together(() => {
        for (; revision >= from && position > 0; revision--) {
          const [before, body] = this.at.get(position) as [number, string];
          if (revision < from + count) texts.push(body);
          position = before;
        }
      });
    return this.codec.decode(`[${texts.reverse().join()}]`);
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
      this.heads.committed();
      group.forEach(({ resolve, reject }, i) => {
        const answer = answers[i];
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      this.newest = before;
      this.heads.forget(before);
      for (const { reject } of group) reject(storeError(error));
    }
    if (this.newest > before) for (const wake of [...this.listeners]) wake();
    this.tidy();
    this.flushing = this.queue.length > 0;
    if (this.flushing) setImmediate(() => this.flush());
  }

  /** What cannot be merged now, for want of disk, waits in memory. */
  private tidy(): void {
    if (!this.heads.isDue) return;
    // The heads can be read again from the log, so it need not wait for the disk: the next commit of the log syncs it too.
    this.db.pragma('synchronous = NORMAL');
    try {
      this.heads.tidy();
    } catch (error) {
      if (!(storeError(error) instanceof StoreUnavailableError)) throw error;
    } finally {
      this.db.pragma('synchronous = FULL');
    }
  }

  private write(group: readonly Waiting[]): (Appended | Error)[] {
    const recordedAt = this.now();
    const rows: unknown[] = [];
    const answers: (Appended | Error)[] = [];
    for (const { stream, expectedRevision, events } of group) {
      const head = this.heads.of(stream);
      if (head.revision === expectedRevision) answers.push(this.place(stream, head, events, recordedAt, rows));
      else {
        this.insert(rows);
        rows.length = 0;
        answers.push(this.repeated(stream, expectedRevision, events) ?? new ConcurrencyError(stream, expectedRevision, head.revision));
      }
    }
    this.insert(rows);
    return answers;
  }

  /** Gives events their places behind the head of their stream and adds their rows; an error if one cannot be encoded. */
  private place(stream: string, head: Head, events: readonly NewEvent[], recordedAt: string, rows: unknown[]): Appended | Error {
    const start = rows.length;
    let { revision, position: before } = head;
    let position = this.newest;
    try {
      for (const event of events) {
        position++;
        revision++;
        rows.push(position, before, event.type, this.codec.encode(event, { position, stream, revision }, recordedAt));
        before = position;
      }
    } catch (error) {
      rows.length = start;
      return error as Error;
    }
    if (events.length > 0) this.heads.move(stream, { revision, position });
    this.newest = position;
    return { revision, position };
  }

  /** The answer of the first time, if exactly these events already stand at that place. */
  private repeated(stream: string, expectedRevision: number, events: readonly NewEvent[]): Appended | null {
    const stored = this.stored(stream, expectedRevision + 1, events.length);
    const same = stored.length === events.length && events.every(({ metadata }, i) => stored[i].metadata.id === metadata.id);
    return same && stored.length > 0 ? { revision: expectedRevision + events.length, position: stored.at(-1)!.position } : null;
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
