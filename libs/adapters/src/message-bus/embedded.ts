import { setMaxListeners } from 'node:events';
import { BusBatch, BusMessage, Consumption, HeardMessage, MessageBus, Topic } from '@boucle/eventsourcing';
import { partitionOf } from './partition-of.js';
import { unknownPartition, unknownTopic, wrongPartitions } from './refusals.js';
import { aborted, Tenure } from './tenure.js';

const MOST_PER_BATCH = 500;

/** The messages of a partition that are still kept. */
class Partition {
  private readonly listeners = new Set<() => void>();
  private messages: HeardMessage[] = [];
  private first = 0;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly kept: number,
  ) {}

  get low(): number {
    return this.first;
  }

  get high(): number {
    return this.first + this.messages.length;
  }

  add({ key, headers, value }: BusMessage): void {
    this.messages.push({ key, headers: { ...headers }, value, partition: this.partition, offset: this.high });
    // a quarter more, so that not every message moves all others
    if (this.messages.length > this.kept * 1.25) this.forget(this.high - this.kept);
  }

  forget(before: number): void {
    this.messages = this.messages.slice(before - this.first);
    this.first = before;
  }

  from(offset: number): BusBatch {
    const start = Math.max(offset - this.first, 0);
    const { topic, partition } = this;
    return { topic, partition, messages: this.messages.slice(start, start + MOST_PER_BATCH) };
  }

  wake(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /** Resolves when there is something behind the offset, or the signal aborts. */
  grown(offset: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.listeners.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.listeners.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (this.high > offset || signal.aborted) wake();
    });
  }
}

interface Member {
  readonly consumption: Consumption;
  tenure: Tenure | null;
}

class Group {
  readonly members = new Set<Member>();
  /** The next message to hear of each partition. */
  readonly offsets = new Map<Partition, number>();
  /** Resolves once nothing is taken any more of what was taken away. */
  ended: Promise<unknown> = Promise.resolve();

  end(member: Member, draining = false): void {
    this.ended = Promise.all([this.ended, member.tenure?.end(draining)]);
  }
}

/** A bus in the memory of one process, which forgets the oldest messages of a partition beyond a limit. */
export class EmbeddedMessageBus extends MessageBus {
  private readonly topics = new Map<string, readonly Partition[]>();
  private readonly groups = new Map<string, Group>();

  /** @param kept how many messages of a partition are kept at least */
  constructor(private readonly kept = 100_000) {
    super();
  }

  async prepare(topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) {
      const present = this.topics.get(topic.name)?.length ?? topic.partitions;
      if (present !== topic.partitions) throw wrongPartitions(topic, present);
    }
    for (const { name, partitions } of topics) {
      if (this.topics.has(name)) continue;
      this.topics.set(
        name,
        Array.from({ length: partitions }, (_, n) => new Partition(name, n, this.kept)),
      );
      for (const group of this.groups.values()) this.share(group);
    }
  }

  async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    const partitions = this.topics.get(topic);
    if (!partitions) throw unknownTopic(topic);
    const places = messages.map(({ key, partition = partitionOf(key, partitions.length) }) => {
      if (partition >= partitions.length) throw unknownPartition(topic, partition, partitions.length);
      return partitions[partition];
    });
    messages.forEach((message, n) => places[n].add(message));
    for (const place of new Set(places)) place.wake();
  }

  async unheard(group: string, topics: readonly string[]): Promise<number> {
    const partitions = topics.flatMap((topic) => {
      const found = this.topics.get(topic);
      if (!found) throw unknownTopic(topic);
      return found;
    });
    const { offsets } = this.groups.get(group) ?? new Group();
    return partitions.reduce((sum, partition) => sum + partition.high - Math.max(offsets.get(partition) ?? 0, partition.low), 0);
  }

  async consume(consumption: Consumption): Promise<void> {
    const group = this.groups.get(consumption.group) ?? new Group();
    this.groups.set(consumption.group, group);
    const member: Member = { consumption, tenure: null };
    group.members.add(member);
    this.share(group);
    await aborted(consumption.signal);
    group.members.delete(member);
    group.end(member, true);
    const { ended } = group;
    this.share(group);
    await ended;
  }

  /** Lets go of the messages of a partition before an offset. */
  forget(topic: string, partition: number, before: number): void {
    this.topics.get(topic)![partition].forget(before);
  }

  /** Takes all partitions of a group away from its members and deals them out anew. */
  private share(group: Group): void {
    const { members, offsets } = group;
    for (const member of members) group.end(member);
    const { ended } = group;
    [...members].forEach((member, turn) => {
      const own = member.consumption.topics.flatMap((topic) => this.topics.get(topic) ?? []).filter((_, n) => n % members.size === turn);
      const assignments = own.map((one) => ({ topic: one.topic, partition: one.partition }));
      const tenure = new Tenure(member.consumption, ended, assignments);
      // each partition listens
      setMaxListeners(0, tenure.signal);
      member.tenure = tenure;
      for (const partition of own) void ended.then(() => this.hear(partition, offsets, tenure));
    });
  }

  private async hear(partition: Partition, offsets: Map<Partition, number>, tenure: Tenure): Promise<void> {
    let next = Math.max(offsets.get(partition) ?? 0, partition.low);
    for (;;) {
      await partition.grown(next, tenure.signal);
      if (tenure.signal.aborted) return;
      const batch = partition.from(next);
      next = batch.messages.at(-1)!.offset + 1;
      const commit = async (): Promise<void> => void offsets.set(partition, next);
      if (!(await tenure.hear(batch, commit))) return;
    }
  }
}
