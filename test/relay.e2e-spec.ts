import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { EmbeddedMessageBus, partitionOf } from '@boucle/adapters';
import { asyncApi, INTERNAL_TOPIC, MARKER, PUBLIC_TOPICS, consentsTopic } from '@boucle/contracts';
import { BusMessage, Checkpoints, EventStore, HeardMessage, Processor, RecordedEvent } from '@boucle/eventsourcing';
import { Adapters, onFolder, openAdapters } from '../apps/engine/src/adapters.js';
import { insideOf, relayConsumer } from '../apps/engine/src/outgoing.relay.js';
import { republish } from '../apps/engine/src/republication.js';
import { newFolder } from './support/folders.js';
import { hear, Heard } from './support/heard.js';
import { runSmallCampaign } from './support/small-campaign.js';
import { hearAll, topicFaults } from './support/topic-checker.js';

const PARTITIONS = 5;

/** A bus that loses its connection in the middle of some requests: part of the messages arrive. */
class FallibleBus extends EmbeddedMessageBus {
  constructor(private readonly fails: () => boolean = () => false) {
    super();
  }

  override async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    if (!this.fails()) return super.publish(topic, messages);
    await super.publish(topic, messages.slice(0, messages.length / 2));
    throw new Error('the connection is lost');
  }
}

let adapters: Adapters;
let log: RecordedEvent[];

const everything = async (store: EventStore): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const batch of store.subscribe({ after: 0 })) {
    events.push(...batch.events);
    if (batch.caughtUp) break;
  }
  return events;
};

beforeAll(async () => {
  const dir = newFolder();
  await runSmallCampaign(dir);
  adapters = await openAdapters(onFolder(dir));
  log = await everything(adapters.events);
});
afterAll(() => adapters.close());

/** Relays the whole log, going on after each failure as a restarted process would. */
const relayed = async (bus: EmbeddedMessageBus): Promise<Heard> => {
  for (let attempt = 0; ; attempt++) {
    const processor = new Processor(
      adapters.events,
      new Checkpoints(adapters.documents),
      relayConsumer(bus, insideOf(PARTITIONS, partitionOf)),
    );
    const failed = await processor.toHead().then(
      () => false,
      () => true,
    );
    if (!failed) break;
    expect(attempt).toBeLessThan(100);
  }
  await adapters.documents.drop('checkpoints');
  return hearAll(bus, log, PARTITIONS);
};

const publicOnes = (heard: Heard): HeardMessage[] => PUBLIC_TOPICS.flatMap(({ name }) => heard.get(name)!);

describe('The relay of a whole campaign', () => {
  let heard: Heard;
  beforeAll(async () => {
    heard = await relayed(new EmbeddedMessageBus());
  });

  it('tells every topic all that happened, in order, once', () => {
    expect(topicFaults(log, heard, PARTITIONS)).toEqual([]);
    const ids = publicOnes(heard).map(({ headers }) => headers.ce_id);
    expect(new Set(ids).size).toBe(ids.length);
    // in a campaign nobody says by what he may be addressed
    const silent = PUBLIC_TOPICS.filter(({ name }) => heard.get(name)!.length === 0).map(({ name }) => name);
    expect(silent).toEqual([consentsTopic.name]);
  });

  it('tells nothing but what the published schemas promise', () => {
    const ajv = addFormats(new Ajv({ strict: false }));
    const folder = join(__dirname, '../libs/contracts/published');
    const validators = new Map<string, ValidateFunction>();
    for (const { name } of PUBLIC_TOPICS) {
      const [newest] = (JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { messages: Record<string, object> }[]).slice(-1);
      for (const [message, schema] of Object.entries(newest.messages))
        validators.set(`${name} boucle.${message}.v1`, ajv.compile(closed(schema)));
    }
    const { messages } = asyncApi('1').components;
    const headers = new Map<string, ValidateFunction>(
      Object.values(messages).flatMap((one) => ('name' in one ? [[`boucle.${one.name}.v1`, ajv.compile(one.headers)] as const] : [])),
    );
    const wrong = PUBLIC_TOPICS.flatMap(({ name }) =>
      heard.get(name)!.flatMap((message) => {
        const type = message.headers.ce_type;
        const validate = validators.get(`${name} ${type}`)!;
        return validate(JSON.parse(message.value)) && headers.get(type)!(message.headers) ? [] : [{ message, errors: validate.errors }];
      }),
    );
    expect(wrong).toEqual([]);
    expect(new Set(publicOnes(heard).map(({ headers: { ce_type: type } }) => type)).size).toBeGreaterThan(10);
  });

  it('marks how far it is at least every thousand events, in every partition', () => {
    const internal = heard.get(INTERNAL_TOPIC)!;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const positions = internal.filter((message) => message.partition === partition).map(({ headers }) => Number(headers.position));
      const gaps = positions.map((position, n) => position - (positions[n - 1] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
      expect(positions.at(-1)).toBe(log.at(-1)!.position);
    }
    expect(internal.some(({ headers }) => headers.type === MARKER)).toBe(true);
  });
});

const closed = (schema: object): object =>
  JSON.parse(JSON.stringify(schema), (_, part: unknown) =>
    part !== null && typeof part === 'object' && 'properties' in part ? { additionalProperties: false, ...part } : part,
  ) as object;

it('A relay that fails again and again loses nothing and keeps the order', async () => {
  let [requests, failures] = [0, 0];
  const heard = await relayed(new FallibleBus(() => ++requests % 7 === 0 && ++failures <= 20));
  expect(topicFaults(log, heard, PARTITIONS)).toEqual([]);
  const ids = publicOnes(heard).map(({ headers }) => headers.ce_id);
  expect(new Set(ids).size).toBeLessThan(ids.length);
});

describe('A topic that is told again', () => {
  const MAILINGS = 'boucle.mailings.v1';
  let bus: EmbeddedMessageBus;
  let checkpoints: Checkpoints;
  const again = (topic: string, after: number) =>
    republish(adapters.events, bus, checkpoints, { topic, partitions: PARTITIONS, after }, () => undefined);

  beforeEach(() => {
    bus = new EmbeddedMessageBus();
    checkpoints = new Checkpoints(adapters.documents);
  });
  afterEach(() => adapters.documents.drop('checkpoints'));

  const relay = async (): Promise<number> => {
    const relaying = new Processor(adapters.events, checkpoints, relayConsumer(bus, insideOf(PARTITIONS, partitionOf)));
    await relaying.toHead();
    return relaying.position;
  };
  const heardOn = async (topic: string, count: number): Promise<readonly HeardMessage[]> =>
    (await hear(bus, [topic], (heard) => heard.get(topic)!.length >= count)).get(topic)!;
  const expected = (after: number, upTo: number): string[] =>
    log
      .filter(({ type, position }) => /MailingDispatched|ContactWithheld/.test(type) && position > after && position <= upTo)
      .map(({ metadata }) => metadata.id);

  it('has the same messages once more, in order: whoever begins there lacks nothing, whoever has them drops them', async () => {
    const head = await relay();
    const once = expected(0, head).length;
    expect(await again(MAILINGS, 0)).toEqual({ messages: once, upTo: head });
    const heard = await heardOn(MAILINGS, 2 * once);
    expect(topicFaults(log, new Map([[MAILINGS, heard]]), PARTITIONS).filter((fault) => fault.startsWith(MAILINGS))).toEqual([]);
    const newest = new Map<string, number>();
    let taken = 0;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const all = heard.filter((message) => message.partition === partition).map(({ key, headers, value }) => ({ key, headers, value }));
      expect(all.slice(all.length / 2)).toEqual(all.slice(0, all.length / 2));
      for (const { key, headers } of all) {
        if (Number(headers.ce_position) <= (newest.get(key) ?? 0)) continue;
        newest.set(key, Number(headers.ce_position));
        taken++;
      }
    }
    expect(taken).toBe(once);
  });

  it('is told only what the relay has told, behind the position asked for', async () => {
    const middle = log[Math.floor(log.length / 2)].position;
    await checkpoints.store('relay', { position: log.at(-100)!.position, heldBy: null });
    const ids = expected(middle, log.at(-100)!.position);
    expect(ids.length).toBeGreaterThan(10);
    expect(await again(MAILINGS, middle)).toEqual({ messages: ids.length, upTo: log.at(-100)!.position });
    const heard = await heardOn(MAILINGS, ids.length);
    expect(heard.map(({ headers }) => headers.ce_id).sort()).toEqual(ids.sort());
  });

  it('must be a public one', async () => {
    for (const topic of ['boucle.other.v1', INTERNAL_TOPIC]) await expect(again(topic, 0)).rejects.toThrow(/boucle\.purchases\.v1/);
  });
});

describe('The checker', () => {
  let heard: Heard;
  beforeAll(async () => {
    heard = await relayed(new EmbeddedMessageBus());
  });

  const PURCHASES = 'boucle.purchases.v1';
  const changed = (topic: string, change: (messages: HeardMessage[]) => HeardMessage[]): string[] =>
    topicFaults(log, new Map([...heard, [topic, change([...heard.get(topic)!])]]), PARTITIONS);
  const twoOfOneKey = (messages: HeardMessage[]): [number, number] => {
    const last = new Map<string, number>();
    for (const [n, { key }] of messages.entries()) {
      if (last.has(key)) return [last.get(key)!, n];
      last.set(key, n);
    }
    throw new Error('no two messages with one key');
  };

  it.each<[fault: string, topic: string, change: (messages: HeardMessage[]) => HeardMessage[], said: RegExp]>([
    ['a message is missing', PURCHASES, (all) => all.slice(1), /is missing$/],
    [
      'a message is unknown',
      PURCHASES,
      (all) => [...all, { ...all[0], headers: { ...all[0].headers, ce_id: 'other' } }],
      /other is not in the log$/,
    ],
    ['a message comes again with other bytes', PURCHASES, (all) => [...all, { ...all[0], value: '{}' }], /is not as it should be$/],
    [
      'a message is in another partition',
      PURCHASES,
      ([first, ...rest]) => [{ ...first, partition: (first.partition + 1) % PARTITIONS }, ...rest],
      /is in partition/,
    ],
    [
      'two messages of one key change places',
      'boucle.waves.v1',
      (all) => {
        const [a, b] = twoOfOneKey(all);
        [all[a], all[b]] = [all[b], all[a]];
        return all;
      },
      /comes too late$/,
    ],
    [
      'an event is missing inside',
      INTERNAL_TOPIC,
      (all) => all.filter(({ headers }) => headers.position !== '5'),
      /5\/\d is missing$|runs ahead$/,
    ],
    [
      'a marker comes before what it marks',
      INTERNAL_TOPIC,
      (all) => {
        const marker = all.findLast(({ headers }) => headers.type === MARKER)!;
        return [marker, ...all];
      },
      /runs ahead$/,
    ],
  ])('sees it when %s', (_fault, topic, change, said) => {
    const found = changed(topic, change);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((one) => !said.test(one))).toEqual([]);
  });

  it('has nothing against equal doubles', () => {
    for (const topic of [PURCHASES, 'boucle.decisions.v1']) expect(changed(topic, (all) => [...all, ...all])).toEqual([]);
  });
});
