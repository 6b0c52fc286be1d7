import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DemoReport } from '../apps/cli/src/demo/report.js';
import { Manifest } from '../apps/cli/src/backup/manifest.js';
import { boucle, jsonOf, start } from './support/command-line.js';
import { documentsIn, eventsIn, openLog, outboxIn } from './support/engine-folder.js';
import { newFolder } from './support/folders.js';
import { until } from './support/served-engine.js';

jest.setTimeout(300_000);

interface Mailing {
  readonly mailingId: string;
}

const demo = (dir: string) => start('demo', '--waves', '3', '--seed', '7', '--json', '--dir', dir);
const engineIn = (dir: string): string => join(dir, 'seed-7');
const manifestIn = (backup: string): Manifest => JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8')) as Manifest;
const hashIn = (said: string): string => / sha256 ([0-9a-f]{64})/.exec(said)![1];

let whole: string;
let backup: string;
let report: DemoReport['runs'][number];

beforeAll(async () => {
  whole = newFolder();
  backup = join(newFolder(), 'deep', 'backup');
  const running = demo(whole);
  expect(await running.said('registering clients')).toBe(true);
  const log = openLog(engineIn(whole));
  await until(
    async () => log.newest().type,
    (type) => type === 'MailingDispatched',
  );
  log.close();
  const { code, stdout, stderr } = await boucle('backup', '--dir', engineIn(whole), '--to', backup);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(running.child.exitCode).toBe(null);
  expect(hashIn(stdout)).toBe(manifestIn(backup).log.sha256);
  report = jsonOf<DemoReport>(await running.ended).runs[0];
});

/** Of every document, tombstone and checkpoint. */
const positionsIn = (dir: string): number[] => {
  const db = new Database(join(dir, 'documents.sqlite'), { readonly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
  const positions = tables.flatMap((name) => db.prepare(`SELECT position FROM "${name}"`).pluck().all() as number[]);
  db.close();
  return positions;
};

const restored = async (): Promise<string> => {
  const dir = newFolder();
  const { code, stderr } = await boucle('restore', '--from', backup, '--dir', engineIn(dir));
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return dir;
};

describe('a backup of an engine that was writing', () => {
  it('is a prefix of its log, event by event, with a progress that is not ahead of it and no read model', async () => {
    const dir = engineIn(await restored());
    const events = eventsIn(dir);
    expect(events.length).toBe(manifestIn(backup).log.events);
    expect(events.length).toBeLessThan(report.log.events);
    expect(events).toEqual(eventsIn(engineIn(whole)).slice(0, events.length));
    expect(Object.keys(documentsIn(dir))).toEqual(['dispatches']);
    const positions = positionsIn(dir);
    expect(positions.length).toBeGreaterThan(0);
    expect(Math.max(...positions)).toBeLessThanOrEqual(events.length);
    const mailed = new Set(events.flatMap(({ type, data }) => (type === 'MailingDispatched' ? [(data as Mailing).mailingId] : [])));
    for (const lines of Object.values(outboxIn(dir)))
      for (const line of lines) expect(line === '' || mailed.has((JSON.parse(line) as Mailing).mailingId)).toBe(true);
    expect(hashIn((await boucle('verify', '--dir', dir)).stdout)).toBe(manifestIn(backup).log.sha256);
  });

  it('goes on to the same end as the run that was not interrupted, and replays to the same bytes', async () => {
    const dir = await restored();
    const { log: { path: _, ...log }, ...run } = jsonOf<DemoReport>(await demo(dir).ended).runs[0]; // prettier-ignore
    const { log: { path: __, ...expected }, ...undisturbed } = report; // prettier-ignore
    expect(run).toEqual(undisturbed);
    expect(log.streamsSha256).toBe(expected.streamsSha256);
    expect(documentsIn(engineIn(dir))).toEqual(documentsIn(engineIn(whole)));
    expect(outboxIn(engineIn(dir))).toEqual(outboxIn(engineIn(whole)));
    const replayed = await boucle('replay', '--dir', dir);
    expect(replayed.code).toBe(0);
    expect(replayed.stdout).not.toContain('DIFFERS');
  });

  it('may be looked at with verify without harm', async () => {
    const copy = join(newFolder(), 'copy');
    cpSync(backup, copy, { recursive: true });
    expect((await boucle('verify', '--dir', copy)).code).toBe(0);
    expect((await boucle('restore', '--from', copy, '--dir', join(newFolder(), 'again'))).code).toBe(0);
  });
});

describe('a restored folder', () => {
  const middle = (file: string): void => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);
  };

  it.each<[what: string, damage: (copy: string) => void, said: string]>([
    ['a bit of the log', (copy) => middle(join(copy, 'events.sqlite')), 'events.sqlite is damaged'],
    ['a bit of the documents', (copy) => middle(join(copy, 'documents.sqlite')), 'documents.sqlite is damaged'],
    ['the end of the log', (copy) => truncateSync(join(copy, 'events.sqlite'), 1_000_000), 'events.sqlite is damaged'],
    ['a whole file', (copy) => rmSync(join(copy, 'documents.sqlite')), 'documents.sqlite is missing'],
    ['the list of files', (copy) => truncateSync(join(copy, 'backup.json'), 20), 'backup.json is damaged'],
    ['the end of the backup', (copy) => rmSync(join(copy, 'backup.json')), 'is no whole backup'],
  ])('is not made where %s is lost, and the file is named', async (_, damage, said) => {
    const copy = join(newFolder(), 'copy');
    cpSync(backup, copy, { recursive: true });
    damage(copy);
    const place = newFolder();
    const { code, stderr } = await boucle('restore', '--from', copy, '--dir', join(place, 'engine'));
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(place)).toEqual([]);
  });

  it('takes no place of another', async () => {
    const taken = newFolder();
    writeFileSync(join(taken, 'note.txt'), 'mine');
    for (const args of [
      ['restore', '--from', backup, '--dir', taken],
      ['backup', '--dir', engineIn(whole), '--to', taken],
    ]) {
      const { code, stderr } = await boucle(...args);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${taken} is not empty`)]);
    }
    expect(readdirSync(taken)).toEqual(['note.txt']);
    const empty = join(taken, 'empty');
    mkdirSync(empty);
    expect((await boucle('restore', '--from', backup, '--dir', empty)).code).toBe(0);
  });

  it('needs a log to come from', async () => {
    const { code, stderr } = await boucle('backup', '--dir', '/nowhere', '--to', join(newFolder(), 'backup'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no log in /nowhere')]);
  });

  const itOnPosix = process.platform === 'win32' ? it.skip : it;
  itOnPosix('is not half there when the disk is full, which is said', () => {
    const program = join(__dirname, '../dist/apps/cli/src/main.js');
    for (const args of [
      ['backup', '--dir', engineIn(whole), '--to'],
      ['restore', '--from', backup, '--dir'],
    ]) {
      const place = newFolder();
      const command = [process.execPath, program, ...args, join(place, 'there')];
      const { status, stderr } = spawnSync('sh', ['-c', 'trap "" XFSZ; ulimit -f 2000; exec "$@"', 'sh', ...command], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([1, expect.stringMatching(/disk (is full|does not answer)/)]);
      expect(stderr).not.toContain('    at ');
      expect(existsSync(join(place, 'there'))).toBe(false);
      expect(readdirSync(place)).toEqual([]);
    }
  });
});
