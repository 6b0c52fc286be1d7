import { Checkpoints } from './checkpoints.js';
import { Codec } from './codec.js';
import { RecordedEvent } from './message.js';
import { Assignment, BusBatch, EventStore, MessageBus } from './ports.js';
import { Consumer, Processor } from './processor.js';

/** A topic that carries the events of the log to the processes that share the work on them. */
export interface EventTopic {
  readonly name: string;
  readonly partitions: number;
  readonly codec: Codec;
  /** Whether an event goes to a partition; what concerns no client goes to all. */
  holds(event: RecordedEvent, partition: number): boolean;
  /** The position of the log that a message stands for. */
  position(headers: Readonly<Record<string, string>>): number;
}

/** Runs a consumer in parts, one for each partition of the topic; the parts are shared out among the processes of a group. */
export class PartitionedProcessor {
  readonly parts: readonly Processor[];
  /** The parts that this process has taken up. */
  private readonly begun = new Set<Processor>();
  /** The parts that must read the log before they go on with the topic. */
  private readonly behind = new Set<Processor>();

  constructor(
    private readonly store: EventStore,
    private readonly bus: MessageBus,
    private readonly topic: EventTopic,
    checkpoints: Checkpoints,
    readonly name: string,
    consumerOf: (part: string, partition: number) => Consumer,
  ) {
    const names = Array.from({ length: topic.partitions }, (_, partition) => `${name}.${partition}`);
    checkpoints.split(name, names);
    this.parts = names.map((part, partition) => new Processor(store, checkpoints, consumerOf(part, partition)));
  }

  /** Takes its share of the partitions until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.bus.consume({
      group: `boucle.${this.name}`,
      topics: [this.topic.name],
      assigned: (assignments) => this.assigned(assignments),
      take: (batch, taken) => this.take(batch, AbortSignal.any([signal, taken])),
      signal,
    });
  }

  private assigned(assignments: readonly Assignment[]): Promise<void> {
    for (const { partition, resumed } of assignments) {
      const part = this.parts[partition];
      this.begun.delete(part);
      if (!resumed) this.behind.add(part);
    }
    return Promise.resolve();
  }

  private async take({ partition, messages }: BusBatch, signal: AbortSignal): Promise<void> {
    const part = this.parts[partition];
    try {
      if (!this.begun.has(part)) await this.begin(part, partition, signal);
      const fresh: string[] = [];
      let { position } = part;
      for (const { headers, value } of messages) {
        const at = this.topic.position(headers);
        if (at <= position) continue;
        position = at;
        if (value !== '') fresh.push(value);
      }
      const events = await this.topic.codec.open(this.topic.codec.decode(`[${fresh.join()}]`));
      const known = events.filter(({ type }) => part.types.includes(type));
      mustGoOn(await part.advance({ events: known, position, caughtUp: true }, signal));
    } catch (error) {
      this.begun.delete(part);
      if (!signal.aborted) part.lastError = error as Error;
      throw error;
    }
  }

  private async begin(part: Processor, partition: number, signal: AbortSignal): Promise<void> {
    mustGoOn(await part.begin(signal));
    this.begun.add(part);
    if (!this.behind.has(part)) return;
    for await (const batch of this.store.subscribe({ after: part.position, types: part.types, signal })) {
      const events = batch.events.filter((event) => this.topic.holds(event, partition));
      mustGoOn(await part.advance({ ...batch, events }, signal));
      if (batch.caughtUp) break;
    }
    this.behind.delete(part);
  }
}

/** What was not taken must be heard again. */
const mustGoOn = (going: boolean): void => {
  if (!going) throw new Error('The partition was taken away');
};
