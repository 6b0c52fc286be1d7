import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 20;
const LONGEST_MS = 1000;

/** Pauses between attempts, each twice as long as the one before. */
export class Pauses {
  /** How long the next one is, ms. */
  length = FIRST_MS;

  reset(): void {
    this.length = FIRST_MS;
  }

  /** Ends early when the signal aborts. */
  async next(signal?: AbortSignal): Promise<void> {
    const pause = this.length;
    this.length = Math.min(2 * pause, LONGEST_MS);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}
