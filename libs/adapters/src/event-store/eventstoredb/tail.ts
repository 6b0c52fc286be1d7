import type { Heard } from './messages.js';

const MOST_EVENTS = 5000;
const MOST_CHARACTERS = 16_000_000;
const PAGE = 500;
const MOST_CHARACTERS_PER_PAGE = 2_000_000;

/** An event of the log, or of the server itself or of others, which have no body. */
export type Entry = Extract<Heard, { readonly body: string | null }>;

export const isEntry = (one: Heard): one is Entry => 'body' in one;

/** Bodies of events, and how far they reach. */
export interface Page {
  readonly bodies: readonly string[];
  readonly position: number;
}

/** Enough for one batch. */
export const isFull = (bodies: readonly string[]): boolean => {
  if (bodies.length >= PAGE) return true;
  let characters = 0;
  for (const body of bodies) characters += body.length;
  return characters >= MOST_CHARACTERS_PER_PAGE;
};

/** The newest part of the log in memory, kept up by one subscription for all readers of a process: each event comes once, whoever reads it. */
export class Tail {
  private entries: Entry[] = [];
  private characters = 0;
  private readonly listeners = new Set<(error?: Error) => void>();
  private from = Infinity;
  private to = -1;

  /** Everything behind this position is here. */
  get start(): number {
    return this.from;
  }

  /** Everything up to this position has been seen. */
  get end(): number {
    return this.to;
  }

  /** Begins at the head of the log. */
  begin(head: number): void {
    this.from = head;
    this.to = head;
    this.wake();
  }

  add(events: readonly Entry[]): void {
    for (const event of events) {
      // an event that is delivered twice is dropped
      if (event.position <= this.to) continue;
      this.entries.push(event);
      this.characters += event.body?.length ?? 0;
      this.to = event.position;
    }
    if (this.entries.length > 2 * MOST_EVENTS || this.characters > 2 * MOST_CHARACTERS) this.trim();
    this.wake();
  }

  /** The next events behind a position, which is not before the start: few if they are heavy. */
  behind(position: number, types: ReadonlySet<string> | null): Page {
    const bodies: string[] = [];
    let characters = 0;
    let i = this.placeBehind(position);
    for (; i < this.entries.length && bodies.length < PAGE && characters < MOST_CHARACTERS_PER_PAGE; i++) {
      const { body, type } = this.entries[i];
      if (body === null || (types && !types.has(type))) continue;
      bodies.push(body);
      characters += body.length;
    }
    const reached = i === this.entries.length ? this.to : this.entries[i - 1].position;
    return { bodies, position: Math.max(position, reached) };
  }

  /** Resolves once the tail reaches beyond a position or the signal aborts; rejects when it cannot be kept up. */
  beyond(position: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (error?: Error): void => {
        if (!error && this.to <= position && !signal.aborted) return;
        this.listeners.delete(look);
        signal.removeEventListener('abort', aborted);
        if (error) reject(error);
        else resolve();
      };
      const aborted = (): void => look();
      this.listeners.add(look);
      signal.addEventListener('abort', aborted);
      look();
    });
  }

  /** Lets those who wait know that it cannot be kept up. */
  fail(error: Error): void {
    this.wake(error);
  }

  private trim(): void {
    let dropped = this.entries.length;
    for (let characters = 0; dropped > 0 && this.entries.length - dropped < MOST_EVENTS; dropped--) {
      characters += this.entries[dropped - 1].body?.length ?? 0;
      if (characters > MOST_CHARACTERS) break;
    }
    const gone = this.entries.splice(0, dropped);
    for (const { body } of gone) this.characters -= body?.length ?? 0;
    if (gone.length > 0) this.from = gone.at(-1)!.position;
  }

  private placeBehind(position: number): number {
    let low = 0;
    for (let high = this.entries.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle].position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private wake(error?: Error): void {
    for (const look of [...this.listeners]) look(error);
  }
}
