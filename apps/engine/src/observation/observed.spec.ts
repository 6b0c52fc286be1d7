import { BusMessage, Consumption, MessageBus, Topic } from '@boucle/eventsourcing';
import { ObservedMessageBus } from './observed.js';
import { Observer, together } from './observer.js';

const message: BusMessage = { key: 'ann', headers: {}, value: '{}' };

/** A bus that is down for one topic. */
class Line extends MessageBus {
  readonly done: unknown[] = [];
  async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    if (topic === 'down') throw new Error('no broker');
    this.done.push([topic, messages]);
  }
  async prepare(topics: readonly Topic[]): Promise<void> {
    this.done.push(topics);
  }
  async unheard(group: string, topics: readonly string[]): Promise<number> {
    return this.done.push([group, topics]);
  }
  async consume(consumption: Consumption): Promise<void> {
    this.done.push(consumption);
  }
}

describe('an observed bus', () => {
  const seen: [topic: string, messages: number, error: string | null][] = [];
  const observer: Observer = { published: (topic, messages, error) => seen.push([topic, messages.length, error?.message ?? null]) };
  const line = new Line();
  // one observer that looks elsewhere must not matter
  const bus = new ObservedMessageBus(line, together([{}, observer]));

  it('does what the bus does', async () => {
    const topics = [{ name: 'up', partitions: 1 }];
    const consumption = { group: 'g', topics: ['up'], take: async () => {}, signal: new AbortController().signal };
    await bus.prepare(topics);
    await bus.consume(consumption);
    await bus.publish('up', [message, message]);
    expect(line.done).toEqual([topics, consumption, ['up', [message, message]]]);
  });

  it('fails as the bus fails, and tells both', async () => {
    await expect(bus.publish('down', [message])).rejects.toThrow('no broker');
    expect(seen).toEqual([
      ['up', 2, null],
      ['down', 1, 'no broker'],
    ]);
  });
});
