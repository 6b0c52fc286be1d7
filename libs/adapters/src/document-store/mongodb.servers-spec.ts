import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { projectionConsumer, StoredDocument, StoreUnavailableError } from '@boucle/eventsourcing';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { documentStoreContract } from './document-store.contract.js';
import { MongodbDocumentStore } from './mongodb.js';

const PATIENT = 30_000;
const IMPATIENT = 1000;

/** Describes what needs a server, or says by which variable it would get one. */
const onServer = (title: string, variable: string, remedy: string, tests: (server: string) => void): void => {
  const url = process.env[variable];
  if (url) describe(title, () => tests(url));
  else describe.skip(`${title}: ${variable} is not set (${remedy})`, () => tests('mongodb://127.0.0.1:27017'));
};

/** The server's URL with another database. */
const withDatabase = (server: string, database: string): string => server.replace(/^([^/]+\/\/[^/?]+)(\/[^?]*)?/, `$1/${database}`);
const ONE_HOST = /^mongodb:\/\/(?:[^@/]*@)?([^@/?:,]+)(?::(\d+))?(?:[/?]|$)/;

const numbered = (count: number, position = 1): StoredDocument[] =>
  Array.from({ length: count }, (_, n) => ({ key: `client-${n}`, document: { n }, position }));

const thrown = async (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((error: unknown) => error);

const suite = (server: string): void => {
  const url = withDatabase(server, `boucle-test-${randomUUID()}`);
  const opened: MongodbDocumentStore[] = [];
  const open = async (at = url, timeout = PATIENT): Promise<MongodbDocumentStore> => {
    const store = await MongodbDocumentStore.open({ url: at, timeout });
    opened.push(store);
    return store;
  };
  let admin: MongoClient;
  beforeAll(() => (admin = new MongoClient(url)));
  beforeEach(() => admin.db().dropDatabase());
  afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())));
  afterAll(async () => {
    await admin.db().dropDatabase();
    await admin.close();
  });

  documentStoreContract('MongodbDocumentStore', async () => ({
    documents: await open(),
    reopen: async () => {
      await opened.at(-1)!.close();
      return open();
    },
    close: async () => {},
  }));

  describe('MongodbDocumentStore', () => {
    it('keeps to the database of its URL, boucle if there is none', async () => {
      const [own, other] = [await open(), await open(withDatabase(server, ''))];
      const collection = `own-${randomUUID()}`;
      await own.put(collection, numbered(1));
      expect(await other.get(collection, 'client-0')).toBeNull();
      await other.put(collection, numbered(1));
      const boucle = admin.db('boucle').collection(collection);
      expect(await boucle.countDocuments()).toBe(1);
      await boucle.drop();
    });

    it('has an index for each field that a projection names, with the key behind it', async () => {
      const projection = { name: 'profiles', indexes: ['attributes.region', '$a'], key: () => 'a', on: {} };
      await projectionConsumer(projection, await open()).start!(0);
      const indexes = await admin.db().collection('profiles').indexes();
      expect(indexes.map(({ key }) => key)).toEqual([{ _id: 1 }, { 'fields.attributes.region': 1, _id: 1 }, { 'fields.~$a': 1, _id: 1 }]);
    });

    const [, host, port = '27017'] = ONE_HOST.exec(server) ?? [];
    (host ? describe : describe.skip)(`on a line that fails${host ? '' : ': the URL names no single host'}`, () => {
      let line: TcpProxy;
      let store: MongodbDocumentStore;
      beforeEach(async () => {
        line = await TcpProxy.before(host, Number(port));
        store = await open(through(line.address), IMPATIENT);
      });
      afterEach(() => line.cut());

      /** The URL with another address, and no way round it. */
      const through = (address: string): string => {
        const changed = new URL(url);
        changed.host = address;
        changed.searchParams.set('directConnection', 'true');
        return changed.href;
      };

      const everyCall: [string, () => Promise<unknown>][] = [
        ['get', () => store.get('profiles', 'client-1')],
        ['getMany', () => store.getMany('profiles', ['client-1', 'client-2'])],
        ['put', () => store.put('profiles', numbered(3, 2))],
        ['find', () => store.find('profiles', { field: 'n', is: 'eq', value: 1 })],
        ['scan', () => store.scan('profiles')],
        ['swap', () => store.swap('leases', numbered(1)[0], null)],
        ['index', () => store.index('profiles', ['n'])],
        ['drop', () => store.drop('profiles')],
        ['collections', () => store.collections()],
      ];

      /** How the calls fail, all at once and each in time. */
      const outage = async (): Promise<void> => {
        const started = performance.now();
        const errors = await Promise.all(everyCall.map(([, call]) => thrown(call())));
        expect(performance.now() - started).toBeLessThan(3 * IMPATIENT);
        for (const error of errors) {
          expect(error).toBeInstanceOf(StoreUnavailableError);
          expect((error as Error).message).toMatch(/^MongoDB cannot answer: .*MONGODB_URL/);
        }
      };
      const healed = async (): Promise<void> => {
        await line.heal();
        let error: unknown;
        for (const until = Date.now() + 20_000; Date.now() < until;) {
          error = await thrown(store.put('healed', numbered(5)));
          if (!error) break;
          expect(error).toBeInstanceOf(StoreUnavailableError);
        }
        expect(error).toBeNull();
        expect(await store.scan('healed')).toEqual(numbered(5));
      };

      it.each(['cut', 'stall'] as const)('is out of reach before it ever was connected (%s), and connects when it can', async (fault) => {
        await line[fault]();
        await outage();
        await healed();
      });

      it.each(['cut', 'stall'] as const)('is out of reach in the middle of its work (%s), and goes on by itself', async (fault) => {
        await store.put('profiles', numbered(5, 1));
        await line[fault]();
        await outage();
        await healed();
      });

      it('keeps what was acknowledged, over as many cuts as there are', async () => {
        const acknowledged: number[] = [];
        for (let position = 1; position <= 30; position++) {
          const put = thrown(store.put('profiles', numbered(50, position)));
          if (position % 5 === 0) await line.cut();
          if ((await put) === null) acknowledged.push(position);
          await line.heal();
        }
        expect(acknowledged.length).toBeGreaterThan(10);
        await healed();
        const [{ position }] = await (await open()).getMany('profiles', ['client-7']);
        expect(position).toBeGreaterThanOrEqual(acknowledged.at(-1)!);
      });
    });
  });
};

onServer('on an emulator of MongoDB', 'MONGODB_EMULATOR_URL', 'npm run test:servers', suite);
onServer('on MongoDB', 'MONGODB_TEST_URL', 'a server of your own', (server) => {
  suite(server);

  // the emulator has indexes, but neither ranges over them nor a profiler
  it('walks an index for a find by a field and for a page, and looks at no document in vain', async () => {
    const url = withDatabase(server, `boucle-test-${randomUUID()}`);
    const [store, admin] = [await MongodbDocumentStore.open({ url, timeout: PATIENT }), new MongoClient(url)];
    try {
      await store.index('profiles', ['n']);
      await store.put('profiles', numbered(2000));
      await admin.db().setProfilingLevel('all');
      expect(await store.find('profiles', { field: 'n', is: 'eq', value: 7 })).toHaveLength(1);
      expect(await store.scan('profiles', { after: 'client-5', limit: 10 })).toHaveLength(10);
      const seen = await admin.db().collection('system.profile').find({ op: 'query', 'command.find': 'profiles' }).toArray();
      expect(seen.map(({ planSummary, docsExamined }) => [planSummary, docsExamined])).toEqual([
        ['IXSCAN { fields.n: 1, _id: 1 }', 1],
        ['IXSCAN { _id: 1 }', 10],
      ]);
    } finally {
      await admin.db().setProfilingLevel('off');
      await admin.db().dropDatabase();
      await Promise.all([store.close(), admin.close()]);
    }
  });
});

describe('MongodbDocumentStore without a server', () => {
  it('refuses a URL that the driver cannot read', async () => {
    await expect(MongodbDocumentStore.open({ url: 'http://localhost', timeout: IMPATIENT })).rejects.toThrow(/connection string|scheme/i);
  });

  it('says that nobody answers, without the password', async () => {
    const store = await MongodbDocumentStore.open({ url: 'mongodb://ann:secret@127.0.0.1:1/boucle', timeout: IMPATIENT });
    const error = await thrown(store.get('profiles', 'a'));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toContain('127.0.0.1:1');
    expect((error as Error).message).not.toContain('secret');
    await store.close();
  });
});
