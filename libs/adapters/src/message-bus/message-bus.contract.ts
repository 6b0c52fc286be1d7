import { randomUUID } from 'node:crypto';
import { Assignment, BusBatch, BusMessage, Consumption, HeardMessage, MessageBus, Topic } from '@boucle/eventsourcing';
import { partitionOf } from './partition-of.js';

/** A bus that other tests may use at the same time, on topics of their own. */
export interface OpenedBus {
  readonly bus: MessageBus;
  /** Lets go of the messages of a partition before an offset, as time would. */
  forget(topic: string, partition: number, before: number): Promise<void>;
  close(): Promise<void>;
}

export const said = (key: string, value: string, headers: Record<string, string> = {}): BusMessage => ({ key, value, headers });

/** A key that belongs into a partition. */
export const keyIn = (partition: number, partitions: number): string => {
  for (let n = 0; ; n++) if (partitionOf(`key-${n}`, partitions) === partition) return `key-${n}`;
};

export const numbered = (key: string, count: number, from = 0): BusMessage[] =>
  Array.from({ length: count }, (_, n) => said(key, String(from + n)));

export const upTo = (count: number, from = 0): string[] => Array.from({ length: count }, (_, n) => String(from + n));

/** One consumer of a group that remembers what it hears. */
export class Listener {
  readonly heard: HeardMessage[] = [];
  readonly assigned: Assignment[] = [];
  /** What happened, in order. */
  readonly story: string[] = [];
  readonly stopped: Promise<void>;
  private readonly controller = new AbortController();
  private readonly waiting = new Set<() => void>();

  constructor(bus: MessageBus, group: string, topic: string, hooks: Partial<Pick<Consumption, 'take' | 'assigned' | 'hindered'>> = {}) {
    this.stopped = bus.consume({
      group,
      topics: [topic],
      assigned: async (assignments) => {
        this.tell('assigned');
        await hooks.assigned?.(assignments);
        this.assigned.push(...assignments);
        this.tell('held');
      },
      hindered: (error) => {
        hooks.hindered?.(error);
        this.tell(error ? 'hindered' : 'hearing');
      },
      take: async (batch, signal) => {
        this.tell('taking');
        await hooks.take?.(batch, signal);
        this.heard.push(...batch.messages);
        this.tell('taken');
      },
      signal: this.controller.signal,
    });
  }

  get values(): string[] {
    return this.heard.map(({ value }) => value);
  }

  tell(what: string): void {
    this.story.push(what);
    for (const look of [...this.waiting]) look();
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  async stop(): Promise<void> {
    this.controller.abort();
    await this.stopped;
  }
}

/** Something that others can wait for. */
export const gate = (): { opened: Promise<void>; open: () => void } => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

/** Resolves when the gate is opened, rejects when the signal aborts before. */
export const heldBy = (opened: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('taken away')), { once: true });
    void opened.then(resolve);
  });

/** What every bus promises. */
export const messageBusContract = (name: string, open: () => Promise<OpenedBus>): void => {
  describe(`${name} as a message bus`, () => {
    const PARTITIONS = 4;
    let opened: OpenedBus;
    let bus: MessageBus;
    let topic: string;
    let group: string;
    let listeners: Listener[];

    beforeAll(async () => {
      opened = await open();
      bus = opened.bus;
    });
    afterAll(() => opened.close());

    beforeEach(async () => {
      [topic, group] = [`topic-${randomUUID()}`, `group-${randomUUID()}`];
      listeners = [];
      await bus.prepare([{ name: topic, partitions: PARTITIONS }]);
    });
    afterEach(() => Promise.all(listeners.map((listener) => listener.stop())));

    const listen = (hooks?: ConstructorParameters<typeof Listener>[3], as = group): Listener => {
      const listener = new Listener(bus, as, topic, hooks);
      listeners.push(listener);
      return listener;
    };

    describe('publishing', () => {
      it('carries key, headers and text as they are, to the partition of the key', async () => {
        const messages = [
          said('client-a', '{"n":1}', { 'ce-id': 'e-1', 'ce-type': 'Été 🌞' }),
          said('client-ü', '', {}),
          said('', 'ligne 1\nligne 2 🌞'),
        ];
        await bus.publish(topic, messages);
        const listener = listen();
        await listener.until(() => listener.heard.length === 3);
        const expected = messages.map((message) => ({
          ...message,
          partition: partitionOf(message.key, PARTITIONS),
          offset: expect.any(Number),
        }));
        expect(listener.heard).toEqual(expect.arrayContaining(expected));
      });

      it('lets the sender choose the partition', async () => {
        await bus.publish(
          topic,
          [0, 1, 2, 3].map((partition) => ({ ...said('same', String(partition)), partition })),
        );
        const listener = listen();
        await listener.until(() => listener.heard.length === 4);
        expect(listener.heard.map(({ partition, value, offset }) => [String(partition), offset].join() === `${value},0`)).toEqual(
          Array(4).fill(true),
        );
      });

      it('keeps the order of each key through many messages, with offsets that count up', async () => {
        const rounds = 40;
        const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
        const pad = 'x'.repeat(500);
        for (let round = 0; round < rounds; round++)
          await bus.publish(
            topic,
            keys.flatMap((key) => upTo(50, round * 50).map((value) => said(key, value, { pad }))),
          );
        const listener = listen();
        await listener.until(() => listener.heard.length >= rounds * 50 * keys.length);
        for (const key of keys)
          expect(listener.heard.filter((message) => message.key === key).map(({ value }) => value)).toEqual(upTo(rounds * 50));
        for (let partition = 0; partition < PARTITIONS; partition++) {
          const offsets = listener.heard.filter((message) => message.partition === partition).map(({ offset }) => offset);
          expect(offsets).toEqual(offsets.map((_, n) => n));
        }
      });

      it('takes more at once than fits into one request', async () => {
        const pad = 'x'.repeat(20_000);
        const messages = upTo(200).map((n) => said('a', `${n} ${pad}`));
        await bus.publish(topic, messages);
        const listener = listen();
        await listener.until(() => listener.heard.length === 200);
        expect(listener.values).toEqual(messages.map(({ value }) => value));
      });

      it('keeps publications offered at once each in order', async () => {
        await Promise.all(['a', 'b', 'c'].map((key) => bus.publish(topic, numbered(key, 300))));
        const listener = listen();
        await listener.until(() => listener.heard.length === 900);
        for (const wanted of ['a', 'b', 'c'])
          expect(listener.heard.filter(({ key }) => key === wanted).map(({ value }) => value)).toEqual(upTo(300));
      });

      it('takes nothing for done', async () => {
        await bus.publish(topic, []);
      });

      it('refuses a topic or a partition that does not exist', async () => {
        await expect(bus.publish(`no-${topic}`, numbered('a', 1))).rejects.toThrow(`no-${topic}`);
        await expect(bus.publish(topic, [{ ...said('a', '1'), partition: PARTITIONS }])).rejects.toThrow(String(PARTITIONS));
        await bus.publish(topic, numbered('a', 1));
      });
    });

    describe('preparing', () => {
      it('leaves a topic that is there as it is', async () => {
        await bus.publish(topic, numbered('a', 3));
        const other: Topic = { name: `${topic}-2`, partitions: 1 };
        await bus.prepare([{ name: topic, partitions: PARTITIONS }, other]);
        await bus.publish(other.name, numbered('a', 1));
        const listener = listen();
        await listener.until(() => listener.heard.length === 3);
      });

      it('refuses another number of partitions, since keys would move', async () => {
        await expect(bus.prepare([{ name: topic, partitions: 7 }])).rejects.toThrow(/has 4 partitions.*7/);
      });
    });

    describe('hearing', () => {
      it('begins with what was said before, and goes on with what is said later', async () => {
        await bus.publish(topic, numbered('a', 3));
        const listener = listen();
        await listener.until(() => listener.heard.length === 3);
        await bus.publish(topic, numbered('a', 3, 3));
        await listener.until(() => listener.heard.length === 6);
        expect(listener.values).toEqual(upTo(6));
      });

      it('goes on where the group has left off', async () => {
        await bus.publish(topic, numbered('a', 3));
        const first = listen();
        await first.until(() => first.heard.length === 3);
        await first.stop();
        await bus.publish(topic, numbered('a', 3, 3));
        const second = listen();
        await second.until(() => second.heard.length === 3);
        expect(second.values).toEqual(upTo(3, 3));
      });

      it('knows how much a group has not heard', async () => {
        await bus.publish(topic, numbered(keyIn(1, PARTITIONS), 3));
        expect(await bus.unheard(group, [topic])).toBe(3);
        const first = listen();
        await first.until(() => first.heard.length === 3);
        await first.stop();
        expect(await bus.unheard(group, [topic])).toBe(0);
        await bus.publish(topic, numbered(keyIn(2, PARTITIONS), 2));
        await opened.forget(topic, 2, 1);
        expect(await bus.unheard(group, [topic])).toBe(1);
        expect(await bus.unheard(`another-${group}`, [topic])).toBe(4);
      });

      it('tells each group everything', async () => {
        await bus.publish(topic, numbered('a', 3));
        const both = [listen(), listen({}, `other-${group}`)];
        for (const listener of both) await listener.until(() => listener.heard.length === 3);
      });

      it('says which partitions it has given before their first batch, until that was understood', async () => {
        await bus.publish(topic, numbered('a', 3));
        let failures = 2;
        const listener = listen({
          assigned: async () => {
            if (failures-- > 0) throw new Error('not now');
          },
        });
        await listener.until(() => listener.heard.length === 3);
        expect(listener.story.filter((what) => what !== 'hearing').slice(0, 5)).toEqual([
          'assigned',
          'assigned',
          'assigned',
          'held',
          'taking',
        ]);
        const byPartition = [...listener.assigned].sort((a, b) => a.partition - b.partition);
        expect(byPartition).toEqual([0, 1, 2, 3].map((partition) => ({ topic, partition })));
      });

      it('has a batch taken again until it succeeds, and nothing behind it meanwhile', async () => {
        const key = keyIn(1, PARTITIONS);
        await bus.publish(topic, numbered(key, 3));
        const attempts: string[][] = [];
        const listener = listen({
          take: async ({ messages }) => {
            attempts.push(messages.map(({ value }) => value));
            if (attempts.length === 1) await bus.publish(topic, numbered(key, 3, 3));
            if (attempts.length < 3) throw new Error('not now');
          },
        });
        await listener.until(() => listener.heard.length === 6);
        expect(listener.values).toEqual(upTo(6));
        expect(attempts.slice(0, 3).map(([first]) => first)).toEqual(['0', '0', '0']);
      });

      it('holds one partition without holding the others, and takes one batch of it at a time', async () => {
        const held = gate();
        const keys = [0, 1, 2, 3].map((partition) => keyIn(partition, PARTITIONS));
        let taking = 0;
        let most = 0;
        const listener = listen({
          take: async ({ partition }, signal) => {
            if (partition !== 2) return;
            most = Math.max(most, ++taking);
            await heldBy(held.opened, signal).finally(() => taking--);
          },
        });
        for (let round = 0; round < 5; round++) {
          await bus.publish(
            topic,
            keys.flatMap((key) => numbered(key, 10, round * 10)),
          );
          await listener.until(() => listener.heard.length === 30 * (round + 1));
        }
        expect(listener.heard.some(({ partition }) => partition === 2)).toBe(false);
        held.open();
        await listener.until(() => listener.heard.length === 200);
        expect(most).toBe(1);
        for (const wanted of keys) expect(listener.heard.filter(({ key }) => key === wanted).map(({ value }) => value)).toEqual(upTo(50));
      });
    });

    describe('stopping', () => {
      it('leaves no consumer behind that was only about to begin', async () => {
        await bus.publish(topic, numbered('a', 3));
        const [first, second] = [listen(), listen()];
        await first.stop();
        await second.until(() => second.heard.length === 3);
        await bus.publish(
          topic,
          [0, 1, 2, 3].flatMap((partition) => numbered(keyIn(partition, PARTITIONS), 1)),
        );
        await second.until(() => new Set(second.heard.map(({ partition }) => partition)).size === 4);
      });

      it('lets what is being taken come to its end, and counts it as heard', async () => {
        await bus.publish(topic, numbered('a', 3));
        const [taking, finish] = [gate(), gate()];
        const first = listen({
          take: async () => {
            taking.open();
            await finish.opened;
          },
        });
        await taking.opened;
        const stopped = first.stop();
        finish.open();
        await stopped;
        expect(first.heard).toHaveLength(3);
        await bus.publish(topic, numbered('a', 1, 3));
        const second = listen();
        await second.until(() => second.heard.length > 0);
        expect(second.values).toEqual(['3']);
      });

      it('does not wait for ever, and what was not taken is heard by the next', async () => {
        await bus.publish(topic, numbered('a', 3));
        const first = listen({ take: (_, signal) => heldBy(new Promise(() => {}), signal) });
        await first.until(() => first.story.includes('taking'));
        await first.stop();
        expect(first.heard).toEqual([]);
        const second = listen();
        await second.until(() => second.heard.length === 3);
        expect(second.values).toEqual(upTo(3));
      });
    });

    describe('sharing', () => {
      const partitionsOf = (listener: Listener): number[] => [...new Set(listener.heard.map(({ partition }) => partition))];

      it('shares partitions among the consumers of a group, and hands them on when one leaves', async () => {
        const keys = [0, 1, 2, 3].map((partition) => keyIn(partition, PARTITIONS));
        const [first, second] = [listen(), listen()];
        const both = [first, second];
        await Promise.all(both.map((listener) => listener.until(() => listener.assigned.length > 0)));
        let last = 0;
        // until the group has come to rest
        while (both.some((listener) => listener.heard.slice(-40).length < 10 || partitionsOf(listener).length === 0)) {
          await bus.publish(
            topic,
            keys.flatMap((key) => numbered(key, 10, last)),
          );
          last += 10;
          await Promise.race(both.map((listener) => listener.until(() => listener.values.includes(String(last - 1)))));
        }
        await first.stop();
        const before = second.heard.length;
        await bus.publish(
          topic,
          keys.flatMap((key) => numbered(key, 10, last)),
        );
        const isNew = ({ value }: HeardMessage): boolean => Number(value) >= last;
        await second.until(
          () =>
            new Set(
              second.heard
                .slice(before)
                .filter(isNew)
                .map(({ partition }) => partition),
            ).size === 4,
        );
        await second.until(() => second.heard.filter(isNew).length >= 40);
        const all = [...first.heard, ...second.heard];
        for (const wanted of keys)
          expect(new Set(all.filter(({ key }) => key === wanted).map(({ value }) => value))).toEqual(new Set(upTo(last + 10)));
      });

      it('takes a held partition away when another consumer joins: its messages are heard again, in order', async () => {
        const keys = [0, 1, 2, 3].map((partition) => keyIn(partition, PARTITIONS));
        await bus.publish(
          topic,
          keys.flatMap((key) => numbered(key, 5)),
        );
        let aborted = 0;
        const taken: BusBatch[] = [];
        const hold = gate();
        const first = listen({
          take: async (batch, signal) => {
            if (aborted === 0) signal.addEventListener('abort', () => aborted++);
            await heldBy(hold.opened, signal);
            taken.push(batch);
          },
        });
        await first.until(() => first.story.filter((what) => what === 'taking').length >= 4);
        const second = listen({
          take: async (batch) => {
            taken.push(batch);
          },
        });
        await second.until(() => second.heard.length > 0);
        expect(aborted).toBeGreaterThan(0);
        hold.open();
        const all = (): HeardMessage[] => taken.flatMap(({ messages }) => messages);
        await Promise.race(
          [first, second].map((listener) => listener.until(() => new Set(all().map(({ key, value }) => key + value)).size === 20)),
        );
        for (const wanted of keys) {
          const values = all().filter(({ key }) => key === wanted);
          expect([...new Set(values.map(({ value }) => value))]).toEqual(upTo(5));
        }
      });
    });

    describe('messages that are no longer kept', () => {
      const [away, present] = [keyIn(0, PARTITIONS), keyIn(1, PARTITIONS)];

      it('are passed over by a group that had not heard them', async () => {
        await bus.publish(topic, [...numbered(away, 3), ...numbered(present, 3)]);
        const first = listen();
        await first.until(() => first.heard.length === 6);
        await first.stop();
        await bus.publish(topic, numbered(away, 5, 3));
        await opened.forget(topic, 0, 6);
        const second = listen();
        await second.until(() => second.heard.length === 2);
        expect(second.values).toEqual(['6', '7']);
      });

      it('keep nothing from a group that had heard them', async () => {
        await bus.publish(topic, numbered(away, 5));
        const first = listen();
        await first.until(() => first.heard.length === 5);
        await first.stop();
        await opened.forget(topic, 0, 5);
        await bus.publish(topic, numbered(away, 1, 5));
        const second = listen();
        await second.until(() => second.heard.length === 1);
        expect(second.values).toEqual(['5']);
      });

      it('are passed over by a group that is new, even where nothing is left', async () => {
        await bus.publish(topic, numbered(away, 3));
        await opened.forget(topic, 0, 3);
        const listener = listen();
        await listener.until(() => listener.assigned.length === 4);
        await bus.publish(topic, numbered(away, 1, 3));
        await listener.until(() => listener.heard.length === 1);
        expect(listener.values).toEqual(['3']);
      });

      it('are passed over by a consumer that was held too long', async () => {
        await bus.publish(topic, numbered(away, 3));
        const hold = gate();
        const listener = listen({ take: (_, signal) => heldBy(hold.opened, signal) });
        await listener.until(() => listener.story.includes('taking'));
        await bus.publish(topic, numbered(away, 5, 3));
        await opened.forget(topic, 0, 6);
        hold.open();
        await listener.until(() => listener.values.includes('7'));
        expect(listener.values).toEqual(['0', '1', '2', '6', '7']);
      });
    });
  });
};
