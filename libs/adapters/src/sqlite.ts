import Database from 'better-sqlite3';
import { StoreUnavailableError } from '@boucle/eventsourcing';

const SYNCHRONOUS_FULL = 2;

/** How a SQLite file is kept in pages. */
export interface Pages {
  /** Bytes; counts for a new file only. */
  readonly pageSize: number;
  readonly checkpointPages: number;
  /** What is kept of it in memory. */
  readonly cacheMegabytes: number;
}

/**
 * Opens a SQLite file for durable work: WAL, every commit synced before it answers.
 * A file reopened in WAL mode falls back to `synchronous=NORMAL`, which loses acknowledged commits on a power cut, so FULL is set and asserted each time.
 */
export const openDurable = (file: string, { pageSize, checkpointPages, cacheMegabytes }: Pages): Database.Database => {
  const db = new Database(file);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  db.pragma(`cache_size = -${cacheMegabytes * 1024}`);
  db.pragma('busy_timeout = 250');
  const mode = db.pragma('synchronous', { simple: true });
  if (mode !== SYNCHRONOUS_FULL) throw new Error(`${file} is open with synchronous=${String(mode)}, but only FULL (2) is durable`);
  return db;
};

const UNAVAILABLE = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_NOMEM'];

/** The code of an error of SQLite, else ''. The driver keeps one class of errors per process, which may not be the one imported here. */
export const sqliteCode = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
};

/** A failure of the disk or of its lock as the kernel's word for it; anything else as it is. */
export const storeError = (error: unknown): Error => {
  const code = sqliteCode(error);
  if (!UNAVAILABLE.some((known) => code.startsWith(known))) return error as Error;
  const remedy = code === 'SQLITE_FULL' ? 'the disk is full; free some space' : `the disk does not answer (${code})`;
  return new StoreUnavailableError(`The store cannot answer: ${remedy} and try again; nothing accepted so far is lost`, { cause: error });
};

/** Reads, with a failure of the disk as the kernel's word for it. */
export const reading = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw storeError(error);
  }
};

/** Reads several rows as one: a statement by itself asks for the lock of the file each time, which costs as much as the row. */
export const reader = (db: Database.Database): (<T>(read: () => T) => T) => {
  const together = db.transaction((read: () => unknown) => read());
  return <T>(read: () => T) => together(read) as T;
};

const ROWS_PER_STATEMENT = 50;

/** Inserts rows, value after value in one list, with few statements: one for many rows costs less than one for each. */
export const inserter = (db: Database.Database, into: string, columns: number): ((values: readonly unknown[]) => void) => {
  const marks = `(${Array(columns).fill('?').join()})`;
  const many = db.prepare(`${into} VALUES ${Array(ROWS_PER_STATEMENT).fill(marks).join()}`);
  const one = db.prepare(`${into} VALUES ${marks}`);
  const atOnce = ROWS_PER_STATEMENT * columns;
  return (values) => {
    let at = 0;
    for (; at + atOnce <= values.length; at += atOnce) many.run(values.slice(at, at + atOnce));
    for (; at < values.length; at += columns) one.run(values.slice(at, at + columns));
  };
};
