import { DocumentStore } from './ports.js';

const COLLECTION = 'checkpoints';

/** How far a processor has come. */
export interface Checkpoint {
  readonly position: number;
  /** The barrier that holds it, if any. */
  readonly heldBy: string | null;
}

interface Waiter {
  readonly position: number;
  readonly wake: () => void;
}

/** The checkpoints of all processors; a checkpoint is itself a document. */
export class Checkpoints {
  private readonly known = new Map<string, Checkpoint>();
  private readonly waiters = new Map<string, Set<Waiter>>();

  constructor(private readonly documents: DocumentStore) {}

  async load(name: string): Promise<Checkpoint> {
    const known = this.known.get(name);
    if (known) return known;
    const stored = (await this.documents.get<Checkpoint>(COLLECTION, name)) ?? { position: 0, heldBy: null };
    this.pass(name, stored);
    return stored;
  }

  /** Moves durably, after everything up to here has taken effect. */
  async store(name: string, checkpoint: Checkpoint): Promise<void> {
    await this.documents.put(COLLECTION, [{ key: name, document: checkpoint, position: checkpoint.position }]);
    this.pass(name, checkpoint);
  }

  /** Moves in memory only: nothing up to here concerned the processor. */
  pass(name: string, checkpoint: Checkpoint): void {
    this.known.set(name, checkpoint);
    const waiting = this.waiters.get(name) ?? new Set();
    for (const waiter of waiting) {
      if (waiter.position > checkpoint.position) continue;
      waiting.delete(waiter);
      waiter.wake();
    }
  }

  position(name: string): number {
    return this.known.get(name)?.position ?? 0;
  }

  /** Resolves true once the processor has reached the position, false when the signal aborts first. */
  reached(name: string, position: number, signal: AbortSignal): Promise<boolean> {
    if (this.position(name) >= position) return Promise.resolve(true);
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiting = this.waiters.get(name) ?? new Set();
      this.waiters.set(name, waiting);
      const abort = () => {
        waiting.delete(waiter);
        resolve(false);
      };
      const waiter = {
        position,
        wake: () => {
          signal.removeEventListener('abort', abort);
          resolve(true);
        },
      };
      waiting.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
