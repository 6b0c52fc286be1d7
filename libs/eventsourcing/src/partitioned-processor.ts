import { Checkpoints } from './checkpoints.js';
import { Codec } from './codec.js';
import { Assignment, BusBatch, EventStore, MessageBus } from './ports.js';
import { Consumer, Processor, Watch } from './processor.js';
import { AFTER, Inside, placeOf, POSITION } from './relay.js';

const LOOK_MS = 2;
/** How long a run that steps its own clock waits for a bus that cannot be heard. */
const PATIENCE_MS = 60_000;

/** The group in which the processes share the parts of a processor. */
export const groupOf = (processor: string): string => `boucle.${processor}`;

/** Runs a consumer in parts, one for each partition of the topic; the parts are shared out among the processes of a group. */
export class PartitionedProcessor {
  readonly name: string;
  readonly parts: readonly Processor[];
  /** The parts that this process has taken up. */
  private readonly begun = new Set<Processor>();
  /** What keeps the bus from being heard, and since when, in ms. */
  private hindrance: { readonly error: Error; readonly since: number } | null = null;

  constructor(
    private readonly store: EventStore,
    private readonly bus: MessageBus,
    private readonly inside: Inside,
    private readonly codec: Codec,
    checkpoints: Checkpoints,
    watch: (name: string) => Watch,
    consumerOf: (partition: number) => Consumer,
  ) {
    const consumers = Array.from({ length: inside.topic.partitions }, (_, partition) => consumerOf(partition));
    this.name = consumers[0].name;
    this.parts = consumers.map(
      (consumer, partition) => new Processor(store, checkpoints, { ...consumer, name: `${this.name}.${partition}` }, watch(this.name)),
    );
    checkpoints.split(
      this.name,
      this.parts.map(({ name }) => name),
    );
  }

  /** Takes its share of the partitions until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.bus.consume({
      group: groupOf(this.name),
      topics: [this.inside.topic.name],
      assigned: (assignments) => this.assigned(assignments),
      take: (batch, taken) => this.take(batch, AbortSignal.any([signal, taken])),
      hindered: (error) => this.hindered(error),
      signal,
    });
  }

  /** Waits until every part has come so far, or as far as barriers allow; tells whether any moved. For a run that steps its own clock. */
  async reach(position: number): Promise<boolean> {
    const places = (): string => this.parts.map((part) => part.position).join();
    const before = places();
    const waiting = (part: Processor): boolean => part.position < position && (part.heldBy === null || part.heldUpTo < position);
    while (this.parts.some(waiting)) {
      const failed = this.parts.find(({ lastError }) => lastError !== null);
      if (failed && !this.mayBeHeardYet(failed.lastError)) throw failed.lastError!;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return places() !== before;
  }

  /** Another process may have worked on them meanwhile. */
  private assigned(assignments: readonly Assignment[]): Promise<void> {
    for (const { partition } of assignments) this.begun.delete(this.parts[partition]);
    return Promise.resolve();
  }

  /** What keeps the bus from being heard stops every part. */
  private hindered(error: Error | null): void {
    this.hindrance = error && { error, since: this.hindrance?.since ?? performance.now() };
    for (const part of this.parts) part.lastError = error;
  }

  private mayBeHeardYet(error: Error | null): boolean {
    return error === this.hindrance?.error && performance.now() - this.hindrance.since < PATIENCE_MS;
  }

  private async take({ partition, messages }: BusBatch, signal: AbortSignal): Promise<void> {
    const part = this.parts[partition];
    try {
      if (!this.begun.has(part)) mustGoOn(await part.begin(signal));
      this.begun.add(part);
      if (messages.length > 0 && Number(messages[0].headers[AFTER]) > part.position) await this.catchUp(part, partition, signal);
      const fresh: string[] = [];
      let { position } = part;
      for (const { headers, value } of messages) {
        const at = Number(headers[POSITION]);
        if (at <= position) continue;
        position = at;
        if (value !== '') fresh.push(value);
      }
      const events = await this.codec.open(this.codec.decode(`[${fresh.join()}]`));
      const known = events.filter(({ type }) => part.types?.includes(type) ?? true);
      mustGoOn(await part.advance({ events: known, position, caughtUp: true }, signal));
    } catch (error) {
      this.begun.delete(part);
      if (!signal.aborted) part.lastError = error as Error;
      throw error;
    }
  }

  /** Reads in the log what the topic no longer holds. */
  private async catchUp(part: Processor, partition: number, signal: AbortSignal): Promise<void> {
    for await (const batch of this.store.subscribe({ after: part.position, types: part.types, signal })) {
      const events = batch.events.filter((event) => [null, partition].includes(placeOf(this.inside, event)));
      mustGoOn(await part.advance({ ...batch, events }, signal));
      if (batch.caughtUp) return;
    }
  }
}

/** What was not taken must be heard again. */
const mustGoOn = (going: boolean): void => {
  if (!going) throw new Error('The partition was taken away');
};
