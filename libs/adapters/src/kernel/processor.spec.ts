import { Barrier, Checkpoints, Consumer, Message, Processor, Projection, projectionConsumer, RecordedEvent } from '@boucle/eventsourcing';
import { append, contents, openStores, Stores, until } from '../../test/folder.js';

type Counted = Message<'Counted', { key: string }>;
const counting: Projection<{ count: number }, Counted> = {
  name: 'counts',
  key: ({ data }) => data.key,
  on: { Counted: (document) => ({ count: (document?.count ?? 0) + 1 }) },
};
const counted = (key: string): Message => ({ type: 'Counted', data: { key } });
const launched = (wave: string): Message => ({ type: 'WaveLaunched', data: { wave } });
const targeted = (wave: string): Message => ({ type: 'WaveTargeted', data: { wave } });
const abandoned = (wave: string): Message => ({ type: 'WaveAbandoned', data: { wave } });
const waveOf = (data: object): string => (data as { wave: string }).wave;
const barrier: Barrier = { raisedBy: { WaveLaunched: waveOf }, loweredBy: { WaveTargeted: waveOf, WaveAbandoned: waveOf } };

describe('a processor', () => {
  let stores: Stores;
  let checkpoints: Checkpoints;
  const running: { stop: () => void; done: Promise<void> }[] = [];
  beforeEach(() => {
    stores = openStores();
    checkpoints = new Checkpoints(stores.documents);
  });
  afterEach(async () => {
    for (const { stop, done } of running.splice(0)) {
      stop();
      await done;
    }
    stores.close();
  });

  const log = (...facts: Message[]): Promise<number> => append(stores.log, 'all', ...facts);
  const processor = (consumer: Consumer, at = checkpoints): Processor => new Processor(stores.log, at, consumer);
  const counts = (held?: Barrier): Consumer => projectionConsumer(counting, stores.documents, held);
  const stored = (): Promise<Record<string, unknown>> => contents(stores.documents, 'counts');
  const checkpoint = (name = 'counts'): Promise<object | null> => stores.documents.get('checkpoints', name);
  /** Runs until the test ends, or it is stopped. */
  const follow = (one: Processor): { stop: () => void; done: Promise<void> } => {
    const controller = new AbortController();
    const run = { stop: () => controller.abort(), done: one.follow(controller.signal) };
    running.push(run);
    return run;
  };
  /** What a restarted engine knows: only what is on disk. */
  const restart = (): void => {
    checkpoints = new Checkpoints(stores.documents);
  };
  const reached = (name: string, position: number): Promise<boolean> => checkpoints.reached(name, position, AbortSignal.timeout(4000));

  it('goes to the head, keeps its documents and then its checkpoint, and says whether it took anything', async () => {
    const head = await log(counted('a'), { type: 'Other', data: {} }, counted('a'), counted('b'));
    const one = processor(counts());
    expect(await one.toHead()).toBe(true);
    expect(await stored()).toEqual({ a: { count: 2 }, b: { count: 1 } });
    expect(await checkpoint()).toEqual({ position: head, heldBy: null });
    expect(one.position).toBe(head);
    expect(await one.toHead()).toBe(false);
  });

  it('passes what does not concern it without writing anything', async () => {
    const head = await log({ type: 'Other', data: {} });
    const one = processor(counts());
    expect(await one.toHead()).toBe(false);
    expect(one.position).toBe(head);
    expect(await checkpoint()).toBeNull();
  });

  it('goes on where it was after a restart', async () => {
    await log(counted('a'));
    await processor(counts()).toHead();
    await log(counted('a'));
    restart();
    const taken: number[] = [];
    const { take, ...rest } = counts();
    const watched = {
      ...rest,
      take: (events: readonly RecordedEvent[]) => (taken.push(...events.map(({ position }) => position)), take(events)),
    };
    await processor(watched).toHead();
    expect(taken).toEqual([2]);
    expect(await stored()).toEqual({ a: { count: 2 } });
  });

  it('follows the log live until it is stopped', async () => {
    const one = processor(counts());
    const { stop, done } = follow(one);
    for (let n = 1; n <= 3; n++) {
      const position = await log(counted('a'));
      expect(await reached('counts', position)).toBe(true);
      expect(await stored()).toEqual({ a: { count: n } });
    }
    stop();
    await done;
    await log(counted('a'));
    expect(await stored()).toEqual({ a: { count: 3 } });
  });

  it('repeats harmlessly what a crash cut between the documents and the checkpoint', async () => {
    const head = await log(counted('a'), counted('b'), counted('a'));
    stores.documents.failNext('checkpoints');
    await expect(processor(counts()).toHead()).rejects.toThrow('no write to checkpoints');
    expect(await stored()).toEqual({ a: { count: 2 }, b: { count: 1 } });
    expect(await checkpoint()).toBeNull();
    restart();
    await log(counted('b'));
    await processor(counts()).toHead();
    expect(await stored()).toEqual({ a: { count: 2 }, b: { count: 2 } });
    expect(await checkpoint()).toEqual({ position: head + 1, heldBy: null });
  });

  it('never moves its checkpoint before the documents are there', async () => {
    await log(counted('a'));
    stores.documents.failNext('counts');
    const one = processor(counts());
    await expect(one.toHead()).rejects.toThrow('no write to counts');
    expect(await checkpoint()).toBeNull();
    expect(one.position).toBe(0);
    // the same one, run again by who supervises it
    await one.toHead();
    expect(await stored()).toEqual({ a: { count: 1 } });
  });

  describe('at an event that it cannot take', () => {
    const poisoned: Projection<{ count: number }, Counted> = {
      ...counting,
      on: {
        Counted: (document, event, key) => {
          if (key === 'poison') throw new Error('I cannot count that');
          return counting.on.Counted(document, event, key);
        },
      },
    };

    it('stops there, and keeps the checkpoint; others go on', async () => {
      await log(counted('a'));
      const one = processor(projectionConsumer(poisoned, stores.documents));
      const other = processor(projectionConsumer({ ...counting, name: 'other-counts' }, stores.documents));
      await one.toHead();
      const head = await log(counted('poison'), counted('b'));
      for (let time = 0; time < 3; time++) await expect(one.toHead()).rejects.toThrow('I cannot count that');
      expect(await checkpoint()).toEqual({ position: 1, heldBy: null });
      expect(one.position).toBe(1);
      expect(await stored()).toEqual({ a: { count: 1 } });
      await other.toHead();
      expect(other.position).toBe(head);
    });

    it('is never skipped, and all is well once it can take it', async () => {
      await log(counted('a'), counted('poison'), counted('a'));
      await expect(processor(projectionConsumer(poisoned, stores.documents)).toHead()).rejects.toThrow('I cannot count that');
      await processor(counts()).toHead();
      expect(await stored()).toEqual({ a: { count: 2 }, poison: { count: 1 } });
    });

    it('ends its following with the error, for who supervises it to tell', async () => {
      const one = processor(projectionConsumer(poisoned, stores.documents));
      await log(counted('poison'));
      await expect(one.follow(new AbortController().signal)).rejects.toThrow('I cannot count that');
      expect(one.lastError).toBeNull();
    });
  });

  describe('with a barrier', () => {
    it('stands still from the event that raises it to the one that lowers it', async () => {
      await log(counted('a'), launched('1'), counted('a'), counted('b'));
      const one = processor(counts(barrier));
      expect(await one.toHead()).toBe(true);
      expect(await stored()).toEqual({ a: { count: 1 } });
      expect(await checkpoint()).toEqual({ position: 2, heldBy: '1' });
      expect(one.heldBy).toBe('1');
      expect(await one.toHead()).toBe(false);
      await log(targeted('2'), counted('a'));
      expect(await one.toHead()).toBe(false);
      expect(one.heldBy).toBe('1');
      const head = await log(targeted('1'), counted('b'));
      expect(await one.toHead()).toBe(true);
      expect(one.heldBy).toBeNull();
      expect(await stored()).toEqual({ a: { count: 3 }, b: { count: 2 } });
      expect(await checkpoint()).toEqual({ position: head, heldBy: null });
    });

    it('is released by either event that lowers it', async () => {
      await log(launched('1'), counted('a'), abandoned('1'));
      await processor(counts(barrier)).toHead();
      expect(await stored()).toEqual({ a: { count: 1 } });
    });

    it('takes what stood before it in the same batch, and stops at each of several', async () => {
      await log(counted('a'), launched('1'), counted('a'), launched('2'), counted('a'), targeted('1'));
      const one = processor(counts(barrier));
      await one.toHead();
      expect(one.heldBy).toBe('2');
      expect(await stored()).toEqual({ a: { count: 2 } });
      await log(targeted('2'));
      await one.toHead();
      expect(await stored()).toEqual({ a: { count: 3 } });
    });

    it.each(['before', 'after'])('is still held after a restart, when it is lowered %s that', async (when) => {
      await log(counted('a'), launched('1'), counted('a'));
      await processor(counts(barrier)).toHead();
      if (when === 'before') await log(targeted('1'));
      restart();
      const one = processor(counts(barrier));
      const { stop, done } = follow(one);
      if (when === 'after') {
        await until(() => one.heldBy === '1');
        expect(await stored()).toEqual({ a: { count: 1 } });
        await log(targeted('1'));
      }
      expect(await reached('counts', 4)).toBe(true);
      expect(await stored()).toEqual({ a: { count: 2 } });
      expect(one.heldBy).toBeNull();
      stop();
      await done;
    });

    it('ends when it is stopped while held', async () => {
      await log(launched('1'), counted('a'));
      const one = processor(counts(barrier));
      const { stop, done } = follow(one);
      await until(() => one.heldBy === '1');
      stop();
      await done;
      expect(await checkpoint()).toEqual({ position: 1, heldBy: '1' });
      expect(await stored()).toEqual({});
    });

    it('leaves the documents of the position of the barrier to who needs them, before a restart and after it', async () => {
      await log(counted('a'), launched('1'), counted('a'));
      const seen: unknown[] = [];
      const targeting: Consumer = {
        name: 'targeting',
        types: ['WaveLaunched'],
        needs: ['counts'],
        take: async () => void seen.push(await stored()),
      };
      await processor(counts(barrier)).toHead();
      restart();
      // the one in need comes first, and waits
      const waiting = follow(processor(targeting));
      await new Promise(setImmediate);
      expect(seen).toEqual([]);
      follow(processor(counts(barrier)));
      expect(await reached('targeting', 2)).toBe(true);
      expect(seen).toEqual([{ a: { count: 1 } }]);
      waiting.stop();
    });
  });

  describe('that needs others', () => {
    const needy = (taken: string[]): Consumer => ({
      name: 'needy',
      types: ['Counted'],
      needs: ['counts'],
      take: async ([{ data, position }]) => {
        const { count } = (await stores.documents.get<{ count: number }>('counts', (data as { key: string }).key)) ?? { count: 0 };
        taken.push(`${position}: ${count}`);
      },
    });

    it('takes an event only once they have reached it, one at a time', async () => {
      await log(counted('a'), counted('a'));
      const taken: string[] = [];
      const one = processor(needy(taken));
      expect(await one.toHead()).toBe(false);
      expect(taken).toEqual([]);
      await processor(counts()).toHead();
      expect(await one.toHead()).toBe(true);
      expect(taken).toEqual(['1: 2', '2: 2']);
    });

    it('waits for them while it follows, and keeps a checkpoint after each event', async () => {
      const taken: string[] = [];
      const one = processor(needy(taken));
      follow(one);
      await log(counted('a'));
      const behind = processor(counts());
      await behind.toHead();
      expect(await reached('needy', 1)).toBe(true);
      expect(taken).toEqual(['1: 1']);
      await log(counted('a'));
      await behind.toHead();
      expect(await reached('needy', 2)).toBe(true);
      expect(await checkpoint('needy')).toEqual({ position: 2, heldBy: null });
    });

    it('does not take again what it has taken before a restart', async () => {
      await log(counted('a'), counted('a'));
      await processor(counts()).toHead();
      const taken: string[] = [];
      const failing: Consumer = {
        ...needy(taken),
        take: async (events) => {
          if (events[0].position === 2) throw new Error('not that one');
          await needy(taken).take(events);
        },
      };
      await expect(processor(failing).toHead()).rejects.toThrow('not that one');
      restart();
      await processor(counts()).toHead();
      await processor(needy(taken)).toHead();
      expect(taken).toEqual(['1: 2', '2: 2']);
    });
  });

  it('makes what it holds durable when that becomes too much', async () => {
    await append(stores.log, 'all', ...Array.from({ length: 5000 }, (_, n) => counted(`${n % 7}`)));
    const settled: number[] = [];
    let held = 0;
    const consumer: Consumer = {
      name: 'heavy',
      types: ['Counted'],
      take: async (events) => void (held += events.length),
      full: () => held > 1000,
      settle: async () => {
        settled.push(held);
        held = 0;
      },
    };
    await processor(consumer).toHead();
    expect(settled.length).toBeGreaterThan(1);
    expect(settled.reduce((sum, count) => sum + count)).toBe(5000);
  });
});
