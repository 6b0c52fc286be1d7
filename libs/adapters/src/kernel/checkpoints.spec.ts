import { Checkpoints, SharedCheckpoints } from '@boucle/eventsourcing';
import { openStores, Stores } from '../../test/folder.js';

describe('checkpoints', () => {
  let stores: Stores;
  let checkpoints: Checkpoints;
  const { signal } = new AbortController();
  beforeEach(() => {
    stores = openStores();
    checkpoints = new Checkpoints(stores.documents);
  });
  afterEach(() => stores.close());

  it('begin at the beginning', async () => {
    expect(await checkpoints.load('profiles')).toEqual({ position: 0, heldBy: null });
    expect(checkpoints.position('profiles')).toBe(0);
  });

  it('outlast a restart when they are stored, not when they are only passed', async () => {
    await checkpoints.store('profiles', { position: 7, heldBy: 'spring.1' });
    checkpoints.pass('profiles', { position: 9, heldBy: null });
    expect(checkpoints.position('profiles')).toBe(9);
    const again = new Checkpoints(stores.documents);
    expect(await again.load('profiles')).toEqual({ position: 7, heldBy: 'spring.1' });
    expect(again.position('profiles')).toBe(7);
  });

  it('do not move when they cannot be stored', async () => {
    stores.documents.failNext('checkpoints');
    await expect(checkpoints.store('profiles', { position: 7, heldBy: null })).rejects.toThrow('no write to checkpoints');
    expect(checkpoints.position('profiles')).toBe(0);
  });

  it('are reached at once, or as soon as stored or passed, and not before', async () => {
    checkpoints.pass('profiles', { position: 3, heldBy: null });
    expect(await checkpoints.reached('profiles', 3, signal)).toBe(true);
    const order: string[] = [];
    const waits = [5, 4, 6].map((position) =>
      checkpoints.reached('profiles', position, signal).then(() => order.push(`reached ${position}`)),
    );
    checkpoints.pass('other', { position: 9, heldBy: null });
    await new Promise(setImmediate);
    expect(order).toEqual([]);
    checkpoints.pass('profiles', { position: 4, heldBy: null });
    await waits[1];
    expect(order).toEqual(['reached 4']);
    await checkpoints.store('profiles', { position: 6, heldBy: null });
    await Promise.all(waits);
    expect(order).toEqual(['reached 4', 'reached 5', 'reached 6']);
  });

  it('are reached when they are found stored after a restart, also by who was waiting before', async () => {
    await checkpoints.store('profiles', { position: 7, heldBy: 'spring.1' });
    const again = new Checkpoints(stores.documents);
    const reached = again.reached('profiles', 7, AbortSignal.timeout(2000));
    await again.load('profiles');
    expect(await reached).toBe(true);
  });

  it('are no longer waited for once aborted', async () => {
    const controller = new AbortController();
    const waits = [checkpoints.reached('profiles', 5, controller.signal), checkpoints.reached('profiles', 6, signal)];
    controller.abort();
    expect(await waits[0]).toBe(false);
    expect(await checkpoints.reached('profiles', 5, controller.signal)).toBe(false);
    checkpoints.pass('profiles', { position: 6, heldBy: null });
    expect(await waits[1]).toBe(true);
    expect(await checkpoints.reached('profiles', 5, controller.signal)).toBe(true);
  });

  it('stand with what a processor makes for this process alone', async () => {
    let kept = 3;
    const progress = { position: async () => kept, reach: async (position: number) => void (kept = position) };
    for (const one of [checkpoints, new SharedCheckpoints(stores.documents, 'me', 10_000)]) {
      kept = 3;
      one.keepWith('search', progress);
      expect(await one.claim('search', signal)).toBe(signal);
      expect(await one.load('search')).toEqual({ position: 3, heldBy: null });
      await one.store('search', { position: 5, heldBy: null });
      expect([kept, one.position('search')]).toEqual([5, 5]);
      expect(await stores.documents.getMany('checkpoints', ['search'])).toEqual([]);
      await one.release('search');
    }
  });
});
