import { CHECKPOINTS, LeaseLostError, rest, SharedCheckpoints } from '@boucle/eventsourcing';
import { openStores, Stores } from '../../test/folder.js';

const LEASE = 1000;

describe('shared checkpoints', () => {
  let stores: Stores;
  let stop: AbortController;
  /** A signal that aborts after some time. */
  const soon = (milliseconds: number): AbortSignal => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), milliseconds).unref();
    return controller.signal;
  };
  const at = (position: number) => ({ position, heldBy: null });
  const process = (name: string, lease = LEASE): SharedCheckpoints => new SharedCheckpoints(stores.documents, name, lease);
  const stored = () => stores.documents.get<{ owner: string | null; position: number }>(CHECKPOINTS, 'profiles');

  beforeEach(() => {
    stores = openStores();
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    stores.close();
  });

  it('give a processor to one process, and to the next as soon as it is released', async () => {
    const [one, two] = [process('one', 60_000), process('two', 60_000)];
    await one.claim('profiles', stop.signal);
    await one.store('profiles', at(7));
    expect((await two.claim('profiles', soon(40))).aborted).toBe(true);
    const waiting = two.claim('profiles', stop.signal);
    const began = performance.now();
    await one.release('profiles');
    await waiting;
    expect(performance.now() - began).toBeLessThan(3000);
    expect(await two.load('profiles')).toEqual(at(7));
    await expect(one.store('profiles', at(8))).rejects.toThrow(LeaseLostError);
    expect(await stored()).toMatchObject({ owner: 'two', position: 7 });
  });

  it('keep a processor with the process that works or only waits, however long', async () => {
    const [one, two] = [process('one'), process('two')];
    const held = await one.claim('profiles', stop.signal);
    const claim = two.claim('profiles', soon(3 * LEASE));
    expect((await claim).aborted).toBe(true);
    expect(held.aborted).toBe(false);
    await one.store('profiles', at(3));
    expect(await stored()).toMatchObject({ owner: 'one', position: 3 });
  });

  it('give the processor of a process that says nothing to another; the first, back again, cannot write', async () => {
    const [one, two] = [process('one', 60_000), process('two')];
    const held = await one.claim('profiles', stop.signal);
    await one.store('profiles', at(5));
    await two.claim('profiles', stop.signal);
    expect(await two.load('profiles')).toEqual(at(5));
    await two.store('profiles', at(6));
    expect(held.aborted).toBe(false);
    await expect(one.store('profiles', at(9))).rejects.toThrow(LeaseLostError);
    expect(held.aborted).toBe(true);
    await expect(one.store('profiles', at(9))).rejects.toThrow(LeaseLostError);
    expect(await stored()).toMatchObject({ owner: 'two', position: 6 });
  });

  it('let one of many win', async () => {
    const rivals = Array.from({ length: 8 }, (_, n) => process(`rival-${n}`, 60_000));
    const [first] = await Promise.all([
      Promise.race(rivals.map((rival) => rival.claim('profiles', stop.signal).then(() => rival))),
      rest(50, stop.signal).then(() => stop.abort()),
    ]);
    for (const rival of rivals)
      if (rival === first) await rival.store('profiles', at(1));
      else await expect(rival.store('profiles', at(2))).rejects.toThrow(LeaseLostError);
  });

  it('are over when they cannot be renewed', async () => {
    const one = process('one');
    const held = await one.claim('profiles', stop.signal);
    const over = new Promise((resolve) => held.addEventListener('abort', resolve));
    jest.spyOn(stores.documents, 'swap').mockRejectedValue(new Error('the line is cut'));
    await over;
    await expect(one.store('profiles', at(1))).rejects.toThrow(LeaseLostError);
  });

  it('take nothing back that has passed while the lease is renewed', async () => {
    const [one, two] = [process('one'), process('two')];
    await one.claim('profiles', stop.signal);
    const { documents } = stores;
    const swap = documents.swap.bind(documents);
    const passed = new Promise<void>((resolve) =>
      jest.spyOn(documents, 'swap').mockImplementationOnce((...asked) => {
        one.pass('profiles', at(9));
        resolve();
        return swap(...asked);
      }),
    );
    await passed;
    expect(await two.reached('profiles', 9, soon(2 * LEASE))).toBe(true);
    expect(one.position('profiles')).toBe(9);
  });

  it('show other processes what is stored, and soon what only passed', async () => {
    const [one, two] = [process('one'), process('two')];
    await one.claim('profiles', stop.signal);
    expect(await two.reached('profiles', 0, stop.signal)).toBe(true);
    const reached = two.reached('profiles', 4, stop.signal);
    one.pass('profiles', at(4));
    expect(await reached).toBe(true);
    await one.store('profiles', { position: 6, heldBy: 'spring/1' });
    await two.look(['profiles']);
    expect(two.at('profiles')).toEqual({ position: 6, heldBy: 'spring/1' });
    expect(await two.reached('profiles', 7, soon(60))).toBe(false);
  });

  describe('of a processor in parts', () => {
    const parts = ['dispatch.0', 'dispatch.1'];

    it('have come as far as the last part', async () => {
      const [one, two] = [process('one'), process('two')];
      for (const checkpoints of [one, two]) checkpoints.split('dispatch', parts);
      await one.store('dispatch.0', at(9));
      expect(await two.reached('dispatch', 5, soon(60))).toBe(false);
      await one.store('dispatch.1', { position: 5, heldBy: 'spring/1' });
      expect(await two.reached('dispatch', 5, stop.signal)).toBe(true);
      expect(two.at('dispatch')).toEqual({ position: 5, heldBy: 'spring/1' });
    });

    it('begin where the whole had come to, and never go back', async () => {
      const before = process('before');
      await before.claim('dispatch', stop.signal);
      await before.store('dispatch', at(40));
      await before.release('dispatch');
      const [one, two] = [process('one'), process('two')];
      for (const checkpoints of [one, two]) checkpoints.split('dispatch', parts);
      expect(await one.load('dispatch.1')).toEqual(at(40));
      await one.store('dispatch.1', at(50));
      await two.store('dispatch.1', at(45));
      expect(await process('three').load('dispatch.1')).toEqual(at(50));
    });
  });
});
