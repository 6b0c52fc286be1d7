import { BusMessage, Checkpoints, Inside, Message, Outside, Processor, RecordedEvent, RelayConsumer } from '@boucle/eventsourcing';
import { append, openStores, Stores } from '../../test/folder.js';
import { EmbeddedMessageBus } from '../message-bus/embedded.js';

const PARTITIONS = 3;
const inside: Inside = {
  topic: { name: 'inside', partitions: PARTITIONS },
  clientOf: ({ data }) => ('clientId' in data ? (data.clientId as string) : null),
  everywhere: new Set(['Launched']),
  partitionOf: (key) => key.length % PARTITIONS,
  marker: 'marker',
};
const outside: Outside = {
  topics: [{ name: 'greetings', partitions: 1 }],
  say: ({ type, data, metadata }: RecordedEvent) =>
    type === 'Greeted' ? [{ topic: 'greetings', message: { key: 'k', headers: { id: metadata.id }, value: JSON.stringify(data) } }] : [],
};
const greeted = (clientId: string): Message => ({ type: 'Greeted', data: { clientId } });
const launched: Message = { type: 'Launched', data: {} };
const noted: Message = { type: 'Noted', data: {} };

/** Remembers what was published, and fails or waits when it is told to. */
class RecordingBus extends EmbeddedMessageBus {
  readonly published: { topic: string; messages: readonly BusMessage[] }[] = [];
  refuse: string | null = null;
  hold: Promise<void> | null = null;
  underWay = 0;
  mostUnderWay = 0;

  override async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await this.hold;
    this.underWay--;
    if (topic === this.refuse) throw new Error(`${topic} takes nothing`);
    await super.publish(topic, messages);
    this.published.push({ topic, messages });
  }

  told(topic: string): readonly BusMessage[] {
    return this.published.flatMap((one) => (one.topic === topic ? one.messages : []));
  }
}

describe('the relay', () => {
  let stores: Stores;
  let bus: RecordingBus;
  let checkpoints: Checkpoints;
  beforeEach(() => {
    stores = openStores();
    bus = new RecordingBus();
    checkpoints = new Checkpoints(stores.documents);
  });
  afterEach(() => stores.close());

  const relay = (): RelayConsumer => new RelayConsumer(bus, outside, inside);
  const run = (): Promise<boolean> => new Processor(stores.log, checkpoints, relay()).toHead();
  const log = (...facts: Message[]): Promise<number> => append(stores.log, 'all', ...facts);
  const places = (type: string): (number | undefined)[] =>
    bus.told('inside').flatMap(({ headers, partition }) => (headers.type === type ? [partition] : []));

  it('tells what is for others, and inside every event whole, in the partition of its client or else of its stream', async () => {
    await log(greeted('a'), greeted('bb'), noted);
    await run();
    expect(bus.told('greetings').map(({ value }) => value)).toEqual(['{"clientId":"a"}', '{"clientId":"bb"}']);
    expect(places('Greeted')).toEqual([1, 2]);
    expect(places('Noted')).toEqual(['all'.length % PARTITIONS]);
    const [first] = await stores.log.read('all');
    expect(JSON.parse(bus.told('inside')[0].value)).toEqual(first);
  });

  it('shows an event that all must see to every partition', async () => {
    await log(greeted('a'), launched);
    await run();
    expect(places('Launched')).toEqual([0, 1, 2]);
    expect(places('marker')).toEqual([]);
  });

  it('tells a partition that is behind how far the log has been told, when it settles and every thousand events', async () => {
    const head = await log(greeted('a'));
    await run();
    expect(places('marker')).toEqual([0, 2]);
    expect(bus.told('inside').every(({ headers }) => headers.position === String(head))).toBe(true);
    await log(...Array.from({ length: 2500 }, () => greeted('a')));
    await run();
    expect(places('marker')).toEqual([0, 2, 0, 2, 0, 2, 0, 2]);
  });

  it('moves its checkpoint only behind what was acknowledged, and tells the rest again', async () => {
    await log(greeted('a'));
    bus.refuse = 'greetings';
    await expect(run()).rejects.toThrow('greetings takes nothing');
    expect(await stores.documents.get('checkpoints', 'relay')).toBeNull();
    bus.refuse = null;
    await run();
    expect(bus.told('greetings')).toHaveLength(1);
    expect(await stores.documents.get('checkpoints', 'relay')).toMatchObject({ position: await stores.log.head() });
  });

  it('has one batch under way, and gathers the next meanwhile', async () => {
    await log(greeted('a'), greeted('b'), greeted('c'));
    const [a, b, c] = await stores.log.read('all');
    const one = relay();
    await one.start(0);
    let acknowledge = (): void => undefined;
    bus.hold = new Promise((resolve) => (acknowledge = resolve));
    await one.take([a]);
    await one.take([b]);
    await one.take([c]);
    // its two topics, and nothing of the second batch
    expect([bus.underWay, bus.published.length]).toEqual([2, 0]);
    acknowledge();
    await one.settle();
    expect(bus.mostUnderWay).toBe(2);
    expect(bus.published.filter(({ topic }) => topic === 'greetings').map(({ messages }) => messages.length)).toEqual([1, 2]);
    expect(bus.told('greetings').map(({ value }) => value)).toEqual(['a', 'b', 'c'].map((clientId) => JSON.stringify({ clientId })));
  });

  it('gathers no more than it can hold', async () => {
    await log(greeted('a'));
    const [a] = await stores.log.read('all');
    const one = relay();
    await one.start(0);
    let acknowledge = (): void => undefined;
    bus.hold = new Promise((resolve) => (acknowledge = resolve));
    await one.take([a]);
    let waits = true;
    const many = one.take(new Array<RecordedEvent>(5000).fill(a)).then(() => (waits = false));
    await new Promise(setImmediate);
    expect(waits).toBe(true);
    acknowledge();
    await many;
    await one.settle();
    expect(bus.told('greetings')).toHaveLength(5001);
  });
});
