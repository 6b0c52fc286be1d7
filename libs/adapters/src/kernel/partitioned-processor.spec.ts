import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BusMessage,
  Checkpoints,
  Codec,
  Consumption,
  Inside,
  Message,
  PartitionedProcessor,
  Processor,
  Projection,
  projectionConsumer,
  RelayConsumer,
} from '@boucle/eventsourcing';
import { append, contents, openStores, Stores, until } from '../../test/folder.js';
import { EmbeddedKeyVault } from '../key-vault/embedded.js';
import { Sealing } from '../key-vault/sealing.js';
import { EmbeddedMessageBus } from '../message-bus/embedded.js';
import { partitionOf } from '../message-bus/partition-of.js';

type Met = Message<'Met', { clientId: string; n: number }>;
type Event = Met | Message<'Raised' | 'Lowered', { wave: string }>;

const counts: Projection<{ met: number[] }, Met> = {
  name: 'counts',
  key: ({ data }) => data.clientId,
  on: { Met: (document, { data }) => ({ met: [...(document?.met ?? []), data.n] }) },
};
const waveOf = (data: object): string => (data as { wave: string }).wave;
const barrier = { raisedBy: { Raised: waveOf }, loweredBy: { Lowered: waveOf } };

const PARTITIONS = 3;
const inside: Inside = {
  topic: { name: 'inside', partitions: PARTITIONS },
  clientOf: ({ data }) => (data as { clientId?: string }).clientId ?? null,
  everywhere: new Set(['Raised', 'Lowered']),
  partitionOf,
  marker: 'marker',
};

describe('a processor in parts', () => {
  let stores: Stores;
  let bus: EmbeddedMessageBus;
  let checkpoints: Checkpoints;
  const stops: AbortController[] = [];
  const running: Promise<void>[] = [];

  beforeEach(() => {
    stores = openStores();
    bus = new EmbeddedMessageBus();
    checkpoints = new Checkpoints(stores.documents);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await Promise.all(running.splice(0));
    stores.close();
  });

  const relay = (to = bus, at = checkpoints): Processor =>
    new Processor(stores.log, at, new RelayConsumer(to, { topics: [], say: () => [] }, inside));
  const started = (at = new Checkpoints(stores.documents), of = bus) => {
    const processor = new PartitionedProcessor(
      stores.log,
      of,
      inside,
      new Codec(),
      at,
      () => (_, take) => take(),
      () => projectionConsumer(counts, stores.documents, barrier),
    );
    const stop = new AbortController();
    const done = processor.follow(stop.signal);
    stops.push(stop);
    running.push(done);
    return { processor, leave: () => (stop.abort(), done), at };
  };

  const clients = Array.from({ length: 20 }, (_, n) => `client-${n}`);
  let n = 0;
  const meet = async (): Promise<number> => {
    let position = 0;
    for (const clientId of clients)
      position = await append(stores.log, clientId, { type: 'Met', data: { clientId, n: n++ } } satisfies Event);
    return position;
  };
  const rebuilt = async (): Promise<object> => {
    const fresh = { ...counts, name: `counts-${n++}` };
    await new Processor(stores.log, new Checkpoints(stores.documents), projectionConsumer(fresh, stores.documents)).toHead();
    return contents(stores.documents, fresh.name);
  };
  const expectComplete = async (): Promise<void> => expect(await contents(stores.documents, 'counts')).toEqual(await rebuilt());

  it('keeps the documents that one processor would keep, each part those of its own clients', async () => {
    const { processor } = started(checkpoints);
    await meet();
    await relay().toHead();
    const position = await meet();
    await relay().toHead();
    await processor.reach(position);
    await expectComplete();
    expect(checkpoints.position('counts')).toBe(position);
  });

  it('waits for a bus that cannot be heard yet', async () => {
    let awake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (awake = resolve));
    class Waking extends EmbeddedMessageBus {
      override async consume(consumption: Consumption): Promise<void> {
        consumption.hindered?.(new Error('still loading'));
        await asleep;
        consumption.hindered?.(null);
        return super.consume(consumption);
      }
    }
    const waking = new Waking();
    const { processor } = started(checkpoints, waking);
    const position = await meet();
    await relay(waking).toHead();
    const reached = processor.reach(position);
    expect(processor.parts.map(({ lastError }) => lastError?.message)).toEqual(Array(PARTITIONS).fill('still loading'));
    awake();
    expect(await reached).toBe(true);
    await expectComplete();
  });

  it('goes on where it was, whoever has been given the part, and whatever is delivered twice', async () => {
    const one = started();
    await meet();
    await relay().toHead();
    await until(() => one.at.position('counts') === 20);
    const two = started();
    await meet();
    await relay().toHead();
    await until(() => [0, 1, 2].every((part) => Math.max(...[one, two].map(({ at }) => at.position(`counts.${part}`))) === 40));
    await one.leave();
    const again = new Checkpoints(stores.documents);
    again.pass('relay', { position: 10, heldBy: null });
    await relay(bus, again).toHead();
    const position = await meet();
    await relay().toHead();
    await until(() => two.at.position('counts') === position);
    await expectComplete();
  });

  it('reads in the log what the topic no longer holds', async () => {
    const one = started();
    await meet();
    await relay().toHead();
    await until(() => one.at.position('counts') === 20);
    await one.leave();
    await meet();
    await relay().toHead();
    // the topic is gone with its brokers, the relay goes on where it was
    const empty = new EmbeddedMessageBus();
    const two = started(new Checkpoints(stores.documents), empty);
    const position = await meet();
    await relay(empty).toHead();
    await until(() => two.at.position('counts') === position);
    await expectComplete();
  });

  it('is held by a barrier in every part, also one that nothing else has reached, and by the next owner of the part', async () => {
    const { processor, at, leave } = started();
    await meet();
    const raised = await append(stores.log, 'waves', { type: 'Raised', data: { wave: 'spring/1' } });
    await meet();
    await relay().toHead();
    await until(() => at.position('counts') === raised && processor.parts.every(({ heldBy }) => heldBy === 'spring/1'));
    expect(
      Object.values(await contents(stores.documents, 'counts')).every((document) => (document as { met: number[] }).met.length === 1),
    ).toBe(true);
    await leave();
    const next = started();
    await until(() => next.processor.parts.every(({ heldBy }) => heldBy === 'spring/1'));
    expect(next.at.at('counts')).toEqual({ position: raised, heldBy: 'spring/1' });
    const lowered = await append(stores.log, 'waves', { type: 'Lowered', data: { wave: 'spring/1' } });
    await relay().toHead();
    await next.processor.reach(lowered);
    expect(next.at.at('counts')).toEqual({ position: lowered, heldBy: null });
    await expectComplete();
  });

  it('says what stops it, and goes on when it can', async () => {
    const { processor, at } = started();
    await meet();
    stores.documents.failNext('counts');
    await relay().toHead();
    await until(() => processor.parts.some(({ lastError }) => lastError?.message === 'no write to counts'));
    await until(() => at.position('counts') === 20);
    expect(processor.parts.every(({ lastError }) => lastError === null)).toBe(true);
    await expectComplete();
  });

  it('is moved past what concerns none of its clients', async () => {
    const { at } = started();
    await append(stores.log, 'elsewhere', ...Array.from({ length: 1500 }, () => ({ type: 'Other', data: {} })));
    await relay().toHead();
    await until(() => at.position('counts') === 1500);
  });

  it('hears sealed what is sealed in the log, also what it reads there, and opens it', async () => {
    stores.close();
    const folder = mkdtempSync(join(tmpdir(), 'boucle-kernel-'));
    const vault = new EmbeddedKeyVault(join(folder, 'vault.sqlite'), join(folder, 'register.sqlite'));
    const codec = new Codec({}, new Sealing(vault));
    stores = openStores(codec);
    checkpoints = new Checkpoints(stores.documents);
    const said: string[] = [];
    const overheard = new (class extends EmbeddedMessageBus {
      override publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
        said.push(...messages.map(({ value }) => value));
        return super.publish(topic, messages);
      }
    })();
    type Named = Message<'Met', { clientId: string; personal: { name: string } | null }>;
    const names: Projection<{ names: (string | null)[] }, Named> = {
      name: 'names',
      key: ({ data }) => data.clientId,
      on: { Met: (document, { data }) => ({ names: [...(document?.names ?? []), data.personal && data.personal.name] }) },
    };
    const met = (clientId: string, name: string): Promise<number> =>
      append(stores.log, clientId, { type: 'Met', data: { clientId, personal: { name } } } satisfies Named);
    await met('client-1', 'Ada');
    const processor = new PartitionedProcessor(
      stores.log,
      overheard,
      inside,
      codec,
      checkpoints,
      () => (_, take) => take(),
      () => projectionConsumer(names, stores.documents),
    );
    const stop = new AbortController();
    stops.push(stop);
    running.push(processor.follow(stop.signal));
    await relay(overheard).toHead();
    await processor.reach(1);
    // what the topic lacks it reads in the log
    checkpoints.pass('relay', { position: await met('client-1', 'Grace'), heldBy: null });
    const position = await met('client-1', 'Augusta');
    await relay(overheard).toHead();
    await processor.reach(position);
    expect(await contents(stores.documents, 'names')).toEqual({ 'client-1': { names: ['Ada', 'Grace', 'Augusta'] } });
    expect(said.filter((value) => value !== '').map((value) => typeof JSON.parse(value).data.personal)).toEqual(['string', 'string']);
    expect(said.join()).not.toMatch(/Ada|Grace|Augusta/);
    vault.close();
    rmSync(folder, { recursive: true });
  });
});
