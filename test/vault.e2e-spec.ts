import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedKeyVault } from '@boucle/adapters';
import { NO_STREAM, RecordedEvent } from '@boucle/eventsourcing';
import { onFolder, openAdapters } from '../apps/engine/src/adapters.js';
import { Config } from '../apps/engine/src/config.js';
import { boucle, Started, startWith } from './support/command-line.js';
import { newFolder } from './support/folders.js';

const TOKEN = 'known-to-the-processes-of-one-engine-alone';
const AT = '2026-03-01T09:00:00.000Z';

const described = (id: string, name: string) => ({
  type: 'ClientDetailsChanged',
  data: { clientId: id, changed: ['lastName'], personal: { lastName: name } },
  metadata: { id: `${id}.1`, schemaVersion: 1, occurredAt: AT, correlationId: 'test', causationId: 'test', actor: 'test' },
});
const personalIn = ([{ data }]: readonly RecordedEvent[]): unknown => (data as { personal: unknown }).personal;

/** A data folder with two persons in its log. */
const folderOfTwo = async (): Promise<string> => {
  const dir = join(newFolder(), 'engine');
  const { events, close } = await openAdapters(onFolder(dir));
  await events.append('client-a', NO_STREAM, [described('a', 'Lovelace')]);
  await events.append('client-b', NO_STREAM, [described('b', 'Babbage')]);
  await close();
  return dir;
};

const erase = async (dir: string): Promise<void> => {
  const { vault, close } = await openAdapters(onFolder(dir));
  await vault.destroy([{ subject: 'client-a', at: AT, by: 'key:officer' }]);
  await close();
};

const seenIn = async (dir: string): Promise<unknown[]> => {
  const { events, close } = await openAdapters(onFolder(dir));
  try {
    return await Promise.all(['client-a', 'client-b'].map(async (stream) => personalIn(await events.read(stream))));
  } finally {
    await close();
  }
};

const [ADA, CHARLES] = [{ lastName: 'Lovelace' }, { lastName: 'Babbage' }];

/** What a command that must succeed has said. */
const done = async (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
  const { code, stdout, stderr } = await boucle(...args);
  if (code !== 0) throw new Error(`boucle ${args.join(' ')}: ${stderr}`);
  return { stdout, stderr };
};

const hashOf = async (dir: string): Promise<string> => / sha256 ([0-9a-f]{64})/.exec((await done('verify', '--dir', dir)).stdout)![1];

describe('a data folder with personal data', () => {
  it('holds none of it in clear in its log, and proves the same before and after an erasure', async () => {
    const dir = await folderOfTwo();
    expect(await seenIn(dir)).toEqual([ADA, CHARLES]);
    for (const name of readdirSync(dir).filter((one) => one.includes('.sqlite')))
      expect(readFileSync(join(dir, name), 'latin1')).not.toMatch(/Lovelace|Babbage/);
    const before = await hashOf(dir);
    await erase(dir);
    expect(await seenIn(dir)).toEqual([null, CHARLES]);
    expect(await hashOf(dir)).toBe(before);
  });

  it('comes back from a backup without who was erased since, by the register of today', async () => {
    const dir = await folderOfTwo();
    const backup = join(newFolder(), 'backup');
    await done('backup', '--dir', dir, '--to', backup);
    expect(readdirSync(backup).sort()).toEqual(['backup.json', 'documents.sqlite', 'events.sqlite', 'register.sqlite', 'vault.sqlite']);
    await erase(dir);

    const forgotten = join(newFolder(), 'restored');
    await done('restore', '--from', backup, '--dir', forgotten, '--register', join(dir, 'register.sqlite'));
    expect(await seenIn(forgotten)).toEqual([null, CHARLES]);
    expect(await hashOf(forgotten)).toBe(await hashOf(dir));

    const known = join(newFolder(), 'restored');
    expect((await done('restore', '--from', backup, '--dir', known)).stderr).toContain('No register of today was named (--register)');
    expect(await seenIn(known)).toEqual([ADA, CHARLES]);
  });

  it('comes back from a backup whose vault is kept apart, and from no other', async () => {
    const dir = await folderOfTwo();
    const [backup, safe, other] = [join(newFolder(), 'backup'), newFolder(), await folderOfTwo()];
    await done('backup', '--dir', dir, '--to', backup);
    renameSync(join(backup, 'vault.sqlite'), join(safe, 'monday'));
    const restore = (...more: string[]) => boucle('restore', '--from', backup, '--dir', join(newFolder(), 'restored'), ...more);
    expect(await restore()).toMatchObject({ code: 1, stderr: expect.stringContaining('vault.sqlite is missing: name the file where') });
    expect(await restore('--vault', join(other, 'vault.sqlite'))).toMatchObject({ code: 1, stderr: expect.stringContaining('is damaged') });
    expect(await restore('--vault', join(safe, 'monday'))).toMatchObject({ code: 0 });
    expect(await restore('--vault', join(safe, 'monday'), '--register', join(dir, 'events.sqlite'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('events.sqlite cannot be read as an erasure register'),
    });
  });

  it('says at which position it needs a key that the vault has not', async () => {
    const dir = await folderOfTwo();
    for (const name of readdirSync(dir)) if (/^(vault|register)/.test(name)) rmSync(join(dir, name));
    await expect(seenIn(dir)).rejects.toThrow(/no key of client-a, whose ClientDetailsChanged at position 1 .* restore the vault/);
  });
});

describe('boucle vault', () => {
  const running: Started[] = [];
  afterAll(() => running.forEach(({ child }) => child.kill('SIGKILL')));

  /** The address of a vault that a process of its own serves. */
  const serve = async (dir: string): Promise<{ url: string; served: Started }> => {
    const served = startWith({ BOUCLE_VAULT_TOKEN: TOKEN }, 'vault', 'serve', '--dir', dir, '--port', '0');
    running.push(served);
    let said = '';
    served.child.stderr!.on('data', (text: string) => (said += text));
    if (!(await served.said('on http://'))) throw new Error((await served.ended).stderr);
    return { url: /on (http:\S+)/.exec(said)![1], served };
  };
  const sharing = (url: string): Config => ({ ...onFolder(newFolder()), vaultUrl: url, vaultToken: TOKEN });

  it('serves one vault to many engines, and has kept all that it has answered when it is killed', async () => {
    const dir = join(newFolder(), 'vault');
    const { url, served } = await serve(dir);
    const one = await openAdapters(sharing(url));
    const two = await openAdapters(sharing(url));
    try {
      await one.events.append('client-a', NO_STREAM, [described('a', 'Lovelace')]);
      await two.events.append('client-a', NO_STREAM, [described('a', 'Byron')]);
      const [ofOne, ofTwo] = await Promise.all([one, two].map(({ vault }) => vault.keysToOpen(['client-a'])));
      expect(ofTwo).toEqual(ofOne);
      served.child.kill('SIGKILL');
      await served.ended;
      await expect(two.vault.destroy([{ subject: 'client-a', at: AT, by: 'key:officer' }])).rejects.toThrow(
        'BOUCLE_VAULT_URL does not answer',
      );

      const again = await serve(dir);
      const three = await openAdapters(sharing(again.url));
      expect(await three.vault.keysToOpen(['client-a'])).toEqual(ofOne);
      await three.vault.destroy([{ subject: 'client-a', at: AT, by: 'key:officer' }]);
      await three.close();
      const backup = join(newFolder(), 'backup');
      await done('vault', 'backup', '--dir', dir, '--to', backup);
      expect(readdirSync(backup).sort()).toEqual(['register.sqlite', 'vault.sqlite']);
      expect(await boucle('vault', 'serve', '--dir', dir)).toMatchObject({ code: 1 });
      again.served.child.kill('SIGTERM');
      expect(await again.served.ended).toMatchObject({ code: 0, signal: null });

      const vault = new EmbeddedKeyVault(join(backup, 'vault.sqlite'), join(backup, 'register.sqlite'));
      expect((await vault.keysToOpen(['client-a'])).get('client-a')).toBe(null);
      vault.close();
    } finally {
      await one.close();
      await two.close();
    }
  });

  it('serves nobody without a token', async () => {
    const { code, stderr } = await boucle('vault', 'serve', '--dir', newFolder());
    expect([code, stderr]).toEqual([1, expect.stringContaining('BOUCLE_VAULT_TOKEN must be set')]);
  });

  it.each(['serve --dir /nowhere --port x', 'backup --dir /nowhere --to /nowhere/else', 'open'])(
    'refuses %s in a sentence',
    async (words) => {
      const { code, stderr } = await boucle('vault', ...words.split(' '));
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^boucle: .*(--port must be|There is no vault in|is not known)/)]);
      expect(stderr).not.toContain('    at ');
    },
  );
});

describe('an engine on servers', () => {
  it('does not start without a vault that all its processes share', async () => {
    const env = { EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false', MONGODB_URL: 'mongodb://127.0.0.1:1/boucle', BOUCLE_VAULT_URL: '' };
    const { code, stderr } = await startWith(env, 'serve').ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^boucle: BOUCLE_VAULT_URL must be set/)]);
  });

  it('needs the token of the vault that it names', async () => {
    await expect(openAdapters({ ...onFolder(newFolder()), vaultUrl: 'http://127.0.0.1:1' })).rejects.toThrow(
      'BOUCLE_VAULT_TOKEN must be set',
    );
  });
});
