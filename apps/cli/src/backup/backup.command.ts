import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { copyDocuments, openSnapshot } from '@boucle/adapters';
import { CHECKPOINTS } from '@boucle/eventsourcing';
import { DISPATCHES } from '@boucle/delivery';
import { WEBHOOK_LANES, WEBHOOK_PROGRESS } from '@boucle/webhooks';
import { DOCUMENTS_FILE, EVENTS_FILE, OUTBOX_FOLDER } from '../../../engine/src/adapters.js';
import { TEMPORARY_FOLDERS } from '../../../engine/src/forgetting/places-of-personal-data.js';
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

/** How far dispatch and webhooks are, so that nothing is told again: all that the log does not know. Read models would bring back who is erased later. */
const PROGRESS = { [DISPATCHES]: [''], [WEBHOOK_PROGRESS]: [''], [WEBHOOK_LANES]: [''], [CHECKPOINTS]: ['dispatch', 'webhook-delivery'] };

/** What lies in a data folder besides its databases and what is only for a while. */
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(sqlite(-\w+)?|tmp)$/.test(entry.name))
    .map(({ parentPath, name }) => relative(dir, join(parentPath, name)).split(sep).join('/'))
    .filter((name) => !TEMPORARY_FOLDERS.some((folder) => name.startsWith(`${folder}/`)))
    .sort();

const isSent = (name: string): boolean => name.startsWith(`${OUTBOX_FOLDER}/`);

const backup = async (dir: string, to: string): Promise<void> => {
  const progress = progressLine();
  const files: Record<string, FileHash> = {};
  // What follows from the log is looked at before the log: so nothing in the backup is ahead of it,
  // and every delivery that is called sent is there.
  if (existsSync(join(dir, DOCUMENTS_FILE))) {
    copyDocuments(join(dir, DOCUMENTS_FILE), join(to, DOCUMENTS_FILE), PROGRESS);
    sync(join(to, DOCUMENTS_FILE));
    files[DOCUMENTS_FILE] = hashFile(join(to, DOCUMENTS_FILE));
  }
  const sent = filesIn(dir).filter(isSent);
  const snapshot = openSnapshot(join(dir, EVENTS_FILE));
  try {
    // and what the log cannot be read without, such as the key of its secrets, after it
    const others = [...sent, ...filesIn(dir).filter((name) => !isSent(name))];
    await snapshot.copyTo(join(to, EVENTS_FILE), (fraction) => progress.show(`${EVENTS_FILE}: ${Math.floor(100 * fraction)} %`));
    sync(join(to, EVENTS_FILE));
    for (const [i, name] of others.entries()) {
      progress.show(`${i} of ${others.length} other files`);
      files[name] = copyFile(join(dir, name), join(to, name));
    }
  } finally {
    snapshot.close();
  }
  for (const name of await copyVault(dir, to)) files[name] = hashFile(join(to, name));
  const log = await hashOfLog(join(to, EVENTS_FILE), (events) => progress.show(`hashing the log: ${events} events`));
  files[EVENTS_FILE] = hashFile(join(to, EVENTS_FILE));
  writeManifest(to, { madeAt: new Date().toISOString(), log, files });
  progress.clear();
  console.log(`${dir}: ${log.events} events, ${Object.keys(files).length} files\n  log, in order          sha256 ${log.sha256}`);
};
