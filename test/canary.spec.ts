import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { traces } from './support/canary.js';
import { newFolder } from './support/folders.js';

const secrets = ['Unterstammheim', 'Krähenbühlgasse', 'zoelle.waelchlimann@example.org'];

/** A database in pages of 512 bytes with one text of always the same length, which goes on on another page behind so many bytes. */
const databaseOf = (before: number, text: string): Buffer => {
  const database = new Database(':memory:');
  database.pragma('page_size = 512');
  database.exec('CREATE TABLE documents (json TEXT)');
  database.prepare('INSERT INTO documents VALUES (?)').run(`${'.'.repeat(before)}${text}`.padEnd(1100, '.'));
  const bytes = database.serialize();
  database.close();
  return bytes;
};

const folderWith = (bytes: Buffer | string): string => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), bytes);
  return folder;
};

describe('the search for traces', () => {
  it.each(secrets.flatMap((secret) => [[secret, secret] as const, [secret, Buffer.from(`${secret}!!!`).toString('base64')] as const]))(
    'finds %s, written as %s, wherever a database cuts it in two',
    (secret, written) => {
      const whole = written.slice(0, -4);
      const cut = Array.from({ length: 510 }, (_, before) => databaseOf(before, written)).filter((bytes) => !bytes.includes(whole));
      expect(cut.length).toBeGreaterThanOrEqual(whole.length - 1);
      for (const bytes of cut) expect(traces(folderWith(bytes), [secret])).not.toEqual([]);
    },
  );

  it('finds what stands across the end of what is read at once', () => {
    for (const [n, secret] of secrets.entries())
      expect(traces(folderWith(`${'.'.repeat(8_000_000 - 3 - n)}${secret}`), [secret])).toContain(
        `${Buffer.from(secret).toString('latin1')} in file`,
      );
  });

  it('finds nothing where nothing is', () => {
    const other = databaseOf(0, 'Oberstammberg, Krayenbühlstrasse, zoe@example.org, 1957-03-18, 797178365');
    expect(traces(folderWith(other), [...secrets, '1957-03-17', '079 717 83 64'])).toEqual([]);
  });
});
