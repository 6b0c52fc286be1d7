import { Checkpoint, CHECKPOINTS } from './checkpoints.js';
import { LeaseLostError } from './errors.js';
import { DocumentStore } from './ports.js';

/** A checkpoint that says whose processor it is. Its stored position is the fencing token: it grows with every write, and whoever knows an older one cannot write. */
export interface LeasedCheckpoint extends Checkpoint {
  /** null: nobody's. */
  readonly owner: string | null;
}

/** The right of one process to run a processor; every write of the checkpoint renews it. */
export class Lease {
  private readonly ending = new AbortController();
  /** Aborts when another process may have the processor. */
  readonly over = this.ending.signal;
  private writing: Promise<void> = Promise.resolve();
  private renewedAt = performance.now();

  private constructor(
    private readonly documents: DocumentStore,
    private readonly name: string,
    private readonly owner: string,
    private token: number | null,
  ) {}

  /** Takes the place of the token that was seen, null: of none; null if another was faster. */
  static async take(
    documents: DocumentStore,
    name: string,
    owner: string,
    token: number | null,
    checkpoint: Checkpoint,
  ): Promise<Lease | null> {
    const lease = new Lease(documents, name, owner, token);
    try {
      await lease.write(checkpoint);
      return lease;
    } catch (error) {
      if (error instanceof LeaseLostError) return null;
      throw error;
    }
  }

  /** Milliseconds since the last write that succeeded was begun. */
  get age(): number {
    return performance.now() - this.renewedAt;
  }

  /** Throws `LeaseLostError` if another has written meanwhile. */
  write(checkpoint: Checkpoint): Promise<void> {
    return this.inTurn({ ...checkpoint, owner: this.owner });
  }

  /** Leaves the processor to whoever wants it. */
  async release(checkpoint: Checkpoint): Promise<void> {
    await this.inTurn({ ...checkpoint, owner: null });
    this.end();
  }

  /** Gives up without a word. */
  end(): void {
    this.ending.abort();
  }

  private inTurn(document: LeasedCheckpoint): Promise<void> {
    const turn = this.writing.then(() => this.swap(document));
    this.writing = turn.catch(() => undefined);
    return turn;
  }

  private async swap(document: LeasedCheckpoint): Promise<void> {
    if (this.over.aborted) throw new LeaseLostError(this.name);
    const began = performance.now();
    const position = (this.token ?? 0) + 1;
    if (!(await this.documents.swap(CHECKPOINTS, { key: this.name, document, position }, this.token))) {
      this.end();
      throw new LeaseLostError(this.name);
    }
    this.token = position;
    this.renewedAt = began;
  }
}
