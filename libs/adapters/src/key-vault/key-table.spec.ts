import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SealingKey } from '@boucle/eventsourcing';
import { TracelessFile } from '../traceless.js';
import { KEY_TABLE_SCHEMA, KeyTable } from './key-table.js';

const GENERATION = 2500;

const hex = (key: SealingKey | undefined): string | undefined => key && Buffer.from(key).toString('hex');
const named = (from: number, count: number): string[] => Array.from({ length: count }, (_, n) => `client-${((from + n) * 7919) % 100_003}`);

describe('A table of keys', () => {
  let folder: string;
  let files: TracelessFile[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-keys-'));
    files = [];
    open().db.exec(KEY_TABLE_SCHEMA);
  });
  afterEach(() => {
    for (const file of files) file.close();
    rmSync(folder, { recursive: true });
  });

  const open = (): TracelessFile => {
    const file = new TracelessFile(join(folder, 'vault.sqlite'), { pageSize: 4096, checkpointPages: 1000, cacheMegabytes: 8 });
    files.push(file);
    return file;
  };
  const tableIn = (file: TracelessFile, generation = GENERATION): KeyTable => {
    const table = new KeyTable(file.db, generation);
    table.refresh();
    return table;
  };
  const count = (file: TracelessFile, of: string): number => file.db.prepare(`SELECT count(*) FROM ${of}`).pluck().get() as number;
  /** Of these keys, those that stand in some file, write-ahead log included. */
  const written = (keys: readonly (SealingKey | undefined)[]): number => {
    const all = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    return keys.filter((key) => all.includes(Buffer.from(key!))).length;
  };

  it('finds each key while it waits, while it is merged, afterwards, and at any of these moments by another process', () => {
    const [file] = files;
    const table = tableIn(file);
    const made = new Map<string, string | undefined>();
    const make = (subjects: readonly string[]): void => table.make(subjects)!.forEach(([subject, key]) => made.set(subject, hex(key)));
    const wrong = (one: KeyTable): string[] => [...made.keys()].filter((subject) => hex(one.find(subject)) !== made.get(subject));

    make(named(0, GENERATION - 1));
    table.tidy();
    expect([count(file, 'keys'), count(file, 'young_keys')]).toEqual([0, GENERATION - 1]);
    make(named(GENERATION - 1, 1));
    const seen: [old: number, young: number][] = [];
    do {
      table.tidy();
      make(named(made.size, 10));
      seen.push([count(file, 'keys'), count(file, 'young_keys')]);
      expect(wrong(table)).toEqual([]);
      expect(wrong(tableIn(open()))).toEqual([]);
    } while (count(file, 'young_keys') > GENERATION);
    expect(seen).toEqual([
      [1000, GENERATION + 10],
      [2000, GENERATION + 20],
      [GENERATION, GENERATION + 30],
      [GENERATION, 40],
    ]);
    expect(wrong(tableIn(open()))).toEqual([]);
  });

  it('syncs every key that is made, also after some were merged', () => {
    const [file] = files;
    const table = tableIn(file);
    table.make(named(0, GENERATION));
    table.tidy();
    expect(file.db.pragma('synchronous', { simple: true })).toBe(2);
  });

  it('keeps what waits where it cannot be merged, and merges it later', () => {
    const [file] = files;
    const table = tableIn(file);
    const [[subject, key]] = table.make(named(0, GENERATION))!;
    const pages = file.db.pragma('page_count', { simple: true }) as number;
    file.db.pragma(`max_page_count = ${pages}`);
    expect(() => table.tidy()).toThrow('full');
    expect(hex(table.find(subject))).toBe(hex(key));
    file.db.pragma('max_page_count = 1000000');
    while (count(file, 'young_keys') > 0) table.tidy();
    expect(count(file, 'keys')).toBe(GENERATION);
    expect(hex(table.find(subject))).toBe(hex(key));
  });

  it('leaves no byte of a removed key, wherever it stood', () => {
    const [file] = files;
    const table = tableIn(file);
    const made = table.make(named(0, GENERATION))!;
    const gone: SealingKey[] = [];
    const remove = (step: number): void => {
      const some = made.filter((_, n) => n % 7 === step);
      gone.push(...some.map(([, key]) => key));
      table.remove(
        some.map(([subject]) => subject),
        () => undefined,
      );
      for (const _ of file.removeTraces());
      expect(written(gone)).toBe(0);
    };
    for (let step = 0; count(file, 'young_keys') > 0; step++) {
      remove(step);
      table.tidy();
    }
    remove(6);
    const kept = made.filter(([, key]) => !gone.includes(key));
    expect(written(kept.map(([, key]) => key))).toBe(kept.length);
  });

  it('is one table for all processes: a subject has one key, and none once it is removed', () => {
    const subjects = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 15 });
    const step = fc.record({ by: fc.nat(1), what: fc.constantFrom('make', 'tidy', 'remove', 'restart'), subjects });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [file] = files;
        file.db.exec('DELETE FROM keys; DELETE FROM young_keys');
        const others = [open(), open()];
        const tables = others.map((other) => tableIn(other, 20));
        const model = new Map<string, string>();
        for (const { by, what, subjects: some } of steps) {
          const names = [...new Set(some.map((n) => `client-${n}`))];
          if (what === 'make')
            for (let made = null; made === null;) {
              tables[by].refresh();
              const missing = names.filter((subject) => tables[by].find(subject) === undefined);
              expect(missing).toEqual(names.filter((subject) => !model.has(subject)));
              made = tables[by].make(missing);
              for (const [subject, key] of made ?? []) model.set(subject, hex(key)!);
            }
          else if (what === 'tidy') tables[by].tidy();
          else if (what === 'remove') {
            tables[by].remove(names, () => undefined);
            for (const subject of names) model.delete(subject);
          } else tables[by] = tableIn(others[by], 20);
          for (const table of tables) {
            table.refresh();
            for (let n = 0; n <= 40; n++) expect(hex(table.find(`client-${n}`))).toBe(model.get(`client-${n}`));
          }
        }
        for (const other of others) other.close();
        files.length = 1;
      }),
      { numRuns: 60 },
    );
  });
});
