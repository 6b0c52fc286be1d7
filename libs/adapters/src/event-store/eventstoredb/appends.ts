import { randomUUID } from 'node:crypto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { NewEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { SilenceError, within } from './errors.js';
import { AppendAnswer, appendAnswer, appendRequests } from './messages.js';

type AppendCall = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;

interface Waiting {
  resolve(answer: AppendAnswer): void;
  reject(error: Error): void;
}

/** Many appends at once over one stream of requests and answers, each told from the others by an id. */
export class Appends {
  private readonly waiting = new Map<string, Waiting>();
  private heardAt = 0;
  /** Why it takes no more appends, once it has ended. */
  ended: Error | null = null;

  /** Listens before the call can fail; to be given to the call when it is made. */
  constructor(private readonly call: AppendCall) {
    call.on('data', (answer: BatchAppendResp) => this.take(answer));
    call.on('end', () => this.end(new StoreUnavailableError('the server has ended the stream of appends')));
    call.on('error', (error) => this.end(error));
  }

  cancel(): void {
    this.call.cancel();
  }

  /** All that goes wrong leaves open whether the events are there. */
  async append(stream: string, expectedRevision: number, events: readonly NewEvent[], deadline: number): Promise<AppendAnswer> {
    const id = randomUUID();
    const asked = Date.now();
    try {
      return await within(Math.max(deadline - asked, 1), this.answer(id, appendRequests(id, stream, expectedRevision, events, deadline)));
    } catch (error) {
      // others are still answered: it is not the connection
      if (error instanceof SilenceError && this.heardAt < asked) this.cancel();
      throw error;
    } finally {
      this.waiting.delete(id);
    }
  }

  private answer(id: string, requests: readonly BatchAppendReq[]): Promise<AppendAnswer> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      for (const request of requests) this.call.write(request);
    });
  }

  private take(answer: BatchAppendResp): void {
    this.heardAt = Date.now();
    const asker = this.waiting.get(answer.getCorrelationId()!.getString());
    try {
      asker?.resolve(appendAnswer(answer));
    } catch (error) {
      asker?.reject(error as Error);
    }
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const asker of this.waiting.values()) asker.reject(error);
    this.waiting.clear();
  }
}
