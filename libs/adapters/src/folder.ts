import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '@boucle/eventsourcing';
import { sqliteCode } from './sqlite.js';

/** A data folder that one engine holds; a kill frees it. */
export interface Folder {
  /** Path of a file or folder inside. */
  path(name: string): string;
  close(): void;
}

/** The locks of this process: one that nobody refers to would be collected, and its folder free for another engine. */
const held = new Set<Database.Database>();

/** Takes a data folder, made if it is not there; refuses one that another engine holds. */
export const openFolder = (path: string): Folder => {
  mkdirSync(path, { recursive: true });
  const lock = new Database(join(path, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw error;
    throw new StoreUnavailableError(`${path} is in use by another engine: stop that one, or choose another folder`);
  }
  held.add(lock);
  return {
    path: (name) => join(path, name),
    close: () => {
      held.delete(lock);
      lock.close();
    },
  };
};
