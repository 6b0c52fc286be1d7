import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { hashLog } from '@boucle/eventsourcing';
import { onFolder, openAdapters } from '../apps/engine/src/adapters.js';
import { newFolder } from './support/folders.js';
import { ServedEngine } from './support/served-engine.js';

const logs = join(__dirname, 'logs');

/** What `boucle verify` said of each frozen log, in the version that wrote it. */
const HASHES: Readonly<Record<string, { events: number; sha256: string; streamsSha256: string }>> = {
  'version-1.sql': {
    events: 17,
    sha256: 'e4850ca4abf0cef407c751c65af9c01226438ff51ed92d390ec7c2c4510b7ac4',
    streamsSha256: 'b77e1874c901ee58e447b08b98833d8c08217914e5d918e7d1e70df253695649',
  },
};

/** A data folder as a past version has left it. */
const folderOf = (log: string): string => {
  const dir = newFolder();
  const db = new Database(join(dir, 'events.sqlite'));
  db.pragma('journal_mode = WAL');
  db.exec(readFileSync(join(logs, log), 'utf8'));
  db.close();
  return dir;
};

/** Every table, view and trigger of a log, and its version. */
const layoutOf = (dir: string): unknown[] => {
  const db = new Database(join(dir, 'events.sqlite'), { readonly: true });
  try {
    const parts = db.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').raw().all() as (string | null)[][];
    const plain = parts.map((part) => part.map((text) => text?.replace(/--.*/g, '').replace(/\s+/g, ' ')));
    return [db.pragma('user_version', { simple: true }), ...plain];
  } finally {
    db.close();
  }
};

const today = async (): Promise<string> => {
  const dir = newFolder();
  await (await openAdapters(onFolder(dir))).close();
  return dir;
};

it('is tried on a log of every past version', async () => {
  const [version] = layoutOf(await today()) as [number];
  const past = Array.from({ length: version - 1 }, (_, i) => `version-${i + 1}.sql`);
  expect(readdirSync(logs).sort()).toEqual(past);
  expect(Object.keys(HASHES)).toEqual(past);
});

describe.each(Object.keys(HASHES))('a folder with the log of %s', (log) => {
  it('is laid out like a new one, and holds the same events', async () => {
    const dir = folderOf(log);
    for (let time = 1; time <= 2; time++) {
      const adapters = await openAdapters(onFolder(dir));
      expect(await hashLog(adapters.events)).toEqual(HASHES[log]);
      await adapters.close();
    }
    expect(layoutOf(dir)).toEqual(layoutOf(await today()));
  });

  it('goes on, stream by stream', async () => {
    const dir = folderOf(log);
    const engine = await ServedEngine.start({ dir });
    await engine.quiet();
    expect(await engine.read('/clients/ann')).toMatchObject({ frequency: 1, monetary: { EUR: 2490 } });
    const again = { clientId: 'ann', purchaseId: 'order-2', amount: 500, currency: 'EUR' };
    expect(await engine.write('/purchases', again)).toMatchObject({ repeated: true });
    expect(await engine.write('/purchases', { ...again, purchaseId: 'order-3' })).toMatchObject({ repeated: false });
    const timeline = (await engine.read('/clients/ann/timeline')) as { revision: number; type: string }[];
    expect(timeline.map(({ revision }) => revision)).toEqual(timeline.map((_, i) => i));
    expect(timeline.map(({ type }) => type)).toEqual(expect.arrayContaining(['ClientRegistered', 'PurchaseRecorded']));
    await engine.close();
  });
});

it('rebuilds documents of another version by itself', async () => {
  const dir = folderOf('version-1.sql');
  const db = new Database(join(dir, 'documents.sqlite'));
  db.exec("CREATE TABLE profiles (nobody TEXT); INSERT INTO profiles VALUES ('knows')");
  db.pragma('user_version = 99');
  db.close();
  const engine = await ServedEngine.start({ dir });
  await engine.quiet();
  expect(await engine.read('/clients/bea')).toMatchObject({ clientId: 'bea', frequency: 1 });
  await engine.close();
});
