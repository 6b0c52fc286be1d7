import { rmSync } from 'node:fs';
import { TracelessFile } from './traceless.js';

/**
 * Opens a file that can be rebuilt from the log: one of another version is dropped, which is said. A new one is of version 0 until its owner has
 * made what it holds.
 */
export const openRebuildable = (
  file: string,
  pages: ConstructorParameters<typeof TracelessFile>[1],
  version: number,
  say: (line: string) => void,
): TracelessFile => {
  const opened = new TracelessFile(file, pages);
  const found = opened.db.pragma('user_version', { simple: true }) as number;
  if (found === 0 || found === version) return opened;
  say(
    `${file} was written by another version of Boucle (schema ${found}, this one knows ${version}): it is dropped and rebuilt from the log`,
  );
  opened.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  return new TracelessFile(file, pages);
};
