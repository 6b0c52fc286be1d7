import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import Database, { Statement } from 'better-sqlite3';
import { Destruction, KeyVault, SealingKey, StoreUnavailableError } from '@boucle/eventsourcing';
import { layOut, Upgrade } from '../schema.js';
import { openDurable, reader, reading, storeError } from '../sqlite.js';
import { TracelessFile } from '../traceless.js';
import { KEY_TABLE_SCHEMA, KeyTable } from './key-table.js';

const KEY_BYTES = 32;
const PAGES = { pageSize: 4096, checkpointPages: 1000, cacheMegabytes: 16 };

const VAULT = `
  ${KEY_TABLE_SCHEMA}
  CREATE TABLE installation (secret BLOB NOT NULL);
  -- how far the register reached when this file last heard of it
  CREATE TABLE register_reach (number INTEGER NOT NULL);
  INSERT INTO register_reach VALUES (0);
`;

/** Version 2: new keys wait in a table of their own. */
const newKeysWait: Upgrade = (vault) =>
  void vault.exec('CREATE TABLE young_keys (number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, key BLOB NOT NULL)');

const REGISTER = `
  CREATE TABLE register (number INTEGER PRIMARY KEY, subject TEXT NOT NULL UNIQUE, at TEXT NOT NULL, by TEXT NOT NULL);
  CREATE TRIGGER register_is_append_only_update BEFORE UPDATE ON register BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END;
  CREATE TRIGGER register_is_append_only_delete BEFORE DELETE ON register BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END;
`;

/** Makes a file that only its owner may read, as those that SQLite keeps beside it. */
const privately = (file: string): string => {
  closeSync(openSync(file, 'a', 0o600));
  return file;
};

/** The two files of a vault while they are open. */
class Files {
  private readonly table: KeyTable;
  private readonly destroyed: Statement;
  private readonly page: Statement;
  private readonly reach: Statement;
  private readonly ofVault: <T>(read: () => T) => T;
  private readonly ofRegister: <T>(read: () => T) => T;

  readonly vault: Database.Database;

  constructor(
    private readonly keysFile: TracelessFile,
    readonly register: Database.Database,
  ) {
    const { db: vault } = keysFile;
    this.vault = vault;
    this.table = new KeyTable(vault);
    this.destroyed = register.prepare('SELECT 1 FROM register WHERE subject = ?').pluck();
    this.page = register.prepare('SELECT subject, at, by FROM register WHERE number > ? ORDER BY number LIMIT ?');
    [this.ofVault, this.ofRegister] = [reader(vault), reader(register)];
    this.reach = register.prepare('SELECT coalesce(max(number), 0) FROM register').pluck();
  }

  keys(subjects: readonly string[]): Map<string, SealingKey | null> {
    const found = new Map<string, SealingKey | null>();
    this.ofVault(() => {
      this.table.refresh();
      for (const subject of subjects) {
        const key = this.table.find(subject);
        if (key) found.set(subject, key);
      }
    });
    const others = subjects.filter((subject) => !found.has(subject));
    if (others.length === 0 || this.reach.get() === 0) return found;
    this.ofRegister(() => {
      for (const subject of others) if (this.destroyed.get(subject)) found.set(subject, null);
    });
    return found;
  }

  /** The keys of these subjects, made for those who have none; a destroyed one is none. */
  keysMade(subjects: readonly string[]): Map<string, SealingKey | null> {
    for (;;) {
      const known = this.keys(subjects);
      const missing = new Set(subjects.filter((subject) => !known.has(subject)));
      if (missing.size === 0) return known;
      const made = this.table.make([...missing]);
      if (made === null) continue;
      for (const [subject, key] of made) known.set(subject, key);
      this.tidy();
      return known;
    }
  }

  registered(after: number, limit: number): Destruction[] {
    return this.page.all(after, limit) as Destruction[];
  }

  enter(destructions: readonly Destruction[]): void {
    const insert = this.register.prepare('INSERT INTO register (subject, at, by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.register.transaction(() => {
      for (const { subject, at, by } of destructions) insert.run(subject, at, by);
    })();
  }

  /** Leaves no trace of these keys in the file nor in what SQLite keeps beside it. */
  destroy(subjects: Iterable<string>): void {
    this.table.remove(subjects, () => this.vault.prepare('UPDATE register_reach SET number = ?').run(this.reach.get()));
    for (const _ of this.keysFile.removeTraces());
  }

  /** A vault that comes out of a backup may still hold keys that were destroyed since. */
  applyRegister(): void {
    const known = this.vault.prepare('SELECT number FROM register_reach').pluck().get() as number;
    const reach = this.reach.get() as number;
    if (reach < known)
      throw new StoreUnavailableError(
        `${this.register.name} has ${reach} entries, but ${this.vault.name} knows of ${known}: put the newest register beside the vault`,
      );
    this.destroy(this.register.prepare('SELECT subject FROM register').pluck().iterate() as IterableIterator<string>);
  }

  secret(): Uint8Array {
    const made = this.vault.prepare('SELECT secret FROM installation').pluck();
    return this.vault.transaction(() => {
      if (made.get() === undefined) this.vault.prepare('INSERT INTO installation VALUES (?)').run(randomBytes(KEY_BYTES));
      return made.get() as Uint8Array;
    })();
  }

  /** What cannot be merged now, for want of disk, waits where it is. */
  private tidy(): void {
    try {
      this.table.tidy();
    } catch (error) {
      if (!(storeError(error) instanceof StoreUnavailableError)) throw error;
    }
  }

  close(): void {
    this.keysFile.close();
    this.register.close();
  }
}

/** The entries of a register that lies somewhere else, such as the one of today beside a vault of yesterday. */
export const readRegister = (file: string): readonly Destruction[] => {
  let register: Database.Database | null = null;
  try {
    register = new Database(file, { readonly: true, fileMustExist: true });
    return register.prepare('SELECT subject, at, by FROM register ORDER BY number').all() as Destruction[];
  } catch (error) {
    throw new StoreUnavailableError(`${file} cannot be read as an erasure register: ${(error as Error).message}`, { cause: error });
  } finally {
    register?.close();
  }
};

/**
 * Keys in one SQLite file, and the erasure register in another beside it; both are made with the first key or entry.
 * A destroyed key is overwritten with zeros and gone from the write-ahead log before it answers; what the disk below keeps of its blocks is the operator's.
 */
export class EmbeddedKeyVault extends KeyVault {
  private files: Files | null = null;

  constructor(
    private readonly vaultFile: string,
    private readonly registerFile: string,
  ) {
    super();
    if (this.isThere) this.open();
  }

  async keysToSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    if (subjects.length === 0) return new Map();
    return reading(() => this.open().keysMade(subjects));
  }

  async keysToOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    return this.isThere ? reading(() => this.open().keys(subjects)) : new Map();
  }

  async destroy(destructions: readonly Destruction[]): Promise<void> {
    if (destructions.length === 0) return;
    reading(() => {
      const files = this.open();
      files.enter(destructions);
      files.destroy(destructions.map(({ subject }) => subject));
    });
  }

  async register(after = 0, limit = 1000): Promise<readonly Destruction[]> {
    return this.isThere ? reading(() => this.open().registered(after, limit)) : [];
  }

  async secret(): Promise<Uint8Array> {
    return reading(() => this.open().secret());
  }

  close(): void {
    this.files?.close();
    this.files = null;
  }

  private get isThere(): boolean {
    return this.files !== null || existsSync(this.vaultFile) || existsSync(this.registerFile);
  }

  private open(): Files {
    return (this.files ??= reading(() => {
      const opened: { close(): void }[] = [];
      const keep = <T extends { close(): void }>(one: T): T => {
        opened.push(one);
        return one;
      };
      try {
        const vault = keep(new TracelessFile(privately(this.vaultFile), PAGES));
        const register = keep(openDurable(privately(this.registerFile), PAGES));
        layOut(vault.db, this.vaultFile, { create: VAULT, upgrades: [newKeysWait] });
        layOut(register, this.registerFile, { create: REGISTER, upgrades: [] });
        const files = new Files(vault, register);
        files.applyRegister();
        return files;
      } catch (error) {
        for (const file of opened) file.close();
        throw error;
      }
    }));
  }
}
