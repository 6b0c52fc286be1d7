import { randomBytes } from 'node:crypto';
import Database, { Statement } from 'better-sqlite3';
import { SealingKey } from '@boucle/eventsourcing';
import { NamesInOrder } from '../names-in-order.js';
import { inserter } from '../sqlite.js';

const KEY_BYTES = 32;
/** Few enough not to hold up the event loop. */
const MERGED_AT_ONCE = 1000;
const CLEARED_AT_ONCE = 8000;

export const KEY_TABLE_SCHEMA = `
  CREATE TABLE keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
  -- made lately, in the order in which they were made
  CREATE TABLE young_keys (number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, key BLOB NOT NULL);
`;

type Made = readonly [subject: string, key: SealingKey];

/**
 * A key for each subject. Subjects come in no order, so that nearly each would touch another page of a table in order of subject:
 * new keys wait in the order in which they were made, and are merged into that table many together.
 */
export class KeyTable {
  /** Where the young keys stand, in that order. */
  private readonly young = new Map<string, number>();
  private inOrder = new NamesInOrder();
  private merging: { readonly inOrder: NamesInOrder; readonly upTo: number } | null = null;
  private newest = 0;
  private version: unknown = null;
  private readonly versionNow: Statement;
  private readonly bounds: Statement;
  private readonly youngAfter: Statement;
  private readonly findYoung: Statement;
  private readonly findOld: Statement;
  private readonly insert: (values: readonly unknown[]) => void;
  private readonly merge: Statement;
  private readonly clear: Statement;
  private readonly removeYoung: Statement;
  private readonly removeOld: Statement;

  /** @param generation so many young keys are merged */
  constructor(
    private readonly db: Database.Database,
    private readonly generation = 65_536,
  ) {
    this.versionNow = db.prepare('PRAGMA data_version').pluck();
    this.bounds = db
      .prepare("SELECT (SELECT min(number) FROM young_keys), (SELECT seq FROM sqlite_sequence WHERE name = 'young_keys')")
      .raw();
    this.youngAfter = db.prepare('SELECT subject, number FROM young_keys WHERE number > ? ORDER BY number').raw();
    // a text costs half of what a buffer does on its way out of SQLite
    this.findYoung = db.prepare('SELECT hex(key) FROM young_keys WHERE number = ?').pluck();
    this.findOld = db.prepare('SELECT hex(key) FROM keys WHERE subject = ?').pluck();
    this.insert = inserter(db, 'INSERT INTO young_keys', 3);
    this.merge = db.prepare(
      'INSERT OR REPLACE INTO keys SELECT subject, key FROM young_keys WHERE number IN (SELECT value FROM json_each(?))',
    );
    this.clear = db.prepare('DELETE FROM young_keys WHERE number <= ?');
    this.removeYoung = db.prepare('DELETE FROM young_keys WHERE number = ?');
    this.removeOld = db.prepare('DELETE FROM keys WHERE subject = ?');
  }

  /** Learns what other processes have done with the file, within the transaction that relies on it; tells whether they did anything. */
  refresh(): boolean {
    const version = this.versionNow.get();
    if (version === this.version) return false;
    for (const [subject, number] of this.youngAfter.iterate(this.newest) as Iterable<[string, number]>) this.add(subject, number);
    const [oldest, newest] = this.bounds.get() as [number | null, number | null];
    this.newest = newest ?? 0;
    this.forgetUpTo((oldest ?? this.newest + 1) - 1);
    this.version = version;
    return true;
  }

  find(subject: string): SealingKey | undefined {
    const number = this.young.get(subject);
    const young = number === undefined ? undefined : this.findYoung.get(number);
    const key = (young ?? this.findOld.get(subject)) as string | undefined;
    return key === undefined ? undefined : Buffer.from(key, 'hex');
  }

  /** Makes a key for each of these subjects, which have none; null: other processes did something meanwhile, so ask again who has none. */
  make(subjects: readonly string[]): readonly Made[] | null {
    // drawn at once: to draw 32 bytes costs as much as many
    const drawn = randomBytes(subjects.length * KEY_BYTES);
    const made = subjects.map((subject, n): Made => [subject, drawn.subarray(n * KEY_BYTES, (n + 1) * KEY_BYTES)]);
    const isMade = this.db.transaction(() => {
      if (this.refresh()) return false;
      this.insert(made.flatMap(([subject, key], n) => [this.newest + 1 + n, subject, key]));
      return true;
    });
    if (!isMade.immediate()) return null;
    for (const subject of subjects) this.add(subject, this.newest + 1);
    return made;
  }

  /** Removes keys, and does something else in the same commit. */
  remove(subjects: Iterable<string>, also: () => void): void {
    const gone: string[] = [];
    const removing = this.db.transaction(() => {
      this.refresh();
      for (const subject of subjects) {
        const number = this.young.get(subject);
        if (number !== undefined) {
          this.removeYoung.run(number);
          gone.push(subject);
        }
        this.removeOld.run(subject);
      }
      also();
    });
    removing.immediate();
    for (const subject of gone) this.young.delete(subject);
  }

  /** Merges a part of what waits, if it is enough. */
  tidy(): void {
    if (this.merging === null && this.young.size < this.generation) return;
    // nothing is lost with it: a key stands in both tables until its last step, and the next one that is made is synced together with all before it
    this.db.pragma('synchronous = NORMAL');
    try {
      this.mergeSome();
    } finally {
      this.db.pragma('synchronous = FULL');
    }
  }

  private mergeSome(): void {
    if (this.merging === null) {
      this.merging = { inOrder: this.inOrder, upTo: this.newest };
      this.inOrder = new NamesInOrder();
    }
    const { inOrder, upTo } = this.merging;
    const { names, passed } = inOrder.next(MERGED_AT_ONCE, (subject) => this.young.has(subject));
    if (names.length > 0) {
      this.merge.run(JSON.stringify(names.map((subject) => this.young.get(subject))));
      inOrder.pass(passed);
      return;
    }
    const [oldest = upTo] = this.young.values();
    const cleared = Math.min(oldest + CLEARED_AT_ONCE, upTo);
    this.clear.run(cleared);
    this.forgetUpTo(cleared);
    if (cleared === upTo) this.merging = null;
  }

  private add(subject: string, number: number): void {
    this.young.set(subject, number);
    this.inOrder.add(subject);
    this.newest = number;
  }

  private forgetUpTo(number: number): void {
    for (const [subject, at] of this.young) {
      if (at > number) return;
      this.young.delete(subject);
    }
  }
}
