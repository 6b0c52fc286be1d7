import type { CallOptions, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { NewEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { Appends } from './appends.js';
import { within } from './errors.js';
import { AppendAnswer, Heard, heard, lastRequest, newestRequest, streamRequest, subscriptionRequest } from './messages.js';

const MOST_WAITING = 1000;
const MOST_WAITING_BYTES = 4_000_000;

/** What the client keeps to itself: calls over a channel that it finds, secures and renews. */
interface Inside {
  GRPCStreamCreator<T>(client: typeof StreamsClient, name: string, create: (client: StreamsClient) => T): () => Promise<T>;
  callArguments(options: { requiresLeader: boolean }, callOptions: CallOptions): [Metadata, CallOptions];
}

/** The wire to EventStoreDB: the client connects, the calls are made here on its definitions (docs/adr/0007). */
export class Connection {
  private readonly client: EventStoreDBClient;
  private readonly inside: Inside;
  private appends: Appends | null = null;
  private opening: Promise<Appends> | null = null;
  private closed = false;

  /** @param timeout a server that says nothing for so long counts as away, ms */
  constructor(
    url: string,
    private readonly timeout: number,
  ) {
    this.client = EventStoreDBClient.connectionString(url);
    this.inside = this.client as unknown as Inside;
  }

  /** One append, all or nothing; whatever else goes wrong leaves open whether the events are there. */
  async append(stream: string, expectedRevision: number, events: readonly NewEvent[], deadline: number): Promise<AppendAnswer> {
    return (await this.openAppends()).append(stream, expectedRevision, events, deadline);
  }

  /** What a stream holds from a revision on. */
  events(stream: string, fromRevision: number, count: number): Promise<Heard[]> {
    return this.everything(streamRequest(stream, fromRevision, count));
  }

  /** The last event of a stream, if there is one. */
  async lastOf(stream: string): Promise<Heard | undefined> {
    return (await this.everything(lastRequest(stream)))[0];
  }

  /** The newest event of the log, if there is one. */
  async newest(): Promise<Heard | undefined> {
    return (await this.everything(newestRequest()))[0];
  }

  /** All behind a position, now and later, at the pace of the reader. */
  follow(after: number, types: readonly string[] | undefined, signal: AbortSignal): AsyncGenerator<Heard[]> {
    return this.read(subscriptionRequest(after, types), signal);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client.dispose();
  }

  private async everything(request: ReadReq): Promise<Heard[]> {
    const all: Heard[] = [];
    for await (const come of this.read(request)) for (const one of come) all.push(one);
    return all;
  }

  /** The answers to a read, those together that have come together. The call ends when the reader stops. */
  private async *read(request: ReadReq, signal?: AbortSignal): AsyncGenerator<Heard[]> {
    let waiting: ReadResp[] = [];
    let bytes = 0;
    let end: { failure: Error | null } | null = null;
    let wake = (): void => {};
    const call = await this.call((client) => {
      const created: ClientReadableStream<ReadResp> = client.read(request, ...this.arguments());
      created.on('data', (answer: ReadResp) => {
        waiting.push(answer);
        bytes += answer.getEvent()?.getEvent()?.getData_asU8().length ?? 0;
        if (waiting.length >= MOST_WAITING || bytes >= MOST_WAITING_BYTES) created.pause();
        wake();
      });
      created.on('end', () => {
        end ??= { failure: null };
        wake();
      });
      created.on('error', (failure) => {
        end = { failure };
        wake();
      });
      return created;
    });
    const abort = (): void => wake();
    signal?.addEventListener('abort', abort);
    try {
      while (!signal?.aborted) {
        if (waiting.length > 0) {
          const come = waiting;
          waiting = [];
          bytes = 0;
          call.resume();
          yield come.map(heard).filter((one) => one !== null);
          continue;
        }
        const over = end as { failure: Error | null } | null;
        if (over?.failure) throw over.failure;
        if (over) return;
        await within(this.timeout, new Promise<void>((resolve) => (wake = resolve)));
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      call.cancel();
    }
  }

  private openAppends(): Promise<Appends> {
    if (this.appends && !this.appends.ended) return Promise.resolve(this.appends);
    return (this.opening ??= this.startAppends().finally(() => (this.opening = null)));
  }

  private async startAppends(): Promise<Appends> {
    let appends: Appends | null = null;
    await this.call((client) => {
      const call = client.batchAppend(...this.arguments());
      appends = new Appends(call);
      return call;
    });
    return (this.appends = appends!);
  }

  /** Makes a call once there is a connection, and not later than allowed. */
  private async call<T extends { cancel(): void }>(create: (client: StreamsClient) => T): Promise<T> {
    if (this.closed) throw new StoreUnavailableError('the event store is closed');
    const making = this.inside.GRPCStreamCreator(StreamsClient, 'boucle', create)();
    try {
      return await within(this.timeout, making);
    } catch (error) {
      making.then(
        (late) => late.cancel(),
        () => {},
      );
      throw error;
    }
  }

  /** Only the leader answers, so that what was appended is seen. */
  private arguments(): [Metadata, CallOptions] {
    return this.inside.callArguments({ requiresLeader: true }, { deadline: Infinity });
  }
}
