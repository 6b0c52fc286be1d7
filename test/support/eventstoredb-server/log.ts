import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';

/** An event as it is offered. */
export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as the server holds it. */
export interface Stored {
  readonly position: number;
  readonly type: string;
  readonly stream: string;
  readonly id: string;
  /** The answer that carries it, ready to be sent. */
  readonly wire: Buffer;
}

/** Where a stream must end before an append. */
export type Expected = number | 'any' | 'exists';

/** What became of an append: the position is not given for one that is repeated. */
export type Outcome = { readonly revision: number; readonly position: number | null } | { readonly actual: number };

const NO_STREAM = -1;
const TICKS_PER_MS = 10_000n;
/** What a record takes on disk besides what is said in it: positions are bytes. */
const RECORD_BYTES = 131;

/** The events of a server in memory; several servers may share them, as nodes of a cluster do. */
export class ServerLog {
  readonly all: Stored[] = [];
  private readonly streams = new Map<string, Stored[]>();
  private readonly listeners = new Set<() => void>();
  private end = 0;

  constructor() {
    this.appendSystemEvent();
  }

  /** The events of a stream, or null if there is none. */
  of(stream: string): Stored[] | null {
    return this.streams.get(stream) ?? null;
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Outcome {
    const held = this.streams.get(stream) ?? [];
    const actual = held.length - 1;
    if (typeof expected === 'number' && expected !== actual) {
      const there = held.slice(expected + 1, expected + 1 + events.length);
      const same = there.length === events.length && there.every(({ id }, i) => id === events[i].id);
      return same ? { revision: expected + events.length, position: null } : { actual };
    }
    if (expected === 'exists' && actual === NO_STREAM) return { actual };
    for (const event of events) this.add(stream, held, event);
    this.streams.set(stream, held);
    for (const wake of [...this.listeners]) wake();
    return { revision: held.length - 1, position: held.at(-1)!.position };
  }

  /** A real server writes events of its own: statistics, metadata. */
  appendSystemEvent(): void {
    const json = Buffer.from('{}');
    const id = '00000000-0000-4000-8000-000000000000';
    this.append('$stats-0.0.0.0:2113', 'any', [
      { id, type: '$statsReceived', contentType: 'application/json', data: json, metadata: Buffer.alloc(0) },
    ]);
  }

  /** Calls back at each append until the answer is called. */
  listen(wake: () => void): () => void {
    this.listeners.add(wake);
    return () => this.listeners.delete(wake);
  }

  private add(stream: string, held: Stored[], { id, type, contentType, data, metadata }: Proposed): void {
    this.end += RECORD_BYTES + 2 * (stream.length + type.length) + data.length + metadata.length;
    const position = this.end;
    const recorded = new ReadResp.ReadEvent.RecordedEvent()
      .setId(new UUID().setString(id))
      .setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(stream)))
      .setStreamRevision(String(held.length))
      .setPreparePosition(String(position))
      .setCommitPosition(String(position))
      .setData(data)
      .setCustomMetadata(metadata);
    recorded
      .getMetadataMap()
      .set('type', type)
      .set('content-type', contentType)
      .set('created', String(BigInt(Date.now()) * TICKS_PER_MS + 1234n));
    const event = new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(position));
    const wire = Buffer.from(new ReadResp().setEvent(event).serializeBinary());
    const stored = { position, type, stream, id, wire };
    held.push(stored);
    this.all.push(stored);
  }
}
