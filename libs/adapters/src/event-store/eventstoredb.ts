import {
  Appended,
  Batch,
  Codec,
  ConcurrencyError,
  EventStore,
  NewEvent,
  NO_STREAM,
  RecordedEvent,
  StoreUnavailableError,
  Subscription,
} from '@boucle/eventsourcing';
import type * as Wire from './eventstoredb/connection.js';
import type { Heard } from './eventstoredb/messages.js';
import { failureOf, RefusedError, SilenceError } from './eventstoredb/errors.js';
import { Pauses } from './eventstoredb/pauses.js';
import { isEntry, isFull, Page, Tail } from './eventstoredb/tail.js';

export interface EventStoreDbOptions {
  /** esdb://user:password@host:2113?tls=true&tlsCAFile=… */
  readonly url: string;
  /** How long a call may take, ms; 10,000 if left out. */
  readonly timeout?: number;
  readonly codec?: Codec;
}

/** The log on EventStoreDB, version 23.10 or later. */
export class EventStoreDbEventStore extends EventStore {
  private readonly connection: Wire.Connection;
  private readonly address: string;
  private readonly timeout: number;
  private readonly codec: Codec;
  private readonly tail = new Tail();
  private readonly readers = new Set<AbortController>();
  private following: Promise<void> | null = null;
  private asked: Promise<number> | null = null;
  private askedNext: Promise<number> | null = null;
  /** The greatest position that this process knows. */
  private newest = 0;
  private closed = false;

  constructor({ url, timeout = 10_000, codec = new Codec() }: EventStoreDbOptions) {
    super();
    if (!/^esdb(\+discover)?:\/\//.test(url))
      throw new Error('EVENTSTORE_URL must begin with esdb:// or esdb+discover://, as esdb://127.0.0.1:2113?tls=false does');
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the client takes 200 ms to load: only who uses it waits for it
    const { Connection } = require('./eventstoredb/connection.js') as typeof Wire;
    this.connection = new Connection(url, timeout);
    this.address = url.replace(/^[^/]*\/\/([^@/]*@)?/, '').replace(/[/?].*$/, '');
    this.timeout = timeout;
    this.codec = codec;
  }

  async read(stream: string, fromRevision = 0, count = Number.MAX_SAFE_INTEGER): Promise<RecordedEvent[]> {
    return this.opened(await this.stored(stream, fromRevision, count));
  }

  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    const sealed = await this.codec.seal(stream, events);
    if (expectedRevision < NO_STREAM) throw new ConcurrencyError(stream, expectedRevision, await this.revision(stream));
    const known = this.newest;
    let attempts = 0;
    const answer = await this.persist((deadline) => {
      attempts++;
      return this.connection.append(stream, expectedRevision, sealed, deadline);
    });
    // What is new was asked for once and stands behind all that was known before; anything else may have been there already.
    const isNew = 'position' in answer && answer.position !== null && answer.position > known && attempts === 1;
    const appended = isNew
      ? { revision: expectedRevision + events.length, position: answer.position }
      : await this.repeated(stream, expectedRevision, sealed);
    if (appended === null) throw new ConcurrencyError(stream, expectedRevision, 'actual' in answer ? answer.actual : NO_STREAM);
    this.newest = Math.max(this.newest, appended.position);
    return appended;
  }

  async *subscribe({ after, types, sealed = false, signal }: Subscription): AsyncGenerator<Batch> {
    const reader = new AbortController();
    const abort = (): void => reader.abort();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted || this.closed) abort();
    this.readers.add(reader);
    try {
      yield* this.batches(after, types, sealed, reader.signal);
    } finally {
      abort();
      this.readers.delete(reader);
      signal?.removeEventListener('abort', abort);
    }
  }

  head(): Promise<number> {
    return this.persist(() => this.newestPosition());
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const reader of this.readers) reader.abort();
    await this.connection.close();
    await this.following;
  }

  /** From the tail what is there, from the server what is older. */
  private async *batches(after: number, types: readonly string[] | undefined, sealed: boolean, signal: AbortSignal): AsyncGenerator<Batch> {
    const eventsOf = (some: readonly string[]): RecordedEvent[] | Promise<RecordedEvent[]> =>
      sealed ? this.decoded(some) : this.opened(some);
    const wanted = types ? new Set(types) : null;
    let position = after;
    let bodies: string[] = [];
    while (!signal.aborted) {
      this.following ??= this.follow();
      await this.tail.beyond(-1, signal);
      for await (const page of this.older(position, types, signal)) {
        ({ position } = page);
        for (const body of page.bodies) bodies.push(body);
        if (position >= this.tail.start || !isFull(bodies)) continue;
        yield { events: await eventsOf(bodies), position, caughtUp: false };
        bodies = [];
      }
      if (signal.aborted) return;
      if (position < this.tail.start) continue;
      const page = this.tail.behind(position, wanted);
      ({ position } = page);
      for (const body of page.bodies) bodies.push(body);
      const caughtUp = position >= this.tail.end && (await this.freshHead(signal)) <= position;
      if (signal.aborted) return;
      if (bodies.length > 0 || caughtUp) yield { events: await eventsOf(bodies), position, caughtUp };
      bodies = [];
      if (position >= this.tail.end) await this.tail.beyond(position, signal);
    }
  }

  /** What the tail no longer holds or never did, by a subscription filtered by the server, as far as the tail begins. */
  private async *older(after: number, types: readonly string[] | undefined, signal: AbortSignal): AsyncGenerator<Page> {
    const pauses = new Pauses();
    let position = after;
    while (!signal.aborted && position < this.tail.start) {
      const here = this.tail.end;
      try {
        for await (const come of this.connection.follow(position, types, signal)) {
          pauses.reset();
          const page = pageOf(come, position, types, here);
          ({ position } = page);
          yield page;
          if (position >= this.tail.start || come.some((one) => 'caughtUp' in one)) break;
        }
      } catch (error) {
        this.mustBePassing(error);
        await pauses.next(signal);
      }
    }
  }

  /** Keeps the tail up, whatever happens to the connection, until the store is closed. */
  private async follow(): Promise<void> {
    const reader = new AbortController();
    this.readers.add(reader);
    const { signal } = reader;
    const pauses = new Pauses();
    try {
      if (this.tail.end < 0) {
        const head = await this.freshHead(signal);
        if (!signal.aborted) this.tail.begin(head);
      }
      while (!signal.aborted) {
        try {
          for await (const come of this.connection.follow(this.tail.end, undefined, signal)) {
            pauses.reset();
            this.tail.add(come.filter(isEntry));
            this.newest = Math.max(this.newest, this.tail.end);
          }
        } catch (error) {
          // An idle log is silent, and so is a server that hangs: a new subscription tells them apart.
          if (error instanceof SilenceError) continue;
          this.mustBePassing(error);
        }
        await pauses.next(signal);
      }
    } catch (error) {
      this.following = null;
      this.tail.fail(error as Error);
    } finally {
      this.readers.delete(reader);
    }
  }

  /** The head of the log, asked for after this call; as soon as the server answers. */
  private async freshHead(signal: AbortSignal): Promise<number> {
    const pauses = new Pauses();
    for (;;) {
      try {
        return await unlessAborted(this.ask(), signal);
      } catch (error) {
        if (signal.aborted) return Infinity;
        this.mustBePassing(error);
        await pauses.next(signal);
      }
    }
  }

  /** Many who ask at once share one question, but none an answer to a question that was put before his own. */
  private ask(): Promise<number> {
    if (this.asked === null) return (this.asked = this.newestPosition().finally(() => (this.asked = null)));
    const again = (): Promise<number> => {
      this.askedNext = null;
      return this.ask();
    };
    return (this.askedNext ??= this.asked.then(again, again));
  }

  private async newestPosition(): Promise<number> {
    const newest = await this.connection.newest();
    const position = newest && isEntry(newest) ? newest.position : 0;
    this.newest = Math.max(this.newest, position);
    return position;
  }

  private async revision(stream: string): Promise<number> {
    const last = await this.persist(() => this.connection.lastOf(stream));
    return last ? this.decoded(bodiesOf([last]))[0].revision : NO_STREAM;
  }

  /** The answer of the first time, if exactly these events already stand at that place. */
  private async repeated(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended | null> {
    const there = this.decoded(await this.stored(stream, expectedRevision + 1, events.length));
    const same = there.length === events.length && there.every(({ metadata }, i) => metadata.id === events[i].metadata.id);
    return same ? { revision: there.at(-1)!.revision, position: there.at(-1)!.position } : null;
  }

  private async stored(stream: string, fromRevision: number, count: number): Promise<string[]> {
    if (count <= 0) return [];
    return bodiesOf(await this.persist(() => this.connection.events(stream, fromRevision, count)));
  }

  private opened(bodies: readonly string[]): RecordedEvent[] | Promise<RecordedEvent[]> {
    return this.codec.open(this.decoded(bodies));
  }

  private decoded(bodies: readonly string[]): RecordedEvent[] {
    return this.codec.decode(`[${bodies.join()}]`);
  }

  /** Tries until it succeeds, is in vain or has taken too long: every call may be repeated. */
  private async persist<T>(attempt: (deadline: number) => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.timeout;
    const pauses = new Pauses();
    for (;;) {
      try {
        return await attempt(deadline);
      } catch (error) {
        const failure = this.failureOf(error);
        const passes = failure instanceof StoreUnavailableError && !(failure instanceof RefusedError);
        if (!passes || this.closed || Date.now() + pauses.length >= deadline) throw failure;
      }
      await pauses.next();
    }
  }

  /** Throws what does not pass by itself. */
  private mustBePassing(error: unknown): void {
    const failure = this.failureOf(error);
    if (!(failure instanceof StoreUnavailableError) || failure instanceof RefusedError) throw failure;
  }

  private failureOf(error: unknown): Error {
    return failureOf(error, this.address);
  }
}

/** What has come behind a position; the server was at least here before it said that there was no more. */
const pageOf = (come: readonly Heard[], after: number, types: readonly string[] | undefined, here: number): Page => {
  const bodies: string[] = [];
  let position = after;
  for (const one of come) {
    if (!isEntry(one)) position = Math.max(position, 'reached' in one ? one.reached : here);
    else if (one.position > position) {
      position = one.position;
      if (one.body !== null && (!types || types.includes(one.type))) bodies.push(one.body);
    }
  }
  return { bodies, position };
};

const bodiesOf = (all: readonly Heard[]): string[] =>
  all
    .filter(isEntry)
    .map(({ body }) => body)
    .filter((body) => body !== null);

const unlessAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
