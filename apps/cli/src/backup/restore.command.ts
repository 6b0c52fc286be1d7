import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { EVENTS_FILE } from '../../../engine/src/adapters.js';
import { progressLine } from '../progress.js';
import { UsageError } from '../usage-error.js';
import { copyFile, publish } from './files.js';
import { hashOfLog } from './log.js';
import { readManifest } from './manifest.js';

@Command({ name: 'restore', description: 'Make a data folder from a backup, having checked every file and the hash of the log' })
export class RestoreCommand extends CommandRunner {
  async run(_: string[], { from, dir }: { from: string; dir: string }): Promise<void> {
    await publish(dir, '--dir', (unfinished) => restore(from, unfinished));
  }

  @Option({ flags: '--from <folder>', description: 'the backup', required: true })
  from(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'the data folder to make', required: true })
  dir(value: string): string {
    return value;
  }
}

const restore = async (from: string, to: string): Promise<void> => {
  const progress = progressLine();
  const { files, log, madeAt } = readManifest(from);
  const names = Object.entries(files);
  for (const [i, [name, expected]] of names.entries()) {
    progress.show(`${i} of ${names.length} files`);
    const file = join(from, name);
    if (!existsSync(file)) throw new UsageError(`${file} is missing: restore another backup`);
    const { bytes, sha256 } = copyFile(file, join(to, name));
    if (bytes !== expected.bytes || sha256 !== expected.sha256) throw new UsageError(`${file} is damaged: restore another backup`);
  }
  const found = await hashOfLog(join(to, EVENTS_FILE), (events) => progress.show(`hashing the log: ${events} events`));
  if (found.sha256 !== log.sha256)
    throw new UsageError(`The log in ${from} has another hash than when the backup was made: restore another backup`);
  progress.clear();
  console.log(
    `${from}, made ${madeAt}: ${log.events} events, ${names.length} files\n  log, in order          sha256 ${log.sha256}, as when it was made`,
  );
};
