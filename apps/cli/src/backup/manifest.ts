import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogHash } from '@boucle/eventsourcing';
import { UsageError } from '../usage-error.js';
import { FileHash, writeDurably } from './files.js';

const FORMAT = 1;
const MANIFEST_FILE = 'backup.json';

/** What a backup holds; written last, so that a folder with a manifest is a whole backup. */
export interface Manifest {
  readonly madeAt: string;
  readonly log: LogHash;
  /** By path inside the folder. */
  readonly files: Readonly<Record<string, FileHash>>;
}

export const writeManifest = (folder: string, manifest: Manifest): void =>
  writeDurably(join(folder, MANIFEST_FILE), `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`);

const isInside = (name: string): boolean => name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

export const readManifest = (folder: string): Manifest => {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(
      `${folder} is no whole backup: there is no ${MANIFEST_FILE} in it. Name a folder that boucle backup has written (--from)`,
    );
  }
  let manifest: Manifest & { format: unknown };
  try {
    manifest = JSON.parse(text) as Manifest & { format: unknown };
  } catch {
    throw new UsageError(`${file} is damaged: restore another backup`);
  }
  if (manifest.format !== FORMAT)
    throw new UsageError(
      `${file} is of format ${String(manifest.format)}, this version of Boucle knows ${FORMAT}: restore it with the version that made it`,
    );
  if (!Object.keys(manifest.files).every(isInside)) throw new UsageError(`${file} names files outside the backup: restore another one`);
  return manifest;
};
