import { BusMessage, Consumption, HeardMessage, MessageBus, Topic } from '@boucle/eventsourcing';

/** A bus in memory: partitions are lists, and a group is how far it has heard each. */
export class ListedBus extends MessageBus {
  readonly topics = new Map<string, HeardMessage[][]>();
  private readonly heard = new Map<string, number>();
  private readonly wakers = new Set<() => void>();

  async prepare(topics: readonly Topic[]): Promise<void> {
    for (const { name, partitions } of topics)
      if (!this.topics.has(name))
        this.topics.set(
          name,
          Array.from({ length: partitions }, () => []),
        );
  }

  async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    const partitions = this.topics.get(topic);
    if (!partitions) throw new Error(`There is no topic ${topic}`);
    for (const message of messages) {
      const partition = message.partition ?? [...message.key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % partitions.length;
      partitions[partition].push({ ...message, partition, offset: partitions[partition].length });
    }
    for (const wake of this.wakers) wake();
  }

  async consume({ group, topics, take, signal }: Consumption): Promise<void> {
    await Promise.all(
      topics.flatMap((topic) =>
        this.topics.get(topic)!.map((messages, partition) => this.follow(group, topic, partition, messages, take, signal)),
      ),
    );
  }

  private async follow(
    group: string,
    topic: string,
    partition: number,
    messages: HeardMessage[],
    take: Consumption['take'],
    signal: AbortSignal,
  ): Promise<void> {
    const place = `${group}/${topic}/${partition}`;
    while (!signal.aborted) {
      const from = this.heard.get(place) ?? 0;
      if (from < messages.length) {
        const batch = messages.slice(from);
        await take({ topic, partition, messages: batch }, signal);
        this.heard.set(place, from + batch.length);
      } else
        await new Promise<void>((resolve) => {
          this.wakers.add(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
    }
  }

  /** Whether a group has heard all there is. */
  caughtUp(group: string): boolean {
    return [...this.topics].every(
      ([topic, partitions]) =>
        topic.endsWith('.dead') ||
        partitions.every((messages, partition) => (this.heard.get(`${group}/${topic}/${partition}`) ?? 0) === messages.length),
    );
  }
}
