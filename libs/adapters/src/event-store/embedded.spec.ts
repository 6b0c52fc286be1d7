import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { NO_STREAM } from '@boucle/eventsourcing';
import { heard, startChild } from '../../test/child.js';
import { EmbeddedEventStore } from './embedded.js';
import { eventStoreContract, newEvent, numbered } from './event-store.contract.js';

eventStoreContract('EmbeddedEventStore', async (codec) => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-log-'));
  const file = join(folder, 'log.sqlite');
  let store = new EmbeddedEventStore(file, codec);
  return {
    store,
    reopen: async (other) => {
      store.close();
      return (store = new EmbeddedEventStore(file, other));
    },
    close: async () => {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('EmbeddedEventStore', () => {
  let folder: string;
  let file: string;
  let store: EmbeddedEventStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boucle-log-'));
    file = join(folder, 'log.sqlite');
    store = new EmbeddedEventStore(file);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  it('begins with an empty log', async () => {
    expect(await store.head()).toBe(0);
    for await (const batch of store.subscribe({ after: 0 })) {
      expect(batch).toEqual({ events: [], position: 0, caughtUp: true });
      break;
    }
  });

  it('syncs every commit, also after the file was opened again', () => {
    expect(store['db'].pragma('synchronous', { simple: true })).toBe(2);
    store.close();
    store = new EmbeddedEventStore(file);
    expect(store['db'].pragma('synchronous', { simple: true })).toBe(2);
    expect(store['db'].pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('stamps what it takes with the time of its clock', async () => {
    store.close();
    store = new EmbeddedEventStore(file, undefined, () => '2031-02-03T04:05:06.789Z');
    await store.append('client-a', NO_STREAM, numbered('Met', 1));
    expect((await store.read('client-a'))[0].recordedAt).toBe('2031-02-03T04:05:06.789Z');
  });

  it.each([-1, 99])('refuses a file of schema %d, and leaves it as it was', (version) => {
    store.close();
    const other = new Database(file);
    other.pragma(`user_version = ${version}`);
    expect(() => new EmbeddedEventStore(file)).toThrow(`schema ${version}, this one knows 2`);
    expect(other.pragma('user_version', { simple: true })).toBe(version);
    other.pragma('user_version = 2');
    other.close();
    store = new EmbeddedEventStore(file);
  });

  it.each(["UPDATE log SET body = '{}'", 'DELETE FROM log', 'DELETE FROM log WHERE position = 2'])(
    'lets nobody change the past: %s',
    async (statement) => {
      await store.append('client-a', NO_STREAM, numbered('Met', 3));
      const before = await store.read('client-a');
      const other = new Database(file);
      expect(() => other.exec(statement)).toThrow('the log is append-only');
      other.close();
      expect(await store.read('client-a')).toEqual(before);
    },
  );

  describe('for people', () => {
    const written = async (): Promise<void> => {
      await store.append('client-a', NO_STREAM, [newEvent('Met', { name: 'Zoë 🌞' }), newEvent('Met', { n: 2 })]);
    };

    it('has a view of events that another connection reads while the engine appends', async () => {
      await written();
      const reader = new Database(file, { readonly: true });
      const rows = reader.prepare('SELECT stream, revision, type, time, data FROM events ORDER BY position');
      const first = rows.iterate();
      expect(first.next().value).toEqual({
        stream: 'client-a',
        revision: 0,
        type: 'Met',
        time: '2026-01-05T09:00:00.000Z',
        data: '{"name":"Zoë 🌞"}',
      });
      // while it is in the middle of reading
      await store.append('client-a', 1, numbered('Met', 3, 2));
      expect([...first]).toHaveLength(1);
      expect(rows.all()).toHaveLength(5);
      reader.close();
    });

    const installed = spawnSync('sqlite3', ['--version']).status === 0;
    (installed ? it : it.skip)(`can be read with the sqlite3 command line${installed ? '' : ' (sqlite3 is not installed)'}`, async () => {
      await written();
      const { stdout, stderr } = spawnSync('sqlite3', [file, 'select stream, revision, type, time, data from events limit 1'], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(stdout).toBe('client-a|0|Met|2026-01-05T09:00:00.000Z|{"name":"Zoë 🌞"}\n');
    });
  });

  it('commits at most 500 events at a time, and lets others have their turn in between', async () => {
    const order: string[] = [];
    let working = true;
    const turn = (): void => {
      order.push('turn');
      if (working) setImmediate(turn);
    };
    setImmediate(turn);
    const appends = Array.from({ length: 620 }, (_, n) =>
      store.append(`client-${n}`, NO_STREAM, numbered('Met', 3)).then(() => order.push('ack')),
    );
    await Promise.all(appends).finally(() => (working = false));
    const commits = order
      .join(' ')
      .split('turn')
      .map((acks) => acks.split('ack').length - 1)
      .filter((acks) => acks > 0);
    expect(commits).toEqual([166, 166, 166, 122]);
  });

  it('takes an append of more than 500 events all the same, in one commit', async () => {
    const big = store.append('client-a', NO_STREAM, numbered('Met', 1200));
    const small = store.append('client-b', NO_STREAM, numbered('Met', 1));
    expect(await big).toEqual({ revision: 1199, position: 1200 });
    expect(await small).toEqual({ revision: 0, position: 1201 });
  });

  it('cuts a batch short where its events are heavy, and loses none', async () => {
    const letters = 'x'.repeat(100_000);
    for (let n = 0; n < 200; n++) await store.append('wave-a', n - 1, [newEvent(n % 2 ? 'Odd' : 'Even', { n, letters })]);
    for (const types of [undefined, ['Odd']]) {
      const seen: number[] = [];
      let position = 0;
      for await (const batch of store.subscribe({ after: 0, types })) {
        expect(batch.events.length).toBeLessThanOrEqual(50);
        for (const event of batch.events) expect(event.position > position && event.position <= batch.position).toBe(true);
        position = batch.position;
        seen.push(...batch.events.map(({ data }) => (data as { n: number }).n));
        if (batch.caughtUp) break;
      }
      expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => n).filter((n) => !types || n % 2 === 1));
    }
  });

  it('says that the store is unavailable when the disk takes no more, has lost nothing, and goes on', async () => {
    store.close();
    // the process may write files of a megabyte at most: a write beyond fails as it does on a full disk
    const script = `
      process.on('SIGXFSZ', () => {});
      const { EmbeddedEventStore } = require('@boucle/adapters');
      const store = new EmbeddedEventStore(${JSON.stringify(file)});
      const event = (n, size) => ({ type: 'Met', data: { n, pad: 'x'.repeat(size) }, metadata: { id: String(n), schemaVersion: 1 } });
      const answers = [];
      const append = (stream, revision, size) => {
        const n = answers.push(null) - 1;
        return store.append(stream, revision, [event(n, size)]).then(
          ({ revision, position }) => (answers[n] = { stream, revision, position }),
          (error) => (answers[n] = { error: error.name, code: error.cause?.code }),
        );
      };
      (async () => {
        await append('client-a', -1, 10);
        await Promise.all([append('client-b', -1, 10), append('client-c', -1, 3000000), append('client-d', -1, 10)]);
        const head = await store.head();
        await append('client-a', 0, 10);
        await append('client-b', -1, 10);
        console.log(JSON.stringify({ answers, head, read: (await store.read('client-a')).length }));
      })();`;
    const { answers, head, read } = JSON.parse(await heard(startChild(folder, script, 'ulimit -f 2000 && exec node child.js')));
    const refused = { error: 'StoreUnavailableError', code: expect.stringMatching(/^SQLITE_(FULL|IOERR)/) };
    expect(answers).toEqual([
      { stream: 'client-a', revision: 0, position: 1 },
      refused,
      refused,
      refused,
      { stream: 'client-a', revision: 1, position: 2 },
      { stream: 'client-b', revision: 0, position: 3 },
    ]);
    expect([head, read]).toEqual([1, 2]);
    store = new EmbeddedEventStore(file);
    expect(await store.head()).toBe(3);
    expect((await store.read('client-a')).map(({ metadata }) => metadata.id)).toEqual(['0', '4']);
    expect(await store.append('client-c', NO_STREAM, numbered('Met', 1))).toEqual({ revision: 0, position: 4 });
  });
});
