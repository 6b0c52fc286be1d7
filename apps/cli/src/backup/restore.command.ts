import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { EVENTS_FILE, VAULT_FILE } from '../../../engine/src/adapters.js';
import { progressLine } from '../progress.js';
import { UsageError } from '../usage-error.js';
import { copyFile, publish } from './files.js';
import { hashOfLog } from './log.js';
import { readManifest } from './manifest.js';
import { forgetAgain } from './vault.js';

interface Given {
  readonly from: string;
  readonly vault?: string;
  readonly register?: string;
}

@Command({ name: 'restore', description: 'Make a data folder from a backup, having checked every file and the hash of the log' })
export class RestoreCommand extends CommandRunner {
  async run(_: string[], { dir, ...given }: Given & { dir: string }): Promise<void> {
    await publish(dir, '--dir', (unfinished) => restore(given, unfinished));
  }

  @Option({ flags: '--from <folder>', description: 'the backup', required: true })
  from(value: string): string {
    return value;
  }

  @Option({ flags: '--dir <folder>', description: 'the data folder to make', required: true })
  dir(value: string): string {
    return value;
  }

  @Option({ flags: '--vault <file>', description: 'the vault of the backup, where it is kept apart (vault.sqlite in the backup)' })
  vault(value: string): string {
    return value;
  }

  @Option({ flags: '--register <file>', description: 'the erasure register of today: who is in it is forgotten again' })
  register(value: string): string {
    return value;
  }
}

const APART = 'name the file where the vault of this backup is kept (--vault)';
const NO_REGISTER = 'No register of today was named (--register): who was erased since the backup was made is known again.';

const restore = async ({ from, vault, register }: Given, to: string): Promise<void> => {
  const progress = progressLine();
  const { files, log, madeAt } = readManifest(from);
  const names = Object.entries(files);
  for (const [i, [name, expected]] of names.entries()) {
    progress.show(`${i} of ${names.length} files`);
    const file = name === VAULT_FILE && vault !== undefined ? vault : join(from, name);
    if (!existsSync(file)) throw new UsageError(`${file} is missing: ${name === VAULT_FILE ? APART : 'restore another backup'}`);
    const { bytes, sha256 } = copyFile(file, join(to, name));
    if (bytes !== expected.bytes || sha256 !== expected.sha256) throw new UsageError(`${file} is damaged: restore another backup`);
  }
  const found = await hashOfLog(join(to, EVENTS_FILE), (events) => progress.show(`hashing the log: ${events} events`));
  if (found.sha256 !== log.sha256)
    throw new UsageError(`The log in ${from} has another hash than when the backup was made: restore another backup`);
  await forgetAgain(to, register);
  progress.clear();
  if (VAULT_FILE in files && register === undefined) process.stderr.write(`${NO_REGISTER}\n`);
  console.log(
    `${from}, made ${madeAt}: ${log.events} events, ${names.length} files\n  log, in order          sha256 ${log.sha256}, as when it was made`,
  );
};
