import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SealingKey, StoreUnavailableError } from '@boucle/eventsourcing';
import { openSnapshot } from '../snapshot.js';
import { CachedKeyVault } from './cached.js';
import { EmbeddedKeyVault } from './embedded.js';
import { erased, keyVaultContract, OpenedVault, registerOf } from './key-vault.contract.js';

type Closable = EmbeddedKeyVault | CachedKeyVault;

const inFolder = async (vaultIn: (folder: string) => Closable): Promise<OpenedVault> => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-vault-'));
  let vault = vaultIn(folder);
  return {
    vault,
    reopen: async () => {
      vault.close();
      return (vault = vaultIn(folder));
    },
    close: async () => {
      vault.close();
      rmSync(folder, { recursive: true });
    },
  };
};

const vaultIn = (folder: string): EmbeddedKeyVault => new EmbeddedKeyVault(join(folder, 'vault.sqlite'), join(folder, 'register.sqlite'));

keyVaultContract('EmbeddedKeyVault', () => inFolder(vaultIn));
keyVaultContract('CachedKeyVault', () => inFolder((folder) => new CachedKeyVault(vaultIn(folder))));

describe('EmbeddedKeyVault', () => {
  let folder: string;
  let vault: EmbeddedKeyVault;
  const path = (name: string): string => join(folder, name);
  const reopen = (): void => {
    vault.close();
    vault = vaultIn(folder);
  };
  /** How many of these keys stand in some file, write-ahead logs included. */
  const written = (keys: readonly (SealingKey | null | undefined)[]): number => {
    const all = Buffer.concat(readdirSync(folder).map((name) => readFileSync(path(name))));
    return keys.filter((key) => all.includes(Buffer.from(key!))).length;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-vault-'));
    vault = vaultIn(folder);
  });
  afterEach(() => {
    vault.close();
    rmSync(folder, { recursive: true });
  });

  it('makes no file before the first key', async () => {
    expect((await vault.keysToOpen(['client-a'])).size).toBe(0);
    expect((await vault.keysToSeal([])).size).toBe(0);
    await vault.destroy([]);
    expect(await vault.register()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    await vault.keysToSeal(['client-a']);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['register.sqlite', 'vault.sqlite']));
  });

  const itOnPosix = process.platform === 'win32' ? it.skip : it;
  itOnPosix('keeps its files to their owner', async () => {
    await vault.keysToSeal(['client-a']);
    for (const name of readdirSync(folder)) expect([name, statSync(path(name)).mode & 0o077]).toEqual([name, 0]);
  });

  it('syncs every commit of both files, also after they were opened again', async () => {
    await vault.keysToSeal(['client-a']);
    reopen();
    const { vault: keys, register } = vault['files']!;
    for (const db of [keys, register]) expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(keys.pragma('secure_delete', { simple: true })).toBe(1);
  });

  it('leaves no byte of a destroyed key in any file, though pages of it were split and moved', async () => {
    const subjects = Array.from({ length: 2000 }, (_, n) => `client-${(n * 7919) % 2000}`);
    for (let start = 0; start < subjects.length; start += 100) await vault.keysToSeal(subjects.slice(start, start + 100));
    const keys = await vault.keysToSeal(subjects);
    const [gone, kept] = [subjects.filter((_, n) => n % 3 === 0), subjects.filter((_, n) => n % 3 !== 0)];
    const found = (some: readonly string[]): number => written(some.map((subject) => keys.get(subject)));
    expect(found(gone)).toBe(gone.length);
    for (let start = 0; start < gone.length; start += 200) await vault.destroy(erased(...gone.slice(start, start + 200)));
    expect(found(gone)).toBe(0);
    expect(found(kept)).toBe(kept.length);
  });

  it('lets nobody take an entry of the register back', async () => {
    await vault.destroy(erased('client-a'));
    const other = new Database(path('register.sqlite'));
    for (const statement of ['DELETE FROM register', "UPDATE register SET subject = 'client-b'"])
      expect(() => other.exec(statement)).toThrow('the register is append-only');
    other.close();
  });

  it('cleans an old vault by the register of today before it serves', async () => {
    const { 'client-a': key } = Object.fromEntries(await vault.keysToSeal(['client-a', 'client-b']));
    vault.close();
    copyFileSync(path('vault.sqlite'), path('old'));
    vault = vaultIn(folder);
    await vault.destroy(erased('client-a'));
    vault.close();
    copyFileSync(path('old'), path('vault.sqlite'));
    rmSync(path('old'));
    expect(written([key])).toBe(1);
    vault = vaultIn(folder);
    expect(written([key])).toBe(0);
    expect((await vault.keysToOpen(['client-a'])).get('client-a')).toBe(null);
    expect((await vault.keysToOpen(['client-b'])).get('client-b')).toHaveLength(32);
  });

  it('refuses an old register beside a newer vault', async () => {
    await vault.destroy(erased('client-a'));
    vault.close();
    copyFileSync(path('register.sqlite'), path('old'));
    vault = vaultIn(folder);
    await vault.keysToSeal(['client-b']);
    await vault.destroy(erased('client-b'));
    vault.close();
    copyFileSync(path('old'), path('register.sqlite'));
    expect(() => vaultIn(folder)).toThrow(/register\.sqlite has 1 entries, but .*vault\.sqlite knows of 2: put the newest register/);
    rmSync(path('register.sqlite'));
    expect(() => vaultIn(folder)).toThrow(StoreUnavailableError);
  });

  it('keeps who was erased so where the vault is lost', async () => {
    await vault.destroy(erased('client-a'));
    vault.close();
    rmSync(path('vault.sqlite'));
    vault = vaultIn(folder);
    expect((await vault.keysToSeal(['client-a'])).get('client-a')).toBe(null);
    expect(await registerOf(vault)).toEqual(erased('client-a'));
  });

  it('has not destroyed a key as long as somebody reads an older state of the file, says so, and does it the next time', async () => {
    const { 'client-a': key } = Object.fromEntries(await vault.keysToSeal(['client-a']));
    const reader = openSnapshot(path('vault.sqlite'));
    await expect(vault.destroy(erased('client-a'))).rejects.toThrow(/^What was deleted is not overwritten yet/);
    expect((await vault.keysToOpen(['client-a'])).get('client-a')).toBe(null);
    reader.close();
    await vault.destroy(erased('client-a'));
    expect(written([key])).toBe(0);
  });

  it('opens with the keys of a vault of version 1', async () => {
    vault.close();
    const past = new Database(path('vault.sqlite'));
    past.exec(`
      CREATE TABLE keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
      CREATE TABLE installation (secret BLOB NOT NULL);
      CREATE TABLE register_reach (number INTEGER NOT NULL);
      INSERT INTO register_reach VALUES (0);
      INSERT INTO keys VALUES ('client-a', x'${'a1'.repeat(32)}'), ('client-b', x'${'b2'.repeat(32)}');
      INSERT INTO installation VALUES (x'${'c3'.repeat(32)}');
      PRAGMA user_version = 1;
    `);
    past.close();
    vault = vaultIn(folder);
    for (let time = 1; time <= 2; time++) {
      const keys = await vault.keysToSeal(['client-a', 'client-b', 'client-c']);
      expect([...keys].map(([subject, key]) => [subject, Buffer.from(key!).toString('hex')])).toEqual([
        ['client-a', 'a1'.repeat(32)],
        ['client-b', 'b2'.repeat(32)],
        ['client-c', expect.stringMatching(/^[0-9a-f]{64}$/)],
      ]);
      expect(Buffer.from(await vault.secret()).toString('hex')).toBe('c3'.repeat(32));
      reopen();
    }
    const layout = (file: string): unknown[] => {
      const db = new Database(file, { readonly: true });
      const parts = db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').raw().all() as (string | null)[][];
      db.close();
      return parts.map((part) => part.map((text) => text?.replace(/--.*/g, '').replace(/\s+/g, ' ')));
    };
    const today = new EmbeddedKeyVault(path('today.sqlite'), path('today-register.sqlite'));
    await today.keysToSeal(['client-a']);
    today.close();
    expect(layout(path('vault.sqlite'))).toEqual(layout(path('today.sqlite')));
  });

  it('gives the same keys to all processes that have the file open', async () => {
    await vault.keysToSeal(['client-a']);
    const other = vaultIn(folder);
    const [mine, others] = [await vault.keysToSeal(['client-b', 'client-c']), await other.keysToSeal(['client-c', 'client-b', 'client-d'])];
    expect(others.get('client-b')).toEqual(mine.get('client-b'));
    expect((await vault.keysToOpen(['client-d'])).get('client-d')).toEqual(others.get('client-d'));
    await other.destroy(erased('client-b'));
    other.close();
    expect((await vault.keysToSeal(['client-b'])).get('client-b')).toBe(null);
  });

  it.each(['vault.sqlite', 'register.sqlite'])('refuses %s of a newer version', async (name) => {
    await vault.keysToSeal(['client-a']);
    vault.close();
    const other = new Database(path(name));
    other.pragma('user_version = 99');
    other.close();
    expect(() => vaultIn(folder)).toThrow(`${name} was written by a newer version of Boucle`);
    expect(existsSync(path(name))).toBe(true);
  });
});
