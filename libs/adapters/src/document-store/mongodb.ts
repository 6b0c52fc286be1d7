import type { Collection, Db, Document, MongoClient, MongoServerError } from 'mongodb';
import { DocumentStore, Filter, Page, StoredDocument, StoreUnavailableError } from '@boucle/eventsourcing';
import { mustBeName } from './collection-name.js';
import { fieldPath, fieldsOf, mongoFilter } from './mongodb-fields.js';

const DEFAULT_DATABASE = 'boucle';
const NAMES_DATABASE = /^[^/]+\/\/[^/]+\/[^?]/;
const MOST_PER_WRITE = 1000;
const MOST_PER_READ = 500;
const DUPLICATE_KEY = 11000;
/** So many times the longest call without any answer, and another client takes over: that of the driver may never find back by itself. */
const MOST_SILENT = 5;
/** Codes of a server that cannot answer now: not allowed in, too slow, shutting down, no primary, no majority, disk full. */
const OUTAGES = new Set([6, 7, 13, 18, 50, 64, 89, 91, 100, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031]);

/** Where the read models live. */
export interface MongodbOptions {
  /** With the name of the database in its path; boucle if it has none. */
  readonly url: string;
  /** The longest a call may take, ms. */
  readonly timeout: number;
}

/** The text gives a document back to the letter, the fields answer filters; a tombstone has neither. */
interface Row {
  readonly _id: string;
  readonly position: number;
  readonly text: string | null;
  readonly fields?: Document;
}

const row = ({ document, position }: StoredDocument): Omit<Row, '_id'> =>
  document === null ? { position, text: null } : { position, text: JSON.stringify(document), fields: fieldsOf(document) };

const stored = <D extends object>({ _id, position, text }: Row): StoredDocument<D> => ({
  key: _id,
  document: text === null ? null : (JSON.parse(text) as D),
  position,
});

const keysOf = ({ prefix = '', after = '' }: Page): Document => ({
  _id: { $gte: prefix, $gt: after, ...(prefix === '' ? {} : { $lt: `${prefix}\u{10ffff}` }) },
});

/** Of several documents of one key the newest, the last of equals. */
const newestOf = (documents: readonly StoredDocument[]): StoredDocument[] => {
  const newest = new Map<string, StoredDocument>();
  for (const document of documents) {
    const known = newest.get(document.key);
    if (!known || known.position <= document.position) newest.set(document.key, document);
  }
  return [...newest.values()];
};

const isDuplicate = (error: unknown): boolean => (error as MongoServerError).code === DUPLICATE_KEY;

const unavailable = (reason: string, cause?: unknown): StoreUnavailableError =>
  new StoreUnavailableError(`MongoDB cannot answer: ${reason}; see that the server of MONGODB_URL runs and can be reached`, { cause });

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Read models in MongoDB, a collection each. */
export class MongodbDocumentStore extends DocumentStore {
  private connected: Promise<MongoClient> | null = null;
  /** When the first of the calls failed that have had no answer, null: the last one had one. */
  private silentSince: number | null = null;

  private constructor(
    private readonly driver: typeof import('mongodb'),
    private readonly options: MongodbOptions,
  ) {
    super();
  }

  /** Loads the driver, which takes a while, and refuses a URL that it cannot read; connects at the first call. */
  static async open(options: MongodbOptions): Promise<MongodbDocumentStore> {
    const store = new MongodbDocumentStore(await import('mongodb'), options);
    store.newClient();
    return store;
  }

  async get<D extends object>(collection: string, key: string): Promise<D | null> {
    const [found] = await this.getMany<D>(collection, [key]);
    return found?.document ?? null;
  }

  async getMany<D extends object>(collection: string, keys: readonly string[]): Promise<StoredDocument<D>[]> {
    const found: StoredDocument<D>[] = [];
    for (const some of chunks(keys, MOST_PER_READ)) found.push(...(await this.read<D>(collection, { _id: { $in: some } })));
    return found;
  }

  async put(collection: string, documents: readonly StoredDocument[]): Promise<void> {
    mustBeName(collection);
    for (const some of chunks(newestOf(documents), MOST_PER_WRITE)) {
      const late = await this.replace(collection, some, true);
      // their keys are taken: by something newer, or by something older that came between looking and storing
      if (late.length > 0) await this.replace(collection, late, false);
    }
  }

  async find<D extends object>(collection: string, filter: Filter, page: Page = {}): Promise<StoredDocument<D>[]> {
    return this.readPage<D>(collection, { $and: [keysOf(page), { text: { $ne: null } }, mongoFilter(filter)] }, page);
  }

  async scan<D extends object>(collection: string, page: Page = {}): Promise<StoredDocument<D>[]> {
    return this.readPage<D>(collection, keysOf(page), page);
  }

  async swap(collection: string, document: StoredDocument, inPlaceOf: number | null): Promise<boolean> {
    const _id = document.key;
    return this.call(collection, async (rows, maxTimeMS) => {
      if (inPlaceOf !== null) {
        const { matchedCount } = await rows.replaceOne({ _id, position: inPlaceOf }, row(document), { maxTimeMS });
        return matchedCount > 0;
      }
      try {
        await rows.insertOne({ _id, ...row(document) }, { maxTimeMS });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });
  }

  async index(collection: string, fields: readonly string[]): Promise<void> {
    if (fields.length === 0) return;
    // with the key behind the field a page of equals is found in order
    const indexes = fields.map((field) => ({ key: { [fieldPath(field)]: 1, _id: 1 } }));
    await this.call(collection, (rows, maxTimeMS) => rows.createIndexes(indexes, { maxTimeMS }));
  }

  async drop(collection: string): Promise<void> {
    await this.call(collection, async (rows, maxTimeMS) => {
      try {
        await rows.drop({ maxTimeMS });
      } catch (error) {
        if ((error as Error).message !== 'ns not found') throw error;
      }
    });
  }

  /** Nothing: files, journal and oplog are in the hands of who runs the server. */
  async purge(): Promise<void> {}

  async collections(): Promise<string[]> {
    const names = await this.answer(async (db, maxTimeMS) => {
      const all = await db.listCollections({}, { nameOnly: true, maxTimeMS }).toArray();
      return all.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
    });
    const filled: string[] = [];
    // an index alone brings a collection into being
    for (const name of names.sort()) if ((await this.scan(name, { limit: 1 })).length > 0) filled.push(name);
    return filled;
  }

  async close(): Promise<void> {
    const client = await this.connected?.catch(() => null);
    await client?.close();
  }

  /** Replaces what is not newer, and gives back those whose key was taken. */
  private async replace(collection: string, documents: readonly StoredDocument[], upsert: boolean): Promise<readonly StoredDocument[]> {
    const replacements = documents.map((document) => ({
      replaceOne: { filter: { _id: document.key, position: { $lte: document.position } }, replacement: row(document), upsert },
    }));
    return this.call(collection, async (rows, maxTimeMS) => {
      try {
        await rows.bulkWrite(replacements, { ordered: false, maxTimeMS });
        return [];
      } catch (error) {
        if (!(error instanceof this.driver.MongoBulkWriteError) || this.isOutage(error)) throw error;
        const failures = [error.writeErrors].flat();
        if (failures.length === 0 || !failures.every(isDuplicate)) throw error;
        return failures.map(({ index }) => documents[index]);
      }
    });
  }

  private readPage<D extends object>(collection: string, filter: Document, { limit = 500 }: Page): Promise<StoredDocument<D>[]> {
    return this.read<D>(collection, filter, { sort: { _id: 1 }, limit });
  }

  private async read<D extends object>(collection: string, filter: Document, options: Document = {}): Promise<StoredDocument<D>[]> {
    return this.call(collection, async (rows, maxTimeMS) => {
      const found = await rows.find(filter, { projection: { fields: 0 }, maxTimeMS, ...options }).toArray();
      return found.map((one) => stored<D>(one));
    });
  }

  private async call<T>(collection: string, work: (rows: Collection<Row>, maxTimeMS: number) => Promise<T>): Promise<T> {
    mustBeName(collection);
    return this.answer((db, maxTimeMS) => work(db.collection<Row>(collection), maxTimeMS));
  }

  /** What the database answers within the time a call may take. */
  private async answer<T>(work: (db: Db, maxTimeMS: number) => Promise<T>): Promise<T> {
    const { timeout } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unavailable(`it has not answered within ${timeout} ms`)), timeout);
    });
    try {
      const answer = await Promise.race([this.connect().then((client) => work(client.db(), timeout)), late]);
      this.silentSince = null;
      return answer;
    } catch (error) {
      const silent = error instanceof StoreUnavailableError || this.isOutage(error);
      this.silentSince = silent ? (this.silentSince ?? performance.now()) : null;
      if (silent && performance.now() - this.silentSince! > MOST_SILENT * timeout) this.leave();
      throw this.isOutage(error) ? unavailable((error as Error).message, error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** One client for all calls; it reconnects by itself, but not if it never was connected. */
  private connect(): Promise<MongoClient> {
    this.connected ??= this.newClient()
      .connect()
      .catch((error: unknown) => {
        this.connected = null;
        throw error;
      });
    return this.connected;
  }

  private leave(): void {
    const left = this.connected;
    this.connected = null;
    this.silentSince = null;
    void left?.then((client) => client.close()).catch(() => undefined);
  }

  private newClient(): MongoClient {
    const { url, timeout } = this.options;
    return new this.driver.MongoClient(url, {
      ...(NAMES_DATABASE.test(url) ? {} : { dbName: DEFAULT_DATABASE }),
      appName: 'boucle',
      writeConcern: { w: 'majority', wtimeoutMS: timeout },
      // sooner than the call, so that it can say which server does not answer
      serverSelectionTimeoutMS: Math.ceil(0.8 * timeout),
      connectTimeoutMS: timeout,
      waitQueueTimeoutMS: timeout,
      // a connection that says nothing for so long is given up
      socketTimeoutMS: timeout,
    });
  }

  private isOutage(error: unknown): boolean {
    const { driver } = this;
    const outages = [driver.MongoNetworkError, driver.MongoSystemError, driver.MongoTopologyClosedError, driver.MongoWriteConcernError];
    if (outages.some((outage) => error instanceof outage)) return true;
    if (!(error instanceof driver.MongoServerError)) return false;
    if (error.hasErrorLabel('RetryableWriteError') || OUTAGES.has(Number(error.code))) return true;
    if (!(error instanceof driver.MongoBulkWriteError)) return false;
    // a bulk hides what became of the line, and what became of the majority behind errors of single documents
    const lineFailed = [error.writeErrors].flat().length === 0 && error.code === undefined;
    return lineFailed || error.result.getWriteConcernError() !== undefined;
  }
}
