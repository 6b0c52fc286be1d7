import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { BusMessage, HeardMessage, StoreUnavailableError } from '@boucle/eventsourcing';
import { Broker, startBroker } from '../../test/broker.js';
import { KafkaMessageBus } from './kafka.js';
import { KafkaOptions } from './kafka-client.js';
import { gate, heldBy, keyIn, Listener, messageBusContract, numbered, said, upTo } from './message-bus.contract.js';

const addresses = process.env.KAFKA_TEST_BROKERS?.split(',') ?? [];
const onBroker = addresses.length > 0 ? describe : describe.skip;
const reason = addresses.length > 0 ? '' : ' (KAFKA_TEST_BROKERS is not set)';

if (addresses.length > 0)
  messageBusContract('KafkaMessageBus', async () => {
    const bus = new KafkaMessageBus({ brokers: addresses, timeout: 5000, session: 6000 });
    const admin = new Kafka({ brokers: addresses, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return {
      bus,
      forget: async (topic, partition, before) => {
        // the driver must have seen the topic before
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
      },
      close: async () => {
        await admin.disconnect();
        await bus.close();
      },
    };
  });

onBroker(`KafkaMessageBus on a broker that is harmed${reason}`, () => {
  jest.setTimeout(180_000);
  const PARTITIONS = 4;
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  let broker: Broker;
  let bus: KafkaMessageBus;
  let topic: string;
  const listeners: Listener[] = [];

  beforeAll(async () => {
    broker = await startBroker();
    bus = new KafkaMessageBus({ brokers: [broker.brokers], timeout: 3000, session: 3000 });
  });
  afterAll(async () => {
    await bus.close();
    await broker.stop();
  });
  beforeEach(async () => {
    topic = `topic-${randomUUID()}`;
    await bus.prepare([{ name: topic, partitions: PARTITIONS }]);
  });
  afterEach(() => Promise.all(listeners.splice(0).map((listener) => listener.stop())));

  const listen = (group: string, hooks?: ConstructorParameters<typeof Listener>[3]): Listener => {
    const listener = new Listener(bus, group, topic, hooks);
    listeners.push(listener);
    return listener;
  };

  /** Offers messages again until they are taken, as a relay does; tells how often it was refused. */
  const relay = async (messages: readonly BusMessage[]): Promise<number> => {
    for (let refused = 0; ; refused++) {
      try {
        await bus.publish(topic, messages);
        return refused;
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnavailableError);
      }
    }
  };

  const firstHeard = (heard: readonly HeardMessage[], key: string): string[] => [
    ...new Set(heard.filter((message) => message.key === key).map(({ value }) => value)),
  ];

  it('loses nothing and keeps the order of each key when the broker is killed twice', async () => {
    const rounds = 60;
    const listener = listen('through-kills');
    let refused = 0;
    let restarted: Promise<void> = Promise.resolve();
    for (let round = 0; round < rounds; round++) {
      if (round === 20 || round === 40) {
        await restarted;
        await broker.kill();
        restarted = broker.restart();
      }
      refused += await relay(keys.flatMap((key) => numbered(key, 50, round * 50)));
    }
    await listener.until(() => keys.every((key) => firstHeard(listener.heard, key).length === rounds * 50));
    for (const key of keys) expect(firstHeard(listener.heard, key)).toEqual(upTo(rounds * 50));

    const inTopic = listen('afterwards');
    await inTopic.until(() => keys.every((key) => firstHeard(inTopic.heard, key).includes(String(rounds * 50 - 1))));
    for (const key of keys) expect(firstHeard(inTopic.heard, key)).toEqual(upTo(rounds * 50));
    const doubles = inTopic.heard.length - rounds * 50 * keys.length;
    expect(doubles).toBeLessThanOrEqual(refused * 50 * keys.length);
  });

  it('refuses in time when the broker hangs, takes partitions away, and resumes by itself', async () => {
    await bus.publish(topic, numbered('a', 3));
    const hold = gate();
    const troubles: (string | null)[] = [];
    let taken = 0;
    const listener = listen('through-silence', {
      take: async (_, signal) => (taken++ === 0 ? heldBy(hold.opened, signal) : undefined),
      hindered: (error) => troubles.push(error?.message ?? null),
    });
    await listener.until(() => listener.story.includes('taking'));
    await broker.freeze();
    const before = Date.now();
    await expect(bus.publish(topic, numbered('a', 1, 3))).rejects.toThrow(StoreUnavailableError);
    expect(Date.now() - before).toBeLessThan(2 * 3000);
    await listener.until(() => troubles.some((trouble) => trouble !== null));
    expect(listener.heard).toEqual([]);
    await broker.thaw();
    await relay(numbered('a', 1, 3));
    await listener.until(() => firstHeard(listener.heard, 'a').length === 4);
    expect(firstHeard(listener.heard, 'a')).toEqual(upTo(4));
    expect(troubles.at(-1)).toBeNull();
  });

  it('keeps no longer what may not be kept, and refuses a topic that does', async () => {
    const DAY = 86_400_000;
    const [kept, careless] = [`short-${randomUUID()}`, `careless-${randomUUID()}`];
    await bus.prepare([{ name: kept, partitions: 1, retention: 7 * DAY }]);
    await bus.prepare([{ name: kept, partitions: 1, retention: 7 * DAY }]);
    await expect(bus.prepare([{ name: kept, partitions: 1, retention: DAY }])).rejects.toThrow(`lower its retention.ms`);
    await bus.prepare([{ name: careless, partitions: 1, retention: 10 * DAY }]);
    await expect(bus.prepare([{ name: careless, partitions: 1, retention: 7 * DAY }])).rejects.toThrow(
      `${careless} keeps messages for ${10 * DAY} ms`,
    );
  });

  it('lets many create the same topics at the same time', async () => {
    const others = Array.from({ length: 4 }, () => new KafkaMessageBus({ brokers: [broker.brokers], timeout: 5000 }));
    try {
      for (let round = 0; round < 10; round++) {
        const topics = Array.from({ length: 8 }, (_, n) => ({ name: `${topic}-${round}-${n}`, partitions: PARTITIONS }));
        await Promise.all(others.map((other, n) => other.prepare(topics.slice(n))));
      }
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });

  it.each(['kill', 'freeze'] as const)('answers a question about no topic only while the broker does: %s', async (fault) => {
    await bus.prepare([]);
    await broker[fault]();
    await expect(bus.prepare([])).rejects.toThrow(StoreUnavailableError);
    await broker[fault === 'kill' ? 'restart' : 'thaw']();
    await bus.prepare([]);
  });

  it('passes over nothing while consumers come and go', async () => {
    const next = Array<number>(PARTITIONS).fill(0);
    const all: HeardMessage[] = [];
    const hooks: ConstructorParameters<typeof Listener>[3] = {
      take: async ({ partition, messages }, signal) => {
        expect(messages[0].offset).toBeLessThanOrEqual(next[partition]);
        await new Promise(setImmediate);
        if (signal.aborted) throw new Error('taken away');
        all.push(...messages);
        next[partition] = Math.max(next[partition], messages.at(-1)!.offset + 1);
      },
    };
    const host = listen('coming-and-going', hooks);
    let rounds = 0;
    const say = (): Promise<void> => {
      const from = 20 * rounds++;
      return bus.publish(
        topic,
        keys.flatMap((key) => numbered(key, 20, from)),
      );
    };
    for (let visit = 0; visit < 3; visit++) {
      const guest = listen('coming-and-going', hooks);
      while (guest.heard.length === 0) await say();
      const stopped = guest.stop();
      for (let more = 0; more < 5; more++) await say();
      await stopped;
    }
    await host.until(() => keys.every((key) => firstHeard(all, key).length === rounds * 20));
    for (const key of keys) expect(firstHeard(all, key)).toEqual(upTo(rounds * 20));
  });

  it('holds a partition longer than a session, while another consumer comes and goes', async () => {
    await bus.publish(
      topic,
      [0, 1, 2, 3].flatMap((partition) => numbered(keyIn(partition, PARTITIONS), 3)),
    );
    const hold = gate();
    const host = listen('held-for-long', {
      take: ({ partition }, signal) => (partition === 0 ? heldBy(hold.opened, signal) : Promise.resolve()),
    });
    await host.until(() => host.heard.length === 9);
    const guest = listen('held-for-long', {
      take: ({ partition }, signal) => (partition === 0 ? heldBy(hold.opened, signal) : Promise.resolve()),
    });
    await guest.until(() => guest.assigned.length > 0);
    await guest.stop();
    const given = host.assigned.length;
    await host.until(() => host.assigned.length >= given + 4 || host.assigned.slice(-4).length === 4);
    const began = Date.now();
    let n = 3;
    // longer than a session: the others go on, nobody is thrown out
    while (Date.now() - began < 2 * 3000) {
      const value = String(n++);
      await bus.publish(topic, [said(keyIn(1, PARTITIONS), value)]);
      await host.until(() => host.values.includes(value));
    }
    expect(host.story.includes('hindered')).toBe(false);
    hold.open();
    await host.until(() => host.heard.some(({ partition }) => partition === 0));
    expect(firstHeard(host.heard, keyIn(0, PARTITIONS))).toEqual(upTo(3));
  });

  it('refuses a message that is bigger than the broker takes, at once, and goes on', async () => {
    const before = Date.now();
    await expect(bus.publish(topic, [said('big', 'x'.repeat(2_000_000))])).rejects.toThrow(/key big takes 2000\d+ bytes.*at most 1048\d+/);
    expect(Date.now() - before).toBeLessThan(3000);
    await bus.publish(topic, [said('big', 'x'.repeat(1_000_000))]);
    const listener = listen('after-the-big-one');
    await listener.until(() => listener.heard.length === 1);
  });

  describe('behind locks', () => {
    const talk = async (options: Partial<KafkaOptions>): Promise<void> => {
      const guarded = new KafkaMessageBus({ brokers: [], timeout: 5000, ...options });
      try {
        await guarded.publish(topic, numbered('a', 3));
        const listener = new Listener(guarded, `group-${randomUUID()}`, topic);
        await listener.until(() => listener.heard.length === 3);
        await listener.stop();
      } finally {
        await guarded.close();
      }
    };

    it('speaks TLS with an authority of its own', async () => {
      const { tlsBrokers, caFile } = broker;
      await talk({ brokers: [tlsBrokers], tls: true, caFile });
      await expect(talk({ brokers: [tlsBrokers], tls: true })).rejects.toThrow(/certificate/);
    });

    it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in by %s', async (mechanism) => {
      const { saslBrokers, caFile, username, password } = broker;
      const lock = { brokers: [saslBrokers], tls: true, caFile };
      await talk({ ...lock, sasl: { mechanism, username, password } });
      await expect(talk({ ...lock, sasl: { mechanism, username, password: 'wrong' } })).rejects.toThrow(/authentication/i);
    });
  });
});
