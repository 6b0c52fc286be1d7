import { Checkpoint, Checkpoints, CHECKPOINTS } from './checkpoints.js';
import { LeaseLostError } from './errors.js';
import { Lease, LeasedCheckpoint } from './lease.js';
import { DocumentStore } from './ports.js';
import { rest } from './rest.js';

/** How soon others see what only passed a processor by, and how often they look. */
const LOOK_MS = 25;
/** How soon a processor that was given back is taken up by another process. */
const TAKE_UP_MS = 250;

/** The checkpoints of processors that many processes share out among themselves, each to one at a time. */
export class SharedCheckpoints extends Checkpoints {
  private readonly claimed = new Set<string>();
  private readonly leases = new Map<string, Lease>();
  /** Checkpoints that have passed and are to be written soon. */
  private readonly due = new Map<string, NodeJS.Timeout>();

  /**
   * @param owner the name of this process, like no other
   * @param leaseMs how long a process that says nothing keeps its processors
   */
  constructor(
    documents: DocumentStore,
    private readonly owner: string,
    private readonly leaseMs: number,
  ) {
    super(documents);
  }

  /** Waits until nobody else runs the processor; the signal aborts when it is lost again or no longer wanted. */
  override async claim(name: string, signal: AbortSignal, elsewhere?: () => void): Promise<AbortSignal> {
    if (this.isOwn(name)) return signal;
    this.claimed.add(name);
    // an owner is silent when his token stands still while this process watches: no two clocks are compared
    let seen = { token: 0, since: 0 };
    while (!signal.aborted) {
      const [stored] = await this.documents.getMany<LeasedCheckpoint>(CHECKPOINTS, [name]);
      if (stored && stored.position !== seen.token) seen = { token: stored.position, since: performance.now() };
      const owner = stored?.document?.owner ?? null;
      if (owner !== null && owner !== this.owner && performance.now() - seen.since < this.leaseMs) {
        elsewhere?.();
        await rest(Math.min(TAKE_UP_MS, this.leaseMs / 5), signal);
        continue;
      }
      const checkpoint = await this.stored(name);
      const lease = await Lease.take(this.documents, name, this.owner, stored?.position ?? null, checkpoint);
      if (lease) return this.keep(name, lease, checkpoint, signal);
    }
    return signal;
  }

  override async release(name: string): Promise<void> {
    clearTimeout(this.due.get(name));
    this.due.delete(name);
    await this.leases.get(name)?.release(this.at(name));
  }

  override async load(name: string): Promise<Checkpoint> {
    const checkpoint = await this.stored(name);
    this.remember(name, checkpoint);
    return checkpoint;
  }

  override pass(name: string, checkpoint: Checkpoint): void {
    this.remember(name, checkpoint);
    if (!this.due.has(name)) this.due.set(name, setTimeout(() => this.writeLast(name), LOOK_MS).unref());
  }

  override async look(names: readonly string[]): Promise<void> {
    const parts = names.flatMap((name) => this.partsOf(name)).filter((part) => !this.leases.has(part));
    for (const { key, document } of await this.documents.getMany<Checkpoint>(CHECKPOINTS, parts))
      if (document && document.position > this.position(key)) this.remember(key, document);
  }

  override async reached(name: string, position: number, signal: AbortSignal): Promise<boolean> {
    for (; this.position(name) < position; await rest(LOOK_MS, signal)) {
      if (signal.aborted) return false;
      await this.look([name]);
    }
    return true;
  }

  /** A part has no lease: its group gives it to one process. */
  protected override async write(name: string, checkpoint: Checkpoint): Promise<void> {
    if (!this.claimed.has(name)) return super.write(name, checkpoint);
    const lease = this.leases.get(name);
    if (!lease) throw new LeaseLostError(name);
    await lease.write(checkpoint);
  }

  /** Renews the lease as long as it is wanted. */
  private keep(name: string, lease: Lease, checkpoint: Checkpoint, signal: AbortSignal): AbortSignal {
    this.leases.set(name, lease);
    this.remember(name, checkpoint);
    const renewal = setInterval(() => {
      if (lease.age > this.leaseMs) lease.end();
      else if (lease.age > this.leaseMs / 4) this.writeLast(name);
    }, this.leaseMs / 4).unref();
    const over = (): void => {
      clearInterval(renewal);
      if (this.leases.get(name) === lease) this.leases.delete(name);
    };
    lease.over.addEventListener('abort', over, { once: true });
    return AbortSignal.any([signal, lease.over]);
  }

  /** Writes how far the processor has come; what a store does not take now is written with the next move. */
  private writeLast(name: string): void {
    this.due.delete(name);
    // it may pass on meanwhile: what is written is no news
    this.write(name, this.at(name)).catch(() => undefined);
  }
}
