import { Destruction, KeyVault, SealingKey } from '@boucle/eventsourcing';
import { CachedKeyVault } from './cached.js';
import { erased } from './key-vault.contract.js';

/** A vault that others share: it tells what it was asked, and answers when it may. */
class SharedVault extends KeyVault {
  readonly asked: string[] = [];
  readonly keys = new Map<string, SealingKey | null>();
  held: Promise<void> = Promise.resolve();
  failing = false;

  async keysToSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    for (const subject of subjects) if (!this.keys.has(subject)) this.keys.set(subject, Buffer.alloc(32, subject));
    return this.keysToOpen(subjects);
  }

  async keysToOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    this.asked.push(subjects.join());
    const found = new Map([...this.keys].filter(([subject]) => subjects.includes(subject)));
    await this.held;
    return found;
  }

  async destroy(destructions: readonly Destruction[]): Promise<void> {
    if (this.failing) throw new Error('not now');
    for (const { subject } of destructions) this.keys.set(subject, null);
  }

  async register(): Promise<readonly Destruction[]> {
    return [];
  }

  async secret(): Promise<Uint8Array> {
    return Buffer.alloc(32);
  }
}

describe('CachedKeyVault', () => {
  let shared: SharedVault;
  let now: number;
  let vault: CachedKeyVault;
  beforeEach(() => {
    shared = new SharedVault();
    now = 0;
    vault = new CachedKeyVault(shared, () => now);
  });

  const keyOf = async (subject: string) => (await vault.keysToOpen([subject])).get(subject);

  it('asks once for what many ask for at the same time', async () => {
    await Promise.all([vault.keysToSeal(['a']), vault.keysToSeal(['b', 'a']), vault.keysToSeal(['c'])]);
    expect(shared.asked).toEqual(['a,b,c']);
  });

  it('remembers a key for a minute, to seal and to open, and asks again afterwards', async () => {
    await vault.keysToSeal(['a']);
    now = 59_999;
    expect(await keyOf('a')).toEqual(Buffer.alloc(32, 'a'));
    expect(shared.asked).toEqual(['a']);
    now = 60_000;
    expect(await keyOf('a')).toEqual(Buffer.alloc(32, 'a'));
    expect(shared.asked).toEqual(['a', 'a']);
  });

  it('asks again for what had no key', async () => {
    expect(await keyOf('a')).toBe(undefined);
    await shared.keysToSeal(['a']);
    expect(await keyOf('a')).toEqual(Buffer.alloc(32, 'a'));
  });

  it('remembers no more than 50,000 keys', async () => {
    await vault.keysToSeal(Array.from({ length: 50_001 }, (_, n) => `client-${n}`));
    shared.asked.length = 0;
    await vault.keysToOpen(['client-50000', 'client-1', 'client-0']);
    expect(shared.asked).toEqual(['client-0']);
  });

  it('forgets at once what is destroyed here, and within a minute what is destroyed elsewhere', async () => {
    await vault.keysToSeal(['a', 'b']);
    await vault.destroy(erased('a'));
    expect(await keyOf('a')).toBe(null);
    await shared.destroy(erased('b'));
    expect(await keyOf('b')).toEqual(Buffer.alloc(32, 'b'));
    now = 60_000;
    expect(await keyOf('b')).toBe(null);
  });

  it('does not learn a key again from an answer that was under way when it was destroyed', async () => {
    await shared.keysToSeal(['a']);
    let release = (): void => {};
    shared.held = new Promise((resolve) => (release = resolve));
    const under = keyOf('a');
    while (shared.asked.length < 2) await new Promise(setImmediate);
    await vault.destroy(erased('a'));
    release();
    expect(await under).toBe(null);
    expect(await keyOf('a')).toBe(null);
  });

  it('still has the key where it could not be destroyed', async () => {
    await vault.keysToSeal(['a']);
    shared.failing = true;
    await expect(vault.destroy(erased('a'))).rejects.toThrow('not now');
    expect(await keyOf('a')).toEqual(Buffer.alloc(32, 'a'));
  });
});
