import { Checkpoints } from './checkpoints.js';
import { RecordedEvent } from './message.js';
import { Batch, EventStore } from './ports.js';

/** Stops a processor at some events until others have been seen, so that its documents stand still meanwhile. */
export interface Barrier {
  /** By event type: what is to be awaited. */
  readonly raisedBy: Readonly<Record<string, (data: object) => string>>;
  readonly loweredBy: Readonly<Record<string, (data: object) => string>>;
}

/** What a processor does with the events of the log: at least once, in order, never two batches at a time. */
export interface Consumer {
  readonly name: string;
  /** Left out: every event. */
  readonly types?: readonly string[];
  /** Processors that must have reached an event before this one takes it. */
  readonly needs?: readonly string[];
  /** Processors that must have reached the end of a batch before this one takes it: it reads what they keep. */
  readonly behind?: readonly string[];
  readonly barrier?: Barrier;
  /** It takes events as the log holds them: what is sealed stays so. */
  readonly sealed?: boolean;
  /** Prepares what must be in memory before the first event behind a position. */
  start?(position: number): Promise<void>;
  take(events: readonly RecordedEvent[]): Promise<void>;
  /** Makes what was taken durable; the checkpoint moves after it. */
  settle?(): Promise<void>;
  /** Too much is held in memory: settle now. */
  full?(): boolean;
  /** Ends what goes on beside `take`; nothing may be delivered afterwards. */
  stop?(): Promise<void>;
}

/** Stands around every take, to observe it. */
export type Watch = (events: readonly RecordedEvent[], take: () => Promise<void>) => Promise<void>;

const STALE_MS = 30_000;

/** Runs one consumer over the log with a checkpoint of its own. */
export class Processor {
  private lastSettled = 0;
  private unsettled = false;
  /** Events so far. */
  private taken = 0;
  lastError: Error | null = null;
  heldBy: string | null = null;
  /** Up to here nothing in the log lowers the barrier that holds it. */
  heldUpTo = 0;

  constructor(
    private readonly store: EventStore,
    private readonly checkpoints: Checkpoints,
    readonly consumer: Consumer,
    private readonly watch: Watch = (_, take) => take(),
  ) {}

  get name(): string {
    return this.consumer.name;
  }

  get position(): number {
    return this.checkpoints.position(this.name);
  }

  /** What the consumer and its barrier must see; undefined: every event. */
  get types(): readonly string[] | undefined {
    const { types, barrier } = this.consumer;
    return types && [...types, ...Object.keys(barrier?.raisedBy ?? {})];
  }

  /** Follows the log until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    try {
      if (await this.begin(signal)) await this.through(signal);
    } finally {
      await this.consumer.stop?.();
    }
  }

  /** Goes to the head of the log, or as far as barriers and needs allow; tells whether anything was taken. */
  async toHead(): Promise<boolean> {
    const before = this.taken;
    const { signal } = new AbortController();
    if (await this.begin(signal, true)) await this.through(signal, true);
    return this.taken > before;
  }

  /** Takes up the work at the checkpoint; false if a barrier or the signal prevents it. */
  async begin(signal: AbortSignal, once = false): Promise<boolean> {
    const { position, heldBy } = await this.checkpoints.load(this.name);
    this.heldBy = heldBy;
    this.unsettled = false;
    this.lastSettled = Date.now();
    await this.consumer.start?.(position);
    return heldBy === null || this.lowered(heldBy, position, signal, once);
  }

  /** Takes a batch of events that it has begun for; false if a barrier, a need or the signal prevents it. */
  async advance(batch: Batch, signal: AbortSignal, once = false): Promise<boolean> {
    const { consumer } = this;
    for (const run of this.runs(batch.events)) {
      const last = run.at(-1)!;
      if (!(await this.ready(last, signal, once))) return false;
      await this.take(run);
      const barrier = consumer.barrier?.raisedBy[last.type]?.(last.data);
      if (barrier === undefined) continue;
      await this.settle(last.position, barrier);
      if (!(await this.lowered(barrier, last.position, signal, once))) return false;
    }
    if (batch.caughtUp || consumer.full?.() || Date.now() - this.lastSettled > STALE_MS) await this.settle(batch.position, null);
    return true;
  }

  private async through(signal: AbortSignal, once = false): Promise<void> {
    const { sealed } = this.consumer;
    for await (const batch of this.store.subscribe({ after: this.position, types: this.types, sealed, signal }))
      if (!(await this.advance(batch, signal, once)) || (once && batch.caughtUp)) return;
  }

  /** Splits events where a barrier may rise, and one by one where others must have reached each. */
  private *runs(events: readonly RecordedEvent[]): Generator<readonly RecordedEvent[]> {
    if (this.consumer.needs) return yield* events.map((event) => [event]);
    const raisedBy = this.consumer.barrier?.raisedBy ?? {};
    let start = 0;
    for (let i = 0; i < events.length; i++) {
      if (i < events.length - 1 && !raisedBy[events[i].type]) continue;
      yield events.slice(start, i + 1);
      start = i + 1;
    }
  }

  private async ready(event: RecordedEvent, signal: AbortSignal, once: boolean): Promise<boolean> {
    const { needs = [], behind = [] } = this.consumer;
    for (const other of [...needs, ...behind]) {
      if (this.checkpoints.position(other) >= event.position) continue;
      if (once || !(await this.checkpoints.reached(other, event.position, signal))) return false;
    }
    return true;
  }

  private async take(events: readonly RecordedEvent[]): Promise<void> {
    const { consumer } = this;
    this.taken += events.length;
    const own = consumer.barrier ? events.filter(({ type }) => consumer.types?.includes(type) ?? true) : events;
    if (own.length === 0) return;
    this.unsettled = true;
    await this.watch(own, () => consumer.take(own));
    if (consumer.needs ?? consumer.behind) await this.settle(own.at(-1)!.position, null);
  }

  private async settle(position: number, heldBy: string | null): Promise<void> {
    const checkpoint = { position, heldBy };
    if (this.unsettled || heldBy !== this.heldBy) {
      await this.consumer.settle?.();
      await this.checkpoints.store(this.name, checkpoint);
    } else this.checkpoints.pass(this.name, checkpoint);
    this.unsettled = false;
    this.lastError = null;
    this.heldBy = heldBy;
    this.lastSettled = Date.now();
  }

  /** Waits for what lowers the barrier; once: only looks up to the head of the log. */
  private async lowered(barrier: string, after: number, signal: AbortSignal, once: boolean): Promise<boolean> {
    const { loweredBy } = this.consumer.barrier!;
    for await (const batch of this.store.subscribe({ after, types: Object.keys(loweredBy), sealed: true, signal })) {
      if (batch.events.some(({ type, data }) => loweredBy[type](data) === barrier)) {
        await this.settle(after, null);
        return true;
      }
      this.heldUpTo = batch.position;
      if (once && batch.caughtUp) return false;
    }
    return false;
  }
}
