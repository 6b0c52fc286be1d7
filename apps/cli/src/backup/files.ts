import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StoreUnavailableError } from '@boucle/eventsourcing';
import { UsageError } from '../usage-error.js';

/** What a file must be. */
export interface FileHash {
  readonly bytes: number;
  readonly sha256: string;
}

const CHUNK = 1_000_000;

export const sync = (path: string): void => {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

export const writeDurably = (file: string, text: string): void => {
  writeFileSync(file, text);
  sync(file);
};

/** Reads a file to its end, a piece at a time. */
const read = (file: string, take: (piece: Buffer) => void): FileHash => {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK);
  const source = openSync(file, 'r');
  let bytes = 0;
  try {
    for (let length: number; (length = readSync(source, buffer, 0, CHUNK, null)) > 0; bytes += length) {
      const piece = buffer.subarray(0, length);
      hash.update(piece);
      take(piece);
    }
  } finally {
    closeSync(source);
  }
  return { bytes, sha256: hash.digest('hex') };
};

export const hashFile = (file: string): FileHash => read(file, () => undefined);

/** Copies a file, its mode and the folders it lies in, and gives its hash. */
export const copyFile = (from: string, to: string): FileHash => {
  mkdirSync(dirname(to), { recursive: true });
  const target = openSync(to, 'w', statSync(from).mode);
  try {
    const hash = read(from, (piece) => {
      for (let written = 0; written < piece.length;) written += writeSync(target, piece, written);
    });
    fsyncSync(target);
    return hash;
  } finally {
    closeSync(target);
  }
};

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

const inWords = (error: unknown, folder: string): Error => {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (FULL.includes(code))
    return new StoreUnavailableError(`${folder} cannot be written: the disk is full; free some space and try again`, { cause: error });
  if (/^E[A-Z]+$/.test(code))
    return new UsageError(`${(error as Error).message}: see to it that ${folder} can be written and the other folder be read`);
  return error as Error;
};

/** Fills a new folder: it is there whole and safe on the disk, or not at all; one that holds something is left alone. */
export const publish = async (folder: string, flag: string, fill: (unfinished: string) => Promise<void>): Promise<void> => {
  const path = resolve(folder);
  const unfinished = `${path}.unfinished`;
  try {
    if (existsSync(path) && readdirSync(path).length > 0)
      throw new UsageError(`${folder} is not empty: name a folder that does not exist yet (${flag})`);
    // what a run has left that was cut short
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await fill(unfinished);
    for (const entry of readdirSync(unfinished, { recursive: true, withFileTypes: true }))
      if (entry.isDirectory()) sync(join(entry.parentPath, entry.name));
    sync(unfinished);
    if (existsSync(path)) rmdirSync(path);
    renameSync(unfinished, path);
    sync(dirname(path));
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw inWords(error, folder);
  }
};
