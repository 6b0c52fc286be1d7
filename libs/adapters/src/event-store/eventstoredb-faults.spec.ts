import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_STREAM, RecordedEvent } from '@boucle/eventsourcing';
import { EventStoreDbServer, ServerOptions } from '../../../../test/support/eventstoredb-server/server.js';
import { until } from '../../test/folder.js';
import { newEvent, numbered } from './event-store.contract.js';
import { EventStoreDbEventStore } from './eventstoredb.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const numbersOf = (events: readonly RecordedEvent[]): number[] => events.map(({ data }) => (data as { n: number }).n);
const failureOf = async (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('It did not fail'),
    (error: Error) => error,
  );

describe('EventStoreDbEventStore when the server fails', () => {
  const closers: (() => void | Promise<void>)[] = [];
  const serve = async (options?: ServerOptions): Promise<EventStoreDbServer> => {
    const server = await EventStoreDbServer.start(options);
    closers.push(() => server.stop());
    return server;
  };
  // after a refused connection the transport waits a second before the next
  const open = (url: string, timeout = 30_000): EventStoreDbEventStore => {
    const store = new EventStoreDbEventStore({ url, timeout });
    closers.unshift(() => store.close());
    return store;
  };
  const stop = new AbortController();
  /** Everything a subscription gives, as it comes. */
  const listen = (store: EventStoreDbEventStore, types?: string[]): { events: RecordedEvent[]; caughtUp: boolean } => {
    const heard = { events: [] as RecordedEvent[], caughtUp: false };
    void (async () => {
      for await (const batch of store.subscribe({ after: 0, types, signal: stop.signal })) {
        heard.events.push(...batch.events);
        ({ caughtUp: heard.caughtUp } = batch);
      }
    })();
    return heard;
  };

  let server: EventStoreDbServer;
  let store: EventStoreDbEventStore;
  beforeEach(async () => {
    server = await serve();
    store = open(server.url());
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  describe('a server that hangs', () => {
    beforeEach(() => (store = open(server.url(), 1000)));

    it('makes every call fail in time, and is used again when it answers', async () => {
      await store.append('client-a', NO_STREAM, numbered('Met', 1));
      server.hang();
      const started = Date.now();
      const [append, read, head] = await Promise.all([
        failureOf(store.append('client-a', 0, numbered('Met', 1, 1))),
        failureOf(store.read('client-a')),
        failureOf(store.head()),
      ]);
      expect(Date.now() - started).toBeGreaterThanOrEqual(900);
      for (const failure of [append, read, head]) {
        expect(failure.name).toBe('StoreUnavailableError');
        expect(failure.message).toMatch(/127\.0\.0\.1:\d+ does not answer \(no answer within .* ms\).*EVENTSTORE_URL/);
      }
      server.resume();
      expect(await store.read('client-b')).toEqual([]);
    });

    it('may take late what it did not answer: the same append again finds it', async () => {
      server.hang();
      const events = numbered('Met', 2);
      await failureOf(store.append('client-a', NO_STREAM, events));
      server.resume();
      const { revision, position } = await store.append('client-a', NO_STREAM, events);
      const read = await store.read('client-a');
      expect(numbersOf(read)).toEqual([0, 1]);
      expect({ revision, position }).toEqual({ revision: 1, position: read[1].position });
    });

    it('does not stop a subscription for good', async () => {
      const heard = listen(store);
      await until(() => heard.caughtUp);
      server.hang();
      await failureOf(store.head());
      server.resume();
      await store.append('client-a', NO_STREAM, numbered('Met', 3));
      await until(() => heard.events.length === 3);
      expect(numbersOf(heard.events)).toEqual([0, 1, 2]);
    });
  });

  it('waits for a server that is slow', async () => {
    server.slowDown(50);
    await store.append('client-a', NO_STREAM, numbered('Met', 2));
    expect(numbersOf(await store.read('client-a'))).toEqual([0, 1]);
  });

  it('waits for a server that is away at the start', async () => {
    server.stop();
    const appending = store.append('client-a', NO_STREAM, numbered('Met', 1));
    const heard = listen(store);
    await new Promise(setImmediate);
    await server.restart();
    expect(await appending).toMatchObject({ revision: 0 });
    await until(() => heard.events.length === 1 && heard.caughtUp);
  });

  it('says that the server is away when it stays away', async () => {
    store = open(server.url(), 500);
    server.stop();
    const failure = await failureOf(store.append('client-a', NO_STREAM, numbered('Met', 1)));
    expect(failure).toMatchObject({ name: 'StoreUnavailableError', message: expect.stringContaining('ECONNREFUSED') });
    await server.restart();
    expect(await store.append('client-a', NO_STREAM, numbered('Met', 1))).toMatchObject({ revision: 0 });
  });

  it('loses and doubles nothing when connections are cut in the middle of 200 appends', async () => {
    const heard = listen(store);
    await store.append('client-first', NO_STREAM, numbered('Met', 1));
    server.loseAnswers(120);
    const streams = upTo(200).map((n) => `client-${n}`);
    const answers = await Promise.all(
      streams.map(async (stream) => {
        await store.append(stream, NO_STREAM, numbered('Met', 2));
        return store.append(stream, 1, numbered('Met', 1, 2));
      }),
    );
    expect(answers.every(({ revision }) => revision === 2)).toBe(true);
    for (const [n, stream] of streams.entries()) {
      const events = await store.read(stream);
      expect(numbersOf(events)).toEqual([0, 1, 2]);
      expect(answers[n].position).toBe(events[2].position);
    }
    await until(() => heard.events.length === 601);
    expect(new Set(heard.events.map(({ metadata }) => metadata.id)).size).toBe(601);
  });

  it('finds its own append when another has followed before it could ask again', async () => {
    const other = open(server.url());
    const events = numbered('Met', 2);
    server.loseAnswers(1);
    const appending = store.append('client-a', NO_STREAM, events);
    await until(() => server.log.of('client-a')?.length === 2);
    await other.append('client-a', 1, numbered('Met', 1, 2));
    const read = await other.read('client-a');
    expect(await appending).toEqual({ revision: 1, position: read[1].position });
  });

  describe('a subscription', () => {
    it.each<[string, (server: EventStoreDbServer) => unknown]>([
      ['is dropped', (one) => one.dropSubscriptions()],
      ['is ended', (one) => one.endSubscriptions()],
      ['is cut off', (one) => one.disconnect()],
    ])('goes on where it was when it %s', async (_, fail) => {
      const all = listen(store);
      const rare = listen(store, ['Rare']);
      for (const round of upTo(5)) {
        const revision = round * 10 - 1;
        await store.append('client-a', revision, [...numbered('Met', 5, round * 10), ...numbered('Rare', 5, round * 10 + 5)]);
        await until(() => all.events.length >= (round + 1) * 10);
        await fail(server);
      }
      await until(() => all.caughtUp && rare.events.length === 25 && rare.caughtUp);
      expect(numbersOf(all.events)).toEqual(upTo(50));
      expect(numbersOf(rare.events)).toEqual(upTo(50).filter((n) => n % 10 >= 5));
    });

    it('goes on where it was when it is dropped while it catches up', async () => {
      for (const n of upTo(6)) await store.append('client-a', n * 500 - 1, numbered('Met', 500, n * 500));
      const seen: number[] = [];
      let dropped = 0;
      for await (const { events, caughtUp } of open(server.url()).subscribe({ after: 0, types: ['Met'] })) {
        seen.push(...numbersOf(events));
        if (++dropped < 5) server.dropSubscriptions();
        if (caughtUp) break;
      }
      expect(dropped).toBeGreaterThan(4);
      expect(seen).toEqual(upTo(3000));
    });

    it('gives an event once that is delivered twice', async () => {
      await store.append('client-a', NO_STREAM, numbered('Met', 100));
      server.deliver(2);
      const heard = listen(store);
      await until(() => heard.caughtUp);
      await store.append('client-a', 99, numbered('Met', 100, 100));
      await until(() => heard.events.length >= 200 && heard.caughtUp);
      expect(numbersOf(heard.events)).toEqual(upTo(200));
    });

    it('passes the events of the server itself and those of others', async () => {
      const heard = listen(store, ['Met']);
      const foreign = {
        id: randomUUID(),
        type: 'Met',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.alloc(0),
      };
      server.log.append('someone-elses', 'any', [foreign]);
      await store.append('client-a', NO_STREAM, numbered('Met', 1));
      server.log.appendSystemEvent();
      await until(() => heard.events.length === 1 && heard.caughtUp);
      expect(heard.events[0].stream).toBe('client-a');
      expect(await store.head()).toBe(server.log.all.at(-1)!.position);
    });

    it('catches up through a log in which nothing concerns it', async () => {
      for (const n of upTo(10)) await store.append('client-a', n * 500 - 1, numbered('Met', 500, n * 500));
      for await (const batch of store.subscribe({ after: 0, types: ['Unheard'] })) {
        expect(batch).toEqual({ events: [], position: await store.head(), caughtUp: true });
        break;
      }
    });

    it('gives a reader who has fallen behind the tail in memory what he has missed', async () => {
      const letters = 'x'.repeat(500_000);
      const seen: number[] = [];
      const total = 80;
      let written = 0;
      for await (const { events, caughtUp } of store.subscribe({ after: 0 })) {
        seen.push(...numbersOf(events));
        for (; caughtUp && written < total; written++)
          await store.append('client-a', written - 1, [newEvent('Met', { n: written, letters })]);
        if (seen.length === total) break;
      }
      expect(seen).toEqual(upTo(total));
    });
  });

  it('follows the leader to another node', async () => {
    const heard = listen(store);
    await store.append('client-a', NO_STREAM, numbered('Met', 1));
    const leader = await serve({ log: server.log });
    server.follow(leader);
    server.dropSubscriptions();
    const { position } = await store.append('client-a', 0, numbered('Met', 1, 1));
    expect(numbersOf(await store.read('client-a'))).toEqual([0, 1]);
    expect(await store.head()).toBe(position);
    await until(() => heard.events.length === 2);
  });

  it('finds the leader by gossip', async () => {
    const leader = await serve({ log: server.log });
    server.follow(leader);
    const clustered = open(`esdb://127.0.0.1:${server.port},127.0.0.1:${leader.port}?tls=false`);
    expect(await clustered.append('client-a', NO_STREAM, numbered('Met', 1))).toMatchObject({ revision: 0 });
  });

  it('leaves other stores of the process alone when one loses its server', async () => {
    const failing = await serve();
    const other = open(failing.url(), 500);
    server.slowDown(100);
    const appending = upTo(20).map((n) => store.append(`client-${n}`, NO_STREAM, numbered('Met', 1)));
    failing.hang();
    const lost = upTo(20).map((n) => failureOf(other.append(`client-${n}`, NO_STREAM, numbered('Met', 1))));
    await new Promise(setImmediate);
    failing.stop();
    expect(await Promise.all(appending)).toHaveLength(20);
    for (const failure of await Promise.all(lost)) expect(failure.name).toBe('StoreUnavailableError');
  });

  it('closes while calls and subscriptions wait', async () => {
    const heard = listen(store);
    await until(() => heard.caughtUp);
    server.hang();
    const failing = failureOf(store.append('client-a', NO_STREAM, numbered('Met', 1)));
    await new Promise(setImmediate);
    await store.close();
    expect((await failing).name).toBe('StoreUnavailableError');
    expect(await failureOf(store.head())).toMatchObject({ message: expect.stringContaining('closed') });
  });

  it('refuses positions that a number cannot hold', async () => {
    await store.append('client-a', NO_STREAM, numbered('Met', 1));
    Object.assign(server.log, { end: 2 ** 53 });
    server.log.append('client-a', 'any', [
      {
        id: randomUUID(),
        type: 'Met',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.from('{"schemaVersion":1}'),
      },
    ]);
    expect((await failureOf(store.read('client-a'))).message).toContain('beyond 2^53');
    expect((await failureOf(store.head())).message).toContain('beyond 2^53');
  });

  it('names the setting when the address is of another kind', () => {
    expect(() => new EventStoreDbEventStore({ url: 'http://127.0.0.1:2113' })).toThrow('EVENTSTORE_URL must begin with esdb://');
  });

  describe('with TLS and credentials', () => {
    let folder: string;
    let secured: EventStoreDbServer;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'boucle-tls-'));
      const args =
        'req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
      execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' });
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    beforeEach(async () => {
      const [key, certificate] = ['key.pem', 'ca.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
      secured = await serve({ tls: { key, certificate }, users: { admin: 'changeit' } });
    });
    const at = (login: string): string => `${secured.url(login)}&tlsCAFile=${join(folder, 'ca.pem')}`;

    it('appends, reads and subscribes', async () => {
      const safe = open(at('admin:changeit'));
      await safe.append('client-a', NO_STREAM, numbered('Met', 2));
      expect(numbersOf(await safe.read('client-a'))).toEqual([0, 1]);
      const heard = listen(safe);
      await until(() => heard.events.length === 2);
    });

    it.each([
      ['a wrong password', 'admin:wrong'],
      ['no user', ''],
    ])('is refused at once with %s, and says where to look but no password', async (_, login) => {
      const intruder = open(at(login), 30_000);
      const calls = [
        intruder.append('client-a', NO_STREAM, numbered('Met', 1)),
        intruder.read('client-a'),
        intruder.head(),
        intruder.subscribe({ after: 0 }).next(),
      ];
      for (const call of calls) {
        const { name, message } = await failureOf(call);
        expect(name).toBe('StoreUnavailableError');
        expect(message).toContain('check the user and password in EVENTSTORE_URL');
        expect(message).not.toContain('wrong');
      }
    });

    it('says what is wrong with a certificate that nobody vouches for', async () => {
      const { message } = await failureOf(open(secured.url('admin:changeit'), 500).head());
      expect(message).toMatch(/certificate/);
    });
  });

  it('has an error of its own for an append that is too large', async () => {
    const large = [newEvent('Written', { text: 'x'.repeat(1024 * 1024) })];
    expect((await failureOf(store.append('client-a', NO_STREAM, large))).message).toContain('MaxAppendSize');
    expect(await store.read('client-a')).toEqual([]);
  });
});
