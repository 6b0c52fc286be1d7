import { DocumentStore } from './ports.js';

export const CHECKPOINTS = 'checkpoints';

/** How far a processor has come. */
export interface Checkpoint {
  readonly position: number;
  /** The barrier that holds it, if any. */
  readonly heldBy: string | null;
}

/** What somebody makes and keeps together with how far he has come. */
export interface OwnProgress {
  position(): Promise<number>;
  reach(position: number): Promise<void>;
}

interface Waiter {
  readonly position: number;
  readonly wake: () => void;
}

const BEGINNING: Checkpoint = { position: 0, heldBy: null };

/** The checkpoints of all processors; a checkpoint is itself a document. */
export class Checkpoints {
  private readonly known = new Map<string, Checkpoint>();
  private readonly waiters = new Map<string, Set<Waiter>>();
  private readonly parts = new Map<string, readonly string[]>();
  private readonly wholes = new Map<string, string>();
  private readonly own = new Map<string, OwnProgress>();

  constructor(protected readonly documents: DocumentStore) {}

  /** Says that a processor runs in parts, each with a checkpoint of its own: it has come as far as the last of them. */
  split(name: string, parts: readonly string[]): void {
    this.parts.set(name, parts);
    for (const part of parts) this.wholes.set(part, name);
  }

  /** Says that what a processor makes is this process's alone and holds how far it has come: if it is lost, the processor begins anew. */
  keepWith(name: string, progress: OwnProgress): void {
    this.own.set(name, progress);
  }

  /** Gives the processor to this process until the returned signal aborts: at once, where there is no other process. Tells when another one has it. */
  claim(_name: string, signal: AbortSignal, _elsewhere?: () => void): Promise<AbortSignal> {
    return Promise.resolve(signal);
  }

  /** Gives back what was claimed. */
  release(_name: string): Promise<void> {
    return Promise.resolve();
  }

  async load(name: string): Promise<Checkpoint> {
    const checkpoint = this.known.get(name) ?? (await this.stored(name));
    this.remember(name, checkpoint);
    return checkpoint;
  }

  /** Moves durably, after everything up to here has taken effect. */
  async store(name: string, checkpoint: Checkpoint): Promise<void> {
    await this.write(name, checkpoint);
    this.remember(name, checkpoint);
  }

  /** Moves without a write of its own: nothing up to here concerned the processor. */
  pass(name: string, checkpoint: Checkpoint): void {
    this.remember(name, checkpoint);
  }

  /** How far the processor has come, as far as this process knows. */
  position(name: string): number {
    return this.at(name).position;
  }

  /** How far the last part of the processor has come, and what holds any of them, as far as this process knows. */
  at(name: string): Checkpoint {
    const parts = this.partsOf(name).map((part) => this.known.get(part) ?? BEGINNING);
    return {
      position: Math.min(...parts.map(({ position }) => position)),
      heldBy: parts.find(({ heldBy }) => heldBy !== null)?.heldBy ?? null,
    };
  }

  /** Looks how far other processes have come with their processors. */
  look(_names: readonly string[]): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves true once the processor has reached the position, false when the signal aborts first. */
  async reached(name: string, position: number, signal: AbortSignal): Promise<boolean> {
    for (const part of this.partsOf(name)) if (!(await this.partReached(part, position, signal))) return false;
    return true;
  }

  protected partsOf(name: string): readonly string[] {
    return this.parts.get(name) ?? [name];
  }

  /** What is stored; a part that is new begins where the whole had come to. */
  protected async stored(name: string): Promise<Checkpoint> {
    const own = this.own.get(name);
    if (own) return { position: await own.position(), heldBy: null };
    const whole = this.wholes.get(name) ?? name;
    const found = await this.documents.getMany<Checkpoint>(CHECKPOINTS, [name, whole]);
    const { document } = found.find(({ key }) => key === name) ?? found[0] ?? { document: null };
    return document ? { position: document.position, heldBy: document.heldBy } : BEGINNING;
  }

  /** Whether nobody else runs the processor. */
  protected isOwn(name: string): boolean {
    return this.own.has(name);
  }

  protected write(name: string, checkpoint: Checkpoint): Promise<void> {
    return (
      this.own.get(name)?.reach(checkpoint.position) ??
      this.documents.put(CHECKPOINTS, [{ key: name, document: checkpoint, position: checkpoint.position }])
    );
  }

  protected remember(name: string, checkpoint: Checkpoint): void {
    this.known.set(name, checkpoint);
    const waiting = this.waiters.get(name) ?? new Set();
    for (const waiter of waiting) {
      if (waiter.position > checkpoint.position) continue;
      waiting.delete(waiter);
      waiter.wake();
    }
  }

  private partReached(name: string, position: number, signal: AbortSignal): Promise<boolean> {
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
