import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '@boucle/eventsourcing';
import { openDurable, Pages } from './sqlite.js';

const PAGES_AT_ONCE = 1000;
const FILE_HEADER = 100;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;
/** The first byte of a page of rows, and how long its header is. */
const HEADERS: Readonly<Record<number, number>> = { 2: INTERIOR_HEADER, 5: INTERIOR_HEADER, 10: LEAF_HEADER, 13: LEAF_HEADER };

/** Where a page has nothing between its list of rows and the rows themselves, as offsets in it; null: it has no rows. */
const gapOf = (page: Buffer, isFirst: boolean): { from: number; to: number } | null => {
  const header = isFirst ? FILE_HEADER : 0;
  const length = HEADERS[page[header]];
  if (length === undefined) return null;
  const from = header + length + 2 * page.readUInt16BE(header + 3);
  const to = page.readUInt16BE(header + 5);
  return from < to && to <= page.length ? { from, to } : null;
};

/**
 * A SQLite file in which what is deleted can be made to leave no trace.
 * `secure_delete` overwrites deleted rows, but not the copies that stay behind in the free middle of a page when its rows move to another.
 */
export class TracelessFile {
  readonly db: Database.Database;
  // closed after the database: closing it earlier would give up SQLite's locks on the file
  private readonly raw: number;

  constructor(file: string, pages: Pages) {
    this.db = openDurable(file, pages);
    this.db.pragma('secure_delete = ON');
    this.raw = openSync(file, 'r+');
  }

  /** Overwrites whatever was deleted before, in the file and in what SQLite keeps beside it; others may work between the steps. */
  *removeTraces(): Generator<void> {
    const size = this.db.pragma('page_size', { simple: true }) as number;
    const pages = Buffer.alloc(PAGES_AT_ONCE * size);
    const zeros = Buffer.alloc(size);
    for (let first = 0; ; first += PAGES_AT_ONCE) {
      this.onlyInFile();
      const bytes = readSync(this.raw, pages, 0, pages.length, first * size);
      for (let at = 0; at < bytes; at += size) {
        const gap = gapOf(pages.subarray(at, at + size), first + at === 0);
        if (!gap || pages.compare(zeros, 0, gap.to - gap.from, at + gap.from, at + gap.to) === 0) continue;
        writeSync(this.raw, zeros, 0, gap.to - gap.from, first * size + at + gap.from);
      }
      if (bytes < pages.length) break;
      yield;
    }
    fsyncSync(this.raw);
  }

  close(): void {
    this.db.close();
    closeSync(this.raw);
  }

  /** Leaves nothing of any page in the write-ahead log or in memory, from where it could come back. */
  private onlyInFile(): void {
    const [{ busy }] = this.db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (busy)
      throw new StoreUnavailableError(
        `What was deleted is not overwritten yet in ${this.db.name}, as somebody reads it, such as a backup: try again`,
      );
    this.db.pragma('shrink_memory');
  }
}
