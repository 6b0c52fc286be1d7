import { setTimeout as sleep } from 'node:timers/promises';
import { Assignment, BusBatch, Consumption } from '@boucle/eventsourcing';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** How long what is being taken may go on when its consumer stops. */
const DRAIN_MS = 1000;

/** Pauses between attempts, each twice as long as the one before, up to a limit. */
export class Patience {
  private next = FIRST_PAUSE_MS;

  renew(): void {
    this.next = FIRST_PAUSE_MS;
  }

  async pause(signal: AbortSignal): Promise<void> {
    const ms = this.next;
    this.next = Math.min(2 * ms, LONGEST_PAUSE_MS);
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}

/** The time for which a consumer holds the partitions it was given. */
export class Tenure {
  private readonly over = new AbortController();
  private readonly hearings = new Set<Promise<unknown>>();
  private readonly begun: Promise<void>;
  private closing = false;

  /** @param before what must be over first: nobody hears two batches of a partition at a time */
  constructor(
    private readonly consumption: Consumption,
    before: Promise<unknown>,
    assignments: readonly Assignment[],
  ) {
    this.begun = before.then(() => this.untilDone(() => this.tell(assignments)));
  }

  /** Aborts when the partitions are taken away. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Has a batch taken, again until it succeeds, and then committed; false if the partitions were taken away before. */
  hear(batch: BusBatch, commit: () => Promise<void>): Promise<boolean> {
    if (this.closing) return Promise.resolve(false);
    const hearing = this.hearing(batch, commit).finally(() => this.hearings.delete(hearing));
    this.hearings.add(hearing);
    return hearing;
  }

  /** Takes the partitions away; what is being taken may go on for a moment where the consumer stops by itself. Resolves once nothing is being taken. */
  async end(draining = false): Promise<void> {
    this.closing = true;
    const settled = this.settled();
    if (draining) {
      const enough = new AbortController();
      await Promise.race([settled, sleep(DRAIN_MS, undefined, { signal: enough.signal }).catch(() => {})]);
      enough.abort();
    }
    this.over.abort();
    await settled;
  }

  private async settled(): Promise<void> {
    await Promise.allSettled([this.begun, ...this.hearings]);
  }

  private async hearing(batch: BusBatch, commit: () => Promise<void>): Promise<boolean> {
    await this.begun;
    await this.untilDone(async () => {
      await this.consumption.take(batch, this.signal);
      if (!this.signal.aborted) await commit();
    });
    return !this.signal.aborted;
  }

  private async tell(assignments: readonly Assignment[]): Promise<void> {
    if (assignments.length > 0) await this.consumption.assigned?.(assignments);
  }

  /** Tries until it succeeds or the partitions are taken away. */
  private async untilDone(work: () => Promise<unknown>): Promise<void> {
    const patience = new Patience();
    while (!this.signal.aborted) {
      try {
        await work();
        return;
      } catch {
        await patience.pause(this.signal);
      }
    }
  }
}

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', resolve, { once: true });
  });
