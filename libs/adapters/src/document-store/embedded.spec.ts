import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { documentStoreContract } from './document-store.contract.js';
import { EmbeddedDocumentStore } from './embedded.js';

documentStoreContract('EmbeddedDocumentStore', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-documents-'));
  const file = join(folder, 'documents.sqlite');
  let documents = new EmbeddedDocumentStore(file);
  return {
    documents,
    reopen: async () => {
      documents.close();
      return (documents = new EmbeddedDocumentStore(file));
    },
    close: async () => {
      documents.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('EmbeddedDocumentStore', () => {
  let folder: string;
  let file: string;
  let documents: EmbeddedDocumentStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-documents-'));
    file = join(folder, 'documents.sqlite');
    documents = new EmbeddedDocumentStore(file);
  });
  afterEach(() => {
    documents.close();
    rmSync(folder, { recursive: true });
  });

  it('syncs every commit, also after the file was opened again', () => {
    expect(documents['db'].pragma('synchronous', { simple: true })).toBe(2);
    documents.close();
    documents = new EmbeddedDocumentStore(file);
    expect(documents['db'].pragma('synchronous', { simple: true })).toBe(2);
    expect(documents['db'].pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it.each([99, -1])('drops a file of version %i, since it can be rebuilt, and says so', async (version) => {
    await documents.put('profiles', [{ key: 'ann', document: { n: 1 }, position: 1 }]);
    documents.close();
    const db = new Database(file);
    db.exec('CREATE VIEW other AS SELECT 1');
    db.pragma(`user_version = ${version}`);
    db.close();
    const said: string[] = [];
    documents = new EmbeddedDocumentStore(file, (line) => said.push(line));
    expect(said).toEqual([expect.stringMatching(`schema ${version}, this one knows \\d+\\).*rebuilt from the log`)]);
    expect(await documents.collections()).toEqual([]);
    await documents.put('profiles', [{ key: 'ann', document: { n: 2 }, position: 1 }]);
    documents.close();
    documents = new EmbeddedDocumentStore(file, (line) => said.push(line));
    expect([await documents.get('profiles', 'ann'), said.length]).toEqual([{ n: 2 }, 1]);
  });

  it('writes nothing when it is only opened', () => {
    const other = join(folder, 'other.sqlite');
    new EmbeddedDocumentStore(other).close();
    const before = readFileSync(other);
    new EmbeddedDocumentStore(other).close();
    expect(readFileSync(other).equals(before)).toBe(true);
  });

  /** Turns of the event loop while something runs. */
  const turnsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    let turns = 0;
    let working = true;
    const turn = (): void => {
      turns++;
      if (working) setImmediate(turn);
    };
    setImmediate(turn);
    await work().finally(() => (working = false));
    return turns;
  };

  it('lets others have their turn while it writes many documents or looks through them', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => ({ key: `client-${n}`, document: { n }, position: 1 }));
    expect(await turnsDuring(() => documents.put('profiles', many))).toBeGreaterThanOrEqual(4);
    const rare = () => documents.find('profiles', { field: 'n', is: 'eq', value: -1 });
    expect(await turnsDuring(rare)).toBeGreaterThanOrEqual(9);
  });

  it('finds its way to a prefix without passing what stands before it', async () => {
    const many = Array.from({ length: 50_000 }, (_, n) => ({ key: `client-${String(n).padStart(5, '0')}`, document: null, position: 1 }));
    await documents.put('profiles', many);
    const quickest = async (prefix: string): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 20; round++) {
        const started = performance.now();
        expect(await documents.scan('profiles', { prefix })).toHaveLength(10);
        times.push(performance.now() - started);
      }
      return Math.min(...times);
    };
    // a hundred times as long if it went there on foot
    expect(await quickest('client-4999')).toBeLessThan(10 * (await quickest('client-0000')));
  });
});
