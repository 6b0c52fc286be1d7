import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { openSnapshot, Snapshot } from '@boucle/adapters';
import { DOCUMENTS_FILE, EVENTS_FILE, OUTBOX_FOLDER } from '../../../engine/src/adapters.js';
import { progressLine } from '../progress.js';
import { UsageError } from '../usage-error.js';
import { copyFile, FileHash, hashFile, publish, sync } from './files.js';
import { hashOfLog } from './log.js';
import { copyVault } from './vault.js';
import { writeManifest } from './manifest.js';

@Command({ name: 'backup', description: 'Copy a data folder, also while an engine runs on it' })
export class BackupCommand extends CommandRunner {
  async run(_: string[], { dir, to }: { dir: string; to: string }): Promise<void> {
    if (!existsSync(join(dir, EVENTS_FILE))) throw new UsageError(`There is no log in ${dir}: name a data folder (--dir)`);
    await publish(to, '--to', (unfinished) => backup(dir, unfinished));
  }

  @Option({ flags: '--dir <folder>', description: 'the data folder', required: true })
  dir(value: string): string {
    return value;
  }

  @Option({ flags: '--to <folder>', description: 'the folder to make', required: true })
  to(value: string): string {
    return value;
  }
}

/** What lies in a data folder besides its databases and what is only for the moment. */
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(sqlite(-\w+)?|tmp)$/.test(entry.name))
    .map(({ parentPath, name }) => relative(dir, join(parentPath, name)).split(sep).join('/'))
    .sort();

const isSent = (name: string): boolean => name.startsWith(`${OUTBOX_FOLDER}/`);

const backup = async (dir: string, to: string): Promise<void> => {
  const progress = progressLine();
  const snapshots: [name: string, snapshot: Snapshot][] = [];
  const take = (name: string): void => {
    if (existsSync(join(dir, name))) snapshots.push([name, openSnapshot(join(dir, name))]);
  };
  const files: Record<string, FileHash> = {};
  try {
    // What follows from the log is looked at before the log: so nothing in the backup is ahead of it,
    // and every delivery that the documents call sent is there.
    take(DOCUMENTS_FILE);
    const sent = filesIn(dir).filter(isSent);
    take(EVENTS_FILE);
    // and what the log cannot be read without, such as the key of its secrets, after it
    const others = [...sent, ...filesIn(dir).filter((name) => !isSent(name))];
    for (const [name, snapshot] of snapshots) {
      await snapshot.copyTo(join(to, name), (fraction) => progress.show(`${name}: ${Math.floor(100 * fraction)} %`));
      sync(join(to, name));
    }
    for (const [i, name] of others.entries()) {
      progress.show(`${i} of ${others.length} other files`);
      files[name] = copyFile(join(dir, name), join(to, name));
    }
  } finally {
    for (const [, snapshot] of snapshots) snapshot.close();
  }
  for (const name of await copyVault(dir, to)) files[name] = hashFile(join(to, name));
  const log = await hashOfLog(join(to, EVENTS_FILE), (events) => progress.show(`hashing the log: ${events} events`));
  for (const [name] of snapshots) files[name] = hashFile(join(to, name));
  writeManifest(to, { madeAt: new Date().toISOString(), log, files });
  progress.clear();
  console.log(`${dir}: ${log.events} events, ${Object.keys(files).length} files\n  log, in order          sha256 ${log.sha256}`);
};
