import Database from 'better-sqlite3';
import { storeError } from './sqlite.js';

const PAGES_AT_ONCE = 500;

/** A SQLite file as it was at one instant, while others go on writing it. */
export interface Snapshot {
  /** Writes it into a new file. */
  copyTo(file: string, onProgress?: (fraction: number) => void): Promise<void>;
  close(): void;
}

/** Takes a snapshot; until it is closed the file's WAL keeps growing. */
export const openSnapshot = (file: string): Snapshot => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  // the first read fixes what this connection sees; without it a copy would begin again after each commit of somebody else
  db.exec('BEGIN');
  db.prepare('SELECT count(*) FROM sqlite_master').get();
  return {
    copyTo: async (target, onProgress) => {
      try {
        await db.backup(target, {
          progress: ({ totalPages, remainingPages }) => {
            onProgress?.(1 - remainingPages / totalPages);
            return PAGES_AT_ONCE;
          },
        });
      } catch (error) {
        throw storeError(error);
      }
    },
    close: () => db.close(),
  };
};
