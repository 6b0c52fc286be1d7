import { rmSync } from 'node:fs';
import { Pages } from './sqlite.js';
import { TracelessFile } from './traceless.js';

/** What a file holds from the start, as SQL, and which version of it that is. */
export interface Schema {
  readonly version: number;
  readonly tables: string;
}

/** Opens a file that can be rebuilt from the log, or makes it; one of another version is dropped, which is said. One of this version is not written to. */
export const openRebuildable = (file: string, pages: Pages, { version, tables }: Schema, say: (line: string) => void): TracelessFile => {
  let opened = new TracelessFile(file, pages);
  const found = opened.db.pragma('user_version', { simple: true }) as number;
  if (found === version) return opened;
  if (found !== 0) {
    say(
      `${file} was written by another version of Boucle (schema ${found}, this one knows ${version}): it is dropped and rebuilt from the log`,
    );
    opened.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    opened = new TracelessFile(file, pages);
  }
  const { db } = opened;
  db.transaction(() => {
    db.exec(tables);
    db.pragma(`user_version = ${version}`);
  })();
  return opened;
};
